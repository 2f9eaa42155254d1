//! Discord's pace: five messages in five seconds per channel, fifty requests a second in all, and 429 past that.
//!
//! Windows are fixed and start with the first request in them. They follow tokio's time, which clients sleep in; only the
//! header that names a moment follows the sandbox's clock. Every 429 is counted.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Json,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use tokio::time::Instant;

use super::ids::ChannelId;

/// So many requests in so long a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// How many.
    pub requests: u32,
    /// In how long.
    pub window: Duration,
}

/// Messages posted in one channel, as seen at Discord.
const PER_CHANNEL: Pace = Pace { requests: 5, window: Duration::from_secs(5) };
/// Everything but interactions, as documented.
const GLOBAL: Pace = Pace { requests: 50, window: Duration::from_secs(1) };
/// What Cloudflare tells a client that it has shut out.
const CLOUDFLARE_WAIT_SECONDS: u32 = 600;

#[derive(Debug)]
pub(crate) struct RateLimits {
    /// None: any pace is taken, and no headers are sent.
    pub(crate) per_channel: Option<Pace>,
    /// The same of edits, which have windows of their own.
    pub(crate) edits_per_channel: Option<Pace>,
    pub(crate) global: Option<Pace>,
    pub(crate) is_banned: bool,
    pub(crate) refused: usize,
    all: Window,
    channels: BTreeMap<ChannelId, Window>,
    edited_channels: BTreeMap<ChannelId, Window>,
}

impl Default for RateLimits {
    fn default() -> Self {
        Self {
            per_channel: Some(PER_CHANNEL),
            edits_per_channel: None,
            global: Some(GLOBAL),
            is_banned: false,
            refused: 0,
            all: Window::default(),
            channels: BTreeMap::new(),
            edited_channels: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Window {
    started: Option<Instant>,
    used: u32,
}

/// What is left of a window after a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Left {
    limit: u32,
    remaining: u32,
    resets_after: Duration,
}

/// Whose limit a request broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    User,
    Global,
}

impl Window {
    /// Takes one request; refuses it when the window is full.
    fn take(&mut self, pace: Pace) -> Result<Left, Left> {
        let now = Instant::now();
        let started = self.started.filter(|started| now < *started + pace.window);
        if started.is_none() {
            *self = Self { started: Some(now), used: 0 };
        }
        let resets_after = pace.window.saturating_sub(self.started.map_or(Duration::ZERO, |it| now - it));
        if self.used >= pace.requests {
            return Err(Left { limit: pace.requests, remaining: 0, resets_after });
        }
        self.used += 1;
        Ok(Left { limit: pace.requests, remaining: pace.requests - self.used, resets_after })
    }

    fn has_room(&self, pace: Pace) -> bool {
        self.used < pace.requests
            || self.started.is_none_or(|started| Instant::now() >= started + pace.window)
    }
}

impl RateLimits {
    /// What a client that is shut out gets, whatever it asks.
    pub(crate) fn ban(&mut self) -> Option<Response> {
        self.is_banned.then(|| {
            self.refused += 1;
            cloudflare()
        })
    }

    /// Judges a request that counts towards the global limit.
    pub(crate) fn take_global(&mut self) -> Result<(), Box<Response>> {
        let Some(pace) = self.global else { return Ok(()) };
        self.all.take(pace).map(|_| ()).map_err(|left| Box::new(self.refusal(left, Scope::Global)))
    }

    /// Whether a message posted in a channel now would keep its pace.
    pub(crate) fn has_room(&self, channel: ChannelId) -> bool {
        let window = self.channels.get(&channel).copied().unwrap_or_default();
        self.per_channel.is_none_or(|pace| window.has_room(pace))
    }

    /// Judges a message posted in a channel; answers the headers for it.
    pub(crate) fn take_message(
        &mut self,
        channel: ChannelId,
        unix_ms: i64,
    ) -> Result<HeaderMap, Box<Response>> {
        let Some(pace) = self.per_channel else { return Ok(HeaderMap::new()) };
        let taken = self.channels.entry(channel).or_default().take(pace);
        self.judged(taken, channel, unix_ms)
    }

    /// Judges an edit of a message in a channel; answers the headers for it.
    pub(crate) fn take_edit(&mut self, channel: ChannelId, unix_ms: i64) -> Result<HeaderMap, Box<Response>> {
        let Some(pace) = self.edits_per_channel else { return Ok(HeaderMap::new()) };
        let taken = self.edited_channels.entry(channel).or_default().take(pace);
        self.judged(taken, channel, unix_ms)
    }

    fn judged(
        &mut self,
        taken: Result<Left, Left>,
        channel: ChannelId,
        unix_ms: i64,
    ) -> Result<HeaderMap, Box<Response>> {
        taken.map(|left| left.headers(channel, unix_ms)).map_err(|left| {
            let mut response = self.refusal(left, Scope::User);
            response.headers_mut().extend(left.headers(channel, unix_ms));
            Box::new(response)
        })
    }

    fn refusal(&mut self, left: Left, scope: Scope) -> Response {
        self.refused += 1;
        let seconds = left.resets_after.as_secs_f64();
        let body = json!({
            "message": "You are being rate limited.", "code": 0, "retry_after": rounded(seconds),
            "global": scope == Scope::Global,
        });
        let mut response = (StatusCode::TOO_MANY_REQUESTS, Json(body)).into_response();
        let headers = response.headers_mut();
        let whole_seconds = left.resets_after.as_millis().div_ceil(1000);
        put(headers, "retry-after", &whole_seconds.to_string());
        put(headers, "x-ratelimit-scope", if scope == Scope::Global { "global" } else { "user" });
        if scope == Scope::Global {
            put(headers, "x-ratelimit-global", "true");
        }
        response
    }
}

impl Left {
    fn headers(&self, channel: ChannelId, unix_ms: i64) -> HeaderMap {
        let resets_after_ms = i64::try_from(self.resets_after.as_millis()).unwrap_or(0);
        let resets_ms = unix_ms + resets_after_ms;
        let mut headers = HeaderMap::new();
        put(&mut headers, "x-ratelimit-limit", &self.limit.to_string());
        put(&mut headers, "x-ratelimit-remaining", &self.remaining.to_string());
        put(&mut headers, "x-ratelimit-reset", &format!("{}.{:03}", resets_ms / 1000, resets_ms % 1000));
        put(&mut headers, "x-ratelimit-reset-after", &format!("{:.3}", self.resets_after.as_secs_f64()));
        put(&mut headers, "x-ratelimit-bucket", &format!("{:032x}", channel.get()));
        headers
    }
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1000.0).ceil() / 1000.0
}

fn put(headers: &mut HeaderMap, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(HeaderName::from_static(name), value);
    }
}

/// What comes from the wall in front of Discord: a page, and nothing in it for a program.
fn cloudflare() -> Response {
    let page = "<html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head>\
                <body><h1>Error 1015</h1><p>You are being rate limited</p></body></html>";
    let mut response = (StatusCode::TOO_MANY_REQUESTS, Html(page)).into_response();
    put(response.headers_mut(), "retry-after", &CLOUDFLARE_WAIT_SECONDS.to_string());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALES: ChannelId = ChannelId::new(1);

    #[tokio::test(start_paused = true)]
    async fn the_sixth_message_in_five_seconds_is_refused_and_the_next_window_takes_five_more() {
        let mut limits = RateLimits::default();
        let remaining: Vec<String> = (0..5)
            .map(|_| limits.take_message(SALES, 1_000_250).unwrap())
            .map(|headers| headers["x-ratelimit-remaining"].to_str().unwrap().to_owned())
            .collect();
        assert_eq!(remaining, ["4", "3", "2", "1", "0"]);
        assert!(!limits.has_room(SALES));
        tokio::time::advance(Duration::from_millis(1500)).await;
        let refused = limits.take_message(SALES, 1_001_750).unwrap_err();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "4");
        assert_eq!(refused.headers()["x-ratelimit-reset-after"], "3.500");
        assert_eq!(refused.headers()["x-ratelimit-reset"], "1005.250");
        assert!(limits.take_message(ChannelId::new(2), 0).is_ok(), "another channel has its own window");
        tokio::time::advance(Duration::from_millis(3500)).await;
        assert!(limits.has_room(SALES));
        assert!(limits.take_message(SALES, 1_005_250).is_ok());
        assert_eq!(limits.refused, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn edits_have_a_pace_of_their_own_where_one_is_set() {
        let mut limits = RateLimits::default();
        assert!((0..20).all(|_| limits.take_edit(SALES, 0).is_ok_and(|headers| headers.is_empty())));
        limits.edits_per_channel = Some(PER_CHANNEL);
        assert!((0..5).all(|_| limits.take_edit(SALES, 0).is_ok_and(|headers| !headers.is_empty())));
        assert!(limits.take_edit(SALES, 0).is_err());
        assert!(limits.take_message(SALES, 0).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn the_fifty_first_request_of_a_second_is_refused_for_the_whole_bot() {
        let mut limits = RateLimits::default();
        assert!((0..50).all(|_| limits.take_global().is_ok()));
        let refused = limits.take_global().unwrap_err();
        assert_eq!(refused.headers()["x-ratelimit-global"], "true");
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(limits.take_global().is_ok());
    }
}

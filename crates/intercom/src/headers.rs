//! What the headers of an answer say: the time at Intercom, how long to wait, how the call is named there.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use deskbell_domain::time::Timestamp;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, LINK, RETRY_AFTER};

use crate::throttle::LONGEST_PAUSE;

/// Where an answer says that there are too many calls, and not until when.
const DEFAULT_PAUSE: Duration = Duration::from_secs(10);
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// The `Date` header in whole seconds.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    seconds(httpdate::parse_http_date(text(headers, DATE.as_str())?).ok()?)
}

/// Whether the answer is a page for people: Intercom's API sends none, but what stands in between does.
pub(crate) fn is_web_page(headers: &HeaderMap) -> bool {
    text(headers, CONTENT_TYPE.as_str())
        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("text/html"))
}

/// How long to wait after a 429: the longest that any header asks for, within bounds.
pub(crate) fn pause_after_refusal(headers: &HeaderMap, now: Timestamp) -> Duration {
    let told = [retry_after(headers, now), until_reset(headers, now)].into_iter().flatten().max();
    told.unwrap_or(DEFAULT_PAUSE).clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

/// How long to wait because this answer was the last one that its window allows; `None` while calls are left.
pub(crate) fn pause_when_used_up(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let remaining: i64 = text(headers, "x-ratelimit-remaining")?.parse().ok()?;
    let pause = || until_reset(headers, now).unwrap_or(DEFAULT_PAUSE).clamp(SHORTEST_PAUSE, LONGEST_PAUSE);
    (remaining <= 0).then(pause)
}

/// The id in a `Link: </contacts/{id}>; rel="canonical"` header. Only the id is taken, never the address.
pub(crate) fn canonical_contact(headers: &HeaderMap) -> Option<String> {
    let link = text(headers, LINK.as_str())?;
    let (_, rest) = link.split_once("/contacts/")?;
    let id: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
    (!id.is_empty()).then_some(id)
}

/// What Intercom calls the request, for its support and our log.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = text(headers, "x-request-id")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (id.len() <= 80 && id.chars().all(plain)).then(|| id.to_owned())
}

fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER.as_str())?;
    if let Ok(after) = value.parse::<f64>() {
        return Duration::try_from_secs_f64(after).ok();
    }
    Some(from(now, seconds(httpdate::parse_http_date(value).ok()?)?))
}

fn until_reset(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let reset = text(headers, "x-ratelimit-reset")?.parse().ok()?;
    Some(from(now, Timestamp(reset)))
}

fn from(now: Timestamp, then: Timestamp) -> Duration {
    Duration::from_secs(u64::try_from(then.0.saturating_sub(now.0)).unwrap_or(0))
}

fn seconds(time: SystemTime) -> Option<Timestamp> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_secs()).ok().map(Timestamp)
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_700_000_000);

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    fn refused(pairs: &[(&'static str, &str)]) -> u64 {
        pause_after_refusal(&headers(pairs), NOW).as_secs()
    }

    #[test]
    fn a_refusal_is_waited_out_as_long_as_the_longest_header_says() {
        assert_eq!(refused(&[("retry-after", "7"), ("x-ratelimit-reset", "1700000003")]), 7);
        assert_eq!(refused(&[("retry-after", "2"), ("x-ratelimit-reset", "1700000009")]), 9);
        assert_eq!(refused(&[("retry-after", "Tue, 14 Nov 2023 22:13:35 GMT")]), 15);
    }

    #[test]
    fn a_refusal_without_headers_is_waited_out_ten_seconds() {
        assert_eq!(refused(&[]), 10);
        assert_eq!(refused(&[("retry-after", "soon")]), 10);
    }

    #[test]
    fn no_header_makes_anybody_wait_less_than_a_second_or_more_than_two_minutes() {
        assert_eq!(refused(&[("x-ratelimit-reset", "1600000000")]), 1);
        assert_eq!(refused(&[("retry-after", "1e300")]), 10);
        assert_eq!(refused(&[("retry-after", "86400")]), 120);
    }

    #[test]
    fn the_last_call_of_a_window_pauses_until_its_reset() {
        let used_up = headers(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1700000004")]);
        assert_eq!(pause_when_used_up(&used_up, NOW), Some(Duration::from_secs(4)));
        let left = headers(&[("x-ratelimit-remaining", "1"), ("x-ratelimit-reset", "1700000004")]);
        assert_eq!(pause_when_used_up(&left, NOW), None);
    }

    #[test]
    fn only_the_id_of_a_link_is_taken() {
        let link =
            headers(&[("link", r#"<https://elsewhere.example/contacts/6762f0cd/x>; rel="canonical""#)]);
        assert_eq!(canonical_contact(&link).as_deref(), Some("6762f0cd"));
        assert_eq!(canonical_contact(&headers(&[("link", "</users/1>")])), None);
    }
}

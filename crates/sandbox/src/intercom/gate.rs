//! What every request passes before its route: the delay, the token, the version and the rate limit.

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    Intercom,
    refusal::Refusal,
    settings::{Access, Oddities, RateLimit, RetryAfter, Settings},
    state::State,
    version::{self, ApiVersion},
};
use crate::http::Unrecorded;

/// The length of a window of the rate limit, as Intercom's.
const WINDOW_SECONDS: i64 = 10;

/// Lets a request through to its route or refuses it, and finishes the answer.
pub(super) async fn guard(Shared(intercom): Shared<Intercom>, mut request: Request, next: Next) -> Response {
    let (delay, odd) =
        intercom.with(|state| (state.settings.answer_delay, state.settings.oddities != Oddities::default()));
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let now = intercom.now();
    let (admitted, quota) = intercom.with(|state| admit(state, request.headers(), now));
    let outside_description = odd || admitted.as_ref().is_ok_and(|version| version.is_older_than_described());
    let mut response = match admitted {
        Ok(version) => {
            request.extensions_mut().insert(version);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    if let Some(refusal) = response.extensions().get::<Refusal>() {
        let request_id = intercom.with(State::uuid);
        response = refusal.envelope(&request_id);
    } else if outside_description {
        response.extensions_mut().insert(Unrecorded);
    }
    if let Some(quota) = quota {
        quota.tell(response.headers_mut());
    }
    response
}

/// Answers what has no route.
pub(super) async fn unknown_route() -> Refusal {
    Refusal::no_resource()
}

/// What is left of the present window.
struct Quota {
    limit: u32,
    remaining: u32,
    reset_at: i64,
}

impl Quota {
    fn tell(&self, headers: &mut HeaderMap) {
        headers.insert("x-ratelimit-limit", HeaderValue::from(self.limit));
        headers.insert("x-ratelimit-remaining", HeaderValue::from(self.remaining));
        headers.insert("x-ratelimit-reset", HeaderValue::from(self.reset_at));
    }
}

fn admit(state: &mut State, headers: &HeaderMap, now: i64) -> (Result<ApiVersion, Refusal>, Option<Quota>) {
    if let Err(refusal) = authorize(&state.settings, headers) {
        return (Err(refusal), None);
    }
    let (quota, within_limit) = count(state, now);
    let admitted = within_limit.and_then(|()| choose_version(&state.settings, headers));
    (admitted, Some(quota))
}

fn authorize(settings: &Settings, headers: &HeaderMap) -> Result<(), Refusal> {
    let Some(authorization) = headers.get("authorization").and_then(|value| value.to_str().ok()) else {
        return Err(Refusal::unauthorized("missing_authorization", "Missing Authorization header"));
    };
    if authorization.strip_prefix("Bearer ") != Some(settings.token.as_str()) {
        return Err(Refusal::unauthorized("unauthorized", "Access Token Invalid"));
    }
    match settings.access {
        Access::Granted => Ok(()),
        Access::Revoked => Err(Refusal::unauthorized("token_revoked", "Access Token Revoked")),
        Access::Forbidden => Err(Refusal::forbidden("forbidden", "Not authorized to access resource")),
        Access::PlanRestricted => {
            Err(Refusal::forbidden("api_plan_restricted", "Active subscription needed."))
        }
    }
}

fn count(state: &mut State, now: i64) -> (Quota, Result<(), Refusal>) {
    let RateLimit { calls_per_window, retry_after } = state.settings.rate_limit;
    let number = now.div_euclid(WINDOW_SECONDS);
    if state.window.number != number {
        state.window.number = number;
        state.window.calls = 0;
    }
    state.window.calls = state.window.calls.saturating_add(1);
    let remaining = calls_per_window.saturating_sub(state.window.calls);
    let reset_at = (number + 1) * WINDOW_SECONDS;
    let quota = Quota { limit: calls_per_window, remaining, reset_at };
    if state.window.calls <= calls_per_window {
        return (quota, Ok(()));
    }
    let message = format!("Exceeded rate limit of {calls_per_window} in 10_seconds");
    let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, "rate_limit_exceeded", message);
    let refusal = match retry_after {
        RetryAfter::Told => refusal.with_header("retry-after", (reset_at - now).to_string()),
        RetryAfter::Untold => refusal,
    };
    (quota, Err(refusal))
}

fn choose_version(settings: &Settings, headers: &HeaderMap) -> Result<ApiVersion, Refusal> {
    let Some(text) = version::requested(headers) else { return Ok(settings.default_version) };
    let served = text.parse().ok().filter(|version| settings.versions.contains(version));
    served.ok_or_else(Refusal::no_version)
}

//! What every request passes before its route: the delay, the token, the version and the rate limit.

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderValue, Method, StatusCode},
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use tower::ServiceExt as _;

use super::{
    Intercom, Permission,
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
    let neighbour = bearer(request.headers()).and_then(|token| intercom.neighbours.router_for(token));
    if let Some(neighbour) = neighbour {
        let Ok(response) = neighbour.oneshot(unrouted(request)).await;
        return response;
    }
    let (delay, odd) =
        intercom.with(|state| (state.settings.answer_delay, state.settings.oddities != Oddities::default()));
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let now = intercom.now();
    let (admitted, quota) = intercom.with(|state| admit(state, &request, now));
    let outside_description = odd || admitted.as_ref().is_ok_and(|version| version.is_older_than_described());
    let mut response = match admitted {
        Ok(version) => {
            request.extensions_mut().insert(version);
            next.run(request).await
        }
        Err(refusal) => refusal.into_response(),
    };
    if let Some(refusal) = response.extensions().get::<Refusal>() {
        let request_id = intercom.with(|state| state.chance.uuid());
        response = refusal.envelope(&request_id);
    } else if outside_description {
        response.extensions_mut().insert(Unrecorded);
    }
    if let Some(quota) = quota {
        quota.tell(response.headers_mut());
    }
    response
}

/// A request as it came: what the first router has found in its path would be found a second time.
fn unrouted(request: Request) -> Request {
    let (parts, body) = request.into_parts();
    let mut unrouted = Request::new(body);
    *unrouted.method_mut() = parts.method;
    *unrouted.uri_mut() = parts.uri;
    *unrouted.headers_mut() = parts.headers;
    unrouted
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

fn admit(state: &mut State, request: &Request, now: i64) -> (Result<ApiVersion, Refusal>, Option<Quota>) {
    let headers = request.headers();
    if let Err(refusal) = authorize(&state.settings, request) {
        return (Err(refusal), None);
    }
    let (quota, within_limit) = count(state, now);
    let admitted = within_limit.and_then(|()| choose_version(&state.settings, headers));
    (admitted, Some(quota))
}

/// The token of a request.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get("authorization")?.to_str().ok()?.strip_prefix("Bearer ")
}

fn authorize(settings: &Settings, request: &Request) -> Result<(), Refusal> {
    if !request.headers().contains_key("authorization") {
        return Err(Refusal::unauthorized("missing_authorization", "Missing Authorization header"));
    }
    let token = bearer(request.headers()).unwrap_or_default();
    if token == settings.token {
        return admitted(settings.access);
    }
    let Some(other) = settings.other_tokens.get(token) else {
        return Err(Refusal::unauthorized("unauthorized", "Access Token Invalid"));
    };
    let needed = needed_for(request.method(), request.uri().path());
    if needed.is_some_and(|permission| other.lacking.contains(&permission)) {
        return admitted(Access::Forbidden);
    }
    admitted(other.access)
}

/// What a call needs; who the token belongs to and when the workspace is open, it may always ask.
fn needed_for(method: &Method, path: &str) -> Option<Permission> {
    let parts: Vec<_> = path.trim_start_matches('/').split('/').collect();
    let (first, last) = (*parts.first()?, *parts.last()?);
    let reads = method == Method::GET || matches!(last, "search" | "list");
    Some(match first {
        "me" | "office_hours_schedules" => return None,
        "admins" | "teams" => Permission::ReadAdmins,
        _ if parts.contains(&"tags") && reads => Permission::ReadTags,
        _ if parts.contains(&"tags") => Permission::WriteTags,
        "tickets" | "ticket_types" if reads => Permission::ReadTickets,
        "tickets" | "ticket_types" => Permission::WriteTickets,
        "conversations" if last == "convert" => Permission::WriteTickets,
        "conversations" if reads => Permission::ReadConversations,
        "conversations" => Permission::WriteConversations,
        _ if reads => Permission::ReadContacts,
        _ => Permission::WriteContacts,
    })
}

fn admitted(access: Access) -> Result<(), Refusal> {
    match access {
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

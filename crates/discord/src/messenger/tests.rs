use serde_json::json;

use super::*;
use crate::rest::Limits;

fn reply(status: u16, body: Option<Value>) -> Reply {
    Reply { status, limits: Limits::default(), body }
}

fn coded(status: u16, code: u64) -> PostOutcome {
    outcome(&reply(status, Some(json!({"code": code, "message": "…"}))))
}

#[test]
fn a_success_counts_even_if_its_body_cannot_be_read() {
    assert_eq!(outcome(&reply(200, None)), PostOutcome::Posted { message: None, pace: Pace::Unsaid });
}

#[test]
fn a_nonce_whose_message_was_deleted_counts_as_posted() {
    assert!(matches!(coded(404, 10008), PostOutcome::Posted { message: None, .. }));
}

#[test]
fn every_error_has_its_reaction() {
    assert_eq!(coded(401, 0), PostOutcome::Unauthorized);
    assert_eq!(coded(403, 50001), PostOutcome::Closed(ClosedReason::MissingPermissions(Vec::new())));
    assert_eq!(coded(403, 50013), PostOutcome::Closed(ClosedReason::MissingPermissions(Vec::new())));
    assert_eq!(coded(404, 10003), PostOutcome::Closed(ClosedReason::ChannelGone));
    assert_eq!(coded(400, 50008), PostOutcome::Closed(ClosedReason::ChannelUnfit));
    assert_eq!(coded(500, 0), PostOutcome::Unknown);
    assert_eq!(outcome(&reply(502, None)), PostOutcome::Unknown);
}

#[test]
fn a_refused_form_names_its_fields_and_never_their_content() {
    let body = json!({"code": 50035, "message": "Invalid Form Body", "errors": {"embeds": {"0": {"title": {"_errors": [
        {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}
    ]}}}}});
    let PostOutcome::Refused { reason } = outcome(&reply(400, Some(body))) else {
        panic!("the form was refused")
    };
    assert_eq!(reason, "400 50035 embeds.0.title");
}

#[test]
fn a_limit_that_is_no_json_stops_everything_for_ten_minutes() {
    let expected = PostOutcome::RateLimited { after: BANNED_FOR, scope: LimitScope::Everywhere };
    assert_eq!(outcome(&reply(429, None)), expected);
}

#[test]
fn a_limit_of_one_channel_stops_that_channel_as_long_as_it_says() {
    let body = json!({"message": "You are being rate limited.", "retry_after": 1.5, "global": false});
    let expected =
        PostOutcome::RateLimited { after: Duration::from_millis(1500), scope: LimitScope::Channel };
    assert_eq!(outcome(&reply(429, Some(body))), expected);
}

#[test]
fn a_reference_is_found_in_a_footer_only_as_a_whole_word() {
    let event = deskbell_desk::event::EventId::lead_created(&deskbell_desk::ids::ContactId::new("1"));
    let reference = Reference::of(&event, deskbell_desk::ids::SubscriptionId(1));
    let message = |footer: String| json!({"embeds": [{"footer": {"text": footer}}]});
    assert!(bears(&message(format!("New lead · Acme · {reference}")), &reference));
    assert!(bears(&message(format!("User updated · Acme · {reference} +13")), &reference));
    assert!(!bears(&message(format!("New lead · Acme · x{reference}")), &reference));
}

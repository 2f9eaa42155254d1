use deskbell_domain::channel::Obstacle;
use deskbell_domain::port::messenger::Passed;
use serde_json::json;

use super::*;

#[test]
fn a_question_is_answered_by_discord_itself_or_not_at_all() {
    let coded = |status, code: u64| probed(&reply(status, Some(json!({"code": code, "message": "…"}))));
    assert_eq!(probed(&reply(200, Some(json!({"id": "1"})))), Probed::Answered);
    assert_eq!((coded(403, 50_001), coded(404, 10_003)), (Probed::Answered, Probed::Answered));
    for unanswered in [probed(&reply(200, None)), probed(&reply(403, None)), probed(&reply(500, None))] {
        assert_eq!(unanswered, Probed::Unanswered);
    }
    assert_eq!((coded(403, 40_333), coded(500, 0)), (Probed::Unanswered, Probed::Unanswered));
}
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
fn every_refusal_has_its_outcome() {
    let lacks = PostOutcome::Closed(Obstacle::MissingPermissions(Vec::new()));
    assert_eq!(coded(401, 0), PostOutcome::Unauthorized);
    assert_eq!((coded(403, 50001), coded(400, 50013)), (lacks.clone(), lacks));
    assert_eq!(coded(404, 10003), PostOutcome::Closed(Obstacle::ChannelGone));
    assert_eq!(coded(400, 50008), PostOutcome::Closed(Obstacle::ChannelUnfit));
    assert_eq!(coded(400, 50083), PostOutcome::Closed(Obstacle::ThreadClosed));
    assert_eq!(coded(400, 40333), PostOutcome::TurnedAway { after: None, passed: Passed::No });
    assert_eq!(outcome(&reply(503, None)), PostOutcome::TurnedAway { after: None, passed: Passed::Perhaps });
    assert_eq!(coded(500, 0), PostOutcome::Unknown);
    assert_eq!(outcome(&reply(502, None)), PostOutcome::Unknown);
}

#[test]
fn what_the_wall_asks_for_is_passed_on() {
    let limits = Limits { retry_after: Some(Duration::from_secs(90)), ..Limits::default() };
    let page = Reply { status: 403, limits, body: None };
    let after = Some(Duration::from_secs(90));
    assert_eq!(outcome(&page), PostOutcome::TurnedAway { after, passed: Passed::No });
    assert_eq!(unread(&page), FindOutcome::TurnedAway { after });
}

#[test]
fn a_history_is_unreadable_only_where_the_refusal_speaks_of_the_channel() {
    let asked = |status, code| unread(&reply(status, Some(json!({"code": code, "message": "…"}))));
    assert_eq!((asked(403, 50001), asked(404, 10003)), (FindOutcome::Unreadable, FindOutcome::Unreadable));
    assert_eq!((asked(429, 0), asked(500, 0)), (FindOutcome::Unavailable, FindOutcome::Unavailable));
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

use serde_json::{Value, json};

use super::*;
use crate::rest::Limits;

fn reply(status: u16, body: Option<Value>) -> Refusal {
    Refusal::of(&Reply { status, limits: Limits::default(), body })
}

fn coded(status: u16, code: u64) -> Refusal {
    reply(status, Some(json!({"code": code, "message": "…"})))
}

const REFUSING: [u16; 3] = [400, 403, 404];

#[test]
fn what_speaks_of_the_channel_or_the_server_is_that_whatever_its_status() {
    let lacks = || Obstacle::MissingPermissions(Vec::new());
    let table = [
        (50_001, lacks()),
        (50_013, lacks()),
        (50_007, lacks()),
        (50_009, lacks()),
        (50_278, lacks()),
        (160_002, lacks()),
        (10_003, Obstacle::ChannelGone),
        (10_004, Obstacle::NotInGuild),
        (40_007, Obstacle::NotInGuild),
        (50_036, Obstacle::NotInGuild),
        (50_055, Obstacle::NotInGuild),
        (40_058, Obstacle::ChannelUnfit),
        (40_067, Obstacle::ChannelUnfit),
        (220_001, Obstacle::ChannelUnfit),
        (220_002, Obstacle::ChannelUnfit),
        (220_003, Obstacle::ChannelUnfit),
        (220_004, Obstacle::ChannelUnfit),
        (50_003, Obstacle::ChannelUnfit),
        (50_008, Obstacle::ChannelUnfit),
        (50_024, Obstacle::ChannelUnfit),
        (50_083, Obstacle::ThreadClosed),
        (160_005, Obstacle::ThreadClosed),
        (160_006, Obstacle::ThreadClosed),
        (160_007, Obstacle::ThreadClosed),
        (30_033, Obstacle::ThreadClosed),
    ];
    for (code, reason) in table {
        for status in REFUSING {
            assert_eq!(coded(status, code), Refusal::Channel(reason.clone()), "{code} as {status}");
        }
    }
}

#[test]
fn what_speaks_of_the_message_is_that_whatever_its_status() {
    for code in [50_006, 50_035, 40_005, 50_109, 20_009, 200_000, 200_001, 240_000] {
        for status in REFUSING {
            assert_eq!(coded(status, code), Refusal::Content, "{code} as {status}");
        }
    }
}

#[test]
fn what_speaks_of_the_token_the_pace_or_the_nonce_is_that_whatever_its_status() {
    for status in REFUSING {
        for code in [40_001, 50_014] {
            assert_eq!(coded(status, code), Refusal::Token, "{code} as {status}");
        }
        for code in [40_062, 20_016, 20_022, 20_028, 20_029, 40_003, 130_000] {
            assert_eq!(coded(status, code), Refusal::Limit, "{code} as {status}");
        }
        assert_eq!(coded(status, 10_008), Refusal::MessageGone);
        for code in [40_004, 40_006, 40_333] {
            assert_eq!(coded(status, code), Refusal::TurnedAway(Passed::No), "{code} as {status}");
        }
    }
    assert_eq!(coded(401, 0), Refusal::Token);
    assert_eq!(coded(503, 130_000), Refusal::Limit);
}

#[test]
fn a_code_that_nobody_knows_is_judged_by_its_status() {
    for code in [0, 99_999, 10_015, 10_062, 40_060, 30_034] {
        assert_eq!(coded(400, code), Refusal::Unexplained, "{code} is no proof against the message");
        assert_eq!(coded(403, code), Refusal::Channel(Obstacle::MissingPermissions(Vec::new())), "{code}");
        assert_eq!(coded(404, code), Refusal::Channel(Obstacle::ChannelGone), "{code}");
        assert_eq!(coded(413, code), Refusal::Content, "{code}");
        for status in [402, 405, 406, 409, 410, 415, 451] {
            assert_eq!(coded(status, code), Refusal::TurnedAway(Passed::No), "{code} as {status}");
        }
        for status in [408, 500, 502, 503, 504] {
            assert_eq!(coded(status, code), Refusal::Failure, "{code} as {status}");
        }
        assert_eq!(coded(429, code), Refusal::Limit, "{code}");
    }
}

#[test]
fn an_answer_that_is_not_in_discords_form_comes_from_the_wall_before_it() {
    let pages =
        [None, Some(json!("error code: 1015")), Some(json!({"message": "Forbidden"})), Some(json!([]))];
    for body in pages {
        for status in [400, 401, 403, 404, 405, 407, 413, 302] {
            assert_eq!(reply(status, body.clone()), Refusal::TurnedAway(Passed::No), "{status} {body:?}");
        }
        assert_eq!(reply(429, body), Refusal::Limit);
    }
    assert_eq!(reply(503, None), Refusal::TurnedAway(Passed::Perhaps));
    // Whoever failed on the way may have handed the call on before.
    for status in [500, 502, 504, 520] {
        assert_eq!(reply(status, None), Refusal::Failure, "{status}");
    }
}

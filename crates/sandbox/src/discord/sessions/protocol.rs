//! The gateway's frames: what clients say and what they are told.

use serde_json::{Value, json};

use crate::discord::outage::Resumable;

/// What a client says.
#[derive(Debug)]
pub(crate) enum Said {
    Heartbeat,
    Identify(Identify),
    Resume {
        token: String,
        session: String,
        sequence: u64,
    },
    /// Something that needs no answer, such as a presence.
    Other,
}

#[derive(Debug)]
pub(crate) struct Identify {
    pub(crate) token: String,
    pub(crate) intents: u64,
    /// Which shard, and of how many; whether there is such a one is judged by the plan.
    pub(crate) shard: (u64, u64),
}

/// Reads a frame; none if it is not one.
pub(crate) fn read(text: &str) -> Option<Said> {
    let frame: Value = serde_json::from_str(text).ok()?;
    let data = &frame["d"];
    Some(match frame["op"].as_u64()? {
        1 => Said::Heartbeat,
        2 => Said::Identify(Identify {
            token: bare_token(&data["token"])?,
            intents: data["intents"].as_u64()?,
            shard: shard(&data["shard"])?,
        }),
        6 => Said::Resume {
            token: bare_token(&data["token"])?,
            session: data["session_id"].as_str()?.to_owned(),
            sequence: data["seq"].as_u64()?,
        },
        _ => Said::Other,
    })
}

fn bare_token(value: &Value) -> Option<String> {
    let token = value.as_str()?;
    Some(token.strip_prefix("Bot ").unwrap_or(token).to_owned())
}

fn shard(value: &Value) -> Option<(u64, u64)> {
    if value.is_null() {
        return Some((0, 1));
    }
    Some((value[0].as_u64()?, value[1].as_u64()?))
}

pub(crate) fn dispatch(name: &str, sequence: u64, data: &Value) -> String {
    json!({"op": 0, "t": name, "s": sequence, "d": data}).to_string()
}

pub(crate) fn hello(interval: std::time::Duration) -> String {
    let interval_ms = u64::try_from(interval.as_millis()).unwrap_or(u64::MAX);
    json!({"op": 10, "t": null, "s": null, "d": {"heartbeat_interval": interval_ms, "_trace": []}})
        .to_string()
}

pub(crate) fn heartbeat_ack() -> String {
    json!({"op": 11, "t": null, "s": null, "d": null}).to_string()
}

pub(crate) fn reconnect() -> String {
    json!({"op": 7, "t": null, "s": null, "d": null}).to_string()
}

pub(crate) fn invalid_session(resumable: Resumable) -> String {
    json!({"op": 9, "t": null, "s": null, "d": resumable == Resumable::Yes}).to_string()
}

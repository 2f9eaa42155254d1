//! What Discord tells a bot that wants to connect: where the gateway is, over how many shards it wants the bot's servers
//! divided, and how many sessions may begin.

use std::time::Duration;

use deskbell_discord::rest::{Answer, Rest};
use deskbell_domain::backoff::Backoff;
use deskbell_domain::shard::ShardCount;
use serde_json::Value;
use url::Url;

use super::connection::ConnectionWatch;
use crate::connect::advice;

/// How often it is asked for again.
const REPEATS: u32 = 4;
const BETWEEN_REPEATS: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(8));

/// How the bot is to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The gateway's address.
    pub address: Url,
    /// Over how many shards.
    pub shards: ShardCount,
    /// How many sessions may begin.
    pub starts: StartLimit,
}

/// How many sessions of this bot may begin, by whichever process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StartLimit {
    /// So many more.
    pub left: u32,
    /// All of a day's, after so long.
    pub renewed_in: Duration,
    /// So many shards at once.
    pub at_once: ShardCount,
}

/// Why there is no gateway to connect to.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum GatewayAddressError {
    /// The token is refused.
    #[error("Discord refuses the token (401). Reset it at discord.com/developers and set DISCORD_TOKEN")]
    TokenRefused,
    /// Nothing useful came back, several times.
    #[error("{base} does not tell the gateway's address: {last}")]
    NoAnswer {
        /// Who was asked.
        base: String,
        /// What came at last, and what to do.
        last: String,
    },
}

/// Asks how to connect, for about 15 s. What came in its place is told to whoever watches the connection.
pub async fn plan(rest: &Rest, connection: &ConnectionWatch) -> Result<Plan, GatewayAddressError> {
    tracing::info!(discord = rest.base(), "connecting to Discord");
    let mut failures = 0;
    loop {
        let last = match ask(rest).await {
            Asked::Told(plan) => return Ok(plan),
            Asked::Refused => return Err(GatewayAddressError::TokenRefused),
            Asked::Nothing(last) => last,
        };
        connection.failed(&last);
        failures += 1;
        if failures > REPEATS {
            return Err(GatewayAddressError::NoAnswer { base: rest.base().to_owned(), last });
        }
        let pause = BETWEEN_REPEATS.after(failures);
        tracing::warn!(reason = last, retry_in_s = pause.as_secs(), "Discord cannot be reached yet");
        tokio::time::sleep(pause).await;
    }
}

/// What came of asking once.
pub(crate) enum Asked {
    /// The plan.
    Told(Plan),
    /// The token is refused.
    Refused,
    /// Something else, as the end of a sentence.
    Nothing(String),
}

/// Asks once.
pub(crate) async fn ask(rest: &Rest) -> Asked {
    match rest.get("/gateway/bot").await {
        Answer::Status(reply) if reply.status == 401 => Asked::Refused,
        Answer::Status(reply) => match reply.body.as_ref().filter(|_| reply.is_success()).and_then(read) {
            Some(plan) => Asked::Told(plan),
            None => Asked::Nothing(advice::at_discord(&Answer::Status(reply), rest.base())),
        },
        none @ Answer::None(_) => Asked::Nothing(advice::at_discord(&none, rest.base())),
    }
}

/// A proxy in front of Discord may leave the numbers out: then the bot is one that Discord has just met.
fn read(body: &Value) -> Option<Plan> {
    let address = Url::parse(body["url"].as_str()?).ok()?;
    let limit = &body["session_start_limit"];
    let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let count = |value: &Value| number(value).and_then(ShardCount::new).unwrap_or(ShardCount::ONE);
    let starts = StartLimit {
        left: number(&limit["remaining"]).unwrap_or(1),
        renewed_in: Duration::from_millis(limit["reset_after"].as_u64().unwrap_or_default()),
        at_once: count(&limit["max_concurrency"]),
    };
    let plan = Plan { address, shards: count(&body["shards"]), starts };
    matches!(plan.address.scheme(), "ws" | "wss").then_some(plan)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_discord_tells_is_read_and_what_a_proxy_leaves_out_is_taken_for_little() {
        let told = json!({"url": "wss://gateway.discord.gg", "shards": 4, "session_start_limit":
            {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 2}});
        let plan = read(&told).expect("it is whole");
        assert_eq!((plan.shards.get(), plan.starts.left, plan.starts.at_once.get()), (4, 999, 2));
        assert_eq!(plan.starts.renewed_in, Duration::from_hours(4));
        let bare = read(&json!({"url": "ws://there"})).expect("it has an address");
        assert_eq!((bare.shards, bare.starts.left, bare.starts.at_once.get()), (ShardCount::ONE, 1, 1));
        assert_eq!(read(&json!({"url": "https://there"})), None);
    }
}

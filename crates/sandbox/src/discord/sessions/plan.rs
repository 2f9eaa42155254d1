//! How the bot is to connect: over how many shards, how many of them at once, and how often in a day.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tokio::time::Instant;

/// Sessions of one bucket begin at least this far apart.
const BETWEEN_IDENTIFIES: Duration = Duration::from_secs(5);
/// Discord's own bound of the servers of a shard.
const MOST_GUILDS: usize = 2_500;
/// Sessions that a bot may begin in a day.
const SESSIONS_A_DAY: u32 = 1_000;

/// Why no session begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoSession {
    /// Another one of the bucket has just begun.
    TooSoon,
    /// The shard would have more servers than one may have.
    TooManyGuilds,
    /// There is no such shard.
    NoSuchShard,
    /// None may begin for now; at Discord the token would be reset.
    UsedUp,
}

/// What `GET /gateway/bot` tells, and what is held against whoever connects.
#[derive(Debug)]
pub(crate) struct Plan {
    shards: u64,
    /// How many shards may begin a session at once; none where nobody minds.
    concurrency: Option<u64>,
    most_guilds: usize,
    left: u32,
    renewed_at: Option<Instant>,
    begun: BTreeMap<u64, Instant>,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            shards: 1,
            concurrency: None,
            most_guilds: MOST_GUILDS,
            left: SESSIONS_A_DAY,
            renewed_at: None,
            begun: BTreeMap::new(),
        }
    }
}

impl Plan {
    /// From now on so many shards are asked for, and their sessions may begin so many at once.
    pub(crate) fn ask_for(&mut self, shards: u64, concurrency: u64) {
        (self.shards, self.concurrency) = (shards, Some(concurrency.max(1)));
    }

    pub(crate) fn set_most_guilds(&mut self, most: usize) {
        self.most_guilds = most;
    }

    /// So many sessions may begin until all of a day's may again.
    pub(crate) fn leave(&mut self, left: u32, renewed_in: Duration) {
        (self.left, self.renewed_at) = (left, Some(Instant::now() + renewed_in));
    }

    fn renew(&mut self) {
        if self.renewed_at.is_some_and(|at| at <= Instant::now()) {
            (self.left, self.renewed_at) = (SESSIONS_A_DAY, None);
        }
    }

    /// As Discord tells it.
    pub(crate) fn json(&mut self, gateway_url: &str) -> Value {
        self.renew();
        let until = self.renewed_at.map(|at| at.saturating_duration_since(Instant::now()));
        let reset_after =
            until.map_or(14_400_000, |left| u64::try_from(left.as_millis()).unwrap_or(u64::MAX));
        json!({"url": gateway_url, "shards": self.shards, "session_start_limit": {
            "total": SESSIONS_A_DAY, "remaining": self.left, "reset_after": reset_after,
            "max_concurrency": self.concurrency.unwrap_or(1),
        }})
    }

    /// Begins a session of a shard that would have so many servers, if one may begin now.
    pub(crate) fn begin(&mut self, (shard, of): (u64, u64), guilds: usize) -> Result<(), NoSession> {
        self.renew();
        if shard >= of {
            return Err(NoSession::NoSuchShard);
        }
        if guilds > self.most_guilds {
            return Err(NoSession::TooManyGuilds);
        }
        self.left = self.left.checked_sub(1).ok_or(NoSession::UsedUp)?;
        let Some(concurrency) = self.concurrency else { return Ok(()) };
        let (bucket, now) = (shard % concurrency, Instant::now());
        let is_free = |last: Instant| now >= last + BETWEEN_IDENTIFIES;
        if !self.begun.get(&bucket).copied().is_none_or(is_free) {
            return Err(NoSession::TooSoon);
        }
        self.begun.insert(bucket, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn shards_of_one_bucket_begin_five_seconds_apart_and_those_of_others_at_once() {
        let mut plan = Plan::default();
        plan.ask_for(4, 2);
        assert_eq!([plan.begin((0, 4), 1), plan.begin((1, 4), 1)], [Ok(()), Ok(())]);
        assert_eq!(plan.begin((2, 4), 1), Err(NoSession::TooSoon));
        tokio::time::advance(BETWEEN_IDENTIFIES).await;
        assert_eq!([plan.begin((2, 4), 1), plan.begin((3, 4), 1)], [Ok(()), Ok(())]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_single_shard_begins_as_often_as_a_story_restarts_the_bot() {
        let mut plan = Plan::default();
        assert_eq!([plan.begin((0, 1), 2_500), plan.begin((0, 1), 2_500)], [Ok(()), Ok(())]);
        assert_eq!(plan.begin((0, 1), 2_501), Err(NoSession::TooManyGuilds));
        assert_eq!(plan.begin((1, 1), 0), Err(NoSession::NoSuchShard));
    }

    #[tokio::test(start_paused = true)]
    async fn used_up_sessions_come_back_at_the_moment_that_is_told() {
        let mut plan = Plan::default();
        plan.leave(1, Duration::from_secs(60));
        assert_eq!([plan.begin((0, 1), 1), plan.begin((0, 1), 1)], [Ok(()), Err(NoSession::UsedUp)]);
        let limit = |plan: &mut Plan| plan.json("ws://there")["session_start_limit"].clone();
        let told = limit(&mut plan);
        assert_eq!((told["remaining"].as_u64(), told["reset_after"].as_u64()), (Some(0), Some(60_000)));
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(limit(&mut plan)["remaining"], 1_000);
        assert_eq!(plan.begin((0, 1), 1), Ok(()));
    }
}

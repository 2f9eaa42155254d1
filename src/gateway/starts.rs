//! When a session may begin. Discord lets the shards of one bucket begin five seconds apart, and all of them together so
//! many a day; a bot that begins more loses its token. So every session, the first of a shard as well as each that
//! follows a lost one, waits here for its turn.

use std::sync::{Mutex as StdMutex, MutexGuard as StdMutexGuard, PoisonError};
use std::time::Duration;

use deskbell_discord::rest::Rest;
use deskbell_domain::backoff::Backoff;
use deskbell_domain::shard::{Shard, ShardCount};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::{info, warn};

use super::connection::ConnectionWatch;
use super::plan::{Asked, Plan, StartLimit, ask};

/// How far apart the sessions of one bucket begin, with a little to spare for the way to Discord.
const BETWEEN_STARTS: Duration = Duration::from_millis(5_100);
const BETWEEN_QUESTIONS: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_mins(1));
/// Discord may say that the next day's sessions may begin this moment, and mean the one after it.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// Who may begin a session, and when.
pub(super) struct Starts {
    rest: Rest,
    connection: ConnectionWatch,
    shards: ShardCount,
    /// When the last session of each bucket began. Whoever holds one has its turn.
    buckets: Vec<Mutex<Option<Instant>>>,
    /// Whoever holds it asks Discord how many more may begin, and the others wait for the answer.
    asking: Mutex<()>,
    day: StdMutex<Day>,
}

/// The sessions of a day, as far as we know.
struct Day {
    /// So many more may begin.
    left: u32,
    /// So many shards have their turn: Discord may or may not have counted their sessions yet.
    turns: u32,
}

/// A shard's turn to begin a session; the next of its bucket waits until some time after it was given back.
pub(super) struct Turn<'a> {
    starts: &'a Starts,
    last: MutexGuard<'a, Option<Instant>>,
    /// Whether a session is set aside for this turn that has not begun.
    is_unused: bool,
}

impl Turn<'_> {
    /// The session that was set aside begins.
    pub(super) fn used(&mut self) {
        self.is_unused = false;
    }

    /// Whether one may begin: the one that was set aside, or another one where that came to nothing.
    pub(super) fn holds_another(&mut self) -> bool {
        self.is_unused = self.is_unused || self.starts.set_aside();
        self.is_unused
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.last = Some(Instant::now());
        let mut day = self.starts.day();
        day.turns -= 1;
        day.left += u32::from(self.is_unused);
    }
}

impl Starts {
    pub(super) fn new(rest: Rest, connection: ConnectionWatch, plan: &Plan) -> Self {
        let buckets = plan.starts.at_once.all().map(|_| Mutex::default()).collect();
        let day = StdMutex::new(Day { left: plan.starts.left, turns: 0 });
        Self { rest, connection, shards: plan.shards, buckets, asking: Mutex::default(), day }
    }

    /// Waits until a shard may begin a session.
    pub(super) async fn turn(&self, shard: Shard) -> Turn<'_> {
        let bucket = shard.number() as usize % self.buckets.len();
        let last = self.buckets[bucket].lock().await;
        if let Some(last) = *last {
            sleep_until(last + BETWEEN_STARTS).await;
        }
        self.wait_for_one().await;
        self.day().turns += 1;
        Turn { starts: self, last, is_unused: true }
    }

    /// Takes one session from those that are left, if one is.
    fn set_aside(&self) -> bool {
        let mut day = self.day();
        let one_less = day.left.checked_sub(1);
        day.left = one_less.unwrap_or_default();
        one_less.is_some()
    }

    /// How many shards Discord wants, where those that there are are too few for it.
    pub(super) async fn too_few(&self) -> Option<ShardCount> {
        match ask(&self.rest).await {
            Asked::Told(plan) => {
                self.learn(plan.starts);
                (plan.shards > self.shards).then_some(plan.shards)
            }
            Asked::Refused | Asked::Nothing(_) => None,
        }
    }

    fn day(&self) -> StdMutexGuard<'_, Day> {
        self.day.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn learn(&self, limit: StartLimit) {
        let mut day = self.day();
        day.left = limit.left.saturating_sub(day.turns);
    }

    /// Sets a session aside. Our own count alone is no reason to wait: connections that came to nothing are in it, and
    /// Discord's day may be over.
    async fn wait_for_one(&self) {
        let _asking = self.asking.lock().await;
        let mut failures = 0;
        while !self.set_aside() {
            let pause = match ask(&self.rest).await {
                Asked::Told(plan) => {
                    self.learn(plan.starts);
                    if self.set_aside() {
                        return;
                    }
                    self.pause(plan.starts)
                }
                Asked::Refused | Asked::Nothing(_) => {
                    failures += 1;
                    BETWEEN_QUESTIONS.after(failures)
                }
            };
            sleep(pause).await;
            info!("asking Discord whether sessions may begin again");
        }
    }

    /// How long to wait, where no session can be had.
    fn pause(&self, limit: StartLimit) -> Duration {
        if limit.left > 0 {
            // Those whose turn it is have them all; soon it shows how many they needed.
            return SHORTEST_WAIT;
        }
        self.tell(limit.renewed_in);
        limit.renewed_in.max(SHORTEST_WAIT)
    }

    fn tell(&self, renewed_in: Duration) {
        let again_in =
            humantime::format_duration(Duration::from_secs(renewed_in.as_secs().max(1))).to_string();
        warn!(
            again_in,
            "Discord lets this bot begin no more sessions for now: a day's are used up, by restarts or by another \
             process with the same token. They begin by themselves then"
        );
        self.connection.failed(&format!(
            "a day's sessions of this bot are used up, by restarts or by another process with the same token. It \
             connects by itself within {again_in}."
        ));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use secrecy::SecretString;
    use url::Url;

    use super::*;
    use crate::system::SystemClock;

    /// Nobody listens there.
    fn starts(shards: u32, at_once: u32, left: u32) -> Starts {
        let rest =
            Rest::new("http://127.0.0.1:1", SecretString::from("token")).expect("a client can be made");
        let count = |number| ShardCount::new(number).expect("it is some");
        let starts = StartLimit { left, renewed_in: Duration::ZERO, at_once: count(at_once) };
        let address = Url::parse("ws://127.0.0.1:1").expect("it is an address");
        let plan = Plan { address, shards: count(shards), starts };
        Starts::new(rest, ConnectionWatch::new(Arc::new(SystemClock)), &plan)
    }

    #[tokio::test(start_paused = true)]
    async fn shards_of_a_bucket_begin_one_after_the_other_and_buckets_beside_each_other() {
        let starts = starts(4, 2, 1_000);
        let began = Instant::now();
        let starts = &starts;
        let when = |number| async move {
            drop(starts.turn(starts.shards.shard(number)).await);
            began.elapsed().as_secs()
        };
        let all = futures::future::join_all([0, 1, 2, 3].map(when)).await;
        assert_eq!(all, [0, 0, 5, 5]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_that_takes_long_to_begin_holds_up_its_bucket_until_it_has() {
        let starts = starts(2, 1, 1_000);
        let turn = starts.turn(starts.shards.shard(0)).await;
        let second = starts.turn(starts.shards.shard(1));
        let began = Instant::now();
        let first = async {
            sleep(Duration::from_secs(10)).await;
            drop(turn);
        };
        let (_turn, ()) = tokio::join!(second, first);
        assert_eq!(began.elapsed().as_secs(), 15);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_session_of_a_day_is_begun_by_one_shard_and_comes_back_where_it_was_not_begun() {
        let starts = starts(2, 2, 1);
        let turn = starts.turn(starts.shards.shard(0)).await;
        let waited = tokio::time::timeout(Duration::from_secs(60), starts.turn(starts.shards.shard(1))).await;
        assert!(waited.is_err(), "the other one has it");
        drop(turn);
        starts.turn(starts.shards.shard(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_session_left_none_begins_while_discord_tells_of_no_more() {
        let starts = starts(1, 1, 1);
        let mut turn = starts.turn(Shard::ONLY).await;
        assert!(turn.holds_another());
        turn.used();
        assert!(!turn.holds_another());
        drop(turn);
        let waited = tokio::time::timeout(Duration::from_secs(60), starts.turn(Shard::ONLY)).await;
        assert!(waited.is_err());
    }
}

//! Who wants what: the subscriptions.

use async_trait::async_trait;

use super::change::ChangeOutcome;
use super::error::Stored;
use crate::audit::Deed;
use crate::home::Home;
use crate::ids::{JournalNumber, SubscriptionId, WorkspaceId};
use crate::port::random::Random;
use crate::subscription::Subscription;
use crate::time::UnixMillis;

/// A subscription to be made; the store gives it its id and its place in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSubscription {
    /// As it shall be; `id`, `after` and `version` are set by the store.
    pub subscription: Subscription,
    /// The journal's head when its floor was taken, if that was earlier: what was journaled since is for it.
    pub head: Option<JournalNumber>,
    /// Who makes it; the store completes the entry with its id.
    pub by: Option<Deed>,
}

/// How making a subscription ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubscriptionAdded {
    /// It is made.
    Added(Subscription),
    /// One of this kind stands in this channel already.
    AlreadyThere(Subscription),
}

/// The id of a subscription that is made now: the time in milliseconds with twenty random bits below it, or as much
/// above the highest id that there is in its workspace and its server, whichever is higher. None where no number is left.
///
/// So ids ascend and none is given twice, even within a millisecond or by a clock that goes back, and there is no counter
/// for which all writers would have to wait. The ids of a counter, which earlier versions gave, are all below. Until the
/// year 2248 an id fits a signed number of 64 bits.
pub fn new_subscription_id(
    highest: SubscriptionId,
    now: UnixMillis,
    random: &dyn Random,
) -> Option<SubscriptionId> {
    let bits = random.number() >> (u64::BITS - RANDOM_BITS);
    let of_time = (now.0.max(0).cast_unsigned() << RANDOM_BITS) | bits;
    let above = highest.0.checked_add(1)?.checked_add(bits)?;
    Some(SubscriptionId(of_time.max(above)))
}

/// How many bits of an id are random.
const RANDOM_BITS: u32 = 20;

/// How removing a subscription ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubscriptionRemoved {
    /// It is removed, and with it these events, which are never posted.
    Removed(Leftover),
    /// It was gone already.
    AlreadyGone,
}

/// The events of a subscription that are not in its channel. Whoever ends it drops them, and pruning those that are too
/// old.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Leftover {
    /// Those that wait, with those that may be on their way just now.
    pub waiting: u64,
    /// Its dead letters: those that could not be posted.
    pub failed: u64,
    /// Those of people who were erased, whether they waited or could not be posted.
    pub erased: u64,
}

impl Leftover {
    /// All that wait or could not be posted.
    pub fn count(self) -> u64 {
        self.waiting.saturating_add(self.failed)
    }
}

impl std::ops::AddAssign for Leftover {
    fn add_assign(&mut self, other: Self) {
        self.waiting = self.waiting.saturating_add(other.waiting);
        self.failed = self.failed.saturating_add(other.failed);
        self.erased = self.erased.saturating_add(other.erased);
    }
}

/// The subscriptions of all servers.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// The subscriptions of a server, by id. Where the server was connected to another workspace before, those to that
    /// one may be among them: whoever serves them looks at [`Subscription::workspace`].
    async fn guild_subscriptions(&self, home: &Home) -> Stored<Vec<Subscription>>;

    /// The subscriptions to a workspace, by id. One that cannot be read is left out and logged.
    async fn workspace_subscriptions(&self, workspace: &WorkspaceId) -> Stored<Vec<Subscription>>;

    /// Makes a subscription, with an id above those of all others of its workspace and of its server, and which none had
    /// before ([`new_subscription_id`]); its cursor starts at the given head, or at the present one.
    async fn add_subscription(&self, new: NewSubscription) -> Stored<SubscriptionAdded>;

    /// Replaces a subscription (detail, alert, state, …) if its version is still the given record's; the stored
    /// version is one higher afterwards. Id, guild, workspace, kind, floor and `after` cannot be changed. In the same write
    /// it is written down who did it, if somebody did.
    async fn change_subscription(
        &self,
        subscription: Subscription,
        by: Option<Deed>,
    ) -> Stored<ChangeOutcome>;

    /// Removes a subscription with its cursor, its in-flight record and its dead letters, and says what went with it;
    /// the store completes the entry with that.
    async fn remove_subscription(
        &self,
        home: &Home,
        id: SubscriptionId,
        by: Option<Deed>,
    ) -> Stored<SubscriptionRemoved>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::random::MockRandom;

    const NOW: UnixMillis = UnixMillis(1_795_942_800_000);

    fn id(highest: u64, now: UnixMillis, bits: u64) -> Option<u64> {
        let mut random = MockRandom::new();
        random.expect_number().return_const(bits << 44);
        new_subscription_id(SubscriptionId(highest), now, &random).map(|id| id.0)
    }

    #[test]
    fn an_id_is_the_time_and_above_those_that_a_counter_gave() {
        let first = id(12, NOW, 5).expect("there are numbers left");
        assert_eq!((first >> 20, first & 0xF_FFFF), (NOW.0.cast_unsigned(), 5));
        assert!(id(first, UnixMillis(NOW.0 + 1), 0) > Some(first));
    }

    #[test]
    fn an_id_is_above_the_highest_within_a_millisecond_and_by_a_clock_that_goes_back() {
        let first = id(0, NOW, 5).expect("there are numbers left");
        assert_eq!(id(first, NOW, 3), Some(first + 4));
        assert_eq!(id(first, UnixMillis(-1), 9), Some(first + 10), "one that was removed is not given again");
        assert_eq!(id(u64::MAX, NOW, 0), None);
    }

    #[test]
    fn an_id_of_the_year_2248_is_still_a_signed_number() {
        let last = id(0, UnixMillis(8_772_000_000_000), 0xF_FFFF);
        assert!(last.is_some_and(|id| i64::try_from(id).is_ok()));
    }
}

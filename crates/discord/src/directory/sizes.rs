//! How many members servers and their roles have, asked of Discord seldom: one answer serves all channels of a server.
//!
//! Nothing tells when a member is given a role (that would need a privileged intent), so an answer grows old. The
//! caller says how old it may be. Where Discord does not answer, what it last told counts for a day; what it never told
//! is not known.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::ids::{GuildId, RoleId};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

use crate::rest::{Answer, Reply, Rest};

/// How long an answer counts where Discord gives no newer one.
const GOOD_FOR: Duration = Duration::from_hours(24);
/// How long an answer may take; whoever waits for it waits to post.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long a question may wait for its turn: right after the start of a bot in a thousand servers all are asked at once.
/// Rather a card a minute later than one without what it is for.
const PATIENCE_FOR_A_TURN: Duration = Duration::from_mins(1);
/// How long nothing is asked after a question that was not answered.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(20);
/// A role that an answer of at most this age does not name is one whose size Discord does not tell; one that an older
/// answer does not name may be new.
const COMPLETE_FOR: Duration = Duration::from_secs(20);
/// Questions that are open at once: with a thousand servers, all would be asked at the start.
const QUESTIONS_AT_ONCE: usize = 4;

/// The sizes of one server's roles, by role.
type RoleSizes = Arc<[(RoleId, u64)]>;

/// What is known of all servers.
pub(super) struct Sizes {
    guilds: Mutex<BTreeMap<GuildId, Arc<GuildSizes>>>,
    questions: Semaphore,
}

#[derive(Default)]
struct GuildSizes {
    roles: Counted<RoleSizes>,
    members: Counted<u64>,
}

/// A count, and the right to ask for it, which one at a time has.
struct Counted<T> {
    known: Mutex<KnownSize<T>>,
    asking: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct KnownSize<T> {
    last: Option<(T, Instant)>,
    /// When it was last asked for in vain.
    failed: Option<Instant>,
}

/// Whether Discord must be asked.
enum Need<T> {
    /// No: this will do, or is all there is for now.
    Answered(Option<T>),
    /// They are to be asked for now.
    ToAsk,
}

impl<T> Default for Counted<T> {
    fn default() -> Self {
        Self {
            known: Mutex::new(KnownSize { last: None, failed: None }),
            asking: tokio::sync::Mutex::default(),
        }
    }
}

impl<T: Clone> Counted<T> {
    fn known(&self) -> MutexGuard<'_, KnownSize<T>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known, if that will do: `fits` judges an answer and its age. After a question in vain it must.
    fn need(&self, fits: &impl Fn(&T, Duration) -> bool) -> Need<T> {
        let (now, known) = (Instant::now(), self.known().clone());
        let good = known.last.filter(|(_, at)| now < *at + GOOD_FOR);
        if good.as_ref().is_some_and(|(value, at)| fits(value, now - *at)) {
            return Need::Answered(good.map(|(value, _)| value));
        }
        let failed_lately = known.failed.is_some_and(|at| now < at + ASK_AGAIN_AFTER);
        if failed_lately { Need::Answered(good.map(|(value, _)| value)) } else { Need::ToAsk }
    }

    /// Takes an answer of Discord's, or that there was none.
    fn take(&self, answer: Option<T>) {
        let now = Instant::now();
        let mut known = self.known();
        match answer {
            Some(value) => *known = KnownSize { last: Some((value, now)), failed: None },
            None => known.failed = Some(now),
        }
    }

    async fn get(
        &self,
        fits: impl Fn(&T, Duration) -> bool,
        ask: impl Future<Output = Option<T>>,
    ) -> Option<T> {
        if let Need::Answered(answer) = self.need(&fits) {
            return answer;
        }
        let _only_asker = self.asking.lock().await;
        if let Need::Answered(answer) = self.need(&fits) {
            return answer;
        }
        self.take(ask.await);
        match self.need(&|_, _| true) {
            Need::Answered(answer) => answer,
            Need::ToAsk => None,
        }
    }
}

impl Default for Sizes {
    fn default() -> Self {
        Self { guilds: Mutex::default(), questions: Semaphore::new(QUESTIONS_AT_ONCE) }
    }
}

impl Sizes {
    fn of(&self, guild: GuildId) -> Arc<GuildSizes> {
        Arc::clone(self.guilds.lock().unwrap_or_else(PoisonError::into_inner).entry(guild).or_default())
    }

    /// Forgets a server that the bot left.
    pub(super) fn forget(&self, guild: GuildId) {
        self.guilds.lock().unwrap_or_else(PoisonError::into_inner).remove(&guild);
    }

    /// Takes the number of members that the gateway told with the server.
    pub(super) fn members_told(&self, guild: GuildId, members: u64) {
        self.of(guild).members.take(Some(members));
    }

    /// The sizes of a server's roles, by role, told within `max_age` if Discord answers; `needed` are the roles that
    /// the caller asks for.
    pub(super) async fn roles(
        &self,
        rest: &Rest,
        guild: GuildId,
        max_age: Duration,
        needed: &[RoleId],
    ) -> Option<RoleSizes> {
        let fits = |sizes: &RoleSizes, age: Duration| {
            age <= max_age
                && (age <= COMPLETE_FOR || needed.iter().all(|role| size_in(sizes, *role).is_some()))
        };
        let ask =
            async { read_sizes(&self.ask(rest, &format!("/guilds/{guild}/roles/member-counts")).await?) };
        self.of(guild).roles.get(fits, ask).await
    }

    /// The number of a server's members, told within `max_age` if Discord answers.
    pub(super) async fn members(&self, rest: &Rest, guild: GuildId, max_age: Duration) -> Option<u64> {
        let ask = async {
            let answer = self.ask(rest, &format!("/guilds/{guild}?with_counts=true")).await?;
            answer["approximate_member_count"].as_u64()
        };
        self.of(guild).members.get(|_, age| age <= max_age, ask).await
    }

    async fn ask(&self, rest: &Rest, path: &str) -> Option<Value> {
        let asked = async {
            let _turn = self.questions.acquire().await.ok()?;
            Some(rest.get_within(path, PATIENCE).await)
        };
        match timeout(PATIENCE_FOR_A_TURN, asked).await.ok()?? {
            Answer::Status(Reply { status: 200, body: Some(body), .. }) => Some(body),
            Answer::Status(reply) => {
                tracing::debug!(status = reply.status, "discord does not tell how many members there are");
                None
            }
            Answer::None(_) => None,
        }
    }
}

/// The size of a role.
pub(super) fn size_in(sizes: &[(RoleId, u64)], role: RoleId) -> Option<u64> {
    sizes.binary_search_by_key(&role, |(of, _)| *of).ok().map(|at| sizes[at].1)
}

fn read_sizes(answer: &Value) -> Option<RoleSizes> {
    let read = |(role, size): (&String, &Value)| Some((RoleId(role.parse().ok()?), size.as_u64()?));
    let mut sizes: Vec<_> = answer.as_object()?.iter().filter_map(read).collect();
    sizes.sort_unstable();
    Some(sizes.into())
}

#[cfg(test)]
mod tests;

//! Brings to its end what was begun to be erased: contacts of which something was on its way, and messages that are to be
//! deleted, at a pace that leaves room for everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::remover::RestRemover;
use deskbell_discord::rest::Rest;
use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, MessageId, WorkspaceId};
use deskbell_domain::port::remover::{Removal, Remover};
use deskbell_domain::port::store::{Store, Stored, Unwanted};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::connector::WorkspaceConnector;
use super::workspaces::Workspaces;
use crate::supervisor::Pulse;

/// How often it is looked whether there is something to do.
const EVERY: Duration = Duration::from_secs(2);
/// So often of these looks contacts are looked at, too.
const CONTACTS_EVERY: u32 = 5;
/// How long an unfinished erasure is left alone: 30, 60, 120 s … 1 hour. Each try reads everything that is kept of the
/// workspace, and whoever began it edits messages for some seconds, which are not to be deleted meanwhile.
const AGAIN: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));
/// How long messages are deleted before it is looked for other things to do.
const ONE_LOOK: Duration = Duration::from_secs(10);
/// Between two deletions: Discord allows some five a second in a channel.
const BETWEEN: Duration = Duration::from_millis(250);
/// How long a channel is left alone at most, and at least, where its messages cannot be deleted now.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
const SHORTEST_WAIT: Duration = Duration::from_secs(10);

/// What is left to be erased and deleted.
pub(super) struct Removals {
    store: Arc<dyn Store>,
    remover: Arc<dyn Remover>,
    workspaces: Arc<Workspaces>,
    unfinished: Unfinished,
    /// The channels that are left alone, each until then.
    put_off: BTreeMap<ChannelId, Instant>,
    /// The server whose turn was last.
    last: Option<GuildId>,
}

/// The erasures that are not at their end: how often each was put off, and until when.
#[derive(Default)]
struct Unfinished(BTreeMap<(WorkspaceId, ContactId), (u32, Instant)>);

impl Unfinished {
    /// Those that are to be tried now, of all there are.
    fn due(
        &mut self,
        all: BTreeSet<(WorkspaceId, ContactId)>,
        now: Instant,
    ) -> Vec<(WorkspaceId, ContactId)> {
        self.0.retain(|one, _| all.contains(one));
        let mut due = Vec::new();
        for one in all {
            let known = self.0.get(&one).copied();
            if known.is_some_and(|(_, until)| now < until) {
                continue;
            }
            let times = known.map_or(1, |(times, _)| times.saturating_add(1));
            self.0.insert(one.clone(), (times, now + AGAIN.after(times)));
            due.extend(known.map(|_| one));
        }
        due
    }
}

impl Removals {
    pub(super) fn new(connector: &WorkspaceConnector, rest: &Rest) -> Self {
        Self {
            store: connector.shared.store.clone(),
            remover: Arc::new(RestRemover::new(rest.clone())),
            workspaces: connector.workspaces.clone(),
            unfinished: Unfinished::default(),
            put_off: BTreeMap::new(),
            last: None,
        }
    }

    pub(super) async fn run(mut self, stop: CancellationToken, pulse: Pulse) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut looks = 0_u32;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            pulse.beat();
            let contacts = looks.is_multiple_of(CONTACTS_EVERY);
            looks = looks.wrapping_add(1);
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = self.look(contacts, &pulse) => if let Err(error) = done {
                    tracing::warn!(%error, "what is to be erased could not be read or written; it is tried again");
                },
            }
            pulse.rest();
        }
    }

    async fn look(&mut self, contacts: bool, pulse: &Pulse) -> Stored<()> {
        let finished = if contacts { self.finish_contacts().await } else { Ok(()) };
        self.delete_messages(pulse).await.and(finished)
    }

    /// Erasures for which something on its way had to be waited for, or which a death broke off. One that cannot be brought
    /// to its end keeps nothing of another.
    async fn finish_contacts(&mut self) -> Stored<()> {
        let (mut all, mut outcome) = (BTreeSet::new(), Ok(()));
        for runtime in self.workspaces.running() {
            let contacts = self.store.unfinished_erasures(runtime.id()).await?;
            all.extend(contacts.into_iter().map(|contact| (runtime.id().clone(), contact)));
        }
        for (workspace, contact) in self.unfinished.due(all, Instant::now()) {
            outcome = self.store.erase_contact(&workspace, &contact).await.map(drop).and(outcome);
        }
        outcome
    }

    /// Deletes what can be deleted now, one message of each server after the other: however many a server has, the others
    /// go on, and so they do where Discord puts a channel off.
    async fn delete_messages(&mut self, pulse: &Pulse) -> Stored<()> {
        let until = Instant::now() + ONE_LOOK;
        loop {
            self.put_off.retain(|_, until| Instant::now() < *until);
            let next = self.next_of_each().await?;
            if next.is_empty() {
                return Ok(());
            }
            for message in next {
                pulse.beat();
                self.last = Some(message.guild);
                self.delete(message).await?;
                sleep(BETWEEN).await;
                if Instant::now() >= until {
                    return Ok(());
                }
            }
        }
    }

    /// The next message of each server that has one whose channel is not put off, from the server on that comes after the
    /// last one.
    async fn next_of_each(&self) -> Stored<Vec<Unwanted>> {
        let (mut next, mut after) = (Vec::new(), None);
        while let Some(first) = self.following(after).await? {
            let mut one = Some(first);
            while let Some(message) = one.filter(|one| self.put_off.contains_key(&one.channel)) {
                let behind = Unwanted { message: MessageId(u64::MAX), ..message };
                one = self.following(Some(behind)).await?.filter(|one| one.guild == first.guild);
            }
            next.extend(one);
            let all_of_it = Unwanted { channel: ChannelId(u64::MAX), message: MessageId(u64::MAX), ..first };
            after = Some(all_of_it);
        }
        next.sort_by_key(|one| (Some(one.guild) <= self.last, one.guild));
        Ok(next)
    }

    async fn following(&self, after: Option<Unwanted>) -> Stored<Option<Unwanted>> {
        Ok(self.store.unwanted(after, 1).await?.first().copied())
    }

    async fn delete(&mut self, message: Unwanted) -> Stored<()> {
        match self.remover.remove(message.channel, message.message).await {
            Removal::Gone => self.store.settled_deletion(message).await,
            Removal::Impossible => {
                tracing::warn!(
                    guild.id = %message.guild,
                    channel.id = %message.channel,
                    message.id = %message.message,
                    "a message that is to be deleted cannot be: the bot may not, or cannot see the channel any more"
                );
                self.store.settled_deletion(message).await
            }
            Removal::Later(wait) => {
                let wait = wait.unwrap_or(LONGEST_WAIT).clamp(SHORTEST_WAIT, LONGEST_WAIT);
                self.put_off.insert(message.channel, Instant::now() + wait);
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use deskbell_domain::home::Home;
    use deskbell_domain::port::remover::MockRemover;
    use deskbell_domain::port::store::Extent;
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::app::fixture;
    use crate::supervisor::Supervisor;
    use crate::system::SystemClock;

    /// These messages are to be deleted, each in the channel of its server's number.
    async fn unwanted(store: &dyn Store, all: &[(u64, u64)]) {
        let (workspace, ada) = (WorkspaceId::new("w"), ContactId::new("ada"));
        for (guild, message) in all {
            let home = Home::new(&workspace, GuildId(*guild));
            let (channel, message) = (ChannelId(*guild), MessageId(*message));
            store.remember_shared(&home, &ada, channel, message).await.unwrap();
            store.begin_erasure(&home, &ada, Extent::Workspace).await.unwrap();
        }
        store.erase_contact(&workspace, &ada).await.unwrap();
    }

    /// In which order messages are deleted, where Discord answers so.
    async fn deleted(all: &[(u64, u64)], answer: fn(MessageId) -> Removal) -> Vec<u64> {
        let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
        let store = fixture::shared(&supervisor).store;
        unwanted(&*store, all).await;
        let tried = Arc::<Mutex<Vec<u64>>>::default();
        let mut remover = MockRemover::new();
        let trying = tried.clone();
        remover.expect_remove().returning(move |_, message| {
            trying.lock().unwrap().push(message.0);
            answer(message)
        });
        let mut removals = Removals {
            store: store.clone(),
            remover: Arc::new(remover),
            workspaces: Arc::default(),
            unfinished: Unfinished::default(),
            put_off: BTreeMap::new(),
            last: None,
        };
        let pulse = supervisor.pulse("deleting messages", Duration::from_mins(1));
        removals.delete_messages(&pulse).await.unwrap();
        supervisor.stop_token().cancel();
        assert_eq!(supervisor.join().await, Ok(()));
        tried.lock().unwrap().clone()
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_with_many_messages_to_delete_is_served_in_turn_with_the_others() {
        let all = [(7, 71), (7, 72), (7, 73), (8, 81), (9, 91)];
        assert_eq!(deleted(&all, |_| Removal::Gone).await, [71, 81, 91, 72, 73]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_channel_that_is_put_off_delays_nobody_elses_messages() {
        let all = [(7, 71), (7, 72), (8, 81), (8, 82)];
        let answer = |message: MessageId| match message.0 {
            71 => Removal::Later(Some(Duration::from_mins(1))),
            _ => Removal::Gone,
        };
        assert_eq!(deleted(&all, answer).await, [71, 81, 82]);
    }

    #[test]
    fn an_erasure_that_cannot_be_finished_is_tried_ever_more_rarely() {
        let (mut unfinished, begin) = (Unfinished::default(), Instant::now());
        let one = (WorkspaceId::new("w"), ContactId::new("ada"));
        let all = BTreeSet::from([one.clone()]);
        let looks = (0..24 * 360).map(|look| Duration::from_secs(look * 10));
        let tried: Vec<_> = looks
            .filter(|passed| !unfinished.due(all.clone(), begin + *passed).is_empty())
            .map(|passed| passed.as_secs())
            .collect();
        assert_eq!(tried[..4], [30, 90, 210, 450]);
        assert!(tried.len() < 32, "once an hour in the end: {tried:?}");
        assert_eq!(unfinished.due(BTreeSet::new(), begin), []);
        assert!(unfinished.0.is_empty(), "what is at its end is forgotten");
    }
}

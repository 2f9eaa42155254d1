//! Brings to its end what was begun to be erased: contacts of which something was on its way, and messages that are to be
//! deleted, at a pace that leaves room for everything else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::remover::RestRemover;
use deskbell_discord::rest::Rest;
use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::{ChannelId, ContactId, WorkspaceId};
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
/// How many messages are read at a time.
const AT_A_TIME: usize = 50;
/// Between two deletions: Discord allows some five a second in a channel.
const BETWEEN: Duration = Duration::from_millis(250);
/// The longest wait that Discord can ask for: what comes then is tried again by a later look.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What is left to be erased and deleted.
pub(super) struct Removals {
    store: Arc<dyn Store>,
    remover: Arc<dyn Remover>,
    workspaces: Arc<Workspaces>,
    unfinished: Unfinished,
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
        if contacts {
            self.finish_contacts().await?;
        }
        self.delete_messages(pulse).await
    }

    /// Erasures for which something on its way had to be waited for, or which a death broke off.
    async fn finish_contacts(&mut self) -> Stored<()> {
        let mut all = BTreeSet::new();
        for runtime in self.workspaces.running() {
            let contacts = self.store.unfinished_erasures(runtime.id()).await?;
            all.extend(contacts.into_iter().map(|contact| (runtime.id().clone(), contact)));
        }
        for (workspace, contact) in self.unfinished.due(all, Instant::now()) {
            self.store.erase_contact(&workspace, &contact).await?;
        }
        Ok(())
    }

    /// Deletes what can be deleted now. Where Discord puts a channel off, the others go on.
    async fn delete_messages(&self, pulse: &Pulse) -> Stored<()> {
        let (mut put_off, mut after) = (BTreeSet::new(), None);
        loop {
            let some = self.store.unwanted(after, AT_A_TIME).await?;
            let Some(last) = some.last().copied() else { return Ok(()) };
            for message in some {
                if !put_off.contains(&message.channel) {
                    pulse.beat();
                    self.delete(message, &mut put_off).await?;
                    sleep(BETWEEN).await;
                }
            }
            after = Some(last);
        }
    }

    async fn delete(&self, message: Unwanted, put_off: &mut BTreeSet<ChannelId>) -> Stored<()> {
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
                put_off.insert(message.channel);
                sleep(wait.unwrap_or_default().min(LONGEST_WAIT)).await;
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

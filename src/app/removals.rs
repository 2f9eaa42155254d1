//! Brings to its end what was begun to be erased: contacts of which something was on its way, and messages that are to be
//! deleted, at a pace that leaves room for everything else.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::remover::RestRemover;
use deskbell_discord::rest::Rest;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::remover::{Removal, Remover};
use deskbell_domain::port::store::{Store, Stored, Unwanted};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

use super::connector::WorkspaceConnector;
use super::workspaces::Workspaces;
use crate::supervisor::Pulse;

/// How often it is looked whether there is something to do.
const EVERY: Duration = Duration::from_secs(2);
/// So often of these looks contacts are looked at, too.
const CONTACTS_EVERY: u32 = 5;
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
}

impl Removals {
    pub(super) fn new(connector: &WorkspaceConnector, rest: &Rest) -> Self {
        Self {
            store: connector.shared.store.clone(),
            remover: Arc::new(RestRemover::new(rest.clone())),
            workspaces: connector.workspaces.clone(),
        }
    }

    pub(super) async fn run(self, stop: CancellationToken, pulse: Pulse) {
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

    async fn look(&self, contacts: bool, pulse: &Pulse) -> Stored<()> {
        if contacts {
            self.finish_contacts().await?;
        }
        self.delete_messages(pulse).await
    }

    /// Erasures for which something on its way had to be waited for, or which a death broke off.
    async fn finish_contacts(&self) -> Stored<()> {
        for runtime in self.workspaces.running() {
            for contact in self.store.unfinished_erasures(runtime.id()).await? {
                self.store.erase_contact(runtime.id(), &contact).await?;
            }
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

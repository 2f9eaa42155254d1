//! One workspace as it runs: its polling, its delivery and its retention, started and stopped as one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_commands::WorkspaceContext;
use deskbell_domain::connection::{Holder, Sight};
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::intercom::IntercomHandles;
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::store::{HintedKind, Stored};
use deskbell_domain::status::StatusBoard;
use deskbell_domain::webhook::{Heard, ToldByWebhook};

use super::wiring::{Link, Parts, Shared};
use crate::deliver::{self, Delivery};
use crate::supervisor::{Fatal, Supervisor};

/// How long a look at the notifications may take before delivery counts as stuck.
const LOOK_PATIENCE: Duration = Duration::from_mins(3);
/// How long a poll may take: days of downtime are caught up in one.
const POLL_PATIENCE: Duration = Duration::from_mins(30);
/// The loops of a workspace's polling, as the log and the heartbeat name them.
const POLLS: [&str; 3] = ["polling contacts", "polling conversations", "polling changes of users"];

/// One workspace as it runs, whatever the number of servers that are connected to it.
pub struct WorkspaceRuntime {
    id: WorkspaceId,
    parts: Parts,
    supervisor: Supervisor,
}

impl WorkspaceRuntime {
    /// Ties a workspace's parts together; nothing runs before [`start`](Self::start). Its tasks are the supervisor's:
    /// one that ends by itself ends the process.
    pub fn new(shared: &Shared, link: Link, supervisor: &Supervisor) -> Self {
        let id = link.workspace.id.clone();
        let supervisor = supervisor.scope();
        Self { id, parts: Parts::tied(shared, link), supervisor }
    }

    /// Which workspace.
    pub fn id(&self) -> &WorkspaceId {
        &self.id
    }

    /// The workspace, as commands reach it.
    pub fn context(&self) -> &Arc<WorkspaceContext> {
        &self.parts.context
    }

    /// The workspace as the commands of a server reach it that asks Intercom with the token of this holder.
    pub fn context_through(
        &self,
        intercom: Arc<dyn IntercomHandles>,
        holder: Holder,
    ) -> Arc<WorkspaceContext> {
        Arc::new(self.parts.context.through(intercom, holder))
    }

    /// How its loops are.
    pub fn board(&self) -> &Arc<StatusBoard> {
        &self.parts.board
    }

    /// Its delivery.
    pub fn delivery(&self) -> &Arc<Delivery> {
        &self.parts.delivery
    }

    /// The way for a command to have something posted.
    pub fn outbox(&self) -> &Arc<dyn Outbox> {
        &self.parts.outbox
    }

    /// Starts the tasks, once. The first poll begins after `first_poll`, so that many workspaces need not be polled
    /// at the same moment.
    pub fn start(&self, guilds: BTreeSet<GuildId>, first_poll: Duration) {
        self.start_delivery(guilds);
        let (poll, stop) = (self.parts.poll.clone(), self.supervisor.stop_token());
        let pulses = POLLS.map(|name| self.supervisor.pulse(name, POLL_PATIENCE));
        for pulse in &pulses {
            pulse.rest();
        }
        self.supervisor.spawn("polling", async move {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = tokio::time::sleep(first_poll) => {}
            }
            poll.run(&stop, pulses).await;
        });
        for of in HintedKind::ALL {
            let (hints, stop) = (self.parts.hints.clone(), self.supervisor.stop_token());
            let pulse = self.supervisor.pulse(task_of(of), POLL_PATIENCE);
            self.supervisor.spawn(task_of(of), async move { hints.run(of, &stop, pulse).await });
        }
        let (retention, stop) = (self.parts.retention.clone(), self.supervisor.stop_token());
        self.supervisor.spawn("retention", async move { retention.run(&stop).await });
    }

    fn start_delivery(&self, guilds: BTreeSet<GuildId>) {
        let (delivery, stop) = (self.parts.delivery.clone(), self.supervisor.stop_token());
        let (tasks, fatal) = (self.supervisor.tracker().clone(), self.supervisor.clone());
        let pulse = self.supervisor.pulse("delivery", LOOK_PATIENCE);
        self.supervisor.spawn("delivery", async move {
            let guilds: Vec<_> = guilds.into_iter().collect();
            if let Err(error) = Box::pin(delivery.reconcile_roster(&guilds)).await {
                tracing::error!(%error, "the notifications could not be read at the start");
            }
            if let Err(deliver::Fatal::DiscordToken) = delivery.run(stop, &tasks, pulse).await {
                fatal.fail(Fatal::DiscordToken);
            }
        });
    }

    /// A webhook came, and the record that it names stands in the workspace's inbox.
    pub fn heard(&self, heard: &Heard) {
        self.parts.webhooks.heard(heard);
        self.nudge();
    }

    /// Something stands in the workspace's inbox.
    pub fn nudge(&self) {
        self.parts.hints.nudge();
    }

    /// How much webhooks told; none where nobody listens for them.
    pub fn told_by_webhook(&self) -> Option<ToldByWebhook> {
        self.parts.webhooks.told()
    }

    /// Serves these servers from now on. Notifications of others are put on hold.
    ///
    /// # Errors
    /// Fails where the store cannot be read or written; the servers count all the same.
    pub async fn set_guilds(&self, guilds: &BTreeSet<GuildId>) -> Stored<()> {
        let guilds: Vec<_> = guilds.iter().copied().collect();
        self.parts.delivery.reconcile_roster(&guilds).await
    }

    /// A server sees no more of the workspace than this from now on.
    pub fn set_sight(&self, guild: GuildId, sight: Sight) {
        self.parts.delivery.set_sight(guild, sight);
    }

    /// Ends the tasks and waits for them, a few seconds at most. A message on its way is given the time to end; its
    /// record is in the store.
    pub async fn stop(&self) {
        self.supervisor.end().await;
    }
}

const fn task_of(of: HintedKind) -> &'static str {
    match of {
        HintedKind::Contact => "looking at contacts that were told of",
        HintedKind::Conversation => "looking at conversations that were told of",
    }
}

//! From the journal into the channels: every event is posted in its subscription's channel once, in the journal's
//! order, whatever is killed or unreachable meanwhile.
//!
//! Each channel has one task, its worker, which has at most one batch in flight. Before the first byte of a batch
//! leaves, its in-flight record is durable; what becomes of it is written afterwards, and only that write is ever
//! repeated. [`Delivery`] makes the workers, wakes them, and takes messages from commands ([`Outbox`]); it decides
//! nothing about a single message. All waiting is tokio's, all jitter comes from the Random port.

mod announce_holds;
mod batch;
mod binding;
mod channel;
mod holds;
mod notices;
mod pace;
mod parts;
mod reachability;
mod registry;
mod retry;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::being_made::{BeingMade, InTheMaking};
use deskbell_domain::channel::Obstacle;
use deskbell_domain::connection::Sight;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, GuildId, SubscriptionId, WorkspaceId};
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::{Passed, PostOutcome};
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::Timestamp;
use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::pace::GlobalPace;
pub use self::parts::{DayOf, DeliveryParts};

use self::channel::handle::ChannelHandle;
use self::channel::inbox::Control;
use self::channel::one_off::{OneOffMessage, Purpose};
use self::channel::worker::ChannelWorker;
use self::notices::TroubleWatch;
use self::parts::Shared;
use crate::supervisor::Pulse;

/// How long a command waits for its message.
const POST_ONCE_PATIENCE: Duration = Duration::from_secs(10);
/// How long [`Outbox::skip_to_now`] waits for the worker.
const SKIP_PATIENCE: Duration = Duration::from_secs(10);
/// How long a read of a server's subscriptions waits before it is tried again.
const LOAD_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How long a worker that died of a mistake of ours stays down.
const REVIVE_AFTER: Duration = Duration::from_secs(5);
/// How often it is looked whether something cannot be read from Intercom for long.
const TROUBLE_LOOK_EVERY: Duration = Duration::from_secs(30);

/// Why delivery cannot go on; the process has to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    /// Discord refuses the token: nothing can be posted anywhere.
    #[error("Discord refuses DISCORD_TOKEN; nothing can be posted until it is renewed")]
    DiscordToken,
}

/// The delivery of one workspace's events.
pub struct Delivery {
    shared: Arc<Shared>,
}

type WorkerEnd = BoxFuture<'static, (ChannelId, bool)>;

impl Delivery {
    /// Prepares delivery; nothing is sent before [`Delivery::run`].
    pub fn new(parts: DeliveryParts) -> Self {
        Self { shared: Arc::new(Shared::new(parts)) }
    }

    /// Tells which servers belong to the workspace, at the start or when the configuration changed. Subscriptions of
    /// other servers, or made for another workspace, are suspended; those that belong again are taken up.
    pub async fn reconcile_roster(&self, linked: &[GuildId]) -> Stored<()> {
        let linked: BTreeSet<GuildId> = linked.iter().copied().collect();
        let before = self.shared.set_linked(linked.clone());
        let workspace = &self.shared.parts.workspace.id;
        // Whoever is gone has workers that still believe to be at home.
        for guild in before.union(&linked) {
            self.wake_guild(*guild);
        }
        for subscription in self.shared.parts.subscriptions.workspace_subscriptions(workspace).await? {
            if !linked.contains(&subscription.guild) {
                binding::bind(&self.shared, subscription).await?;
            }
        }
        Ok(())
    }

    /// A server sees no more of the workspace than this from now on: what it may not see is put on hold, and what it may
    /// see again is taken up.
    pub fn set_sight(&self, guild: GuildId, sight: Sight) {
        self.shared.parts.sights.set(guild, sight);
        self.wake_guild(guild);
    }

    /// Events of these kinds were appended to the journal of a workspace: the workers that take one of them look at once.
    pub fn journal_grew(&self, workspace: &WorkspaceId, kinds: &BTreeSet<EventKind>) {
        if *workspace == self.shared.parts.workspace.id {
            for handle in self.shared.registry.handles() {
                handle.journal_grew(kinds);
            }
        }
    }

    /// The bot was removed from a server.
    pub fn guild_gone(&self, guild: GuildId) {
        for handle in self.shared.registry.handles() {
            handle.control(Control::GuildGone(guild));
        }
    }

    /// A channel was deleted.
    pub fn channel_gone(&self, channel: ChannelId) {
        if let Some(handle) = self.shared.registry.find(channel) {
            handle.control(Control::Close(Obstacle::ChannelGone));
        }
    }

    /// A channel or thread changed: one that was locked may be open again.
    pub fn channel_changed(&self, channel: ChannelId) {
        if let Some(handle) = self.shared.registry.find(channel) {
            handle.control(Control::ChannelChanged);
        }
    }

    /// What the bot may do in a server's channels may have changed: those suspended look whether they are open again.
    /// The others are told too: one may just be suspended now.
    pub fn access_changed(&self, guild: GuildId) {
        for handle in self.shared.registry.handles_of(guild).into_values() {
            handle.access_changed();
        }
    }

    /// Runs the workers until `stop`, each as a task of `tasks`. A message in flight is given a few seconds to end;
    /// its record is durable, so that the next start finishes what did not.
    pub async fn run(&self, stop: CancellationToken, tasks: &TaskTracker, pulse: Pulse) -> Result<(), Fatal> {
        let mut running: FuturesUnordered<WorkerEnd> = FuturesUnordered::new();
        let mut troubles = TroubleWatch::default();
        let mut look = Instant::now() + TROUBLE_LOOK_EVERY;
        loop {
            pulse.beat();
            let changed = self.shared.registry.changed();
            // Boxed, as the look below is, so that the many deliveries that wait do not each keep room for them.
            let again = Box::pin(self.load_guilds()).await;
            for handle in self.shared.registry.take_new() {
                running.push(self.start_worker(handle, &stop, tasks));
            }
            pulse.rest();
            tokio::select! {
                biased;
                () = self.shared.halted.cancelled() => return Err(Fatal::DiscordToken),
                () = stop.cancelled() => break,
                Some((channel, died)) = running.next() => self.worker_ended(channel, died),
                () = changed => {}
                () = announce_holds::tell_next(&self.shared) => {}
                () = sleep_until(again.unwrap_or(look).min(look)) => {
                    if Instant::now() >= look {
                        look = Instant::now() + TROUBLE_LOOK_EVERY;
                        Box::pin(troubles.look(&self.shared)).await;
                    }
                }
            }
        }
        while running.next().await.is_some() {}
        Ok(())
    }

    fn start_worker(
        &self,
        handle: Arc<ChannelHandle>,
        stop: &CancellationToken,
        tasks: &TaskTracker,
    ) -> WorkerEnd {
        let channel = handle.channel;
        let mut worker = ChannelWorker::new(Arc::clone(&self.shared), handle);
        let stop = stop.clone();
        let task = tasks.spawn(async move { worker.run(&stop).await });
        async move {
            let Err(error) = task.await else { return (channel, false) };
            tracing::error!(channel.id = channel.0, panic = error.is_panic(), "a channel's task died");
            tokio::time::sleep(REVIVE_AFTER).await;
            (channel, true)
        }
        .boxed()
    }

    /// A worker retires by itself (its handle is taken out then); one that died is started anew.
    fn worker_ended(&self, channel: ChannelId, died: bool) {
        if died {
            self.shared.registry.renew(channel);
        }
    }

    /// Makes the workers of the servers that were named since. Answers when to try again where the store failed.
    async fn load_guilds(&self) -> Option<Instant> {
        let mut failed = BTreeSet::new();
        for guild in self.shared.registry.take_guilds() {
            if let Err(error) = self.load_guild(guild).await {
                tracing::warn!(guild.id = guild.0, %error, "a server's notifications could not be read");
                failed.insert(guild);
            }
        }
        if failed.is_empty() {
            return None;
        }
        self.shared.registry.put_back_guilds(failed);
        Some(Instant::now() + LOAD_AGAIN_AFTER)
    }

    async fn load_guild(&self, guild: GuildId) -> Stored<()> {
        if !self.shared.is_linked(guild) {
            return Ok(());
        }
        let subscriptions =
            self.shared.parts.subscriptions.guild_subscriptions(&self.shared.home(guild)).await?;
        let mut handles = self.shared.registry.handles_of(guild);
        handles.extend(
            subscriptions.iter().map(|one| (one.channel, self.shared.registry.worker_of(one.channel))),
        );
        for handle in handles.into_values() {
            handle.belongs_to(guild);
            handle.settings_changed();
        }
        Ok(())
    }

    async fn skip(&self, guild: GuildId, id: SubscriptionId) -> Stored<u64> {
        let subscriptions =
            self.shared.parts.subscriptions.guild_subscriptions(&self.shared.home(guild)).await?;
        let Some(subscription) = subscriptions.into_iter().find(|one| one.id == id) else { return Ok(0) };
        let (answer, skipped) = oneshot::channel();
        let handle = self.shared.registry.worker_of(subscription.channel);
        handle.belongs_to(guild);
        handle.control(Control::SkipToNow { id, answer });
        Ok(timeout(SKIP_PATIENCE, skipped).await.ok().and_then(Result::ok).unwrap_or(0))
    }
}

#[async_trait]
impl Outbox for Delivery {
    async fn post_once(&self, channel: ChannelId, message: Message) -> PostOutcome {
        let silence = self.shared.parts.pace.silent_for(Instant::now());
        if silence > POST_ONCE_PATIENCE {
            return PostOutcome::TurnedAway { after: Some(silence), passed: Passed::No };
        }
        let handle = self.shared.registry.worker_of(channel);
        if let Some(silence) = handle.paused_for(Instant::now()).filter(|pause| *pause > POST_ONCE_PATIENCE) {
            return PostOutcome::TurnedAway { after: Some(silence), passed: Passed::No };
        }
        let (answer, outcome) = oneshot::channel();
        let nonce = Nonce::of_notice(self.shared.parts.random.number());
        handle.send(OneOffMessage { message, nonce, purpose: Purpose::Command(answer) });
        timeout(POST_ONCE_PATIENCE, outcome).await.ok().and_then(Result::ok).unwrap_or(PostOutcome::Unknown)
    }

    fn making(&self, earliest: Timestamp) -> BeingMade {
        // Nothing is judged here.
        InTheMaking::default().begin(earliest)
    }

    fn wake(&self, channel: ChannelId) {
        self.shared.registry.worker_of(channel).settings_changed();
    }

    fn wake_guild(&self, guild: GuildId) {
        self.shared.registry.name_guild(guild);
    }

    async fn skip_to_now(&self, guild: GuildId, id: SubscriptionId) -> u64 {
        self.skip(guild, id).await.unwrap_or_else(|error| {
            tracing::warn!(guild.id = guild.0, subscription.id = id.0, %error, "a skip could not be done");
            0
        })
    }
}

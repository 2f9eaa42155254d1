//! How messages leave for one channel: at its pace, one at a time, with what each outcome says of the way to Discord.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::message::Message;
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::port::messenger::{Passed, PostOutcome};
use deskbell_domain::port::store::Stored;
use deskbell_domain::subscription::Subscription;
use tokio::time::{Instant, timeout};

use super::audience::{AudienceWatch, Privacy};
use super::consumers::Consumers;
use super::handle::{ChannelHandle, ChannelHealth, ChannelState, Takes};
use crate::deliver::pace::ChannelPace;
use crate::deliver::parts::Shared;
use crate::deliver::reachability::{self, Blocked, Failure};

/// The Messenger ends within 15 s; a worker does not stand still should it not.
const POST_PATIENCE: Duration = Duration::from_secs(20);

/// The way out of one channel's worker.
pub(crate) struct Sender {
    pub(crate) shared: Arc<Shared>,
    pub(crate) handle: Arc<ChannelHandle>,
    pub(crate) audience: AudienceWatch,
    pub(crate) pace: ChannelPace,
    /// What kept the last message back, if it did not get through.
    pub(crate) blocked: Option<Blocked>,
    /// A slot of the global pace, taken and not used yet.
    slot: Option<Instant>,
}

/// Discord did not tell whether anything is in the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Untold;

impl Sender {
    pub(crate) fn new(shared: Arc<Shared>, handle: Arc<ChannelHandle>) -> Self {
        Self {
            shared,
            handle,
            audience: AudienceWatch::default(),
            pace: ChannelPace::default(),
            blocked: None,
            slot: None,
        }
    }

    pub(crate) fn channel(&self) -> ChannelId {
        self.handle.channel
    }

    /// When a message may leave; none where it may now.
    pub(crate) fn wait_for_pace(&mut self, now: Instant) -> Option<Instant> {
        let ready = self.pace.ready_at(now);
        if ready > now {
            return Some(ready);
        }
        let global = &self.shared.parts.pace;
        let slot = match self.slot.filter(|slot| global.is_good(*slot, now)) {
            Some(slot) => slot,
            None => global.reserve(now),
        };
        self.slot = Some(slot);
        (slot > now).then_some(slot)
    }

    /// Sends a message that has no record of its own, and may be another process's work by now.
    pub(crate) async fn post_unrecorded(&mut self, message: &Message, nonce: &Nonce) -> Stored<PostOutcome> {
        self.shared.parts.cluster.confirm().await?;
        self.post(message, nonce).await
    }

    /// Sends one message whose record was written just now, and keeps what its outcome says of the pace. It is the only
    /// way out, and nothing leaves where the work may be another process's.
    pub(crate) async fn post(&mut self, message: &Message, nonce: &Nonce) -> Stored<PostOutcome> {
        self.shared.parts.cluster.may_send()?;
        self.slot = None;
        let began = Instant::now();
        self.pace.spend(began);
        let sent = self.shared.parts.messenger.post(self.channel(), message, nonce);
        let outcome = timeout(POST_PATIENCE, sent).await.unwrap_or(PostOutcome::Unknown);
        self.shared.parts.metrics.post_answered(began.elapsed());
        self.blocked = None;
        self.take_note(&outcome).await;
        Ok(outcome)
    }

    async fn take_note(&mut self, outcome: &PostOutcome) {
        let channel = self.channel();
        reachability::answered(&self.shared, channel, &mut self.pace, outcome);
        match outcome {
            PostOutcome::Posted { pace, .. } => {
                self.pace.told(*pace, Instant::now());
                reachability::slowed(&self.shared, channel, *pace);
                self.handle.pause(self.pace.ready_at(Instant::now()));
            }
            PostOutcome::RateLimited { after, scope } => {
                reachability::limited(&self.shared, channel, &mut self.pace, *after, *scope);
                self.handle.pause(self.pace.ready_at(Instant::now()));
            }
            PostOutcome::TurnedAway { after, passed } => {
                self.did_not_pass(Failure::TurnedAway(*after, *passed)).await;
            }
            PostOutcome::Unexplained { reason } => {
                tracing::warn!(
                    channel.id = channel.0,
                    reason,
                    "Discord does not take a message and says nothing that is known"
                );
                self.did_not_pass(Failure::TurnedAway(None, Passed::No)).await;
            }
            PostOutcome::Unknown => self.did_not_pass(Failure::Unanswered).await,
            PostOutcome::Unauthorized => {
                tracing::error!("Discord refuses the token; nothing can be posted");
                self.shared.halted.cancel();
            }
            PostOutcome::Refused { .. } | PostOutcome::Closed(_) => {}
        }
    }

    /// Takes note of what keeps messages back.
    pub(crate) async fn did_not_pass(&mut self, failure: Failure) {
        let blocked = reachability::failed(&self.shared, self.handle.channel, &mut self.pace, failure).await;
        self.blocked = Some(blocked);
    }

    /// Remembers a message of ours that shows no event. Failing costs no more than one way to read the history.
    pub(crate) async fn remember(&self, message: MessageId) {
        let Some(guild) = self.handle.guild() else { return };
        let (home, deliveries) = (self.shared.home(guild), &self.shared.parts.deliveries);
        let remembered = deliveries.remember_own_message(&home, self.channel(), message).await;
        if let Err(error) = remembered {
            tracing::warn!(channel.id = self.channel().0, %error, "a message of ours was not remembered");
        }
    }

    /// What is in the way of posting, as far as Discord's settings tell.
    pub(crate) async fn obstacle(&self) -> Result<Option<Obstacle>, Untold> {
        let guild = self.handle.guild().ok_or(Untold)?;
        match self.shared.parts.channels.view(guild, self.channel()).await {
            Ok(view) => match view.obstacle() {
                None if view.lacking.is_none() => Err(Untold),
                obstacle => Ok(obstacle),
            },
            Err(ChannelError::Closed(obstacle)) => Ok(Some(obstacle)),
            Err(ChannelError::Unavailable) => Err(Untold),
        }
    }

    /// Whether a batch for a subscription must leave personal data out now.
    pub(crate) async fn privacy(&mut self, subscription: &Subscription) -> Privacy {
        self.audience.privacy(&self.shared, &self.handle, subscription).await
    }

    /// Makes known whether this channel takes messages, and which events concern it.
    pub(crate) fn publish(&self, consumers: &Consumers) {
        let health = if consumers.is_any_serving() {
            ChannelHealth::Working
        } else {
            reachability::forget_channel(&self.shared, self.channel());
            ChannelHealth::Unproven
        };
        let is_taken =
            |kind: &EventKind| consumers.all.iter().any(|one| one.subscription.kind == kind.told_by());
        let takes = Takes::Kinds(EventKind::ALL.into_iter().filter(is_taken).collect());
        self.handle.publish(ChannelState { health, takes });
    }
}

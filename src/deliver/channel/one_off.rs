//! Messages that belong to no batch: what commands hand over, and the bot's own notices. Posted once, between the
//! batches and at their pace; an unknown outcome is told, never repeated.

use std::collections::BTreeSet;

use deskbell_domain::channel::Audience;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::Message;
use deskbell_domain::port::messenger::PostOutcome;
use tokio::sync::oneshot;

/// A message that belongs to no batch.
#[derive(Debug)]
pub(crate) struct OneOffMessage {
    pub(crate) message: Message,
    pub(crate) nonce: Nonce,
    pub(crate) purpose: Purpose,
}

/// Who wants to know what became of it.
#[derive(Debug)]
pub(crate) enum Purpose {
    /// A command.
    Command(oneshot::Sender<PostOutcome>),
    /// Who watches what goes wrong at Intercom.
    Trouble(oneshot::Sender<PostOutcome>),
    /// The worker's own memory of who reads its channel.
    AudienceTold(Audience),
    /// Nobody: it says that an event was set aside, which the list of those tells too.
    SetAside,
    /// The workers of these channels, which are suspended.
    Suspended {
        /// The channels that the notice tells of.
        about: BTreeSet<ChannelId>,
    },
}

impl OneOffMessage {
    /// Whether the command does not wait for it any more.
    pub(crate) fn is_forgotten(&self) -> bool {
        matches!(&self.purpose, Purpose::Command(answer) if answer.is_closed())
    }

    /// Whether it is posted after a pause. A pause while calls are turned away is long, so a command is rather told of it.
    pub(crate) fn waits_after(&self, outcome: &PostOutcome) -> bool {
        match outcome {
            PostOutcome::RateLimited { .. } => true,
            PostOutcome::TurnedAway { .. } => !matches!(self.purpose, Purpose::Command(_)),
            _ => false,
        }
    }
}

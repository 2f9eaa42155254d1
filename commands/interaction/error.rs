//! What can go wrong in a command.
//!
//! A refusal is an answer like any other; everything else is logged once, with the reference that the person sees.

use deskbell_discord::interaction::DiscordFailure;
use deskbell_domain::port::channels::ChannelError;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::StoreError;

use crate::interaction::refusal::Said;

pub(crate) use crate::interaction::refusal::{ClosedChannel, Refusal};

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// An answer that says no: nothing is wrong with the bot.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Intercom.
    #[error(transparent)]
    Intercom(#[from] IntercomError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer could not be brought to Discord.
    #[error("discord did not take the answer: {0}")]
    Discord(DiscordFailure),
}

impl CommandError {
    /// Whether the log tells more of it than the person reads. A slip of their own is an answer and nothing else.
    pub(crate) fn is_for_the_log(&self) -> bool {
        match self {
            // That Discord did not answer is no slip; what is in the way in a channel, the person reads in full.
            Self::Refused(Refusal::Channel(closed)) => closed.why == ChannelError::Unavailable,
            Self::Refused(refusal) => matches!(
                refusal,
                Refusal::WorkspaceUnknown(_)
                    | Refusal::LeadUnclear
                    | Refusal::LeadExists(_)
                    | Refusal::OldCommand
                    | Refusal::NotPosted(_)
                    | Refusal::Said { kind: Said::TestMessageUnclear | Said::OnlyRestored, .. }
            ),
            Self::Intercom(IntercomError::TooMany { .. }) => false,
            Self::Intercom(_) | Self::Store(_) | Self::Discord(_) => true,
        }
    }
}

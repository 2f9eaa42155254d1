//! What can go wrong in a command.
//!
//! A refusal is an answer like any other; everything else is logged once, with the reference that the person sees.

use deskbell_discord::interaction::DiscordFailure;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::StoreError;

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

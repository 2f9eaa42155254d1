//! What can go wrong in a command.
//!
//! A refusal is an answer like any other; everything else is logged once, with the reference that the person sees.

use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::StoreError;
use poise::serenity_prelude as serenity;

pub(crate) use crate::interaction::refusal::{ClosedChannel, NotPosted, Refusal};

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

/// What Discord said to an answer: its code and status, never its address, which holds the interaction's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code {code}, status {status}")]
pub struct DiscordFailure {
    /// Discord's code; 0 where it gave none.
    pub code: isize,
    /// The HTTP status; 0 where no answer came.
    pub status: u16,
}

impl From<serenity::Error> for DiscordFailure {
    fn from(error: serenity::Error) -> Self {
        match error {
            serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer)) => {
                Self { code: answer.error.code, status: answer.status_code.as_u16() }
            }
            _ => Self { code: 0, status: 0 },
        }
    }
}

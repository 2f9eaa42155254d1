//! How the bot hears what happens at Intercom.

use std::time::Duration;

/// How the bot hears what happens at Intercom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Hearing {
    /// Intercom tells it.
    ByWebhook,
    /// It asks.
    #[default]
    ByPoll,
}

impl Hearing {
    /// How often Intercom is asked; where it tells, that only finds what it did not. A short play asks twice as often, or
    /// half of it would be waiting.
    pub(super) fn check_every(self, is_short: bool) -> Duration {
        Duration::from_secs(match (self, is_short) {
            (Self::ByWebhook, false) => 4,
            (Self::ByWebhook, true) | (Self::ByPoll, false) => 2,
            (Self::ByPoll, true) => 1,
        })
    }

    /// What the play begins with.
    pub(super) fn told(self) -> &'static str {
        match self {
            Self::ByWebhook => "Intercom tells the bot by webhook what happens; --poll plays it without.",
            Self::ByPoll => "The bot asks Intercom every few seconds what happened.",
        }
    }
}

//! How the stand-in begins.

use crate::{clock::Clock, fault::Faults, recorder::Recorder};

/// How the stand-in is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The token that the bot must show.
    pub token: String,
    /// The bot's name.
    pub bot_name: String,
    /// Tells the time of messages and ids.
    pub clock: Clock,
    /// What goes wrong in HTTP.
    pub faults: Faults,
    /// Where exchanges are kept.
    pub recorder: Recorder,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            token: "sandbox.discord.bot.token".to_owned(),
            bot_name: "Deskbell".to_owned(),
            clock: Clock::system(),
            faults: Faults::default(),
            recorder: Recorder::in_memory(),
        }
    }
}

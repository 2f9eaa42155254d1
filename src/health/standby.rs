//! What the heartbeat says of a process that stands by while another serves the bot.

use deskbell_domain::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::minute::minute;

/// For whom a process stands by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandsBy {
    /// Who serves the bot: the machine and the number of its process, in words.
    pub whom: String,
    /// Since when this process waits for it, in milliseconds since 1970.
    pub since: UnixMillis,
}

impl StandsBy {
    /// What to tell.
    pub(super) fn sentence(&self) -> String {
        format!(
            "ok: the bot stands by since {}: another Deskbell ({}) serves, and this one takes over by itself.",
            minute(self.since),
            self.whom
        )
    }
}

//! What is told of a workspace.

use serde::{Deserialize, Serialize};

/// How a workspace is: numbers and an id, and nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceLine {
    /// Its id at Intercom; none for servers whose workspace Intercom has not told yet.
    pub workspace: Option<String>,
    /// How many servers are connected to it.
    pub servers: usize,
    /// How long ago something of it was last read to its end; none where nothing was yet.
    pub lag_seconds: Option<i64>,
    /// How many posts of events wait, over all notifications.
    pub waiting: u64,
    /// How many notifications are on hold.
    pub on_hold: u64,
    /// Since when Intercom refuses the token, if it does.
    pub refused_since: Option<String>,
}

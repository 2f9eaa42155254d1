//! How the process stands, as it is looked up for a page of metrics.

use deskbell_domain::calls::CallCounts;
use std::sync::Arc;

/// How the process stands.
#[derive(Debug, Clone, Default)]
pub struct Standings {
    /// Workspaces that are served.
    pub workspaces: u64,
    /// Events that wait to be posted, over all notifications.
    pub waiting: u64,
    /// How old the oldest of them is, in seconds.
    pub oldest_waiting_s: u64,
    /// Channels in which nothing can be posted.
    pub channels_on_hold: u64,
    /// How much later than planned the latest poll is, in seconds.
    pub poll_lateness_s: u64,
    /// Messages that may have been posted twice, since the start.
    pub possible_duplicates: u64,
    /// Calls that had to wait since the start, because all workspaces of the app had used theirs up.
    pub app_calls_held_up: u64,
    /// Whether the store can be written.
    pub store_writable: bool,
    /// Whether Discord is connected.
    pub discord_connected: bool,
    /// Memory of the process, in bytes, where the system tells.
    pub resident_bytes: Option<u64>,
    /// Calls to Intercom.
    pub intercom: Arc<CallCounts>,
    /// Calls to Discord.
    pub discord: Arc<CallCounts>,
}

//! What `/status` is made from.

use std::time::Duration;

use deskbell_domain::access::ManageServer;
use deskbell_domain::port::intercom::Usage;
use deskbell_domain::service::status::Reading;
use deskbell_domain::shard::ConnectedShards;
use deskbell_domain::status::{PollStatus, StoreState, UnreadableNotifications};
use deskbell_domain::time::UnixMillis;
use deskbell_domain::webhook::ToldByWebhook;
use deskbell_domain::workspace::Region;

use crate::around::Around;
use crate::command::CommandName;
use crate::delivery::Undelivered;

/// What `/status` tells of a server and its workspace.
pub struct Picture<'a> {
    pub workspace_name: &'a str,
    pub region: Region,
    pub poll: PollStatus,
    pub store: StoreState,
    pub undelivered: Undelivered,
    pub possible_duplicates: u64,
    pub unreadable: u64,
    pub unreadable_notifications: UnreadableNotifications,
    pub stored: &'a Reading,
    pub usage: Usage,
    pub shards: ConnectedShards,
    /// What webhooks told; none where nobody listens for them.
    pub told: Option<ToldByWebhook>,
    pub poll_interval: Duration,
    pub version: &'a str,
    pub started_at: UnixMillis,
    /// Whether the asker sees the commands of set-up: nobody else is pointed to them.
    pub manage: ManageServer,
}

impl Picture<'_> {
    /// Where to go on, for whoever sees that command.
    pub(super) fn points_to(&self, around: Around<'_>, command: CommandName) -> String {
        match self.manage {
            ManageServer::Holds => format!(" {}", around.mention(command)),
            ManageServer::Lacks => String::new(),
        }
    }
}

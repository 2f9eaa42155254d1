//! What a bot that runs tells of its door.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use deskbell_domain::time::UnixMillis;
use serde::{Deserialize, Serialize};

/// What a bot that runs tells of its door, in a line of JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorLine {
    /// As `HTTP_LISTEN` had it; none where there is no door.
    pub listen: Option<SocketAddr>,
    /// When each topic was last heard, by its name.
    pub heard: BTreeMap<String, UnixMillis>,
    /// How many webhooks were refused, since nobody whose word counts had signed them.
    pub unsigned: u64,
}

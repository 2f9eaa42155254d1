//! What the two processes tell each other.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Said when everything is there and polling begins.
pub(super) const READY: &str = "ready";

/// What Intercom signs with.
pub(super) const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";

/// What a workspace is called.
pub(super) fn workspace(number: usize) -> String {
    format!("workspace{number}")
}

/// What the process is to do.
#[derive(Serialize, Deserialize)]
pub(super) struct Plan {
    /// Where the stand-in for Intercom is.
    pub(super) intercom: String,
    /// Where the stand-in for Discord is.
    pub(super) discord: String,
    /// The bot's token.
    pub(super) token: String,
    /// The bot's id.
    pub(super) bot: u64,
    /// Where the store is to be.
    pub(super) folder: PathBuf,
    /// From one poll of a workspace to its next.
    pub(super) interval: Duration,
    /// How often each workspace is polled.
    pub(super) rounds: u32,
    /// Where webhooks are listened for, if any come.
    pub(super) door: Option<SocketAddr>,
    /// A server and its channel for each workspace.
    pub(super) channels: Vec<(u64, u64)>,
}

/// How the polls went.
#[derive(Serialize, Deserialize)]
pub(super) struct Outcome {
    /// By how many microseconds each poll but the first of a workspace began after its time.
    pub(super) late_us: Vec<u64>,
    /// How many workspaces' last poll did not end well.
    pub(super) unwell: usize,
}

//! The condition of Discord as a whole: whether it works, what its gateway does, and whether it lets the bot through.
//!
//! These are the values; what sets and tells them stands in `controls`.

use axum::http::StatusCode;

/// What becomes of the gateway while the REST API is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayDuringOutage {
    /// Sockets are dropped and none is taken.
    Down,
    /// It goes on as if nothing were wrong.
    Up,
}

/// Whether Discord works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Outage {
    /// It does.
    #[default]
    None,
    /// Every request gets this status.
    Rest {
        /// Such as 500 or 503.
        status: StatusCode,
        /// The gateway may be out too.
        gateway: GatewayDuringOutage,
    },
}

/// Whether a session that was called invalid can be resumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumable {
    /// The client may resume it.
    Yes,
    /// The client must identify anew.
    No,
}

/// Whether heartbeats are answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heartbeats {
    /// They are.
    Answered,
    /// They are not: the connection looks alive and is dead.
    Ignored,
}

/// Whether the wall in front of Discord lets the bot through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloudflareBan {
    /// It does not.
    On,
    /// It does.
    Off,
}

/// How sessions began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionStarts {
    /// New ones.
    pub identified: usize,
    /// Taken up again.
    pub resumed: usize,
}

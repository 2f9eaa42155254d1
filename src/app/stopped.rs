//! A start that was broken off.

/// The process was asked to end before the bot was ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was asked to end")]
pub(super) struct Stopped;

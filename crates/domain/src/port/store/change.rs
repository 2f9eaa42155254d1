//! How a change of what others change too ends.

/// How a change of a versioned record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum ChangeOutcome {
    /// It is written.
    Changed,
    /// It was changed meanwhile, or is gone: read again.
    Conflict,
}

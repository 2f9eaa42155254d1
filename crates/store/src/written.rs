//! Whether a change was written by this very operation: only then there is something to write down of who did it.

use deskbell_domain::port::store::ChangeOutcome;

/// How a change of a versioned record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// It is written with this operation.
    Now,
    /// It was so already: the operation is repeated.
    Before,
    /// It is a conflict.
    Not,
}

impl Written {
    /// As the caller hears it.
    pub fn outcome(self) -> ChangeOutcome {
        match self {
            Self::Now | Self::Before => ChangeOutcome::Changed,
            Self::Not => ChangeOutcome::Conflict,
        }
    }
}

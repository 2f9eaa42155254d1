//! Whether what was made is still there.

/// Whether something that was made still exists. What is gone is kept, so that a test can count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existence {
    /// It is there.
    Present,
    /// It was deleted, or the bot was removed.
    Gone,
}

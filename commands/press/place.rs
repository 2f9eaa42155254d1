//! Where an answer goes.

/// Where an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerPlace {
    /// Into a message of its own.
    New,
    /// In place of the message whose button was pressed; an error beside it.
    Same,
    /// In place of the message whose button was pressed, which told an error itself.
    Again,
}

//! Why the store did not do what it was asked.

/// Why the store did not do it. Nothing was changed, or a repetition finds it done.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full or broken: stop sending and polling, try again later.
    #[error("the store cannot be written")]
    Unwritable(#[source] std::io::Error),
    /// What is stored cannot be read: the disk is broken or does not answer. It says nothing of whether it can be written,
    /// which [`StoreHealth`](super::StoreHealth) alone tells.
    #[error("the store cannot be read")]
    NotRead(#[source] std::io::Error),
    /// A stored value cannot be read; the key names it. The rest of the store works.
    #[error("the stored value {key} cannot be read")]
    Unreadable {
        /// Which value, without its content.
        key: String,
    },
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
}

/// What the store answers.
pub type Stored<T> = Result<T, StoreError>;

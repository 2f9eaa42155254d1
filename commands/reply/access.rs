//! Sentences of access.

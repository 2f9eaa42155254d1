//! Sentences of status.

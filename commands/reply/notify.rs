//! Sentences of notify.

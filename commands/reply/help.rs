//! Sentences of help.

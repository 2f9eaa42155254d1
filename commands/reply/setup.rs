//! Sentences of setup.

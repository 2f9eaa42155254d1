//! The words that this process is sending, and looks after by itself.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// The words that this process looks after by itself, by their keys.
#[derive(Default)]
pub(crate) struct UnderWay(Mutex<BTreeSet<String>>);

impl UnderWay {
    /// They are looked after until this is dropped.
    pub(crate) fn begin<'a>(&'a self, key: &str) -> LookedAfter<'a> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.to_owned());
        LookedAfter { all: self, key: key.to_owned() }
    }

    /// Whether somebody looks after them.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(key)
    }
}

/// Words that somebody looks after.
pub(crate) struct LookedAfter<'a> {
    all: &'a UnderWay,
    key: String,
}

impl Drop for LookedAfter<'_> {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

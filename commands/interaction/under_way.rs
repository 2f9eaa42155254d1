//! The words that this process is sending, and looks after by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use deskbell_domain::time::UnixMillis;

/// The words that this process looks after by itself, by their keys.
#[derive(Default)]
pub(crate) struct UnderWay(Mutex<Keys>);

#[derive(Default)]
struct Keys {
    looked_after: BTreeSet<String>,
    /// Until when nothing is tried with them.
    resting: BTreeMap<String, UnixMillis>,
}

impl UnderWay {
    /// They are looked after until this is dropped.
    pub(crate) fn begin<'a>(&'a self, key: &str) -> LookedAfter<'a> {
        self.keys().looked_after.insert(key.to_owned());
        LookedAfter { all: self, key: key.to_owned() }
    }

    /// Nothing is to be tried with them until then.
    pub(crate) fn rest(&self, key: &str, until: UnixMillis) {
        self.keys().resting.insert(key.to_owned(), until);
    }

    /// Whether nobody looks after them, and something may be tried.
    pub(crate) fn is_free(&self, key: &str, now: UnixMillis) -> bool {
        let mut keys = self.keys();
        keys.resting.retain(|_, until| *until > now);
        !keys.looked_after.contains(key) && !keys.resting.contains_key(key)
    }

    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Words that somebody looks after.
pub(crate) struct LookedAfter<'a> {
    all: &'a UnderWay,
    key: String,
}

impl Drop for LookedAfter<'_> {
    fn drop(&mut self) {
        self.all.keys().looked_after.remove(&self.key);
    }
}

//! The work, which this process has or has lost.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};

use deskbell_domain::port::store::{Cluster, StoreError, Stored};

/// Whether this process may send anything.
#[derive(Default)]
pub(super) struct Work {
    is_lost: AtomicBool,
}

impl Work {
    pub(super) fn lose(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    pub(super) fn have(&self) {
        self.is_lost.store(false, Ordering::Relaxed);
    }
}

impl Cluster for Work {
    fn may_send(&self) -> Stored<()> {
        if self.is_lost.load(Ordering::Relaxed) {
            return Err(StoreError::Unwritable(io::Error::other("it may be another's")));
        }
        Ok(())
    }
}

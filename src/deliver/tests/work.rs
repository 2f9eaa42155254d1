//! The work, which this process has or has lost.

use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use async_trait::async_trait;
use deskbell_domain::port::store::{Cluster, StoreError, Stored};

/// Whether this process may send anything.
#[derive(Default)]
pub(super) struct Work {
    is_lost: AtomicBool,
    confirmed: AtomicU64,
}

impl Work {
    /// How often it was asked to write that it has the work.
    pub(super) fn confirmed(&self) -> u64 {
        self.confirmed.load(Ordering::Relaxed)
    }

    pub(super) fn lose(&self) {
        self.is_lost.store(true, Ordering::Relaxed);
    }

    pub(super) fn have(&self) {
        self.is_lost.store(false, Ordering::Relaxed);
    }
}

#[async_trait]
impl Cluster for Work {
    async fn confirm(&self) -> Stored<()> {
        self.confirmed.fetch_add(1, Ordering::Relaxed);
        self.may_send()
    }

    fn may_send(&self) -> Stored<()> {
        if self.is_lost.load(Ordering::Relaxed) {
            return Err(StoreError::Unwritable(io::Error::other("it may be another's")));
        }
        Ok(())
    }
}

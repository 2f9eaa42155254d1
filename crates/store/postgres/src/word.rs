//! What the store says of itself: nobody else says whether it can be written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use deskbell_domain::status::StoreState;
use deskbell_domain::time::{Clock, UnixMillis};
use tokio::sync::watch;

use crate::open_error::with_causes;

/// How often it is told that the store still takes no writes, in milliseconds.
const TOLD_EVERY_MS: i64 = 60_000;

/// Stands for the time of what was not told yet.
const NEVER: i64 = i64::MIN;

/// What the store says of itself.
#[derive(Clone)]
pub(crate) struct Word {
    state: watch::Sender<StoreState>,
    clock: Arc<dyn Clock>,
    /// When it was last told that nothing can be written.
    told_at: Arc<AtomicI64>,
}

impl Word {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        let state = watch::Sender::new(StoreState::Writable);
        Self { state, clock, told_at: Arc::new(AtomicI64::new(NEVER)) }
    }

    pub(crate) fn state(&self) -> watch::Receiver<StoreState> {
        self.state.subscribe()
    }

    pub(crate) fn written(&self) {
        let is_news = self.state.send_if_modified(|state| {
            *state != StoreState::Writable && {
                *state = StoreState::Writable;
                true
            }
        });
        if is_news {
            tracing::info!("the store can be written again; polling and posting go on");
        }
    }

    /// Told at once, and every minute while it lasts.
    pub(crate) fn not_written(&self, error: &std::io::Error) {
        let since = self.clock.now();
        self.state.send_if_modified(|state| {
            let is_news = *state == StoreState::Writable;
            if is_news {
                *state = StoreState::Unwritable { since };
                self.told_at.store(NEVER, Ordering::Relaxed);
            }
            is_news
        });
        if self.is_to_be_told(since) {
            let reason = with_causes(error);
            tracing::error!(
                reason,
                "the store cannot be written: polling and posting stand still until it can"
            );
        }
    }

    fn is_to_be_told(&self, now: UnixMillis) -> bool {
        let again = |told: i64| (told == NEVER || (now.0 - told).abs() >= TOLD_EVERY_MS).then_some(now.0);
        self.told_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, again).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct At(AtomicI64);

    impl Clock for At {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn it_is_told_at_once_and_then_every_minute() {
        let clock = Arc::new(At(AtomicI64::new(5)));
        let word = Word::new(clock.clone());
        let mut told = Vec::new();
        for at in [5, 6, 60_004, 60_005, 60_006, 130_000] {
            told.push(word.is_to_be_told(UnixMillis(at)));
        }
        assert_eq!(told, [true, false, false, true, false, true]);
        word.not_written(&std::io::Error::other("full"));
        word.written();
        assert_eq!(*word.state().borrow(), StoreState::Writable);
    }
}

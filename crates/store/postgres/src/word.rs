//! What the store says of itself: nobody else says whether it can be written.

use std::sync::Arc;

use deskbell_domain::status::StoreState;
use deskbell_domain::time::Clock;
use tokio::sync::watch;

/// What the store says of itself.
#[derive(Clone)]
pub(crate) struct Word {
    state: watch::Sender<StoreState>,
    clock: Arc<dyn Clock>,
}

impl Word {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { state: watch::Sender::new(StoreState::Writable), clock }
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

    /// Told once; what is tried while it lasts is no news.
    pub(crate) fn not_written(&self, error: &std::io::Error) {
        let since = self.clock.now();
        let is_news = self.state.send_if_modified(|state| {
            *state == StoreState::Writable && {
                *state = StoreState::Unwritable { since };
                true
            }
        });
        if is_news {
            let reason = reason(error);
            tracing::error!(
                reason,
                "the store cannot be written: polling and posting stand still until it can"
            );
        }
    }
}

/// An error with all that caused it: the first of them says no more than that there is one.
fn reason(error: &std::io::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

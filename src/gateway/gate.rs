//! The gate before Discord's gateway: serenity takes the address from behind a lock whenever it connects, and we hold that
//! lock. So nothing connects before it may, however serenity goes about it: it would begin new sessions by itself, five
//! seconds apart in each client and regardless of all others.

use std::sync::Arc;

use tokio::sync::{Mutex, OwnedMutexGuard};

/// A closed gate. Whoever waits before it when it is dropped waits for ever.
pub(super) struct Gate {
    address: Arc<Mutex<String>>,
    closed: Option<OwnedMutexGuard<String>>,
}

/// Whether anybody went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passed {
    Somebody,
    Nobody,
}

impl Gate {
    /// Closes the gate to this address.
    pub(super) async fn close(address: Arc<Mutex<String>>) -> Self {
        let closed = Some(address.clone().lock_owned().await);
        Self { address, closed }
    }

    /// Lets through whoever waits, and closes the gate again.
    pub(super) async fn let_through(&mut self) -> Passed {
        drop(self.closed.take());
        // The lock is fair: where somebody waits it is theirs by now.
        if let Ok(closed) = self.address.clone().try_lock_owned() {
            self.closed = Some(closed);
            return Passed::Nobody;
        }
        self.closed = Some(self.address.clone().lock_owned().await);
        Passed::Somebody
    }
}

impl Drop for Gate {
    /// A client that is given up must not connect after that.
    fn drop(&mut self) {
        if let Some(closed) = self.closed.take() {
            std::mem::forget(closed);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;
    use tokio_util::task::TaskTracker;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_connects_before_the_gate_is_opened_for_them_or_after_it_is_given_up() {
        let address = Arc::new(Mutex::new("ws://there".to_owned()));
        let mut gate = Gate::close(address.clone()).await;
        assert_eq!(gate.let_through().await, Passed::Nobody);
        let connecting = address.clone();
        let connecting = TaskTracker::new().spawn(async move { connecting.lock().await.clone() });
        tokio::task::yield_now().await;
        assert!(!connecting.is_finished());
        assert_eq!(gate.let_through().await, Passed::Somebody);
        assert_eq!(connecting.await.expect("it went through"), "ws://there");
        drop(gate);
        assert!(timeout(Duration::from_secs(60), address.lock()).await.is_err());
    }
}

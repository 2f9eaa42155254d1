//! Whether the bot is connected to Discord, and since when it waits for that: written by the start and the gateway, read
//! by the heartbeat.

use std::sync::Arc;

use deskbell_domain::time::{Clock, UnixMillis};
use tokio::sync::watch;

/// How it stands between the bot and Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionState {
    /// The bot is connected.
    Connected,
    /// It is not.
    Waiting {
        /// Since when.
        since: UnixMillis,
        /// What the last try told, as the end of a sentence; none before the first has failed.
        why: Option<String>,
    },
}

/// Where the state is kept. Clones share it.
#[derive(Clone)]
pub struct ConnectionWatch {
    state: watch::Sender<ConnectionState>,
    clock: Arc<dyn Clock>,
}

impl ConnectionWatch {
    /// From now on it is waited for Discord.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let since = clock.now();
        Self { state: watch::Sender::new(ConnectionState::Waiting { since, why: None }), clock }
    }

    /// Whether the bot is connected now.
    pub fn is_connected(&self) -> bool {
        *self.state.borrow() == ConnectionState::Connected
    }

    /// Now.
    pub fn state(&self) -> ConnectionState {
        self.state.borrow().clone()
    }

    /// Tells of every change.
    pub fn subscribe(&self) -> watch::Receiver<ConnectionState> {
        self.state.subscribe()
    }

    /// A try to connect failed, for this reason.
    pub fn failed(&self, reason: &str) {
        self.state.send_if_modified(|state| match state {
            ConnectionState::Connected => false,
            ConnectionState::Waiting { why, .. } => why.replace(reason.to_owned()).as_deref() != Some(reason),
        });
    }

    /// The bot is connected.
    pub fn connected(&self) {
        self.state.send_if_modified(|state| {
            std::mem::replace(state, ConnectionState::Connected) != ConnectionState::Connected
        });
    }

    /// The connection is lost.
    pub fn lost(&self) {
        let since = self.clock.now();
        self.state.send_if_modified(|state| match state {
            ConnectionState::Connected => {
                *state = ConnectionState::Waiting { since, why: None };
                true
            }
            ConnectionState::Waiting { .. } => false,
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct Moved(AtomicI64);

    impl Clock for Moved {
        fn now(&self) -> UnixMillis {
            UnixMillis(self.0.load(Ordering::Relaxed))
        }
    }

    #[test]
    fn since_when_it_waits_is_kept_until_it_is_connected() {
        let clock = Arc::new(Moved::default());
        let connection = ConnectionWatch::new(clock.clone());
        let waiting = |since, why: Option<&str>| ConnectionState::Waiting {
            since: UnixMillis(since),
            why: why.map(str::to_owned),
        };
        clock.0.store(5, Ordering::Relaxed);
        connection.failed("no answer came in time");
        connection.lost();
        assert_eq!(connection.state(), waiting(0, Some("no answer came in time")));
        connection.connected();
        assert_eq!(connection.state(), ConnectionState::Connected);
        connection.lost();
        assert_eq!(connection.state(), waiting(5, None));
    }
}

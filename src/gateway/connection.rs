//! Whether the bot is connected to Discord with each of its shards, and since when it waits for that: written by the start
//! and the gateway, read by the heartbeat, the HTTP door and `/status`.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_domain::shard::{ConnectedShards, Shard, ShardCount, Shards};
use deskbell_domain::time::{Clock, UnixMillis};
use tokio::sync::watch;

/// How it stands between the bot and Discord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionState {
    /// Every shard is connected.
    Connected,
    /// Some shard is not.
    Waiting {
        /// Since when.
        since: UnixMillis,
        /// What the last try told, as the end of a sentence; none before the first has failed.
        why: Option<String>,
        /// How many are.
        shards: ConnectedShards,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    of: ShardCount,
    connected: BTreeSet<Shard>,
    /// Since when they are not all connected, or were last.
    since: UnixMillis,
    why: Option<String>,
}

impl State {
    fn shards(&self) -> ConnectedShards {
        let connected = u32::try_from(self.connected.len()).unwrap_or(u32::MAX);
        ConnectedShards { connected, of: self.of.get() }
    }
}

/// Where the state is kept. Clones share it.
#[derive(Clone)]
pub struct ConnectionWatch {
    state: watch::Sender<State>,
    clock: Arc<dyn Clock>,
}

impl Shards for ConnectionWatch {
    fn connected_shards(&self) -> ConnectedShards {
        self.state.borrow().shards()
    }
}

/// Tells of every change of the connection.
pub struct ConnectionChanges(watch::Receiver<State>);

impl ConnectionChanges {
    /// Waits for the next change.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is there any more who could change it.
            std::future::pending::<()>().await;
        }
    }
}

impl ConnectionWatch {
    /// From now on it is waited for Discord.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let state = State { of: ShardCount::ONE, connected: BTreeSet::new(), since: clock.now(), why: None };
        Self { state: watch::Sender::new(state), clock }
    }

    /// So many shards are to be connected.
    pub fn expect(&self, shards: ShardCount) {
        self.state.send_modify(|state| (state.of, state.why) = (shards, None));
    }

    /// Now.
    pub fn state(&self) -> ConnectionState {
        let state = self.state.borrow();
        let shards = state.shards();
        if shards.are_all() {
            return ConnectionState::Connected;
        }
        ConnectionState::Waiting { since: state.since, why: state.why.clone(), shards }
    }

    /// Tells of every change.
    pub fn changes(&self) -> ConnectionChanges {
        ConnectionChanges(self.state.subscribe())
    }

    /// A try to connect failed, for this reason.
    pub fn failed(&self, reason: &str) {
        self.state.send_if_modified(|state| {
            !state.shards().are_all() && state.why.replace(reason.to_owned()).as_deref() != Some(reason)
        });
    }

    /// A shard is connected.
    pub fn connected(&self, shard: Shard) {
        self.state.send_if_modified(|state| state.connected.insert(shard));
    }

    /// The connection of a shard is lost.
    pub fn lost(&self, shard: Shard) {
        let now = self.clock.now();
        self.state.send_if_modified(|state| {
            let were_all = state.shards().are_all();
            let was_connected = state.connected.remove(&shard);
            if was_connected && were_all {
                (state.since, state.why) = (now, None);
            }
            was_connected
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

    fn waiting(since: i64, why: Option<&str>, connected: u32, of: u32) -> ConnectionState {
        let shards = ConnectedShards { connected, of };
        ConnectionState::Waiting { since: UnixMillis(since), why: why.map(str::to_owned), shards }
    }

    #[test]
    fn since_when_it_waits_is_kept_until_it_is_connected() {
        let clock = Arc::new(Moved::default());
        let connection = ConnectionWatch::new(clock.clone());
        clock.0.store(5, Ordering::Relaxed);
        connection.failed("no answer came in time");
        connection.lost(Shard::ONLY);
        assert_eq!(connection.state(), waiting(0, Some("no answer came in time"), 0, 1));
        connection.connected(Shard::ONLY);
        assert_eq!(connection.state(), ConnectionState::Connected);
        connection.lost(Shard::ONLY);
        assert_eq!(connection.state(), waiting(5, None, 0, 1));
    }

    #[test]
    fn it_is_connected_when_every_shard_is() {
        let clock = Arc::new(Moved::default());
        let connection = ConnectionWatch::new(clock.clone());
        let two = ShardCount::new(2).unwrap();
        let [one, other] = [two.shard(0), two.shard(1)];
        connection.expect(two);
        connection.connected(one);
        assert_eq!(connection.state(), waiting(0, None, 1, 2));
        connection.connected(other);
        assert_eq!(connection.state(), ConnectionState::Connected);
        clock.0.store(7, Ordering::Relaxed);
        connection.lost(one);
        clock.0.store(9, Ordering::Relaxed);
        connection.lost(other);
        assert_eq!(connection.state(), waiting(7, None, 0, 2), "since the first of them");
    }
}

//! Who connects and disconnects does so alone, as far as its own server and workspaces are concerned; nobody else waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use deskbell_domain::ids::{GuildId, WorkspaceId};
use tokio::sync::OwnedMutexGuard;

type Lock = tokio::sync::Mutex<()>;

/// What one at a time may change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gate {
    /// Which workspace a server is connected to.
    Server(GuildId),
    /// Which servers a workspace is served for, and what is kept of it.
    Workspace(WorkspaceId),
}

/// The gates that somebody is in, or waits before.
#[derive(Default)]
pub(in crate::app) struct Gates(Mutex<BTreeMap<Gate, Weak<Lock>>>);

impl Gates {
    /// Waits until nobody else is in any of them, and keeps them until what it answers is dropped. Each goes through them
    /// in their order, servers before workspaces, so that no two wait for each other: whoever is in one of a workspace asks
    /// for none of a server any more.
    pub(super) async fn pass(&self, gates: BTreeSet<Gate>) -> Vec<OwnedMutexGuard<()>> {
        let mut passed = Vec::with_capacity(gates.len());
        for gate in gates {
            passed.push(self.lock(gate).lock_owned().await);
        }
        passed
    }

    fn lock(&self, gate: Gate) -> Arc<Lock> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, lock| lock.strong_count() > 0);
        if let Some(lock) = known.get(&gate).and_then(Weak::upgrade) {
            return lock;
        }
        let lock = Arc::<Lock>::default();
        known.insert(gate, Arc::downgrade(&lock));
        lock
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn server(id: u64) -> Gate {
        Gate::Server(GuildId(id))
    }

    fn workspace(id: &str) -> Gate {
        Gate::Workspace(WorkspaceId::new(id))
    }

    #[tokio::test]
    async fn one_waits_for_whoever_has_a_gate_of_its_own_and_for_nobody_else() {
        let gates = Gates::default();
        let pass = |wanted: &[Gate]| gates.pass(wanted.iter().cloned().collect()).now_or_never();
        let first = pass(&[server(1), workspace("acme")]);
        assert!(first.is_some());
        assert!(pass(&[server(2), workspace("acme")]).is_none() && pass(&[server(1)]).is_none());
        let other = pass(&[server(2), workspace("globex")]);
        assert!(other.is_some());
        drop(first);
        assert!(pass(&[server(1), workspace("acme")]).is_some());
        assert!(pass(&[server(1), workspace("globex")]).is_none());
    }
}

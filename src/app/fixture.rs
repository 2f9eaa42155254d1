//! What all workspaces share, for tests: a store in memory, and nobody at Discord.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::port::channels::{ChannelError, MockChannels};
use deskbell_domain::port::messenger::MockMessenger;
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;

use super::wiring::{Shared, WorkspaceSettings};
use crate::ingest::poll::Intervals;
use crate::supervisor::Supervisor;
use crate::system::{SystemClock, SystemRandom};

/// Its store is written until the supervisor ends.
pub(super) fn shared(supervisor: &Supervisor) -> Shared {
    let clock = Arc::new(SystemClock);
    let mut channels = MockChannels::new();
    channels.expect_view().returning(|_, _| Err(ChannelError::Unavailable));
    let (store, writer) = KvStore::over(MemoryEngine::new(), clock.clone(), Arc::new(SystemRandom));
    supervisor.spawn_last("the store's writer", writer.run());
    Shared {
        store: Arc::new(store),
        messenger: Arc::new(MockMessenger::new()),
        channels: Arc::new(channels),
        clock,
        random: Arc::new(SystemRandom),
        pace: Arc::default(),
        command_ids: Arc::default(),
        names: Arc::default(),
        topics: Arc::default(),
        metrics: Arc::default(),
        settings: WorkspaceSettings {
            intervals: Intervals { poll: Duration::from_mins(2), reconcile: Duration::from_mins(10) },
            update_fields: UpdateFields::default(),
            card_fields: CardFields::default(),
            retention: Duration::from_hours(24),
            is_told: false,
        },
    }
}

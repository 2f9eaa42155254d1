//! What all workspaces share, and what connects servers to them, for tests: a store in memory, and nobody at Discord.

use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::rest::Rest;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::connection::{Connection, Rights, Secret, Standing, TokenOrigin};
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::{GuildId, MemberId, WorkspaceId};
use deskbell_domain::port::channels::{ChannelError, MockChannels};
use deskbell_domain::port::messenger::MockMessenger;
use deskbell_domain::time::{ServerTime, Timestamp};
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;
use secrecy::SecretString;

use super::connector::{ConnectorParts, OperatorsWorkspace, WorkspaceConnector};
use super::wiring::{Shared, WorkspaceSettings};
use super::workspaces::Workspaces;
use crate::config::{ApiAddress, Connect, IntercomConfig, IntercomReach};
use crate::connect::places::ClientParts;
use crate::ingest::poll::Intervals;
use crate::supervisor::Supervisor;
use crate::system::{SystemClock, SystemRandom};

/// A token of a server.
pub(super) const TOKEN: &str = "dG9rOmFjbWUtMTIzNDU2Nzg5MDoxOjA=";

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

/// One whose servers reach Intercom at this address.
pub(super) fn connector(
    url: &str,
    supervisor: &Supervisor,
    operators: OperatorsWorkspace,
) -> WorkspaceConnector {
    WorkspaceConnector::from(ConnectorParts {
        reach: config(url).reach,
        connect: Connect::Anyone,
        app: None,
        rest: Rest::new("http://127.0.0.1:9", SecretString::from("nobody")).expect("a client"),
        parts: client_parts(),
        shared: shared(supervisor),
        workspaces: Arc::new(Workspaces::default()),
        supervisor: supervisor.clone(),
        operators,
    })
}

/// The token at this address.
pub(super) fn config(url: &str) -> IntercomConfig {
    let reach = IntercomReach {
        address: ApiAddress::Given(url.parse().expect("an address")),
        version: "2.16".to_owned(),
        calls_per_minute: 100,
        app_calls_per_minute: 9000,
    };
    IntercomConfig { token: SecretString::from(TOKEN), workspace: None, reach }
}

/// What clients are made of.
pub(super) fn client_parts() -> ClientParts {
    ClientParts::new(Arc::new(ServerTime::new(Arc::new(SystemClock)))).expect("a client")
}

/// A server that was connected to Acme at that time.
pub(super) fn connection(guild: GuildId, token: &str, at: Timestamp) -> Connection {
    let id = WorkspaceId::new("acme");
    Connection {
        guild,
        workspace: Workspace { id, name: "Acme".to_owned(), region: None, time_zone: None },
        region: Region::Us,
        token: Secret::new(token),
        origin: TokenOrigin::Pasted,
        client_secret: None,
        made_by: MemberId(9),
        made_at: at,
        rights: Rights::default(),
        checked_at: at,
        standing: Standing::Accepted,
        version: 0,
    }
}

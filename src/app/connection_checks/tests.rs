//! The checks over the stand-in for Intercom.

use std::collections::BTreeSet;
use std::sync::{Mutex, RwLock};

use deskbell_discord::rest::Rest;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::connection::{Rights, Secret};
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::{GuildId, MemberId};
use deskbell_domain::port::channels::{ChannelError, MockChannels};
use deskbell_domain::port::intercom::WorkspaceFacts as _;
use deskbell_domain::port::messenger::MockMessenger;
use deskbell_domain::time::ServerTime;
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_intercom::AppCalls;
use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::{Access, Intercom};
use deskbell_sandbox::recorder::Recorder;
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;
use secrecy::SecretString;

use super::*;
use crate::app::connector::{Gates, OperatorsWorkspace, TokenNotices};
use crate::app::{Shared, WorkspaceSettings, Workspaces};
use crate::config::{ApiAddress, Connect, IntercomReach};
use crate::connect::places::ClientParts;
use crate::ingest::poll::Intervals;
use crate::supervisor::Supervisor;
use crate::system::{SystemClock, SystemRandom};

const GUILD: GuildId = GuildId(7);
const TOKEN: &str = "dG9rOmFjbWUtMTIzNDU2Nzg5MDoxOjA=";

/// A server that is connected, with nothing to poll for.
struct World {
    intercom: Intercom,
    checks: ConnectionChecks,
    supervisor: Supervisor,
    pulse: Pulse,
    _server: Server,
}

impl World {
    async fn connected() -> Self {
        let intercom = Intercom::new(Clock::system(), Recorder::in_memory(), 7);
        intercom.access().add_token(TOKEN, &[]);
        let server = intercom.serve().await.expect("loopback has free ports");
        let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
        let connector = Arc::new(connector(&server.url(), &supervisor));
        let connection = connection(connector.shared.clock.now().seconds());
        let kept = connector.shared.store.change_connection(connection, None).await;
        assert_eq!(kept.expect("the store takes it"), ChangeOutcome::Changed);
        connector.serve_own().await.expect("the store answers");
        let pulse = supervisor.pulse("checks", Duration::from_mins(1));
        let checks = ConnectionChecks::new(connector);
        Self { intercom, checks, supervisor, pulse, _server: server }
    }

    /// An hour after it was last asked.
    async fn look_an_hour_later(&mut self) {
        let hour_ago = Instant::now().checked_sub(schedule::ASK_EVERY).expect("the machine runs for an hour");
        self.checks.schedule.asked(GUILD, Verdict::Accepted, hour_ago);
        self.checks.tick(None, &self.pulse).await.expect("the store answers");
    }

    async fn standing(&self) -> Verdict {
        let known = self.checks.connector.shared.store.connection(GUILD).await.expect("the store answers");
        standing(&known.expect("it is connected"))
    }

    async fn end(self) {
        self.supervisor.stop_token().cancel();
        assert_eq!(self.supervisor.join().await, Ok(()));
    }
}

fn connection(now: Timestamp) -> Connection {
    let id = WorkspaceId::new("acme");
    Connection {
        guild: GUILD,
        workspace: Workspace { id, name: "Acme".to_owned(), region: None, time_zone: None },
        region: Region::Us,
        token: Secret::new(TOKEN),
        origin: TokenOrigin::Pasted,
        client_secret: None,
        made_by: MemberId(9),
        made_at: now,
        rights: Rights::default(),
        checked_at: now,
        standing: Standing::Accepted,
        version: 0,
    }
}

fn shared(supervisor: &Supervisor) -> Shared {
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

fn connector(url: &str, supervisor: &Supervisor) -> WorkspaceConnector {
    let address = ApiAddress::Given(url.parse().expect("an address"));
    let server_time = Arc::new(ServerTime::new(Arc::new(SystemClock)));
    WorkspaceConnector {
        reach: IntercomReach {
            address,
            version: "2.16".to_owned(),
            calls_per_minute: 100,
            app_calls_per_minute: 9000,
        },
        connect: Connect::Anyone,
        app: None,
        rest: Rest::new("http://127.0.0.1:9", SecretString::from("nobody")).expect("a client"),
        parts: ClientParts::new(server_time).expect("a client"),
        shared: shared(supervisor),
        workspaces: Arc::new(Workspaces::default()),
        supervisor: supervisor.clone(),
        of_operator: RwLock::new(BTreeSet::new()),
        operators: OperatorsWorkspace::None,
        served: Mutex::default(),
        gates: Gates::default(),
        secrets: RwLock::default(),
        token_news: Arc::default(),
        app_calls: Arc::new(AppCalls::new(9000)),
        token_notices: TokenNotices::default(),
    }
}

#[tokio::test]
async fn a_token_that_nothing_used_for_an_hour_is_asked_whose_it_is() {
    let mut world = World::connected().await;
    world.checks.tick(None, &world.pulse).await.expect("the store answers");
    let asked = |world: &World| world.intercom.recorder().count(|one| one.path == "/me");
    assert_eq!(asked(&world), 0, "it was just brought");
    world.intercom.access().set_for(TOKEN, Access::Revoked);
    world.look_an_hour_later().await;
    assert_eq!((asked(&world), world.standing().await), (1, Verdict::Refused));
    world.intercom.access().set_for(TOKEN, Access::Granted);
    let connector = world.checks.connector.clone();
    let client = connector.client_of(&connection(Timestamp(0))).expect("it is served");
    assert!(client.workspace().await.is_ok(), "any call that succeeds");
    let news = connector.token_news.next().await;
    world.checks.tick(Some(news), &world.pulse).await.expect("the store answers");
    assert_eq!(world.standing().await, Verdict::Accepted);
    let before = asked(&world);
    world.look_an_hour_later().await;
    assert_eq!(asked(&world), before, "it was used since");
    world.end().await;
}

//! A context for the tests of set-up: the real store in memory, channels and an outbox that answer what they are told to.

mod answers;
mod channels;
mod journal;
mod outbox;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_discord::interaction::Interactions;
use deskbell_domain::access::ManageServer;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::creations::Creations;
use deskbell_domain::crowd::Headcount;
use deskbell_domain::delivery::Reference;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, MessageId, RoleId, WorkspaceId};
use deskbell_domain::member_field::MemberField;
use deskbell_domain::message::Message;
use deskbell_domain::names::Names;
use deskbell_domain::port::connector::{Linkage, MockConnector};
use deskbell_domain::port::intercom::{Intercom, IntercomHandles, MockIntercom, OnBehalfOf, Usage};
use deskbell_domain::port::messenger::{Pace, PostOutcome};
use deskbell_domain::port::random::MockRandom;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::remover::MockRemover;
use deskbell_domain::port::store::{StoreHealth as _, Subscriptions as _};
use deskbell_domain::service::notify::add::{Addition, PublicDecision, Wish};
use deskbell_domain::shard::{ConnectedShards, Shards};
use deskbell_domain::status::StatusBoard;
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::time::{Clock, ServerTime, Timestamp, UnixMillis};
use deskbell_domain::webhook::{Door, Webhooks};
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_store::KvStore;
use deskbell_store::engine::memory::{Fault, MemoryEngine};
use deskbell_text::failure::Effect;

use self::answers::Shown;
use self::channels::Fixed;
pub(crate) use self::channels::sizes;
use self::outbox::RecordingOutbox;
use crate::interaction::asker::{Asker, PersonName, Rights};
use crate::interaction::bot::{BotContext, Dependencies, Facts};
use crate::interaction::context::CommandContext;
use crate::interaction::error::CommandError;
use crate::interaction::request::subscribe_point;
use crate::interaction::words;
use crate::interaction::workspace::{Connected, WorkspaceContext, WorkspacePorts, Workspaces};
use crate::notify::add::try_to_add;

pub(crate) const GUILD: GuildId = GuildId(7);
pub(crate) const SALES: ChannelId = ChannelId(20);
pub(crate) const SUPPORT: ChannelId = ChannelId(21);
/// Everyone can read it.
pub(crate) const GENERAL: ChannelId = ChannelId(22);
pub(crate) const IDEAS: ChannelId = ChannelId(23);
/// The bot may not write there.
pub(crate) const LOCKED: ChannelId = ChannelId(24);
/// A role of 4,990 members can read it.
pub(crate) const CROWDED: ChannelId = ChannelId(25);
/// Nobody may write there but the bot.
pub(crate) const READ_ONLY: ChannelId = ChannelId(26);
pub(crate) const MARK: MemberId = MemberId(9);
pub(crate) const TEAM: RoleId = RoleId(30);
/// Nobody may mention it.
pub(crate) const QUIET: RoleId = RoleId(31);
/// Now.
pub(crate) const NOW: Timestamp = Timestamp(1_763_889_600);

struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        UnixMillis(NOW.0 * 1000)
    }
}

/// The store's clock and randomness. Both are at naught, so that the ids of notifications are 1, 2, 3 and can be read in a
/// snapshot, until the store has to tell the time.
#[derive(Default)]
struct StoreClock(AtomicI64);

impl Clock for StoreClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::Relaxed))
    }
}

impl Random for StoreClock {
    fn number(&self) -> u64 {
        0
    }
}

/// No command of set-up asks Intercom for a person.
struct Nobody;

impl IntercomHandles for Nobody {
    fn handle(&self, _: OnBehalfOf) -> Arc<dyn Intercom> {
        Arc::new(MockIntercom::new())
    }
}

/// A context in use.
pub(crate) struct World {
    pub(crate) context: CommandContext,
    pub(crate) store: KvStore,
    outbox: Arc<RecordingOutbox>,
    channels: Arc<Fixed>,
    shown: Arc<Shown>,
    clock: Arc<StoreClock>,
    engine: MemoryEngine,
}

/// Runs a test with the store's writer beside it.
pub(crate) async fn run(test: impl AsyncFnOnce(&World)) {
    run_with(Door::Closed, test).await;
}

/// The same where Intercom tells by itself, or does not.
pub(crate) async fn run_with(door: Door, test: impl AsyncFnOnce(&World)) {
    let engine = MemoryEngine::new();
    let clock = Arc::<StoreClock>::default();
    let (store, writer) = KvStore::over(engine.clone(), clock.clone(), clock.clone());
    let outcome = PostOutcome::Posted { message: Some(MessageId(500)), pace: Pace::Unsaid };
    let outbox = Arc::new(RecordingOutbox {
        store: store.clone(),
        posted: Mutex::default(),
        woken: Mutex::default(),
        outcome: Mutex::new(outcome),
    });
    let (channels, shown) = (Arc::default(), Arc::default());
    let context = context(&store, &outbox, (&channels, &shown), door);
    let world = World { context, store, outbox, channels, shown, clock, engine };
    tokio::select! {
        () = test(&world) => {}
        _ended = writer.run() => panic!("the writer ended before the test"),
    }
}

/// The server is connected to the workspace, and no other server is.
struct OneServer(Arc<WorkspaceContext>);

impl Workspaces for OneServer {
    fn of(&self, guild: GuildId) -> Connected {
        if guild == GUILD { Connected::To(Arc::clone(&self.0)) } else { Connected::No }
    }
}

struct OneShard;

impl Shards for OneShard {
    fn connected_shards(&self) -> ConnectedShards {
        ConnectedShards { connected: 1, of: 1 }
    }
}

fn context(
    store: &KvStore,
    outbox: &Arc<RecordingOutbox>,
    (channels, shown): (&Arc<Fixed>, &Arc<Shown>),
    door: Door,
) -> CommandContext {
    let workspace = Arc::new(served(store, outbox, door));
    let mut random = MockRandom::new();
    random.expect_number().returning(|| 7);
    let dependencies = Dependencies {
        store: Arc::new(store.clone()),
        channels: channels.clone(),
        interactions: Interactions::taken_by(shown.clone()),
        random: Arc::new(random),
        clock: Arc::new(Still),
        workspaces: Arc::new(OneServer(Arc::clone(&workspace))),
        connector: Arc::new(operators_server()),
        shards: Arc::new(OneShard),
        remover: Arc::new(MockRemover::new()),
    };
    let facts = Facts {
        version: "0.1.0",
        started_at: UnixMillis((NOW.0 - 3600) * 1000),
        poll_interval: Duration::from_mins(2),
        api_version: "2.16".to_owned(),
        update_fields: UpdateFields::default(),
        card_fields: CardFields::default(),
        member_field: MemberField::default(),
    };
    CommandContext { bot: Arc::new(BotContext::new(dependencies, facts, Arc::default())), workspace }
}

/// The one server is the operator's, and no other may connect.
fn operators_server() -> MockConnector {
    let mut connector = MockConnector::new();
    connector
        .expect_linkage()
        .returning(|guild| if guild == GUILD { Linkage::ByOperator } else { Linkage::OwnForbidden });
    connector
}

fn served(store: &KvStore, outbox: &Arc<RecordingOutbox>, door: Door) -> WorkspaceContext {
    let mut intercom = MockIntercom::new();
    let usage = Usage {
        last_minute: 7,
        limit: 100,
        for_polls: 80,
        latency: Some(Duration::from_millis(210)),
        unreadable: 0,
    };
    intercom.expect_usage().returning(move || usage);
    let ports = WorkspacePorts {
        intercom_for: Arc::new(Nobody),
        intercom: Arc::new(intercom),
        outbox: outbox.clone(),
        time: Arc::new(ServerTime::new(Arc::new(Still))),
        names: Arc::new(Names::default()),
        creations: Creations::default(),
        sights: Arc::default(),
        board: Arc::new(StatusBoard::over(store.state())),
        webhooks: Arc::new(Webhooks::new(door, Arc::new(Still), Arc::default())),
        day: Arc::new(|_| "2025-11-23".to_owned()),
    };
    let acme =
        Workspace { id: workspace(), name: "Acme".to_owned(), region: Some(Region::Us), time_zone: None };
    WorkspaceContext::new(acme, Region::Us, ports)
}

/// The server of every test.
pub(crate) fn home() -> Home {
    Home::new(&workspace(), GUILD)
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new("w1")
}

/// Mark, who may set up.
pub(crate) fn manager() -> Asker {
    let asked_at = UnixMillis(NOW.0 * 1000);
    Asker {
        asked_at,
        guild: GUILD,
        channel: SALES,
        member: MARK,
        roles: Vec::new(),
        manage: ManageServer::Holds,
        rights: Rights::default(),
        name: PersonName::default(),
    }
}

/// Somebody of the team, who may not.
pub(crate) fn member(roles: &[RoleId]) -> Asker {
    Asker { manage: ManageServer::Lacks, roles: roles.to_vec(), ..manager() }
}

/// As a person reads it, whichever way it went.
pub(crate) fn read(context: &CommandContext, result: Result<Message, CommandError>) -> String {
    let reply = result.unwrap_or_else(|failure| {
        words::failure(context.around(), &failure, &Effect::Write, &Reference::of_error(7))
    });
    deskbell_discord::testing::read(&reply)
}

impl World {
    /// The disk is full from now on.
    pub(crate) async fn disk_fills_up(&self) {
        self.clock.0.store(NOW.0 * 1000, Ordering::Relaxed);
        self.engine.fail(Some(Fault::Commit));
        assert!(self.store.probe().await.is_err());
    }

    /// What was posted in channels since the last time.
    pub(crate) fn posted(&self) -> String {
        let posted = std::mem::take(&mut *self.outbox.posted.lock().unwrap());
        posted.into_iter().map(|(channel, text)| format!("#{channel}: {text}")).collect::<Vec<_>>().join("\n")
    }

    /// What presses were answered with since the last time.
    pub(crate) fn answered(&self) -> Vec<String> {
        self.shown.take()
    }

    /// Whose tasks were woken since the last time.
    pub(crate) fn woken(&self) -> Vec<ChannelId> {
        std::mem::take(&mut *self.outbox.woken.lock().unwrap())
    }

    /// How many members Discord tells of from now on.
    pub(crate) fn counts(&self, headcount: Headcount) {
        *self.channels.0.lock().unwrap() = headcount;
    }

    /// How posts end from now on.
    pub(crate) fn posts_end(&self, outcome: PostOutcome) {
        *self.outbox.outcome.lock().unwrap() = outcome;
    }

    /// A notification, made by Mark.
    pub(crate) async fn notification(&self, kind: EventKind, channel: ChannelId) -> Subscription {
        let decision = PublicDecision::WithoutPersonalData;
        let wish = Wish::plain(kind);
        match try_to_add(
            &self.context,
            &manager(),
            wish,
            channel,
            decision,
            subscribe_point(&self.context, &manager()).await.unwrap(),
        )
        .await
        {
            Ok(Addition::Added(subscription, _)) => {
                self.posted();
                self.woken();
                *subscription
            }
            other => panic!("not added: {other:?}"),
        }
    }

    /// The notifications as they are now.
    pub(crate) async fn notifications(&self) -> Vec<Subscription> {
        self.store.guild_subscriptions(&home()).await.unwrap()
    }

    /// Puts one in another state.
    pub(crate) async fn puts(&self, subscription: &Subscription, state: SubscriptionState) {
        let present = self.notifications().await.into_iter().find(|one| one.id == subscription.id).unwrap();
        let _changed = self.store.change_subscription(Subscription { state, ..present }, None).await.unwrap();
    }
}

//! How fast one poll is over 150 contacts, all of which were seen before: what a workspace costs while nothing happens.
//!
//! `cargo bench --bench poll`. Intercom is a port that answers at once, so what is measured is ours: the seen-keys, the
//! snapshots, the differences, and the write that moves the marks.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use deskbell::ingest::poll::{Intervals, Source, WorkspacePoll};
use deskbell::ingest::{Ingest, IngestParts, JournalListener};
use deskbell_domain::being_made::InTheMaking;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::creations::Creations;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{
    ChannelId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::intercom::{Intercom, MockIntercom, Page, Usage};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{NewSubscription, StoreHealth as _, Subscriptions as _};
use deskbell_domain::status::StatusBoard;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Clock, ServerTime, Timestamp, UnixMillis};
use deskbell_domain::webhook::{Door, Webhooks};
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;
use deskbell_store::engine::sled::SledEngine;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A page of a search holds no more.
const CONTACTS: u32 = 150;
const NOW: Timestamp = Timestamp(1_794_999_600);

fn main() {
    divan::main();
}

/// New leads and users alone: one stream.
#[divan::bench(args = ENGINES)]
fn new_contacts(bencher: divan::Bencher<'_, '_>, engine: Engine) {
    measure(bencher, engine, &[EventKind::NewLead, EventKind::NewUser]);
}

/// Changes of users too: a second stream, in which each user is compared with its snapshot.
#[divan::bench(args = ENGINES)]
fn new_and_changed_contacts(bencher: divan::Bencher<'_, '_>, engine: Engine) {
    measure(bencher, engine, &[EventKind::NewLead, EventKind::NewUser, EventKind::UserUpdated]);
}

fn measure(bencher: divan::Bencher<'_, '_>, engine: Engine, kinds: &[EventKind]) {
    let scene = Scene::new(engine, kinds);
    let first = scene.tick();
    assert!(first.went_well() && first.appended_in_all() == u64::from(CONTACTS), "{first:?}");
    bencher.bench_local(|| {
        let report = scene.tick();
        assert!(report.went_well() && report.appended_in_all() == 0, "{report:?}");
    });
}

const ENGINES: [Engine; 2] = [Engine::Memory, Engine::Sled];

/// Where the journal is.
#[derive(Debug, Clone, Copy)]
enum Engine {
    Memory,
    Sled,
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory => "memory",
            Self::Sled => "sled",
        })
    }
}

/// A workspace with its poll. What is first is dropped first.
struct Scene {
    poll: WorkspacePoll,
    runtime: Runtime,
    _folder: TempDir,
}

impl Scene {
    fn new(engine: Engine, kinds: &[EventKind]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (store, writer) = match engine {
            Engine::Memory => KvStore::over(MemoryEngine::new(), Arc::new(Still), Arc::new(Still)),
            Engine::Sled => {
                let engine = SledEngine::open(folder.path(), Still.now());
                KvStore::over(engine.expect("a new folder can be opened"), Arc::new(Still), Arc::new(Still))
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime can be made");
        runtime.spawn(writer.run());
        for kind in kinds {
            let new = NewSubscription { subscription: subscription(*kind), head: None, by: None };
            runtime.block_on(store.add_subscription(new)).expect("the disk has room");
        }
        let intervals = Intervals { poll: Duration::from_mins(2), reconcile: Duration::from_mins(2) };
        let poll = WorkspacePoll::new(Arc::new(source(store)), intervals);
        Self { poll, runtime, _folder: folder }
    }

    fn tick(&self) -> deskbell::ingest::poll::TickReport {
        self.runtime.block_on(self.poll.tick())
    }
}

fn source(store: KvStore) -> Source {
    let board = Arc::new(StatusBoard::over(store.state()));
    let store = Arc::new(store);
    let intercom: Arc<dyn Intercom> = Arc::new(intercom());
    let server_time = Arc::new(ServerTime::new(Arc::new(Still)));
    let ingest = Ingest::new(IngestParts {
        journal: store.clone(),
        inbox: store.clone(),
        workspace: workspace(),
        server_time: server_time.clone(),
        names: Arc::default(),
        fields: UpdateFields::default(),
        card_fields: CardFields::default(),
        creations: Creations::default(),
        listener: Arc::new(Nobody),
    });
    Source {
        workspace: workspace(),
        ingest: Arc::new(ingest),
        journal: store.clone(),
        subscriptions: store.clone(),
        in_the_making: InTheMaking::default(),
        health: store,
        intercom: intercom.clone(),
        background: intercom,
        accepted: Arc::default(),
        server_time,
        board,
        webhooks: Arc::new(Webhooks::new(Door::Closed, Arc::new(Still), Arc::default())),
        metrics: Arc::default(),
    }
}

/// Every search shows the same 150 users, all of them made a minute ago.
fn intercom() -> MockIntercom {
    let page = Page { items: (0..CONTACTS).map(user).collect(), total: Some(CONTACTS.into()), next: None };
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(move |_, _| Ok(page.clone()));
    intercom.expect_tags().returning(|| Ok(Vec::new()));
    intercom.expect_admins().returning(|| Ok(Vec::new()));
    intercom.expect_usage().returning(|| Usage { limit: 100, for_polls: 80, ..Usage::default() });
    intercom
}

fn user(number: u32) -> Contact {
    let mut user = Contact::bare(ContactId::new(format!("6762f0dd1bb69f9f{number:08x}")), Role::User);
    user.external_id = Some(format!("crm-{number}"));
    user.email = Some(format!("person{number}@acme.io"));
    user.name = Some(format!("Person {number}"));
    user.phone = Some("+49 30 1234567".to_owned());
    user.created_at = NOW.minus(60);
    user.updated_at = NOW.minus(60);
    user.custom =
        (0..10).map(|attribute| (format!("attribute_{attribute}"), format!("value {number}"))).collect();
    user
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new("acme1234")
}

fn subscription(kind: EventKind) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(0),
        guild: GuildId(1),
        workspace: workspace(),
        channel: ChannelId(1),
        kind,
        detail: Detail::Full,
        alert: Alert::Loud,
        floor: NOW.minus(3600),
        after: JournalNumber(0),
        made_by: MemberId(1),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}

/// A clock that stands still, so that every poll is the same.
struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        UnixMillis(NOW.0 * 1000)
    }
}

impl Random for Still {
    fn number(&self) -> u64 {
        0
    }
}

struct Nobody;

impl JournalListener for Nobody {
    fn appended(&self, _: &WorkspaceId, _: &BTreeSet<EventKind>) {}
}

//! A small store with a value of every kind, made by the store's own operations.

use std::collections::BTreeSet;
use std::sync::Arc;

use deskbell_domain::access::{Access, Export, Grant, Level};
use deskbell_domain::amendment::Amendment;
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::conversation::{Activity, Closing, Conversation, Ended, Rating, Unanswered, WaitId};
use deskbell_domain::delivery::{InFlight, Layout, Nonce, Phrasing, Settlement, Source, Verdict};
use deskbell_domain::difference::{Change, Field, Old, Snapshot, StoredSnapshot};
use deskbell_domain::event::{Actor, Event, EventId, EventKind, Record};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ApplicationId, ChannelId, CompanyId, ContactId, GuildId, JournalNumber, MemberId,
    MessageId, PartId, RoleId, WorkspaceId,
};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{
    AccessLists as _, Append, Baseline, Deliveries as _, Journal as _, Naming, NewSubscription,
    RegisteredCommands as _, ShortLived as _, ShortLivedKey, SnapshotMode, SnapshotWrite, StoreHealth as _,
    Stream, StreamMove, StreamState, SubscriptionAdded, Subscriptions as _,
};
use deskbell_domain::subscription::{Detail, Subscription};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use deskbell_intercom::answers;
use deskbell_store::KvStore;
use deskbell_store::engine::memory::{Crash, MemoryEngine};
use deskbell_store::engine::{Batch, Engine as _, Row};

use super::super::posting;

/// The workspace whose values are broken, and one whose are not.
pub(super) const ACME: &str = "acme";
pub(super) const UMBRA: &str = "umbra";
/// The server whose values are broken; another one with the same workspace; one with the other.
pub(super) const GUILD: GuildId = GuildId(7);
pub(super) const NEIGHBOUR: GuildId = GuildId(8);
pub(super) const STRANGER: GuildId = GuildId(9);
pub(super) const CHANNEL: ChannelId = ChannelId(100);
pub(super) const APPLICATION: ApplicationId = ApplicationId(55);
pub(super) const EPOCH: u32 = 3;
pub(super) const DAY: &str = "2026-11-23";
pub(super) const KEPT: &str = "abcdefgh23456";
/// Seconds at which everything happened, and milliseconds at which it is now.
pub(super) const AT: i64 = 1_700_000_000;
pub(super) const NOW: UnixMillis = UnixMillis(1_700_000_600_000);

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> UnixMillis {
        NOW
    }
}

impl Random for Fixed {
    fn number(&self) -> u64 {
        0
    }
}

/// Runs work over a store, with the writer beside it.
pub(super) fn run<T>(engine: MemoryEngine, work: impl AsyncFnOnce(KvStore) -> T) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime =
            tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers starts");
    }
    let (store, writer) = KvStore::over(engine, Arc::new(Fixed), Arc::new(Fixed));
    RUNTIME.with(|runtime| {
        runtime.block_on(async {
            let writing = runtime.spawn(writer.run());
            let done = work(store).await;
            writing.await.expect("the writer does not panic");
            done
        })
    })
}

/// An engine with this content.
pub(super) fn engine_of(rows: Vec<Row>) -> MemoryEngine {
    let engine = MemoryEngine::new();
    let writes = rows.into_iter().map(|(key, value)| (key, Some(value))).collect();
    engine.commit(Batch { writes }).expect("memory takes it");
    engine.crash(Crash::Keep);
    engine
}

/// The store's rows.
pub(super) fn rows() -> Vec<Row> {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |store| {
        fill(&store, ACME, &[GUILD, NEIGHBOUR]).await;
        fill(&store, UMBRA, &[STRANGER]).await;
        settle_some(&store).await;
        keep_some(&store).await;
    });
    engine.rows()
}

pub(super) fn home() -> Home {
    Home::new(&workspace(ACME), GUILD)
}

pub(super) fn kept_key(key: &str) -> ShortLivedKey {
    ShortLivedKey::Buttons { home: home(), key: key.to_owned() }
}

pub(super) fn workspace(name: &str) -> WorkspaceId {
    WorkspaceId::new(name)
}

pub(super) fn contacts() -> Vec<ContactId> {
    ["c1", "c2"].map(ContactId::new).to_vec()
}

fn contact(id: &str, role: Role) -> Contact {
    let mut contact = Contact::bare(ContactId::new(id), role);
    contact.name = Some("Ada".to_owned());
    contact.email = Some("ada@example.com".to_owned());
    contact.created_at = Timestamp(AT);
    contact.updated_at = Timestamp(AT);
    let company = Named { id: CompanyId::new("co"), name: Some("Acme".to_owned()) };
    let unnamed = Named { id: CompanyId::new("labs"), name: None };
    contact.companies = PartialList { items: vec![company, unnamed], total: 2 };
    contact.custom.insert("plan".to_owned(), "pro".to_owned());
    contact
}

/// What is learnt when the name of the second company is told.
pub(super) fn learnt(company: &str) -> Amendment {
    let before = Record::Lead { contact: Box::new(contact("c1", Role::Lead)) };
    let mut named = contact("c1", Role::Lead);
    named.companies.items[1].name = Some(company.to_owned());
    Amendment::learnt(&before, &Record::Lead { contact: Box::new(named) })
}

fn conversation() -> Conversation {
    let body = br#"{"conversations":[{"id":"9","created_at":1700000000,"title":"Refund","source":{
        "body":"<p>Hello <b>you</b>, see https://example.com/a</p>","author":{"type":"lead","id":"c1","name":"Ada"}}}]}"#;
    let page = answers::conversations(body).expect("it is a page");
    page.items.into_iter().next().expect("it has a conversation")
}

pub(super) fn events() -> Vec<Event> {
    let mut lead = posting::of_contact(contact("c1", Role::Lead));
    lead.actor = Some(Actor { member: MemberId(42), command: "/lead create".to_owned() });
    let user = posting::of_contact(contact("c2", Role::User));
    let value = |field| Change::Value { field, old: Old::Known(None), new: Some("pro".to_owned()) };
    let tag = Named { id: "t1".to_owned(), name: Some("vip".to_owned()) };
    let list = Change::List { field: Field::Tags, added: vec![tag], removed: Vec::new() };
    let changes = vec![value(Field::Email), value(Field::Custom("plan".to_owned())), list];
    let record = Record::Update { contact: Box::new(contact("c2", Role::User)), changes };
    let id = EventId::user_updated(&ContactId::new("c2"), 1);
    let update = Event { id, at: Timestamp(AT + 5), record, actor: None };
    let part = PartId::new("p1");
    let rating = Rating { score: 2, at: Timestamp(AT + 9), remark: Some("slow".to_owned()) };
    vec![
        lead,
        user,
        update,
        posting::of_conversation(conversation()),
        happened(EventId::customer_replied(&part), Activity::Replied),
        happened(EventId::handed_over(&part), Activity::HandedOver),
        happened(EventId::rated(&conversation().id, rating.at), Activity::Rated(rating)),
        happened(EventId::unanswered(&WaitId::part(&part), Threshold::USUAL), waited()),
    ]
}

fn waited() -> Activity {
    let ended = Ended { how: Closing::Answered, seconds: 1380, by: Some("Grace".to_owned()) };
    Activity::Unanswered(Unanswered { threshold: Threshold::USUAL, since: Timestamp(AT), ended: Some(ended) })
}

fn happened(id: EventId, what: Activity) -> Event {
    let record = Record::Conversation { conversation: Box::new(conversation()), what };
    Event { id, at: Timestamp(AT + 9), record, actor: None }
}

pub(super) fn snapshot(id: &str) -> SnapshotWrite {
    let contact = contact(id, Role::User);
    let snapshot =
        StoredSnapshot { contact: contact.id.clone(), revision: 1, snapshot: Snapshot::of(&contact) };
    SnapshotWrite { epoch: EPOCH, snapshot, mode: SnapshotMode::Replace }
}

pub(super) fn wish(workspace: &str, guild: GuildId, kind: EventKind) -> Subscription {
    let channel = if guild == GUILD { CHANNEL } else { ChannelId(CHANNEL.0 + guild.0) };
    let workspace = WorkspaceId::new(workspace);
    Subscription { guild, workspace, channel, ..posting::subscription(kind, Detail::Full) }
}

/// Subscriptions to everything, and a journal for them.
async fn fill(store: &KvStore, name: &str, guilds: &[GuildId]) {
    for guild in guilds {
        for kind in EventKind::ALL {
            let new = NewSubscription { subscription: wish(name, *guild, kind), head: None, by: None };
            let added = store.add_subscription(new).await.expect("it is written");
            assert!(matches!(added, SubscriptionAdded::Added(_)));
        }
        let roles = [
            (RoleId(3), Grant::default()),
            (RoleId(4), Grant { level: Level::Act, export: Export::Allowed }),
        ]
        .into();
        let changed = store
            .change_access(
                &Home::new(&workspace(name), *guild),
                Access { roles, version: 0, ..Access::default() },
                None,
            )
            .await;
        let _ = changed.expect("it is written");
    }
    let (mark, started) = (Timestamp(AT), Timestamp(AT));
    let next = Some(StreamState { mark, hourly_at: mark, deep_at: mark });
    for stream in [Stream::Contacts, Stream::Conversations, Stream::UserUpdates] {
        let append = Append {
            workspace: workspace(name),
            events: if stream == Stream::Contacts { events() } else { Vec::new() },
            unnamed: std::iter::once(EventId::lead_created(&ContactId::new("c1"))).collect(),
            aliases: Vec::new(),
            snapshots: vec![snapshot("c1"), snapshot("c2")],
            stream: Some(StreamMove { stream, expected: None, next }),
            baseline: Some(Baseline { epoch: EPOCH, started, position: started, finished: false }),
            at: UnixMillis(AT * 1000),
        };
        store.append(append).await.expect("it is written");
    }
    let first = JournalNumber(1);
    store.amend(&workspace(name), first, &learnt("Labs"), Naming::Open).await.expect("it is written");
    let actor = Actor { member: MemberId(42), command: "/user update".to_owned() };
    store.remember_actor(&workspace(name), &ContactId::new("c2"), &actor).await.expect("it is written");
}

/// A batch of one entry for a subscription.
pub(super) fn batch(subscription: &Subscription, number: JournalNumber) -> InFlight {
    InFlight {
        subscription: subscription.id,
        channel: subscription.channel,
        numbers: vec![number],
        cursor_after: number,
        source: Source::Journal,
        layout: Layout::Cards,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(subscription.id, number, number, 0),
        first_attempt: NOW,
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    }
}

pub(super) fn settlement(subscription: &Subscription, in_flight: InFlight, verdict: Verdict) -> Settlement {
    Settlement {
        in_flight,
        home: subscription.home(),
        kind: subscription.kind,
        detail: subscription.detail,
        verdict,
        at: NOW,
        day: DAY.to_owned(),
    }
}

/// For one server: a batch in flight, a posted one, a dead letter.
async fn settle_some(store: &KvStore) {
    let subscriptions = store.guild_subscriptions(&home()).await.expect("they are whole");
    for (place, subscription) in subscriptions.iter().enumerate() {
        let waiting =
            store.look(subscription, JournalNumber(0), 1).await.expect("the lists are whole").waiting;
        let in_flight = batch(subscription, waiting.first().expect("something waits").number);
        let _ = store.begin(&home(), in_flight.clone(), None).await.expect("it is written");
        let verdict = match place {
            0 => Verdict::Posted(Some(MessageId(900))),
            1 => Verdict::Dead { event: Box::new(events().remove(1)), reason: "50035".to_owned() },
            _ => continue,
        };
        let _ = store.settle(settlement(subscription, in_flight, verdict)).await.expect("it is written");
    }
}

async fn keep_some(store: &KvStore) {
    store.keep(&kept_key(KEPT), "a query", UnixMillis(NOW.0 - 1)).await.expect("it is written");
    store.keep(&kept_key("z"), "another", UnixMillis(NOW.0 + 1)).await.expect("it is written");
    store.remember_registered_commands(APPLICATION, "hash").await.expect("it is written");
    store.remember_own_message(&home(), CHANNEL, MessageId(901)).await.expect("it is written");
    store.probe().await.expect("it is written");
}

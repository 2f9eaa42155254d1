//! A store with a clock, and records to put into it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::delivery::{InFlight, Layout, Nonce, Phrasing, Settlement, Source, Verdict};
use deskbell_domain::difference::{Snapshot, StoredSnapshot};
use deskbell_domain::event::{Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, CompanyId, ContactId, GuildId, JournalNumber, MemberId, SubscriptionId,
    WorkspaceId,
};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{
    Append, AppendOutcome, NewSubscription, ShortLivedKey, Store, Stream, StreamMove, StreamState,
    SubscriptionAdded,
};
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};

/// A clock that goes on when it is told to, and back.
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that shows this time.
    pub fn at(now: UnixMillis) -> Self {
        Self(AtomicI64::new(now.0))
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.0.load(Ordering::Relaxed))
    }
}

/// Numbers that look random and are the same in each run.
#[derive(Default)]
pub struct Chance(AtomicU64);

impl Random for Chance {
    /// `SplitMix64` of Steele, Lea and Flood.
    fn number(&self) -> u64 {
        let state = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

/// A store in use.
pub struct Fixture<S> {
    pub(crate) store: S,
    pub(crate) workspace: WorkspaceId,
    pub(crate) home: Home,
    clock: Arc<TestClock>,
}

pub(crate) const DAY_MS: i64 = 86_400_000;

/// The moment at which every test begins.
pub const START: UnixMillis = UnixMillis(1_700_000_000_000);

impl<S: Store> Fixture<S> {
    /// A store that is empty, and the clock that it was given, at [`START`].
    pub fn over(store: S, clock: Arc<TestClock>) -> Self {
        let workspace = WorkspaceId::new("w1");
        let home = Home::new(&workspace, GuildId(7));
        Self { store, workspace, home, clock }
    }

    pub(crate) fn now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub(crate) fn pass(&self, milliseconds: i64) {
        self.clock.0.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// A key of short-lived texts.
    pub(crate) fn buttons(&self, key: &str) -> ShortLivedKey {
        ShortLivedKey::Buttons { home: self.home.clone(), key: key.to_owned() }
    }

    pub(crate) fn nothing(&self) -> Append {
        Append {
            workspace: self.workspace.clone(),
            events: Vec::new(),
            unnamed: std::collections::BTreeSet::new(),
            aliases: Vec::new(),
            snapshots: Vec::new(),
            stream: None,
            baseline: None,
            at: self.now(),
        }
    }

    pub(crate) async fn append(&self, append: Append) -> AppendOutcome {
        self.store.append(append).await.unwrap()
    }

    /// Appends events and answers their numbers.
    pub(crate) async fn journal(&self, events: Vec<Event>) -> Vec<u64> {
        match self.append(Append { events, ..self.nothing() }).await {
            AppendOutcome::Appended { numbers } => numbers.into_iter().map(|number| number.0).collect(),
            AppendOutcome::Conflict => panic!("an append that moves no stream cannot conflict"),
        }
    }

    pub(crate) async fn set_mark(&self, stream: Stream, mark: Timestamp) {
        let expected = self.store.stream(&self.workspace, stream).await.unwrap();
        let next = Some(StreamState { mark, hourly_at: mark, deep_at: mark });
        let change = Some(StreamMove { stream, expected, next });
        self.append(Append { stream: change, ..self.nothing() }).await;
    }

    pub(crate) fn wish(&self, kind: EventKind, channel: u64) -> Subscription {
        Subscription {
            waits: kind.has_thresholds().then_some(Threshold::USUAL),
            steps_before: Vec::new(),
            mention: None,
            id: SubscriptionId(0),
            guild: self.home.guild,
            workspace: self.workspace.clone(),
            channel: ChannelId(channel),
            kind,
            detail: Detail::Full,
            alert: Alert::Loud,
            floor: Timestamp(0),
            after: JournalNumber(0),
            made_by: MemberId(5),
            public: PublicChoice::default(),
            state: SubscriptionState::Active,
            version: 0,
        }
    }

    pub(crate) async fn subscribe(&self, wish: Subscription) -> Subscription {
        match self
            .store
            .add_subscription(NewSubscription { subscription: wish, head: None, by: None })
            .await
            .unwrap()
        {
            SubscriptionAdded::Added(made) => made,
            SubscriptionAdded::AlreadyThere(present) => panic!("there already: {present:?}"),
        }
    }

    pub(crate) async fn subscribe_to_leads(&self) -> Subscription {
        self.subscribe(self.wish(EventKind::NewLead, 100)).await
    }
}

pub(crate) fn contact(id: &str, role: Role, at: i64) -> Contact {
    Contact {
        created_at: Timestamp(at),
        updated_at: Timestamp(at),
        ..Contact::bare(ContactId::new(id), role)
    }
}

pub(crate) fn lead(id: &str, at: i64) -> Event {
    let contact = Box::new(contact(id, Role::Lead, at));
    Event {
        id: EventId::lead_created(&contact.id),
        at: Timestamp(at),
        record: Record::Lead { contact },
        actor: None,
    }
}

/// A lead of a company, which the record names or not.
pub(crate) fn of_a_company(id: &str, company: Option<&str>) -> Event {
    let mut contact = contact(id, Role::Lead, 10);
    let items = vec![Named { id: CompanyId::new("1"), name: company.map(str::to_owned) }];
    contact.companies = PartialList { items, total: 1 };
    let record = Record::Lead { contact: Box::new(contact) };
    Event { record, ..lead(id, 10) }
}

pub(crate) fn user(id: &str, at: i64) -> Event {
    let contact = Box::new(contact(id, Role::User, at));
    let id = EventId::user_created(&contact.id);
    Event { id, at: Timestamp(at), record: Record::User { contact, origin: UserOrigin::New }, actor: None }
}

pub(crate) fn snapshot(id: &str, revision: u64, at: i64) -> StoredSnapshot {
    let contact = contact(id, Role::User, at);
    StoredSnapshot { contact: contact.id.clone(), revision, snapshot: Snapshot::of(&contact) }
}

/// The batch that posts these numbers for a subscription.
pub(crate) fn batch(subscription: &Subscription, numbers: &[u64], generation: u32) -> InFlight {
    let numbers: Vec<_> = numbers.iter().copied().map(JournalNumber).collect();
    let (first, last) = (*numbers.first().unwrap(), *numbers.last().unwrap());
    InFlight {
        subscription: subscription.id,
        channel: subscription.channel,
        numbers,
        cursor_after: last,
        source: Source::Journal,
        layout: Layout::Cards,
        private: false,
        backlog: None,
        generation,
        nonce: Nonce::of(subscription.id, first, last, generation),
        first_attempt: START,
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

pub(crate) fn settlement(subscription: &Subscription, in_flight: InFlight, verdict: Verdict) -> Settlement {
    Settlement {
        in_flight,
        home: subscription.home(),
        kind: subscription.kind,
        detail: subscription.detail,
        verdict,
        at: START,
        day: "2026-11-23".to_owned(),
    }
}

//! A workspace, its subscribers and its poll, on paused time.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_domain::being_made::InTheMaking;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::contact::{Company, Contact, Named, PartialList, Role};
use deskbell_domain::conversation::{Author, Conversation, Start};
use deskbell_domain::creations::Creations;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::ids::{
    ChannelId, CompanyId, ContactId, ConversationId, GuildId, JournalNumber, MemberId, SubscriptionId,
    WorkspaceId,
};
use deskbell_domain::names::Names;
use deskbell_domain::port::store::{HintedKind, MockSubscriptions, StoreHealth as _, Stream, StreamState};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::status::StatusBoard;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Clock, ServerTime, Timestamp, UnixMillis};
use deskbell_domain::webhook::{Door, Webhooks};
use tokio::time::Instant;

use super::intercom::FakeIntercom;
use super::journal::{WatchedJournal, workspace};
use crate::ingest::poll::baseline::BaselineStep;
use crate::ingest::poll::{Intervals, Source, TickReport, WorkspacePoll};
use crate::ingest::{HintedRecords, Ingest, IngestParts, JournalListener, Looked};

/// 2026-11-18, 12:00 UTC.
pub(super) const NOON: i64 = 1_794_999_600;
pub(super) const MINUTE: i64 = 60;
pub(super) const HOUR: i64 = 3600;
pub(super) const DAY: i64 = 86_400;

const RECONCILE_INTERVAL: Duration = Duration::from_mins(10);

/// A wall clock that goes with tokio's.
struct TestClock {
    start: Instant,
    at: Timestamp,
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        let passed = i64::try_from(self.start.elapsed().as_millis()).unwrap();
        UnixMillis(self.at.0 * 1000 + passed)
    }
}

/// What delivery was told.
#[derive(Default)]
pub(super) struct Listener {
    pub(super) wakes: Mutex<Vec<BTreeSet<EventKind>>>,
}

impl JournalListener for Listener {
    fn appended(&self, _: &WorkspaceId, kinds: &BTreeSet<EventKind>) {
        self.wakes.lock().unwrap().push(kinds.clone());
    }
}

pub(super) struct World {
    pub(super) intercom: FakeIntercom,
    pub(super) journal: Arc<WatchedJournal>,
    pub(super) subscriptions: Arc<Mutex<Vec<Subscription>>>,
    pub(super) board: Arc<StatusBoard>,
    pub(super) listener: Arc<Listener>,
    pub(super) fields: UpdateFields,
    pub(super) poll: Arc<WorkspacePoll>,
    pub(super) hints: HintedRecords,
    clock: Arc<dyn Clock>,
    interval: Duration,
    pub(super) webhooks: Arc<Webhooks>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::at(NOON)
    }

    pub(super) fn at(time: i64) -> Self {
        Self::polling(time, Duration::from_mins(2))
    }

    /// One that is polled as often as this.
    pub(super) fn with_interval(interval: Duration) -> Self {
        Self::polling(NOON, interval)
    }

    fn polling(time: i64, interval: Duration) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(TestClock { start: Instant::now(), at: Timestamp(time) });
        let (intercom, journal) =
            (FakeIntercom::new(Arc::clone(&clock)), Arc::new(WatchedJournal::new(Arc::clone(&clock))));
        let (subscriptions, listener) = (Arc::default(), Arc::default());
        let board = Arc::new(StatusBoard::over(journal.store.state()));
        let fields = UpdateFields::default();
        let webhooks = Arc::new(new_webhooks(&clock));
        let (poll, hints) = new_poll(
            &intercom,
            &journal,
            &subscriptions,
            &board,
            &listener,
            (&fields, interval, Arc::clone(&clock), &webhooks),
        );
        Self {
            intercom,
            journal,
            subscriptions,
            board,
            listener,
            fields,
            poll,
            hints,
            clock,
            interval,
            webhooks,
        }
    }

    /// The process is killed and started again.
    pub(super) fn restart(&mut self) {
        self.webhooks = Arc::new(new_webhooks(&self.clock));
        (self.poll, self.hints) = new_poll(
            &self.intercom,
            &self.journal,
            &self.subscriptions,
            &self.board,
            &self.listener,
            (&self.fields, self.interval, Arc::clone(&self.clock), &self.webhooks),
        );
    }

    pub(super) fn now(&self) -> Timestamp {
        self.intercom.now()
    }

    /// What our own clock shows.
    pub(super) fn clock_now(&self) -> UnixMillis {
        self.clock.now()
    }

    pub(super) async fn pass(&self, seconds: i64) {
        tokio::time::advance(Duration::from_secs(seconds.try_into().unwrap())).await;
    }

    /// A server subscribes now.
    pub(super) fn subscribe(&self, kind: EventKind) -> Subscription {
        let mut subscriptions = self.subscriptions.lock().unwrap();
        let subscription = Subscription {
            waits: kind.has_thresholds().then_some(Threshold::USUAL),
            steps_before: Vec::new(),
            mention: None,
            id: SubscriptionId(subscriptions.len() as u64 + 1),
            guild: GuildId(1),
            workspace: workspace(),
            channel: ChannelId(1),
            kind,
            detail: Detail::Full,
            alert: Alert::Loud,
            floor: self.now(),
            after: JournalNumber(self.journal.ids().len() as u64),
            made_by: MemberId(1),
            public: PublicChoice::default(),
            state: SubscriptionState::Active,
            version: 0,
        };
        subscriptions.push(subscription.clone());
        subscription
    }

    pub(super) fn unsubscribe(&self, kind: EventKind) {
        self.subscriptions.lock().unwrap().retain(|subscription| subscription.kind != kind);
    }

    pub(super) async fn tick(&self) -> TickReport {
        self.poll.tick().await
    }

    /// What stands in the inbox is looked at.
    pub(super) async fn look(&self) -> Looked {
        let contacts = self.hints.tick(HintedKind::Contact).await;
        let conversations = self.hints.tick(HintedKind::Conversation).await;
        match (contacts, conversations) {
            (Looked::InPart, _) | (_, Looked::InPart) => Looked::InPart,
            (Looked::AtAll, other) | (other, Looked::AtAll) => other,
            (Looked::Until(one), Looked::Until(other)) => Looked::Until(one.min(other)),
        }
    }

    /// Polls every two minutes for a while.
    pub(super) async fn poll_for(&self, seconds: i64) {
        for _ in 0..seconds / 120 {
            self.pass(120).await;
            let _report = self.tick().await;
        }
    }

    /// Lets the walk over all users come to its end.
    pub(super) async fn see_all_users(&self) {
        while matches!(self.poll.baseline_step().await, BaselineStep::Page) {}
        assert!(self.journal.baseline_state().unwrap().finished);
    }

    pub(super) fn ids(&self) -> Vec<String> {
        self.journal.ids()
    }

    pub(super) fn events(&self) -> Vec<Event> {
        self.journal.events()
    }

    pub(super) fn stream(&self, stream: Stream) -> Option<StreamState> {
        self.journal.stream_state(stream)
    }

    pub(super) fn mark(&self, stream: Stream) -> Timestamp {
        self.stream(stream).unwrap().mark
    }

    /// A lead that is made now.
    pub(super) fn lead(&self, id: &str) -> Contact {
        made(id, Role::Lead, self.now())
    }

    /// A user that is made now.
    pub(super) fn user(&self, id: &str) -> Contact {
        made(id, Role::User, self.now())
    }

    /// A conversation that a customer starts now.
    pub(super) fn conversation(&self, id: &str) -> Conversation {
        Conversation {
            now: None,
            id: ConversationId::new(id),
            created_at: self.now(),
            updated_at: self.now(),
            subject: None,
            text: RichText::default(),
            attachments: Vec::new(),
            message_url: None,
            author: Author::default(),
            contact: None,
            admin_id: None,
            admin_name: None,
            team_id: None,
            team_name: None,
            company_names: Vec::new(),
            start: Start::Customer,
        }
    }
}

fn new_webhooks(clock: &Arc<dyn Clock>) -> Webhooks {
    Webhooks::new(Door::Open, Arc::clone(clock), Arc::default())
}

fn new_poll(
    intercom: &FakeIntercom,
    journal: &Arc<WatchedJournal>,
    subscriptions: &Arc<Mutex<Vec<Subscription>>>,
    board: &Arc<StatusBoard>,
    listener: &Arc<Listener>,
    (fields, interval, clock, webhooks): (&UpdateFields, Duration, Arc<dyn Clock>, &Arc<Webhooks>),
) -> (Arc<WorkspacePoll>, HintedRecords) {
    let known = Arc::clone(subscriptions);
    let mut subscriptions = MockSubscriptions::new();
    subscriptions.expect_workspace_subscriptions().returning(move |_| Ok(known.lock().unwrap().clone()));
    let server_time = Arc::new(ServerTime::new(clock));
    let ingest = IngestParts {
        journal: Arc::<WatchedJournal>::clone(journal),
        inbox: Arc::new(journal.store.clone()),
        workspace: workspace(),
        server_time: Arc::clone(&server_time),
        names: Arc::new(Names::default()),
        fields: fields.clone(),
        card_fields: CardFields::default(),
        creations: Creations::default(),
        listener: Arc::<Listener>::clone(listener),
    };
    let source = Source {
        workspace: workspace(),
        ingest: Arc::new(Ingest::new(ingest)),
        journal: Arc::<WatchedJournal>::clone(journal),
        subscriptions: Arc::new(subscriptions),
        in_the_making: InTheMaking::default(),
        health: Arc::new(journal.store.clone()),
        intercom: Arc::new(intercom.port()),
        background: Arc::new(intercom.port()),
        accepted: intercom.accepted(),
        server_time,
        board: Arc::clone(board),
        webhooks: Arc::clone(webhooks),
        metrics: Arc::default(),
    };
    let source = Arc::new(source);
    let hints = HintedRecords::new(source.clone(), Arc::new(journal.store.clone()));
    let intervals = Intervals { poll: interval, reconcile: RECONCILE_INTERVAL };
    (Arc::new(WorkspacePoll::new(source, intervals)), hints)
}

pub(super) fn made(id: &str, role: Role, at: Timestamp) -> Contact {
    let mut contact = Contact::bare(ContactId::new(id), role);
    contact.created_at = at;
    contact.updated_at = at;
    contact
}

/// Who works for a company that is known by its id.
pub(super) fn employed(mut contact: Contact, company: &str) -> Contact {
    let items = vec![Named { id: CompanyId::new(company), name: None }];
    contact.companies = PartialList { items, total: 1 };
    contact
}

/// Leads of as many companies, made in the same second.
pub(super) fn leads_of_companies(world: &World, count: usize) -> Vec<Company> {
    let company = |number| {
        let (id, name) = (CompanyId::new(format!("company {number:03}")), format!("Name {number:03}"));
        Company { id, company_id: None, name: Some(name) }
    };
    let companies: Vec<_> = (0..count).map(company).collect();
    for (number, company) in companies.iter().enumerate() {
        world.intercom.put(employed(world.lead(&format!("{number:03}")), company.id.as_str()));
    }
    companies
}

/// How often this was asked.
pub(super) fn count(calls: &[&str], name: &str) -> usize {
    calls.iter().filter(|call| **call == name).count()
}

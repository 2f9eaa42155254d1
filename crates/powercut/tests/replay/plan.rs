//! What the recorded run does: a fixed row of operations, as the bot would ask for them in some weeks.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::access::{Access, Grant};
use deskbell_domain::amendment::Amendment;
use deskbell_domain::contact::{Contact, Named, PartialList, Role};
use deskbell_domain::delivery::{
    DeadLetterId, InFlight, Layout, Nonce, Phrasing, Settlement, Source, Verdict,
};
use deskbell_domain::difference::{Change, Snapshot, StoredSnapshot};
use deskbell_domain::event::{Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, CompanyId, ContactId, GuildId, JournalNumber, MemberId, MessageId, RoleId,
    SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::store::{
    Append, Baseline, Naming, SnapshotMode, SnapshotWrite, Stream, StreamState,
};
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Timestamp, UnixMillis};

const GUILD: GuildId = GuildId(7);
/// Now, for the whole run.
pub(crate) const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
pub(crate) const DAY_MS: i64 = 86_400_000;
pub(crate) const DAYS: [&str; 2] = ["2023-10-05", "2023-11-14"];

/// How many rounds of polling and posting there are, and after which the store is closed and opened again.
const ROUNDS: u64 = 12;
const REOPENED_AFTER: [u64; 2] = [2, 7];

/// How many custom attributes a user with very many has, each of a hundred characters: a row of 13 kB.
const ATTRIBUTES: u32 = 100;

pub(crate) fn home() -> Home {
    Home::new(&workspace(), GUILD)
}

pub(crate) fn workspace() -> WorkspaceId {
    WorkspaceId::new("w1")
}

/// The id of the first subscription: of a store whose clock and randomness stand still.
const FIRST: u64 = NOW.0.cast_unsigned() << 20;

/// An operation.
pub(crate) enum Step {
    Append(Box<Append>, Option<(Stream, StreamState)>),
    Amend(JournalNumber, Amendment, Naming),
    Subscribe(Subscription),
    Change(Subscription),
    Remove(SubscriptionId),
    Begin(InFlight),
    Settle(Box<Settlement>),
    Advance(SubscriptionId, JournalNumber),
    RetryDeadLetter(DeadLetterId),
    DropDeadLetter(DeadLetterId),
    Actor(ContactId),
    Keep(String, UnixMillis),
    OwnMessage(MessageId),
    Access(Access),
    Commands(String),
    Prune(UnixMillis),
    PruneKept(UnixMillis),
    /// Asked for at once, and so written in one batch.
    Together(Vec<Step>),
    /// Closes the store and opens it again.
    Reopen,
}

/// The row of operations, and the ids that are in it.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    /// What waits for each subscription.
    waiting: BTreeMap<u64, Vec<JournalNumber>>,
    versions: BTreeMap<u64, u64>,
    head: u64,
}

pub(crate) fn plan() -> Plan {
    let mut plan = Plan::default();
    plan.steps.push(Step::Together(
        EventKind::OF_THE_CONNECTOR.into_iter().map(|kind| Step::Subscribe(subscription(kind))).collect(),
    ));
    for round in 0..ROUNDS {
        plan.round(round);
        if REOPENED_AFTER.contains(&round) {
            plan.steps.push(Step::Reopen);
        }
    }
    plan
}

pub(crate) fn subscription(kind: EventKind) -> Subscription {
    let number = place(kind) + 1;
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(FIRST + place(kind)),
        guild: GUILD,
        workspace: workspace(),
        channel: ChannelId(100 + number),
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

fn place(kind: EventKind) -> u64 {
    match kind {
        EventKind::NewLead => 0,
        EventKind::NewUser => 1,
        EventKind::UserUpdated => 2,
        EventKind::NewConversation => 3,
        EventKind::CustomerReplied | EventKind::HandedOver | EventKind::Rated | EventKind::Unanswered => {
            unreachable!("the plan has none of them")
        }
    }
}

impl Plan {
    /// A poll, what is posted of it, and what people do meanwhile.
    fn round(&mut self, round: u64) {
        // The first half is of long ago, so that it can be pruned.
        let at = if round < ROUNDS / 2 { UnixMillis(NOW.0 - 40 * DAY_MS) } else { NOW };
        let day = DAYS[usize::from(round >= ROUNDS / 2)];
        self.mixed(round, at);
        self.post(EventKind::NewLead, 3, round, day);
        self.commands(round);
        if round % 3 == 1 {
            self.many(EventKind::NewLead, round, at);
        }
        if round % 3 == 2 {
            self.many(EventKind::UserUpdated, round, at);
        }
        if round.is_multiple_of(4) {
            self.attributes(round);
        }
        self.post(EventKind::NewUser, 2, round, day);
        self.dead(round, day);
        self.pause(round);
        if round >= ROUNDS / 2 {
            self.catch_up();
            self.steps.push(Step::Prune(UnixMillis(NOW.0 - 30 * DAY_MS)));
            self.steps.push(Step::PruneKept(NOW));
        }
    }

    fn mixed(&mut self, round: u64, at: UnixMillis) {
        let seconds = at.seconds();
        let mut events: Vec<_> =
            (0..4).map(|one| self.event(EventKind::NewLead, round * 1000 + one, seconds)).collect();
        events.extend((0..3).map(|one| self.event(EventKind::NewUser, round * 1000 + one, seconds)));
        let mark = Timestamp(seconds.0 + round.cast_signed());
        let state = StreamState { mark, hourly_at: mark, deep_at: seconds };
        let snapshots =
            (0..3).map(|one| snapshot(&format!("u{}", round * 1000 + one), round, 3, seconds)).collect();
        let unnamed = events.iter().take(2).map(|event| event.id.clone()).collect();
        let append = Append { events, unnamed, snapshots, ..nothing(at) };
        self.steps.push(Step::Append(Box::new(append), Some((Stream::Contacts, state))));
        self.amend(round);
    }

    /// What is learnt of two leads of the append before.
    fn amend(&mut self, round: u64) {
        let first = JournalNumber(self.head - 6);
        let open = Step::Amend(first, learnt(round), Naming::Open);
        let done = Step::Amend(first.next(), learnt(round), Naming::Done);
        self.steps.push(Step::Together(vec![open, done]));
    }

    /// A whole append of events of 1 kB.
    fn many(&mut self, kind: EventKind, round: u64, at: UnixMillis) {
        let first = round * 1000 + 100;
        let events = (first..first + 256).map(|one| self.event(kind, one, at.seconds())).collect();
        self.steps.push(Step::Append(Box::new(Append { events, ..nothing(at) }), None));
    }

    /// Snapshots of users with very many attributes: sled keeps leaves of them in files of their own.
    fn attributes(&mut self, round: u64) {
        let at = NOW.seconds();
        let rows = (0..24).map(|one| snapshot(&format!("u-many-{one:02}"), round, ATTRIBUTES, at));
        let baseline =
            Baseline { epoch: 1, started: at, position: Timestamp(round.cast_signed()), finished: round > 9 };
        let append = Append { snapshots: rows.collect(), baseline: Some(baseline), ..nothing(NOW) };
        self.steps.push(Step::Append(Box::new(append), None));
    }

    fn event(&mut self, kind: EventKind, one: u64, at: Timestamp) -> Event {
        self.head += 1;
        self.waiting.entry(place(kind)).or_default().push(JournalNumber(self.head));
        event(kind, one, at)
    }

    fn take(&mut self, kind: EventKind, count: usize) -> Vec<JournalNumber> {
        let waiting = self.waiting.entry(place(kind)).or_default();
        let count = count.min(waiting.len());
        waiting.drain(..count).collect()
    }

    fn post(&mut self, kind: EventKind, count: usize, round: u64, day: &str) {
        let numbers = self.take(kind, count);
        let Some(batch) = batch(kind, numbers) else { return };
        self.steps.push(Step::Begin(batch.clone()));
        let posted = Verdict::Posted(Some(MessageId(5000 + round)));
        self.steps.push(Step::Settle(Box::new(settlement(kind, batch, posted, day))));
    }

    /// A batch that can never be posted, and what becomes of it.
    fn dead(&mut self, round: u64, day: &str) {
        let kind = EventKind::NewLead;
        let Some(batch) = batch(kind, self.take(kind, 1)) else { return };
        let event = Box::new(event(kind, round * 1000, NOW.seconds()));
        let verdict = Verdict::Dead { event, reason: "50035 embeds".to_owned() };
        self.steps.push(Step::Begin(batch.clone()));
        self.steps.push(Step::Settle(Box::new(settlement(kind, batch, verdict, day))));
        let letter = DeadLetterId(round / 2 + 1);
        self.steps.push(if round.is_multiple_of(2) {
            Step::RetryDeadLetter(letter)
        } else {
            Step::DropDeadLetter(letter)
        });
    }

    /// What several people ask for in the same moment.
    fn commands(&mut self, round: u64) {
        let roles = BTreeMap::from([(RoleId(round), Grant::default())]);
        let until = UnixMillis(NOW.0 + if round.is_multiple_of(2) { DAY_MS } else { -DAY_MS });
        self.steps.push(Step::Together(vec![
            Step::Actor(ContactId::new(format!("l{}", round * 1000))),
            Step::Keep(format!("key-{round}"), until),
            Step::OwnMessage(MessageId(9000 + round)),
            Step::Access(Access { roles, version: round, ..Access::default() }),
            Step::Commands(format!("hash-{round}")),
        ]));
    }

    /// The fourth subscription is paused, taken up again, and at last removed.
    fn pause(&mut self, round: u64) {
        let wish = subscription(EventKind::NewConversation);
        if round + 1 == ROUNDS {
            self.steps.push(Step::Remove(wish.id));
            return;
        }
        let paused = SubscriptionState::Paused { by: Some(MemberId(5)), since: Timestamp(9) };
        let state = if round.is_multiple_of(2) { paused } else { SubscriptionState::Active };
        let version = self.versions.entry(wish.id.0).or_insert(1);
        self.steps.push(Step::Change(Subscription { state, version: *version, ..wish }));
        *version += 1;
    }

    /// Moves the cursors on, so that pruning has something to do.
    fn catch_up(&mut self) {
        for kind in [EventKind::NewLead, EventKind::NewUser, EventKind::UserUpdated] {
            self.waiting.remove(&place(kind));
            self.steps.push(Step::Advance(subscription(kind).id, JournalNumber(self.head)));
        }
    }
}

fn nothing(at: UnixMillis) -> Append {
    Append {
        workspace: workspace(),
        events: Vec::new(),
        unnamed: std::collections::BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at,
    }
}

fn contact(id: &str, role: Role, attributes: u32, at: Timestamp) -> Contact {
    let mut contact = Contact { created_at: at, updated_at: at, ..Contact::bare(ContactId::new(id), role) };
    contact.email = Some(format!("{id}@example.com"));
    contact.custom = (0..attributes)
        .map(|one| (format!("attribute number {one}"), format!("{id} {at:?}").repeat(4)))
        .collect();
    contact
}

fn event(kind: EventKind, one: u64, at: Timestamp) -> Event {
    let (lead, user) = (format!("l{one}"), format!("u{one}"));
    let (id, record) = match kind {
        EventKind::CustomerReplied | EventKind::HandedOver | EventKind::Rated | EventKind::Unanswered => {
            unreachable!("the plan has none of them")
        }
        EventKind::NewLead | EventKind::NewConversation => {
            let contact = Box::new(contact(&lead, Role::Lead, 0, at));
            (EventId::lead_created(&contact.id), Record::Lead { contact })
        }
        EventKind::NewUser => {
            let contact = Box::new(contact(&user, Role::User, 0, at));
            (EventId::user_created(&contact.id), Record::User { contact, origin: UserOrigin::New })
        }
        EventKind::UserUpdated => {
            let mut contact = Box::new(contact(&user, Role::User, 0, at));
            contact.legacy.pseudonym = Some("x".repeat(680));
            (
                EventId::user_updated(&contact.id, one),
                Record::Update { contact, changes: vec![Change::Unspecified] },
            )
        }
    };
    Event { id, at, record, actor: None }
}

/// What is learnt when the name of a company is told.
fn learnt(round: u64) -> Amendment {
    let lead = |name: Option<String>| {
        let mut lead = contact("l", Role::Lead, 0, Timestamp(0));
        let items = vec![Named { id: CompanyId::new("1"), name }];
        lead.companies = PartialList { items, total: 1 };
        Record::Lead { contact: Box::new(lead) }
    };
    Amendment::learnt(&lead(None), &lead(Some(format!("Company {round}"))))
}

fn snapshot(id: &str, revision: u64, attributes: u32, at: Timestamp) -> SnapshotWrite {
    let contact = contact(id, Role::User, attributes, Timestamp(at.0 + revision.cast_signed()));
    let snapshot = StoredSnapshot { contact: contact.id.clone(), revision, snapshot: Snapshot::of(&contact) };
    SnapshotWrite { epoch: 1, snapshot, mode: SnapshotMode::Replace }
}

fn batch(kind: EventKind, numbers: Vec<JournalNumber>) -> Option<InFlight> {
    let wish = subscription(kind);
    let (first, last) = (*numbers.first()?, *numbers.last()?);
    Some(InFlight {
        subscription: wish.id,
        channel: wish.channel,
        numbers,
        cursor_after: last,
        source: Source::Journal,
        layout: Layout::Cards,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(wish.id, first, last, 0),
        first_attempt: NOW,
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    })
}

fn settlement(kind: EventKind, in_flight: InFlight, verdict: Verdict, day: &str) -> Settlement {
    Settlement { in_flight, home: home(), kind, detail: Detail::Full, verdict, at: NOW, day: day.to_owned() }
}

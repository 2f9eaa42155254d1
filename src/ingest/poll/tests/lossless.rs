//! Whatever happens in whatever order: every event once, none missing, every change told from where the last one ended.

use std::collections::BTreeMap;

use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::difference::{Change, Old};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use proptest::prelude::*;

use super::intercom::Dates;
use super::journal::Plan;
use super::world::{DAY, HOUR, MINUTE, World};
use crate::ingest::poll::baseline::BaselineStep;

/// Something that happens.
#[derive(Debug, Clone)]
enum Act {
    /// A lead is made, and indexed so many minutes later.
    Lead(i64),
    /// A user is made, and indexed so many minutes later.
    User(i64),
    /// A customer starts a conversation.
    Conversation,
    /// One of the leads signs up.
    SignUp(usize),
    /// One of the users gets another address, indexed so many minutes later.
    NewAddress(usize, i64),
    /// Minutes pass.
    Pass(i64),
    /// The next poll; which of its pages and writes fail.
    Poll { page_fails: bool, write_fails: bool },
    /// A page of the walk over all users.
    Baseline,
    /// The process is killed and started again.
    Restart,
}

fn act() -> impl Strategy<Value = Act> {
    let lag = prop_oneof![4 => Just(0_i64), 2 => 0..20_i64, 1 => 0..(36 * 60_i64)];
    prop_oneof![
        4 => lag.clone().prop_map(Act::Lead),
        4 => lag.clone().prop_map(Act::User),
        2 => Just(Act::Conversation),
        2 => any::<usize>().prop_map(Act::SignUp),
        4 => (any::<usize>(), 0..20_i64).prop_map(|(which, lag)| Act::NewAddress(which, lag)),
        6 => (0..30_i64).prop_map(Act::Pass),
        1 => (0..3000_i64).prop_map(Act::Pass),
        8 => (prop::bool::weighted(0.2), prop::bool::weighted(0.2))
            .prop_map(|(page_fails, write_fails)| Act::Poll { page_fails, write_fails }),
        1 => Just(Act::Baseline),
        1 => Just(Act::Restart),
    ]
}

/// What happened, and what must stand in the journal for it.
struct Story {
    world: World,
    people: Vec<Contact>,
    expected: Vec<String>,
}

impl Story {
    fn begin(dates: Dates) -> Self {
        let world = World::new();
        world.intercom.state().dates = dates;
        for kind in EventKind::OF_THE_CONNECTOR {
            world.subscribe(kind);
        }
        Self { world, people: Vec::new(), expected: Vec::new() }
    }

    fn next_id(&self) -> String {
        format!("{:03}", self.expected.len())
    }

    fn person(&mut self, contact: Contact, lag: i64) {
        self.world.intercom.put_late(contact.clone(), lag * MINUTE);
        self.expected.push(format!("{}_created:{}", contact.role.word(), contact.id));
        self.people.push(contact);
    }

    fn sign_up(&mut self, which: usize) {
        let (now, announced) = (self.world.now(), self.world.ids());
        // One that nobody saw as a lead is a new user like any other, and no lead: its id is not the same event.
        let leads = self
            .people
            .iter_mut()
            .filter(|one| one.role == Role::Lead && announced.contains(&format!("lead_created:{}", one.id)));
        let mut leads: Vec<_> = leads.collect();
        let count = leads.len().max(1);
        if let Some(lead) = leads.get_mut(which % count) {
            lead.role = Role::User;
            lead.updated_at = now;
            self.expected.push(format!("user_created:{}", lead.id));
            self.world.intercom.put(lead.clone());
        }
    }

    fn new_address(&mut self, which: usize, lag: i64) {
        let now = self.world.now();
        let mut users: Vec<_> = self.people.iter_mut().filter(|one| one.role == Role::User).collect();
        let count = users.len().max(1);
        if let Some(user) = users.get_mut(which % count)
            && user.updated_at < now
        {
            user.email = Some(format!("{}@x.io", now.0));
            user.updated_at = now;
            self.world.intercom.put_late(user.clone(), lag * MINUTE);
        }
    }

    async fn happens(&mut self, act: Act) {
        match act {
            Act::Lead(lag) => self.person(self.world.lead(&self.next_id()), lag),
            Act::User(lag) => self.person(self.world.user(&self.next_id()), lag),
            Act::Conversation => {
                let id = self.next_id();
                self.world.intercom.start(self.world.conversation(&id));
                self.expected.push(format!("conversation_created:{id}"));
            }
            Act::SignUp(which) => self.sign_up(which),
            Act::NewAddress(which, lag) => self.new_address(which, lag),
            Act::Pass(minutes) => self.world.pass(minutes * MINUTE + 7).await,
            Act::Poll { page_fails, write_fails } => self.poll(page_fails, write_fails).await,
            Act::Baseline => {
                let _step: BaselineStep = self.world.poll.baseline_step().await;
            }
            Act::Restart => self.world.restart(),
        }
    }

    async fn poll(&self, page_fails: bool, write_fails: bool) {
        if page_fails {
            self.world.intercom.answer("updates", [Some(IntercomError::Unavailable(Unanswered::Silent))]);
            self.world.intercom.answer("contacts", [Some(IntercomError::Unavailable(Unanswered::Silent))]);
        }
        if write_fails {
            self.world.journal.plans([Plan::Succeed, Plan::Fail]);
        }
        let _report = self.world.tick().await;
        self.world.journal.plans([]);
    }

    /// Two quiet days, so that whatever was indexed late is found.
    async fn ends(&self) {
        self.world.pass(HOUR).await;
        self.world.poll_for(2 * DAY).await;
    }

    fn created(&self) -> Vec<String> {
        let mut ids: Vec<_> =
            self.world.ids().into_iter().filter(|id| !id.starts_with("user_updated")).collect();
        ids.sort();
        ids
    }

    /// Follows the addresses of each user through the journal.
    fn addresses(&self) -> BTreeMap<String, Option<String>> {
        let mut last = BTreeMap::new();
        for event in self.world.journal.announced() {
            match event.record {
                Record::User { contact, .. } => {
                    last.insert(contact.id.to_string(), contact.email);
                }
                Record::Update { contact, changes } => {
                    let id = contact.id.to_string();
                    let [Change::Value { old, new, .. }] = &changes[..] else {
                        panic!("one address changed")
                    };
                    let Old::Known(old) = old else { panic!("every user was seen before") };
                    assert_eq!(last.get(&id), Some(old), "a change begins where the last one ended");
                    last.insert(id, new.clone());
                }
                _ => {}
            }
        }
        last
    }

    /// Whether a card would still be kept true: who came longer ago may have changed after it was left as it is.
    fn has_live_card(&self, id: &str) -> bool {
        let since = self.world.now().minus(CARDS_LIVE);
        self.people.iter().any(|one| one.id.as_str() == id && one.created_at >= since)
    }

    /// What the card of each new user says by now.
    fn on_cards(&self) -> BTreeMap<String, Option<String>> {
        let users = self.world.events().into_iter().filter_map(|event| match event.record {
            Record::User { contact, .. } => Some((contact.id.to_string(), contact.email)),
            _ => None,
        });
        users.collect()
    }
}

async fn play(dates: Dates, acts: Vec<Act>) {
    let mut story = Story::begin(dates);
    for act in acts {
        story.happens(act).await;
    }
    story.ends().await;
    let mut expected = story.expected.clone();
    expected.sort();
    assert_eq!(story.created(), expected);
    let users = story.people.iter().filter(|one| one.role == Role::User);
    let mut actual: BTreeMap<_, _> = users.map(|one| (one.id.to_string(), one.email.clone())).collect();
    assert_eq!(story.addresses(), actual);
    let mut on_cards = story.on_cards();
    on_cards.retain(|id, _| story.has_live_card(id));
    actual.retain(|id, _| story.has_live_card(id));
    assert_eq!(on_cards, actual, "the cards are true");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_is_doubled(
        acts in prop::collection::vec(act(), 1..120),
        zone in prop::option::of(-12_i64..15),
    ) {
        let dates = zone.map_or(Dates::Seconds, |hours| Dates::Days { zone: hours * HOUR });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime without I/O can be built").block_on(play(dates, acts));
    }
}

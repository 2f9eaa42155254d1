//! Random work: steps that a caller may take in any order, and a simple model of what delivery's state must be.

use deskbell_domain::delivery::{InFlight, Nonce, Verdict};
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{JournalNumber, MessageId, SubscriptionId};
use deskbell_domain::port::store::{
    Append, Deliveries as _, DeliveryOutcome, Journal as _, NewSubscription, ShortLived as _, Stored,
    SubscriptionAdded, Subscriptions as _,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::UnixMillis;
use proptest::prelude::*;

use super::{KvFixture, batch, lead, on_memory, settlement};

/// A step that may be repeated.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Append { first: u8, count: u8 },
    Subscribe { channel: u64 },
    Begin { first: u64, count: u64, generation: u32, replaces: Option<u32> },
    Settle { first: u64, count: u64, generation: u32, ending: Ending },
    Advance { to: u64 },
    Keep { until: i64 },
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Ending {
    Posted,
    Dead,
    Vanished,
}

/// Up to twenty steps over small numbers, so that they meet.
pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..20)
}

fn step() -> impl Strategy<Value = Step> {
    let ending = prop::sample::select(vec![Ending::Posted, Ending::Dead, Ending::Vanished]);
    prop_oneof![
        3 => (0..12_u8, 1..4_u8).prop_map(|(first, count)| Step::Append { first, count }),
        1 => (100..102_u64).prop_map(|channel| Step::Subscribe { channel }),
        4 => (1..6_u64, 1..3_u64, 0..2_u32, prop::option::weighted(0.3, 0..2_u32)).prop_map(
            |(first, count, generation, replaces)| Step::Begin { first, count, generation, replaces }
        ),
        3 => (1..6_u64, 1..3_u64, 0..2_u32, ending).prop_map(
            |(first, count, generation, ending)| Step::Settle { first, count, generation, ending }
        ),
        1 => (0..6_u64).prop_map(|to| Step::Advance { to }),
        1 => (0..3_i64).prop_map(|until| Step::Keep { until }),
    ]
}

/// The first subscription that was made, or one that was not made yet.
async fn first(fixture: &KvFixture) -> Stored<Subscription> {
    let all = fixture.store.guild_subscriptions(&fixture.home).await?;
    let id = all.first().map_or(SubscriptionId(1), |first| first.id);
    Ok(Subscription { id, ..fixture.wish(EventKind::NewLead, 100) })
}

fn numbers(first: u64, count: u64) -> Vec<u64> {
    (first..first + count).collect()
}

fn verdict(ending: Ending) -> Verdict {
    match ending {
        Ending::Posted => Verdict::Posted(Some(MessageId(1))),
        Ending::Dead => Verdict::Dead { event: Box::new(lead("dead", 1)), reason: String::new() },
        Ending::Vanished => Verdict::Vanished,
    }
}

/// Takes a step; answers how it ended, where delivery's state tells.
pub(crate) async fn perform(fixture: &KvFixture, step: &Step) -> Stored<Option<DeliveryOutcome>> {
    let (store, known) = (&fixture.store, first(fixture).await?);
    match *step {
        Step::Append { first, count } => {
            let events = (first..first + count).map(|id| lead(&id.to_string(), i64::from(id))).collect();
            store.append(Append { events, ..fixture.nothing() }).await?;
        }
        Step::Subscribe { channel } => {
            let subscription = fixture.wish(EventKind::NewLead, channel);
            let (SubscriptionAdded::Added(_) | SubscriptionAdded::AlreadyThere(_)) =
                store.add_subscription(NewSubscription { subscription, head: None, by: None }).await?;
        }
        Step::Begin { first, count, generation, replaces } => {
            let new = batch(&known, &numbers(first, count), generation);
            let replaces = replaces.map(|generation| nonce(&known, first, count, generation));
            return store.begin(&fixture.home, new, replaces).await.map(Some);
        }
        Step::Settle { first, count, generation, ending } => {
            let settled = batch(&known, &numbers(first, count), generation);
            return store.settle(settlement(&known, settled, verdict(ending))).await.map(Some);
        }
        Step::Advance { to } => {
            return store.advance(&fixture.home, known.id, JournalNumber(to)).await.map(Some);
        }
        Step::Keep { until } => store.keep(&fixture.buttons("key"), "text", UnixMillis(until)).await?,
    }
    Ok(None)
}

fn nonce(known: &Subscription, first: u64, count: u64, generation: u32) -> Nonce {
    Nonce::of(known.id, JournalNumber(first), JournalNumber(first + count - 1), generation)
}

/// What delivery's state of the first subscription must be.
#[derive(Debug, Default)]
struct Model {
    head: u64,
    seen: std::collections::BTreeSet<u8>,
    channels: std::collections::BTreeSet<u64>,
    /// Its cursor, once there is a subscription in the first channel made.
    cursor: Option<u64>,
    in_flight: Option<InFlight>,
}

impl Model {
    fn take(&mut self, known: &Subscription, step: &Step) -> Option<DeliveryOutcome> {
        match *step {
            Step::Append { first, count } => {
                let new = (first..first + count).filter(|id| self.seen.insert(*id)).count();
                self.head += new as u64;
                None
            }
            Step::Subscribe { channel } => {
                if self.channels.insert(channel) && self.cursor.is_none() {
                    self.cursor = Some(self.head);
                }
                None
            }
            Step::Begin { first, count, generation, replaces } => {
                let new = batch(known, &numbers(first, count), generation);
                let replaces = replaces.map(|generation| nonce(known, first, count, generation));
                Some(self.begin(new, replaces.as_ref()))
            }
            Step::Settle { first, count, generation, .. } => {
                Some(self.settle(&nonce(known, first, count, generation), first + count - 1))
            }
            Step::Advance { to } => Some(self.advance(to)),
            Step::Keep { .. } => None,
        }
    }

    fn begin(&mut self, new: InFlight, replaces: Option<&Nonce>) -> DeliveryOutcome {
        let Some(cursor) = self.cursor else { return DeliveryOutcome::Conflict };
        if self.in_flight.as_ref() == Some(&new) {
            return DeliveryOutcome::Done;
        }
        let expected = self.in_flight.as_ref().map(|present| &present.nonce) == replaces;
        let ahead = new.numbers[0].0 > cursor;
        let journaled = self.in_flight.is_some() || new.cursor_after.0 <= self.head;
        if !expected || !ahead || !journaled {
            return DeliveryOutcome::Conflict;
        }
        self.in_flight = Some(new);
        DeliveryOutcome::Done
    }

    fn settle(&mut self, nonce: &Nonce, after: u64) -> DeliveryOutcome {
        let Some(cursor) = self.cursor else { return DeliveryOutcome::Conflict };
        if self.in_flight.as_ref().is_some_and(|present| present.nonce == *nonce) {
            self.in_flight = None;
            self.cursor = Some(after);
            return DeliveryOutcome::Done;
        }
        if cursor >= after { DeliveryOutcome::Done } else { DeliveryOutcome::Conflict }
    }

    fn advance(&mut self, to: u64) -> DeliveryOutcome {
        let Some(cursor) = self.cursor else { return DeliveryOutcome::Conflict };
        if self.in_flight.is_some() {
            return DeliveryOutcome::Conflict;
        }
        self.cursor = Some(cursor.max(to));
        DeliveryOutcome::Done
    }
}

async fn follows_the_model(fixture: KvFixture, steps: Vec<Step>) {
    let mut model = Model::default();
    for step in steps {
        let known = first(&fixture).await.unwrap();
        let expected = model.take(&known, &step);
        assert_eq!(perform(&fixture, &step).await.unwrap(), expected, "{step:?}");
        let again = perform(&fixture, &step).await.unwrap();
        if expected == Some(DeliveryOutcome::Done) && !matches!(step, Step::Begin { .. }) {
            assert_eq!(again, expected, "again {step:?}");
        }
        let known = first(&fixture).await.unwrap();
        let progress = fixture.store.progress(&fixture.home, known.id).await.unwrap();
        assert_eq!(progress.as_ref().map(|progress| progress.cursor.0), model.cursor);
        assert_eq!(progress.and_then(|progress| progress.in_flight), model.in_flight);
    }
}

proptest! {
    #[test]
    fn delivery_follows_its_model_and_repetitions_change_nothing(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(on_memory(async |fixture| follows_the_model(fixture, steps).await));
    }
}

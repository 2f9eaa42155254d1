//! What goes into the next message: pure, from what waits to the events of one batch and how they are shown.
//!
//! A batch is always the head of what waits, without a gap: order is kept by never taking anything else. The numbers
//! of events per message are chosen so that Discord's limits hold whatever the events contain.

use std::collections::BTreeSet;

use deskbell_domain::bounds::OUTAGE;
use deskbell_domain::delivery::{Backlog, Layout};
use deskbell_domain::event::{Entry, EventKind, Record};
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::port::store::{Backlogged, Waiting};
use deskbell_domain::time::Timestamp;

/// How many waiting events are looked at: one more than the largest number that decides anything.
pub(super) const LOOK_AHEAD: usize = 21;
/// Brief cards in a message: Discord's limit of embeds.
const BRIEF_CARDS: usize = 10;
/// Lines of user updates in an embed.
const LINES: usize = 20;
/// Above as many, a line says how many wait.
const LONG_BACKLOG: u64 = 200;
/// Above as many, it says so too if the first of them waited that long: there was an outage.
const OUTAGE_BACKLOG: u64 = 20;

/// The next batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Batch {
    /// These events, shown so.
    Send {
        /// Ascending, never empty.
        numbers: Vec<JournalNumber>,
        /// How.
        layout: Layout,
    },
    /// The first event that waits is not in the store any more.
    Vanished(JournalNumber),
}

/// How many of the waiting events the next message may take at most, and how it shows them.
pub(super) fn shape(kind: EventKind, waiting: usize) -> (usize, Layout) {
    let batching = kind.spec().batching;
    if waiting <= batching.crowd_above {
        return (batching.cards, Layout::Cards);
    }
    let most = if batching.crowd == Layout::Lines { LINES } else { BRIEF_CARDS };
    (most, batching.crowd)
}

/// The numbers whose events are needed to cut the next batch.
pub(super) fn candidates(kind: EventKind, waiting: &[Waiting]) -> Vec<JournalNumber> {
    let (most, _) = shape(kind, waiting.len());
    waiting.iter().take(most).map(|waiting| waiting.number).collect()
}

/// Cuts the next batch from the head of what waits; `entries` are the candidates that could be read. It ends before
/// an event that is gone, and before a second card for the same record: of two embeds with one address Discord shows
/// only the first. None where nothing waits.
pub(super) fn cut(kind: EventKind, waiting: &[Waiting], entries: &[Entry]) -> Option<Batch> {
    let (_, layout) = shape(kind, waiting.len());
    let candidates = candidates(kind, waiting);
    let first = *candidates.first()?;
    let mut shown = BTreeSet::new();
    let mut numbers = Vec::new();
    for number in candidates {
        let Some(entry) = entries.iter().find(|entry| entry.number == number) else { break };
        if layout != Layout::Lines && !shown.insert(record_key(&entry.event.record)) {
            break;
        }
        numbers.push(number);
    }
    Some(if numbers.is_empty() { Batch::Vanished(first) } else { Batch::Send { numbers, layout } })
}

/// The line above a long backlog, or above what an outage left.
pub(super) fn backlog_line(backlogged: Backlogged, now: Timestamp) -> Option<Backlog> {
    let since = backlogged.since?;
    let outage = backlogged.count > OUTAGE_BACKLOG && now.0 - since.0 > OUTAGE;
    (outage || backlogged.count > LONG_BACKLOG).then_some(Backlog { waiting: backlogged.count, since })
}

/// What a card's address is made of.
fn record_key(record: &Record) -> (bool, String) {
    match record {
        Record::Lead { contact } | Record::User { contact, .. } | Record::Update { contact, .. } => {
            (false, contact.id.as_str().to_owned())
        }
        Record::Conversation { conversation } => (true, conversation.id.as_str().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::deliver::tests::events::{lead, update};

    fn waiting(numbers: &[u64]) -> Vec<Waiting> {
        numbers.iter().map(|n| Waiting { number: JournalNumber(*n), at: Timestamp(0) }).collect()
    }

    fn updates(people: &[(u64, u8)]) -> Vec<Entry> {
        let entry =
            |(n, person): &(u64, u8)| Entry { number: JournalNumber(*n), event: update(*n, *person, 0) };
        people.iter().map(entry).collect()
    }

    #[test]
    fn up_to_three_leads_get_full_cards_and_more_get_brief_ones() {
        assert_eq!(shape(EventKind::NewLead, 3), (3, Layout::Cards));
        assert_eq!(shape(EventKind::NewLead, 4), (10, Layout::Brief));
        assert_eq!(shape(EventKind::UserUpdated, 4), (20, Layout::Lines));
        assert_eq!(shape(EventKind::NewConversation, 20), (1, Layout::Cards));
        assert_eq!(shape(EventKind::NewConversation, 21), (10, Layout::Brief));
    }

    #[test]
    fn a_person_who_changed_twice_gets_two_messages() {
        let entries = updates(&[(1, 7), (2, 7), (3, 8)]);
        let batch = cut(EventKind::UserUpdated, &waiting(&[1, 2, 3]), &entries);
        let numbers = vec![JournalNumber(1)];
        assert_eq!(batch, Some(Batch::Send { numbers, layout: Layout::Cards }));
    }

    #[test]
    fn a_backlog_is_told_when_it_is_long_or_old() {
        let backlogged = |count| Backlogged { count, since: Some(Timestamp(1000)) };
        assert_eq!(backlog_line(backlogged(200), Timestamp(1000)), None);
        assert!(backlog_line(backlogged(201), Timestamp(1000)).is_some());
        assert_eq!(backlog_line(backlogged(20), Timestamp(9999)), None);
        assert!(backlog_line(backlogged(21), Timestamp(1901)).is_some());
    }

    proptest! {
        #[test]
        fn batches_take_everything_once_in_order_within_the_limits(
            kind in proptest::sample::select(EventKind::ALL.to_vec()),
            people in proptest::collection::vec((0_u8..6, proptest::bool::weighted(0.9)), 0..60),
        ) {
            let numbered: Vec<(u64, u8, bool)> =
                people.iter().zip(1_u64..).map(|((person, there), n)| (n, *person, *there)).collect();
            let mut left: Vec<u64> = numbered.iter().map(|(n, ..)| *n).collect();
            let mut taken = Vec::new();
            while !left.is_empty() {
                let seen = &waiting(&left)[..left.len().min(LOOK_AHEAD)];
                let asked = candidates(kind, seen);
                let entries: Vec<Entry> = numbered.iter()
                    .filter(|(n, _, there)| *there && asked.contains(&JournalNumber(*n)))
                    .map(|(n, person, _)| Entry { number: JournalNumber(*n), event: lead(*n, *person, 0) })
                    .collect();
                let numbers = match cut(kind, seen, &entries).expect("something waits") {
                    Batch::Vanished(number) => vec![number],
                    Batch::Send { numbers, layout } => {
                        let most = match layout { Layout::Cards => 3, Layout::Brief => 10, Layout::Lines => 20, Layout::Plain => 1 };
                        prop_assert!(!numbers.is_empty() && numbers.len() <= most);
                        numbers
                    }
                };
                left.drain(..numbers.len());
                taken.extend(numbers.into_iter().map(|number| number.0));
            }
            prop_assert_eq!(taken, numbered.iter().map(|(n, ..)| *n).collect::<Vec<_>>());
        }
    }
}

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
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Batch {
    /// These events, shown so.
    Send {
        /// Ascending, never empty.
        entries: Vec<Entry>,
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

/// Cuts the next batch from the head of what waits. It ends before an event that is gone, and before a second card for
/// the same record: of two embeds with one address Discord shows only the first. None where nothing waits.
pub(super) fn cut(kind: EventKind, waiting: &[Waiting]) -> Option<Batch> {
    let (most, layout) = shape(kind, waiting.len());
    let first = waiting.first()?.number;
    let mut shown = BTreeSet::new();
    let mut entries = Vec::new();
    for Waiting { number, event, .. } in waiting.iter().take(most) {
        let Some(event) = event else { break };
        if layout != Layout::Lines && !shown.insert(record_key(&event.record)) {
            break;
        }
        entries.push(Entry { number: *number, event: event.clone() });
    }
    Some(if entries.is_empty() { Batch::Vanished(first) } else { Batch::Send { entries, layout } })
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
    use deskbell_domain::event::Event;

    fn waiting(n: u64, event: Option<Event>) -> Waiting {
        Waiting { number: JournalNumber(n), at: Timestamp(0), event }
    }

    fn numbers(entries: &[Entry]) -> Vec<u64> {
        entries.iter().map(|entry| entry.number.0).collect()
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
        let updates = [(1, 7), (2, 7), (3, 8)].map(|(n, person)| waiting(n, Some(update(n, person, 0))));
        let Some(Batch::Send { entries, layout: Layout::Cards }) = cut(EventKind::UserUpdated, &updates)
        else {
            panic!("they are shown as cards");
        };
        assert_eq!(numbers(&entries), [1]);
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
            let all: Vec<Waiting> = people.iter().zip(1_u64..)
                .map(|((person, there), n)| waiting(n, there.then(|| lead(n, *person, 0))))
                .collect();
            let mut left = &all[..];
            let mut taken = Vec::new();
            while !left.is_empty() {
                let numbers = match cut(kind, &left[..left.len().min(LOOK_AHEAD)]).expect("something waits") {
                    Batch::Vanished(number) => vec![number.0],
                    Batch::Send { entries, layout } => {
                        let most = match layout { Layout::Cards => 3, Layout::Brief => 10, Layout::Lines => 20, Layout::Plain => 1 };
                        prop_assert!(!entries.is_empty() && entries.len() <= most);
                        numbers(&entries)
                    }
                };
                left = &left[numbers.len()..];
                taken.extend(numbers);
            }
            prop_assert_eq!(taken, all.iter().map(|one| one.number.0).collect::<Vec<_>>());
        }
    }
}

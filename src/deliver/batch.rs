//! What goes into the next message: pure, from what waits to the events of one batch and how they are shown.
//!
//! A batch is always the head of what waits, without a gap: order is kept by never taking anything else. The numbers
//! of events per message are chosen so that Discord's limits hold whatever the events contain.

use std::collections::BTreeSet;

use deskbell_domain::bounds::OUTAGE;
use deskbell_domain::delivery::{Backlog, Layout};
use deskbell_domain::event::{Entry, EventKind, Record};
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::layout::Crowd;
use deskbell_domain::port::store::{Backlogged, Waiting};
use deskbell_domain::time::Timestamp;

/// How many waiting events are looked at: one more than fit in a message, so that what is left belongs to its crowd.
pub(super) const LOOK_AHEAD: usize = MOST_LINES + 1;
/// Fewer are no backlog of which a line tells.
pub(super) const SHORTEST_BACKLOG: usize = 21;
/// Brief cards in a message: Discord's limit of embeds.
const BRIEF_CARDS: usize = 10;
/// Lines of user updates in an embed.
const LINES: usize = 20;
/// Above as many, records are lines of one embed, too.
const THRONG_ABOVE: usize = 30;
/// Lines of records in an embed: two selects show each in full.
const MOST_LINES: usize = 50;
/// Above as many, a line says how many wait.
const LONG_BACKLOG: u64 = 200;
/// Above as many, it says so too if the first of them waited that long: there was an outage.
const OUTAGE_BACKLOG: u64 = 20;

/// What is done next with the head of what waits.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Batch {
    /// These events, shown so.
    Send {
        /// Ascending, never empty.
        entries: Vec<Entry>,
        /// How they are shown.
        layout: Layout,
        /// The last event that is known to belong to the crowd of which these are a part, if they are.
        crowd_until: Option<JournalNumber>,
    },
    /// The first event that waits is not in the store any more.
    Vanished(JournalNumber),
}

/// Whether what waits is shown as a crowd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gathering {
    /// Each by itself, or a few together.
    Few,
    /// Many at once.
    Crowd,
    /// So many that each is a line.
    Throng,
}

/// Whether what waits is a crowd. What began as one ends as one: its last few ring no more often than the first.
fn gathering(kind: EventKind, waiting: &[Waiting], crowd: Option<Crowd>) -> Gathering {
    let first = waiting.first().map(|first| first.number);
    let before = crowd.filter(|crowd| first.is_some_and(|first| first <= crowd.until));
    match before.map(|crowd| crowd.layout) {
        Some(Layout::Lines) => Gathering::Throng,
        _ if waiting.len() > THRONG_ABOVE => Gathering::Throng,
        Some(_) => Gathering::Crowd,
        None if waiting.len() > kind.spec().batching.crowd_above => Gathering::Crowd,
        None => Gathering::Few,
    }
}

/// How many events the next message may take at most, and how it shows them.
pub(super) fn shape(kind: EventKind, gathering: Gathering) -> (usize, Layout) {
    let batching = kind.spec().batching;
    match gathering {
        Gathering::Few => (batching.cards, Layout::Cards),
        // A line of an update tells of each field what it was and is, so fewer have room.
        Gathering::Crowd | Gathering::Throng if batching.crowd == Layout::Lines => (LINES, Layout::Lines),
        Gathering::Crowd => (BRIEF_CARDS, batching.crowd),
        Gathering::Throng => (MOST_LINES, Layout::Lines),
    }
}

/// Cuts the next batch from the head of what waits. It ends before an event that is gone, before one of another kind, and
/// before a second card for the same record: of two embeds with one address Discord shows only the first. None where
/// nothing waits.
/// `crowd` is what the batch before was a part of.
pub(super) fn cut(kind: EventKind, waiting: &[Waiting], crowd: Option<Crowd>) -> Option<Batch> {
    let gathering = gathering(kind, waiting, crowd);
    let (most, layout) = shape(kind, gathering);
    let (first, last) = (waiting.first()?.number, waiting.last()?.number);
    let mut shown = BTreeSet::new();
    let mut entries = Vec::new();
    for Waiting { number, event, .. } in waiting.iter().take(most) {
        let Some(event) = event else { break };
        if entries.first().is_some_and(|first: &Entry| first.event.kind() != event.kind()) {
            break;
        }
        if layout != Layout::Lines && !shown.insert(record_key(&event.record)) {
            break;
        }
        entries.push(Entry { number: *number, event: event.clone() });
    }
    if entries.is_empty() {
        return Some(Batch::Vanished(first));
    }
    let crowd_until = (gathering != Gathering::Few).then_some(last);
    Some(Batch::Send { entries, layout, crowd_until })
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
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => (false, contact.id.as_str().to_owned()),
        Record::Conversation { conversation, .. } => (true, conversation.id.as_str().to_owned()),
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

    /// How so many that come at once are shown: the number of events and the layout of each message.
    fn served(kind: EventKind, count: u64) -> Vec<(usize, Layout)> {
        let all: Vec<_> =
            (1..=count).map(|n| waiting(n, Some(crate::deliver::tests::events::event(kind, n, 0)))).collect();
        let (mut left, mut crowd, mut messages) = (&all[..], None, Vec::new());
        while let Some(batch) = cut(kind, &left[..left.len().min(LOOK_AHEAD)], crowd) {
            let Batch::Send { entries, layout, crowd_until } = batch else { panic!("all are there") };
            crowd = crowd_until.map(|until| Crowd { until, layout });
            left = &left[entries.len()..];
            messages.push((entries.len(), layout));
        }
        messages
    }

    #[test]
    fn up_to_three_leads_get_full_cards_and_more_get_brief_ones() {
        assert_eq!(served(EventKind::NewLead, 3), [(3, Layout::Cards)]);
        assert_eq!(served(EventKind::NewLead, 4), [(4, Layout::Brief)]);
        assert_eq!(served(EventKind::UserUpdated, 4), [(4, Layout::Lines)]);
        assert_eq!(served(EventKind::NewConversation, 20), [(1, Layout::Cards); 20]);
    }

    #[test]
    fn a_crowd_stays_a_crowd_to_its_end() {
        let brief = |counts: &[usize]| counts.iter().map(|count| (*count, Layout::Brief)).collect::<Vec<_>>();
        assert_eq!(served(EventKind::NewConversation, 21), brief(&[10, 10, 1]));
        assert_eq!(served(EventKind::NewConversation, 25), brief(&[10, 10, 5]));
        assert_eq!(served(EventKind::NewLead, 12), brief(&[10, 2]));
        assert_eq!(served(EventKind::UserUpdated, 21), [(20, Layout::Lines), (1, Layout::Lines)]);
    }

    #[test]
    fn more_than_thirty_are_lines_to_their_end_and_five_hundred_are_ten_messages() {
        let lines = |counts: &[usize]| counts.iter().map(|count| (*count, Layout::Lines)).collect::<Vec<_>>();
        assert_eq!(served(EventKind::NewLead, 30), [(10, Layout::Brief); 3]);
        assert_eq!(served(EventKind::NewLead, 31), lines(&[31]));
        assert_eq!(served(EventKind::NewUser, 51), lines(&[50, 1]));
        assert_eq!(served(EventKind::NewConversation, 120), lines(&[50, 50, 20]));
        assert_eq!(served(EventKind::NewLead, 500), lines(&[50; 10]));
        assert_eq!(served(EventKind::UserUpdated, 41), lines(&[20, 20, 1]));
    }

    #[test]
    fn a_crowd_of_brief_cards_that_grows_goes_on_in_lines() {
        let many: Vec<_> = (11..=50).map(|n| waiting(n, Some(lead(n, 1, 0)))).collect();
        let crowd = Crowd { until: JournalNumber(25), layout: Layout::Brief };
        let few = cut(EventKind::NewLead, &many[..15], Some(crowd));
        assert!(matches!(few, Some(Batch::Send { layout: Layout::Brief, .. })), "{few:?}");
        let grown = cut(EventKind::NewLead, &many, Some(crowd));
        assert!(
            matches!(grown, Some(Batch::Send { layout: Layout::Lines, entries, .. }) if entries.len() == 40)
        );
    }

    #[test]
    fn what_comes_after_a_crowd_is_none() {
        let one = [waiting(26, Some(lead(26, 1, 0)))];
        let crowd = Crowd { until: JournalNumber(25), layout: Layout::Brief };
        let Some(Batch::Send { layout, crowd_until, .. }) =
            cut(EventKind::NewConversation, &one, Some(crowd))
        else {
            panic!("it is there");
        };
        assert_eq!((layout, crowd_until), (Layout::Cards, None));
    }

    #[test]
    fn a_person_who_changed_twice_gets_two_messages() {
        let updates = [(1, 7), (2, 7), (3, 8)].map(|(n, person)| waiting(n, Some(update(n, person, 0))));
        let Some(Batch::Send { entries, layout: Layout::Cards, .. }) =
            cut(EventKind::UserUpdated, &updates, None)
        else {
            panic!("they are shown as cards");
        };
        assert_eq!(numbers(&entries), [1]);
    }

    #[test]
    fn a_message_never_shows_events_of_two_kinds() {
        let identified = crate::deliver::tests::events::event(EventKind::LeadIdentified, 2, 0);
        let all = [Some(lead(1, 1, 0)), Some(identified), Some(lead(3, 3, 0))];
        let all: Vec<_> = (1..).zip(all).map(|(number, event)| waiting(number, event)).collect();
        for (left, taken) in [(&all[..], 1), (&all[1..], 2)] {
            let Some(Batch::Send { entries, .. }) = cut(EventKind::NewLead, left, None) else {
                panic!("they are there");
            };
            assert_eq!(numbers(&entries), [taken]);
        }
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
            people in proptest::collection::vec((0_u8..6, proptest::bool::weighted(0.9)), 0..160),
        ) {
            let all: Vec<Waiting> = people.iter().zip(1_u64..)
                .map(|((person, there), n)| waiting(n, there.then(|| lead(n, *person, 0))))
                .collect();
            let mut left = &all[..];
            let (mut taken, mut crowd) = (Vec::new(), None);
            while !left.is_empty() {
                let numbers = match cut(kind, &left[..left.len().min(LOOK_AHEAD)], crowd).expect("something waits") {
                    Batch::Vanished(number) => vec![number.0],
                    Batch::Send { entries, layout, crowd_until } => {
                        crowd = crowd_until.map(|until| Crowd { until, layout });
                        let most = match layout { Layout::Cards => 3, Layout::Brief => 10, Layout::Lines => 50, Layout::Plain | Layout::WithoutPictures => 1 };
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

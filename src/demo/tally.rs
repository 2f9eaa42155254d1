//! The count at the end: what was made to happen against what stands in the channels.

use std::collections::BTreeMap;

use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::ids::ChannelId;

use super::hearing::Hearing;
use super::ledger::Expected;
use super::moment::{Moment, Mood};
use super::watch::{Checks, PostedEvent, PostedMessage};

/// As many lost or doubled events are named.
const NAMED: usize = 10;

/// Whether the play came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Whole,
    /// Somebody stopped it: what is not posted yet is on its way.
    Cut,
}

/// What became of every event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    events: usize,
    posted_once: usize,
    lost: Vec<String>,
    twice: Vec<String>,
    /// Posted, though nothing of the kind happened.
    unfounded: Vec<String>,
    /// Posted after something that happened later.
    late: Vec<String>,
    messages: usize,
    checks: Checks,
}

type Key<'a> = (EventKind, ChannelId, &'a str);

fn key(event: &PostedEvent) -> Key<'_> {
    (event.kind, event.channel, event.record.as_str())
}

impl Tally {
    /// Counts.
    pub(super) fn of(expected: &[Expected], posted: &[PostedMessage], checks: Checks) -> Self {
        let mut tally = Self { events: expected.len(), messages: posted.len(), checks, ..Self::default() };
        let mut times: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        for event in posted.iter().flatten() {
            *times.entry(key(event)).or_default() += 1;
        }
        for event in expected {
            let name = format!("{}: {}", event.kind.word(), event.name);
            match times.remove(&(event.kind, event.channel, event.record.as_str())) {
                None => tally.lost.push(name),
                Some(1) => tally.posted_once += 1,
                Some(_) => tally.twice.push(name),
            }
        }
        tally.unfounded =
            times.keys().map(|(kind, _, record)| format!("{}: {record}", kind.word())).collect();
        tally.late = late(expected, posted);
        tally
    }

    /// How many events are not posted yet.
    pub(super) fn missing(&self) -> usize {
        self.lost.len()
    }

    /// How many events are posted more than once.
    pub(super) fn doubled(&self) -> usize {
        self.twice.len()
    }

    /// How many messages the events took.
    pub(super) fn messages(&self) -> usize {
        self.messages
    }

    /// Whether nothing went wrong; events on their way are no fault where the play was cut.
    pub(super) fn is_good(&self, ending: Ending) -> bool {
        let nothing_lost = self.lost.is_empty() || ending == Ending::Cut;
        nothing_lost && self.twice.is_empty() && self.unfounded.is_empty() && self.late.is_empty()
    }

    /// The last lines, first the names of what went wrong.
    pub(super) fn told(&self, ending: Ending) -> Vec<Moment> {
        let mut faults =
            vec![("twice", &self.twice), ("without reason", &self.unfounded), ("too late", &self.late)];
        if ending == Ending::Whole {
            faults.insert(0, ("lost", &self.lost));
        }
        let named = |word: &'static str, names: &[String]| {
            let text = |name: &String| Moment::Told { mood: Mood::Trouble, text: format!("{word}: {name}") };
            names.iter().take(NAMED).map(text).collect::<Vec<_>>()
        };
        let mut moments: Vec<_> = faults.iter().flat_map(|(word, names)| named(word, names)).collect();
        moments.push(Moment::Summary {
            mood: if self.is_good(ending) { Mood::Good } else { Mood::Trouble },
            text: self.summary(ending),
            next: "Next: README, \"Set up in 5 minutes\".".to_owned(),
        });
        moments
    }

    fn summary(&self, ending: Ending) -> String {
        let lost = self.lost.len();
        let (word, lost) = match ending {
            Ending::Whole => ("Done", format!("{lost} lost")),
            Ending::Cut => ("Stopped", format!("{lost} on their way")),
        };
        let mut counts = vec![
            counted(self.events, "event", "events"),
            format!("{} posted once", self.posted_once),
            lost,
            format!("{} twice", self.twice.len()),
        ];
        if !self.unfounded.is_empty() {
            counts.push(format!("{} without reason", self.unfounded.len()));
        }
        if !self.late.is_empty() {
            counts.push(format!("{} out of order", self.late.len()));
        }
        let messages = counted(self.messages, "message", "messages");
        format!("{word}: {} · {messages} · {}.", counts.join(", "), self.calls())
    }

    fn calls(&self) -> String {
        if self.checks.hearing == Hearing::ByWebhook {
            let (looks, checks) = (self.checks.looks, self.checks.begun);
            return format!(
                "{} read when a webhook named them, {}",
                counted(looks, "record", "records"),
                counted(checks, "check", "checks")
            );
        }
        // Both are small counts, so tenths are exact enough.
        let tenths =
            (self.checks.calls * 10 + self.checks.begun / 2).checked_div(self.checks.begun).unwrap_or(0);
        format!("{}.{} Intercom calls per check (3 while nothing is new)", tenths / 10, tenths % 10)
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// How far apart two events must be, in seconds, for the first to stand first: webhooks come in any order.
const APART: i64 = 1;

/// Within a kind, what happened first must stand first; of neighbouring seconds either may.
fn late(expected: &[Expected], posted: &[PostedMessage]) -> Vec<String> {
    let happened: BTreeMap<Key<'_>, &Expected> =
        expected.iter().map(|event| ((event.kind, event.channel, event.record.as_str()), event)).collect();
    let mut newest: BTreeMap<(EventKind, ChannelId), i64> = BTreeMap::new();
    let mut late = Vec::new();
    for event in posted.iter().flatten().filter_map(|event| happened.get(&key(event))) {
        let newest = newest.entry((event.kind, event.channel)).or_insert(event.at);
        if event.at + APART < *newest {
            late.push(format!("{}: {}", event.kind.word(), event.name));
        }
        *newest = event.at.max(*newest);
    }
    late
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALES: ChannelId = ChannelId::new(1);
    const CHECKS: Checks = Checks { begun: 20, calls: 61, looks: 0, hearing: Hearing::ByPoll };

    fn lead(record: &str, at: i64) -> Expected {
        let kind = EventKind::NewLead;
        Expected { kind, channel: SALES, record: record.to_owned(), name: format!("Lead {record}"), at }
    }

    fn message(records: &[&str]) -> PostedMessage {
        let event = |record: &&str| PostedEvent {
            kind: EventKind::NewLead,
            channel: SALES,
            record: (*record).to_owned(),
        };
        records.iter().map(event).collect()
    }

    fn told(tally: &Tally, ending: Ending) -> String {
        let text = |moment: &Moment| match moment {
            Moment::Told { text, .. } | Moment::Summary { text, .. } => text.clone(),
            other => format!("{other:?}"),
        };
        tally.told(ending).iter().map(text).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_event_once_and_in_order_is_good() {
        let expected = [lead("a", 1), lead("b", 2), lead("c", 2)];
        let tally = Tally::of(&expected, &[message(&["a", "c"]), message(&["b"])], CHECKS);
        assert!(tally.is_good(Ending::Whole));
        insta::assert_snapshot!(told(&tally, Ending::Whole), @"Done: 3 events, 3 posted once, 0 lost, 0 twice · 2 messages · 3.1 Intercom calls per check (3 while nothing is new).");
    }

    #[test]
    fn what_is_lost_doubled_invented_or_late_is_named_and_no_success() {
        let expected = [lead("a", 1), lead("b", 2), lead("c", 4), lead("d", 5)];
        let tally = Tally::of(&expected, &[message(&["c", "b", "b"]), message(&["d", "x"])], CHECKS);
        assert!(!tally.is_good(Ending::Whole));
        insta::assert_snapshot!(told(&tally, Ending::Whole), @"
        lost: New lead: Lead a
        twice: New lead: Lead b
        without reason: New lead: x
        too late: New lead: Lead b
        too late: New lead: Lead b
        Done: 4 events, 2 posted once, 1 lost, 1 twice, 1 without reason, 2 out of order · 2 messages · 3.1 Intercom calls per check (3 while nothing is new).
        ");
    }

    #[test]
    fn an_event_in_the_wrong_channel_is_lost_there_and_unfounded_here() {
        let mut stray = message(&["a"]);
        stray[0].channel = ChannelId::new(2);
        let tally = Tally::of(&[lead("a", 1)], &[stray], CHECKS);
        assert_eq!((tally.lost.len(), tally.unfounded.len()), (1, 1));
    }

    #[test]
    fn what_is_on_its_way_when_somebody_stops_the_play_is_not_lost() {
        let tally = Tally::of(&[lead("a", 1), lead("b", 2)], &[message(&["a"])], Checks::default());
        assert!(tally.is_good(Ending::Cut));
        insta::assert_snapshot!(told(&tally, Ending::Cut), @"Stopped: 2 events, 1 posted once, 1 on their way, 0 twice · 1 message · 0.0 Intercom calls per check (3 while nothing is new).");
    }
}

//! A batch of events as one message: full cards, brief cards or lines.

use std::collections::BTreeSet;

use deskbell_domain::card::text::Text;
use deskbell_domain::card::{Card, Footer, Size};
use deskbell_domain::delivery::{InFlight, Layout, Reference};
use deskbell_domain::event::{Entry, Event, EventKind, Record};
use deskbell_domain::ids::ContactId;
use deskbell_domain::links::Links;
use deskbell_domain::message::{Button, Content, Message, Row, SelectOption};
use deskbell_domain::press::{CardControl, ChannelPress, ShownEvent, parse_contact, parse_conversation};
use deskbell_domain::subscription::{Detail, Subscription};

use super::acts::acts;
use super::line::{catching_up, many_line, one_line};
use super::together::counted;
use crate::candidate::{Candidate, told_apart};
use crate::card::{self, Placement, Showing, Shown};
use crate::mention;

/// Above as many waiting events, [Skip to now] is offered.
const LONG_BACKLOG: u64 = 200;
/// Options of a select: Discord's limit.
const OPTIONS: usize = 25;

/// The message of a batch: a function of the subscription, the record and the events, and of nothing else.
pub fn for_batch(
    subscription: &Subscription,
    in_flight: &InFlight,
    entries: &[Entry],
    shown: Shown<'_>,
) -> Message {
    let is_bare = in_flight.private || in_flight.layout == Layout::Plain;
    let detail = if is_bare { Detail::Private } else { subscription.detail };
    let batch = Batch { subscription, in_flight, entries, shown, detail };
    Message {
        content: Content::Lines(batch.content()),
        cards: batch.cards(),
        rows: batch.rows(),
        files: Vec::new(),
        flags: in_flight.rings(subscription.alert).into(),
        calls: in_flight.mention.map(|call| call.to),
    }
}

struct Batch<'a> {
    subscription: &'a Subscription,
    in_flight: &'a InFlight,
    entries: &'a [Entry],
    shown: Shown<'a>,
    detail: Detail,
}

impl Batch<'_> {
    /// That of all events in it.
    fn kind(&self) -> EventKind {
        self.entries.first().map_or(self.subscription.kind, |first| first.event.kind())
    }

    fn reference(&self, event: &Event) -> Reference {
        Reference::of(&event.id, self.subscription.id)
    }

    fn shown_event(&self, entry: &Entry) -> ShownEvent {
        let reference = self.reference(&entry.event);
        ShownEvent { subscription: self.subscription.id, number: entry.number, reference }
    }

    fn content(&self) -> Text {
        let line = match self.entries {
            [only] => one_line(&only.event, self.detail, self.in_flight.phrasing),
            entries => many_line(self.kind(), entries, self.detail, self.in_flight.layout),
        };
        let line = match self.in_flight.backlog {
            Some(backlog) => catching_up(self.kind(), backlog).and("\n").joined(line),
            None => line,
        };
        match self.in_flight.mention {
            Some(call) => Text::ours(format!("{} ", mention::called(call.to))).joined(line),
            None => line,
        }
    }

    fn cards(&self) -> Vec<Card> {
        if self.detail == Detail::Private && self.entries.len() > 1 {
            return vec![self.card_of_count()];
        }
        match self.in_flight.layout {
            Layout::Cards | Layout::Plain => self.card_each(Size::Normal),
            Layout::WithoutPictures => {
                let cards = self.card_each(Size::Normal).into_iter();
                cards.map(|card| Card { thumbnail: None, ..card }).collect()
            }
            Layout::Brief => self.card_each(Size::Brief),
            Layout::Lines if self.detail == Detail::Private => self.card_each(Size::Brief),
            Layout::Lines => vec![self.card_of_lines()],
        }
    }

    /// Discord hides the second of two embeds with one address, so the later of two cards of one person has none.
    fn card_each(&self, size: Size) -> Vec<Card> {
        let mut seen = BTreeSet::new();
        let cards = self.entries.iter().map(|entry| {
            let mut card = card::for_event(&entry.event, &self.showing(&entry.event, size));
            card.thumbnail =
                card.thumbnail.filter(|_| !self.in_flight.without_picture.contains(&entry.number));
            card.url = card.url.filter(|url| seen.insert(url.clone()));
            card
        });
        cards.collect()
    }

    fn showing(&self, event: &Event, size: Size) -> Showing<'_> {
        Showing {
            detail: self.detail,
            size,
            shown: self.shown,
            reference: Some(self.reference(event)),
            placement: Placement::Channel,
        }
    }

    fn card_of_lines(&self) -> Card {
        let links = self.shown.links;
        let lines = self.entries.iter().map(|entry| card::line(&entry.event, links)).collect();
        Card { lines, ..self.card_of_all() }
    }

    /// One box for all: where nothing personal may be said, each of several would say the same.
    fn card_of_count(&self) -> Card {
        let counted = counted(self.kind(), self.entries, self.in_flight.backlog);
        Card { description: Some(counted), ..self.card_of_all() }
    }

    /// A card that stands for all events, with the reference of the first.
    fn card_of_all(&self) -> Card {
        let mut card = Card::blank(Size::Lines, self.kind().colour());
        card.footer = Some(Footer {
            word: self.kind().word().to_owned(),
            workspace: self.shown.workspace_name.to_owned(),
            reference: self.entries.first().map(|first| self.reference(&first.event)),
            more: u32::try_from(self.entries.len().saturating_sub(1)).unwrap_or(u32::MAX),
        });
        card
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        match self.entries {
            [only] => {
                let shown = self.shown_event(only);
                rows.extend(acts(&only.event.record, self.detail));
                rows.extend(buttons(&only.event, self.detail, self.shown.links, shown));
            }
            entries => rows.extend(self.selects(entries)),
        }
        if self.in_flight.backlog.is_some_and(|backlog| backlog.waiting > LONG_BACKLOG) {
            let press = ChannelPress::SkipToNow(self.subscription.id);
            rows.push(Row::Buttons(vec![Button::secondary("Skip to now", press.to_custom_id())]));
        }
        if let Some(first) = self.entries.first() {
            bear(&mut rows, &self.reference(&first.event));
        }
        rows
    }

    /// One option for each record: Discord takes no value twice. At most two selects: the first bears the reference, so
    /// that what they carry differs.
    fn selects(&self, entries: &[Entry]) -> Vec<Row> {
        let press = match (self.detail, self.kind()) {
            (Detail::Private, _) => ChannelPress::ShowOneEvent(self.subscription.id),
            (_, kind) if kind.is_of_conversations() => ChannelPress::ShowOneConversation,
            _ => ChannelPress::ShowOne,
        };
        let mut seen = BTreeSet::new();
        let candidates = entries.iter().filter_map(|entry| self.candidate(entry));
        let candidates: Vec<_> = candidates.filter(|one| seen.insert(one.value.clone())).collect();
        let options = told_apart(candidates);
        let is_one = options.len() <= OPTIONS;
        let select = |(place, options): (usize, &[SelectOption])| Row::Select {
            custom_id: press.to_custom_id(),
            placeholder: placeholder(is_one, place).to_owned(),
            options: options.to_vec(),
        };
        options.chunks(OPTIONS).enumerate().map(select).collect()
    }

    fn candidate(&self, entry: &Entry) -> Option<Candidate> {
        if self.detail == Detail::Private {
            let shown = self.shown_event(entry);
            let label = format!("{} · {}", self.kind().word(), shown.reference);
            return Some(Candidate::nameless(label, shown.to_option()));
        }
        match &entry.event.record {
            Record::Conversation { conversation, .. } => {
                parse_conversation(conversation.id.as_str())?;
                Some(Candidate::of_conversation(conversation))
            }
            Record::Lead { contact }
            | Record::Identified { contact }
            | Record::User { contact, .. }
            | Record::Update { contact, .. } => {
                Some(&contact.id).filter(|id| can_be_pressed(id))?;
                Some(Candidate::of_contact(contact))
            }
        }
    }
}

/// What stands in one of several selects before a choice.
fn placeholder(is_one: bool, place: usize) -> &'static str {
    match place {
        _ if is_one => "Show one in full…",
        0 => "Show one of the first 25 in full…",
        _ => "Show one of the others in full…",
    }
}

/// The buttons of a card alone in its message.
pub(super) fn buttons(event: &Event, detail: Detail, links: &Links, shown: ShownEvent) -> Option<Row> {
    let show =
        show(event, detail, shown).map(|(label, press)| Button::secondary(label, press.to_custom_id()));
    // A link into Intercom is an id, so a Private message has none.
    let open = address(event, detail, links).map(|url| Button::link("Open in Intercom", url));
    let buttons: Vec<_> = match event.record {
        Record::Conversation { .. } => open.into_iter().chain(show).collect(),
        _ => show.into_iter().chain(open).collect(),
    };
    (!buttons.is_empty()).then_some(Row::Buttons(buttons))
}

/// What a press shows to the one who pressed. Where the message says nothing of the record, the press does not either.
fn show(event: &Event, detail: Detail, shown: ShownEvent) -> Option<(&'static str, ChannelPress)> {
    if detail == Detail::Private {
        return Some(("Show", ChannelPress::ShowEvent(shown)));
    }
    let id = event.contact_id().filter(|id| can_be_pressed(id))?;
    let is_conversation = matches!(event.record, Record::Conversation { .. });
    let label = if is_conversation { "Show person" } else { "Show" };
    Some((label, ChannelPress::Show(id.clone())))
}

fn address(event: &Event, detail: Detail, links: &Links) -> Option<String> {
    if detail == Detail::Private {
        return None;
    }
    Some(match &event.record {
        Record::Conversation { conversation, .. } => links.conversation(&conversation.id),
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => links.contact(&contact.id),
    })
}

/// Puts the reference into the first control that carries anything; a button that only opens an address carries nothing.
fn bear(rows: &mut [Row], reference: &Reference) {
    for custom_id in rows.iter_mut().flat_map(Row::custom_ids_mut).take(1) {
        if let Some(control) = CardControl::parse(custom_id) {
            *custom_id = CardControl::bearing(control.press, reference.clone()).to_custom_id();
        }
    }
}

fn can_be_pressed(id: &ContactId) -> bool {
    parse_contact(id.as_str()).is_some()
}

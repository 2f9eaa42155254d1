//! A batch of events as one message: full cards, brief cards or lines.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::card::{Card, Footer, Size};
use deskbell_domain::delivery::{Backlog, InFlight, Layout, Reference};
use deskbell_domain::difference::Change;
use deskbell_domain::event::{Entry, Event, EventKind, Record, UserOrigin};
use deskbell_domain::ids::ContactId;
use deskbell_domain::links::Links;
use deskbell_domain::message::{Button, Content, Message, Row, SelectOption};
use deskbell_domain::press::{CardControl, ChannelPress, parse_contact};
use deskbell_domain::subscription::{Detail, Subscription};

use crate::card::{self, Placement, Showing};
use crate::field::name as field_name;

/// Above as many waiting events, [Skip to now] is offered.
const LONG_BACKLOG: u64 = 200;
/// Code points of a name and a company in the plain line, so that both can be read on a phone.
const NAME_SHOWN: usize = 60;
const COMPANY_SHOWN: usize = 30;

/// The message of a batch: a function of the subscription, the record and the events, and of nothing else.
pub fn for_batch(
    subscription: &Subscription,
    in_flight: &InFlight,
    entries: &[Entry],
    workspace_name: &str,
    links: &Links,
) -> Message {
    let is_bare = in_flight.private || in_flight.layout == Layout::Plain;
    let detail = if is_bare { Detail::Private } else { subscription.detail };
    let batch = Batch { subscription, in_flight, entries, workspace_name, links, detail };
    Message {
        content: Content::Lines(batch.content()),
        cards: batch.cards(),
        rows: batch.rows(),
        files: Vec::new(),
        flags: subscription.alert.into(),
    }
}

struct Batch<'a> {
    subscription: &'a Subscription,
    in_flight: &'a InFlight,
    entries: &'a [Entry],
    workspace_name: &'a str,
    links: &'a Links,
    detail: Detail,
}

impl Batch<'_> {
    fn kind(&self) -> EventKind {
        self.subscription.kind
    }

    fn reference(&self, event: &Event) -> Reference {
        Reference::of(&event.id, self.subscription.id)
    }

    fn content(&self) -> Text {
        let line = match self.entries {
            [only] => one_line(&only.event, self.detail),
            entries => many_line(self.kind(), entries, self.detail, self.in_flight.layout),
        };
        match self.in_flight.backlog {
            Some(backlog) => catching_up(self.kind(), backlog).and("\n").joined(line),
            None => line,
        }
    }

    fn cards(&self) -> Vec<Card> {
        match self.in_flight.layout {
            Layout::Cards | Layout::Plain => self.card_each(Size::Normal),
            Layout::Brief => self.card_each(Size::Brief),
            Layout::Lines => vec![self.card_of_lines()],
        }
    }

    /// Discord hides the second of two embeds with one address, so the later of two cards of one person has none.
    fn card_each(&self, size: Size) -> Vec<Card> {
        let mut seen = BTreeSet::new();
        let cards = self.entries.iter().map(|entry| {
            let mut card = card::for_event(&entry.event, &self.showing(&entry.event, size));
            card.url = card.url.filter(|url| seen.insert(url.clone()));
            card
        });
        cards.collect()
    }

    fn showing(&self, event: &Event, size: Size) -> Showing<'_> {
        Showing {
            detail: self.detail,
            size,
            workspace_name: self.workspace_name,
            links: self.links,
            reference: Some(self.reference(event)),
            placement: Placement::Channel,
        }
    }

    fn card_of_lines(&self) -> Card {
        let mut card = Card::blank(Size::Lines, self.kind().colour());
        if self.detail == Detail::Private {
            card.description = Some(counted_fields(self.entries));
        } else {
            card.lines =
                self.entries.iter().map(|entry| card::update_line(&entry.event, self.links)).collect();
        }
        card.footer = Some(Footer {
            word: self.kind().word().to_owned(),
            workspace: self.workspace_name.to_owned(),
            reference: self.entries.first().map(|first| self.reference(&first.event)),
            more: u32::try_from(self.entries.len().saturating_sub(1)).unwrap_or(u32::MAX),
        });
        card
    }

    fn rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        match self.entries {
            [only] => rows.extend(self.buttons(&only.event)),
            entries => rows.extend(self.select(entries)),
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

    fn buttons(&self, event: &Event) -> Option<Row> {
        let show = self.show(event).map(|(label, press)| Button::secondary(label, press.to_custom_id()));
        // A link into Intercom is an id, so a Private message has none.
        let open = self.address(event).map(|url| Button::link("Open in Intercom", url));
        let buttons: Vec<_> = match event.record {
            Record::Conversation { .. } => open.into_iter().chain(show).collect(),
            _ => show.into_iter().chain(open).collect(),
        };
        (!buttons.is_empty()).then_some(Row::Buttons(buttons))
    }

    /// What a press shows to the one who pressed: where the message says nothing of a conversation, the conversation.
    fn show(&self, event: &Event) -> Option<(&'static str, ChannelPress)> {
        match &event.record {
            Record::Conversation { conversation } if self.detail == Detail::Private => {
                let press = ChannelPress::ShowConversation(conversation.id.clone());
                ChannelPress::parse(&press.to_custom_id()).map(|press| ("Show", press))
            }
            record => {
                let id = event.contact_id().filter(|id| can_be_pressed(id))?;
                let label =
                    if matches!(record, Record::Conversation { .. }) { "Show person" } else { "Show" };
                Some((label, ChannelPress::Show(id.clone())))
            }
        }
    }

    fn address(&self, event: &Event) -> Option<String> {
        if self.detail == Detail::Private {
            return None;
        }
        Some(match &event.record {
            Record::Conversation { conversation } => self.links.conversation(&conversation.id),
            Record::Lead { contact } | Record::User { contact, .. } | Record::Update { contact, .. } => {
                self.links.contact(&contact.id)
            }
        })
    }

    /// One option for each person: Discord takes no value twice.
    fn select(&self, entries: &[Entry]) -> Option<Row> {
        let mut seen = BTreeSet::new();
        let options: Vec<_> = entries
            .iter()
            .filter_map(|entry| Some((&entry.event, entry.event.contact_id()?)))
            .filter(|(_, id)| can_be_pressed(id) && seen.insert((*id).clone()))
            .map(|(event, id)| SelectOption { label: self.label(event), value: id.as_str().to_owned() })
            .collect();
        (!options.is_empty()).then(|| Row::Select {
            custom_id: ChannelPress::ShowOne.to_custom_id(),
            placeholder: "Show one in full…".to_owned(),
            options,
        })
    }

    fn label(&self, event: &Event) -> String {
        if self.detail == Detail::Private {
            return format!("{} · {}", event.kind().word(), self.reference(event));
        }
        let name = shorten(&card::subject_name(event).unwrap_or_default(), NAME_SHOWN);
        match card::subject_company(event) {
            Some(company) => format!("{name} ({})", shorten(company, COMPANY_SHOWN)),
            None => name,
        }
    }
}

/// Puts the reference into the first control that carries anything; a button that only opens an address carries nothing.
fn bear(rows: &mut [Row], reference: &Reference) {
    for custom_id in rows.iter_mut().flat_map(Row::custom_ids_mut).take(1) {
        if let Some(control) = CardControl::parse(custom_id) {
            *custom_id = CardControl { reference: Some(reference.clone()), ..control }.to_custom_id();
        }
    }
}

fn can_be_pressed(id: &ContactId) -> bool {
    parse_contact(id.as_str()).is_some()
}

/// `🌱 New lead: Ada Lovelace (Acme Ltd)`.
pub(super) fn one_line(event: &Event, detail: Detail) -> Text {
    let kind = event.kind();
    let start = format!("{} {}", kind.sign(), kind.word());
    if detail == Detail::Private {
        return Text::ours(start);
    }
    let Some(name) = card::subject_name(event) else {
        return Text::ours(start);
    };
    let line = Text::ours(format!("{start}: ")).and_theirs(shorten(&name, NAME_SHOWN));
    match &event.record {
        Record::User { origin: UserOrigin::WasLead, .. } => line.and(" (was a lead)"),
        Record::Update { changes, .. } => match card::field_list(changes) {
            Some(fields) => line.and(": ").and_theirs(fields),
            None => line,
        },
        _ => match card::subject_company(event) {
            Some(company) => line.and(" (").and_theirs(shorten(company, COMPANY_SHOWN)).and(")"),
            None => line,
        },
    }
}

/// `🌱 10 new leads`; up to three full cards are named.
fn many_line(kind: EventKind, entries: &[Entry], detail: Detail, layout: Layout) -> Text {
    let count = entries.len();
    let people: BTreeSet<_> = entries.iter().filter_map(|entry| entry.event.contact_id()).collect();
    let counted = kind.spec().together.words(count, people.len());
    let line = Text::ours(format!("{} {counted}", kind.sign()));
    if detail == Detail::Private || layout != Layout::Cards {
        return line;
    }
    let mut names: Vec<String> = Vec::new();
    for name in entries.iter().filter_map(|entry| card::subject_name(&entry.event)) {
        let name = shorten(&name, COMPANY_SHOWN);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { line } else { line.and(": ").and_theirs(names.join(", ")) }
}

/// The line above a backlog.
fn catching_up(kind: EventKind, backlog: Backlog) -> Text {
    Text::ours(format!("-# Catching up: {} since ", kind.counted(backlog.waiting)))
        .with(Piece::When(backlog.since, WhenStyle::Full))
        .and(".")
}

/// What changed of many users, without saying whose: `14 users changed: Email (3), Tag Name (11).`
fn counted_fields(entries: &[Entry]) -> Text {
    let people: BTreeSet<_> = entries.iter().filter_map(|entry| entry.event.contact_id()).collect();
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for entry in entries {
        if let Record::Update { changes, .. } = &entry.event.record {
            for field in changes.iter().filter_map(Change::field) {
                *counts.entry(field).or_default() += 1;
            }
        }
    }
    let mut text = Text::ours(match (people.len(), counts.is_empty()) {
        (1, true) => return Text::ours("1 user changed."),
        (1, false) => "1 user changed: ".to_owned(),
        (several, true) => return Text::ours(format!("{several} users changed.")),
        (several, false) => format!("{several} users changed: "),
    });
    for (place, (field, count)) in counts.iter().enumerate() {
        let gap = if place > 0 { ", " } else { "" };
        text = text.and(gap).and_theirs(field_name(field)).and(format!(" ({count})"));
    }
    text.and(".")
}

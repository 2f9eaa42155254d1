//! The plain line of a notification: all that a phone's push, the list of channels and a screen reader get of it.

use std::collections::BTreeSet;

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::contact::Contact;
use deskbell_domain::conversation::{Activity, Conversation};
use deskbell_domain::delivery::{Backlog, Layout, Phrasing};
use deskbell_domain::event::{Entry, Event, EventKind, Record, UserOrigin};
use deskbell_domain::subscription::Detail;

use super::together;
use crate::card;
use crate::number::{counted, events_of};

/// Code points of a name and a company, so that both can be read on a phone.
pub(super) const NAME_SHOWN: usize = 60;
pub(super) const COMPANY_SHOWN: usize = 30;
/// The same where what is wanted follows.
const NAME_BEFORE_WORDS: usize = 40;
const COMPANY_BEFORE_WORDS: usize = 24;

/// `🌱 New lead: Ada Lovelace (Acme Ltd)`.
pub(super) fn one_line(event: &Event, detail: Detail, phrasing: Phrasing) -> Text {
    let kind = event.kind();
    let start = format!("{} {}", kind.sign(), kind.word());
    if detail == Detail::Private {
        return Text::ours(start);
    }
    if let Record::Identified { contact } = &event.record {
        return left_an_address(kind, contact);
    }
    if let Record::Conversation { conversation, what } = &event.record {
        return match phrasing {
            Phrasing::WhoAndWhat if !what.is_start() => what_happened(event, conversation, what),
            Phrasing::Who => who_in_first_words(&start, event, conversation),
            Phrasing::WhoAndWhat => who_and_what(event, conversation),
        };
    }
    let line = Text::ours(format!("{start}: ")).and_theirs(shorten(&card::subject_name(event), NAME_SHOWN));
    match &event.record {
        Record::User { origin: UserOrigin::WasLead, .. } => line.and(" (was a lead)"),
        Record::Update { changes, .. } => match card::field_list(changes) {
            Some(fields) => line.and(": ").and_theirs(fields),
            None => line,
        },
        _ => with_company(line, event, COMPANY_SHOWN),
    }
}

/// `🌱 Ada Lovelace left an address: ada@acme.io`. Whoever has no name is called as before.
fn left_an_address(kind: EventKind, contact: &Contact) -> Text {
    let nameless = Contact { email: None, phone: None, ..contact.clone() };
    let name = shorten(&nameless.display_name(), NAME_SHOWN);
    let line = Text::ours(format!("{} ", kind.sign())).and_theirs(name);
    match (&contact.email, &contact.phone) {
        (Some(email), _) => line.and(" left an address: ").and_theirs(email.clone()),
        (None, Some(phone)) => line.and(" left a number: ").and_theirs(phone.clone()),
        (None, None) => line.and(" left an address"),
    }
}

/// `💬 Ada Lovelace (Acme Ltd): How do I reset my password?`. What does not fit is cut with the line.
fn who_and_what(event: &Event, conversation: &Conversation) -> Text {
    let kind = event.kind();
    let Some(what) = card::what_it_is_about(conversation) else {
        let start = Text::ours(format!("{} {}: ", kind.sign(), kind.word()));
        let line = start.and_theirs(shorten(&card::subject_name(event), NAME_SHOWN));
        return with_company(line, event, COMPANY_SHOWN);
    };
    let name = shorten(&card::subject_name(event), NAME_BEFORE_WORDS);
    let line = Text::ours(format!("{} ", kind.sign())).and_theirs(name);
    with_company(line, event, COMPANY_BEFORE_WORDS).and(": ").and_theirs(what)
}

/// `↩️ Ada Lovelace (Acme Ltd): It still does not work.`, `🙋 Ada Lovelace (Acme Ltd) needs a person: Is anybody there?`,
/// `⭐ Ada Lovelace (Acme Ltd): ★☆☆☆☆ 1 of 5 · slow`.
fn what_happened(event: &Event, conversation: &Conversation, what: &Activity) -> Text {
    let name = shorten(&card::subject_name(event), NAME_BEFORE_WORDS);
    let line = Text::ours(format!("{} ", event.kind().sign())).and_theirs(name);
    let line = with_company(line, event, COMPANY_BEFORE_WORDS);
    let said = |line: Text| match card::words(conversation) {
        Some(words) => line.and(": ").and_theirs(words),
        None => line,
    };
    match what {
        Activity::Started => line,
        Activity::Replied => match card::words(conversation) {
            Some(_) => said(line),
            None => line.and(" replied"),
        },
        Activity::HandedOver => said(line.and(" needs a person")),
        Activity::Unanswered(wait) => said(line.and(format!(" waits for {}", card::exactly(wait.threshold)))),
        Activity::Rated(rating) => {
            let line = line.and(": ").and(card::stars(rating));
            match &rating.remark {
                Some(remark) => line.and(" · ").and_theirs(remark.clone()),
                None => line,
            }
        }
    }
}

/// `💬 New conversation: Ada Lovelace (Acme Ltd)`: how it was written once, for batches that were begun then.
fn who_in_first_words(start: &str, event: &Event, conversation: &Conversation) -> Text {
    let author = &conversation.author;
    let names = [&author.name, &author.email].into_iter().flatten().map(|name| name.trim());
    let name = names.into_iter().find(|name| !name.is_empty()).map(str::to_owned).or_else(|| {
        let id = conversation.contact.as_ref()?.as_str();
        let tail = id.char_indices().rev().nth(5).map_or(id, |(start, _)| &id[start..]);
        Some(format!("Lead or user …{tail}"))
    });
    let Some(name) = name else { return Text::ours(start) };
    let line = Text::ours(format!("{start}: ")).and_theirs(shorten(&name, NAME_SHOWN));
    with_company(line, event, COMPANY_SHOWN)
}

fn with_company(line: Text, event: &Event, most: usize) -> Text {
    match card::subject_company(event) {
        Some(company) => line.and(" (").and_theirs(shorten(company, most)).and(")"),
        None => line,
    }
}

/// `🌱 10 new leads`; up to three full cards are named.
pub(super) fn many_line(kind: EventKind, entries: &[Entry], detail: Detail, layout: Layout) -> Text {
    let count = entries.len();
    let people: BTreeSet<_> = entries.iter().filter_map(|entry| entry.event.contact_id()).collect();
    let together = together::named(kind.spec().together, count, people.len());
    let line = Text::ours(format!("{} {together}", kind.sign()));
    if detail == Detail::Private || layout != Layout::Cards {
        return line;
    }
    let mut names: Vec<String> = Vec::new();
    for name in entries.iter().map(|entry| card::subject_name(&entry.event)) {
        let name = shorten(&name, COMPANY_SHOWN);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if names.is_empty() { line } else { line.and(": ").and_theirs(names.join(", ")) }
}

/// The line above a backlog.
pub(super) fn catching_up(kind: EventKind, backlog: Backlog) -> Text {
    Text::ours(format!("-# Catching up: {} since ", counted(backlog.waiting, events_of(kind))))
        .with(Piece::When(backlog.since, WhenStyle::Full))
        .and(".")
}

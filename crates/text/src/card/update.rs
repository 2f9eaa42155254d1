//! What changed of a user, in words: `Email ada@old.io → ada@acme.io`, `Tag Name + vip − trial`.

use deskbell_domain::card::text::{Piece, Text, shorten};
use deskbell_domain::contact::{Contact, Named};
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::visible::shows_anything;

use super::attribute;
use super::value::{COMPANIES, TAGS};
use crate::field;
use crate::number::{Noun, counted};

/// Code points of an old or new value.
const VALUE_SHOWN: usize = 80;
/// As many names that came or went are shown; the rest is counted.
const NAMES_SHOWN: usize = 3;

/// The changes, one after the other, with `gap` between them. Field names are bold where each has its own line.
pub(super) fn of_changes(contact: &Contact, changes: &[Change], gap: &str) -> Text {
    let mut text = Text::default();
    for change in changes {
        if !text.0.is_empty() {
            text = text.and(gap);
        }
        text = text.joined(of_change(contact, change, gap == "\n"));
    }
    text
}

/// The names of the changed fields: `Email, Tag Name`; none where nobody knows them.
pub fn field_list(changes: &[Change]) -> Option<String> {
    let mut names: Vec<&str> = Vec::new();
    for name in changes.iter().filter_map(Change::field).map(field::name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn of_change(contact: &Contact, change: &Change, bold: bool) -> Text {
    let named = |of: &Field| {
        let label = field::name(of).to_owned();
        Text::default().with(if bold { Piece::Bold(label) } else { Piece::Theirs(label) }).and(" ")
    };
    match change {
        Change::Value { field: field @ Field::ImageUrl, .. } => named(field).and("changed"),
        Change::Value { field, old, new } => {
            let shown = |text: Option<&str>| value(contact, field, text);
            match old {
                // They differ in what may not be shown, such as an address's query, or has no room.
                Old::Known(old) if shown(old.as_deref()) == shown(new.as_deref()) => {
                    named(field).and("changed")
                }
                _ => named(field).joined(of_value(old, new.as_deref(), shown)),
            }
        }
        Change::List { field, added, removed } => named(field).joined(of_list(added, removed)),
        Change::Unspecified => {
            Text::ours("Something changed that I had not seen before, so I cannot say what.")
        }
    }
}

fn of_value(old: &Old, new: Option<&str>, shown: impl Fn(Option<&str>) -> Text) -> Text {
    let new = shown(new);
    match old {
        Old::Known(old) => shown(old.as_deref()).and(" → ").joined(new),
        Old::Unknown => Text::ours("→ ").joined(new).and(" (before: not known)"),
    }
}

fn value(contact: &Contact, field: &Field, value: Option<&str>) -> Text {
    match (field, value.map(str::trim).filter(|value| shows_anything(value))) {
        (Field::Companies, Some(count)) => how_many(count, COMPANIES),
        (Field::Tags, Some(count)) => how_many(count, TAGS),
        (Field::Custom(name), Some(value)) => attribute::value(contact, name, &shorten(value, VALUE_SHOWN)),
        (_, Some(value)) => Text::theirs(shorten(value, VALUE_SHOWN)),
        (_, None) => Text::ours("(empty)"),
    }
}

/// Of a list too long to be known whole only the number is: it would read as a name by itself.
fn how_many(count: &str, noun: Noun) -> Text {
    Text::ours(count.parse().map_or_else(|_| count.to_owned(), |count| counted(count, noun)))
}

fn of_list(added: &[Named<String>], removed: &[Named<String>]) -> Text {
    let mut text = Text::default();
    for (sign, members) in
        [("+ ", added), ("− ", removed)].into_iter().filter(|(_, members)| !members.is_empty())
    {
        let gap = if text.0.is_empty() { "" } else { " " };
        text = text.and(format!("{gap}{sign}")).joined(members_text(members));
    }
    text
}

/// Names that are known; the others are counted.
fn members_text(members: &[Named<String>]) -> Text {
    let known: Vec<String> = members
        .iter()
        .filter_map(|member| member.name.as_deref())
        .take(NAMES_SHOWN)
        .map(|name| shorten(name, VALUE_SHOWN))
        .collect();
    let rest = members.len() - known.len();
    match (known.is_empty(), rest) {
        (false, 0) => Text::theirs(known.join(", ")),
        (false, rest) => Text::theirs(known.join(", ")).and(format!(" and {rest} more")),
        (true, rest) => Text::ours(rest.to_string()),
    }
}

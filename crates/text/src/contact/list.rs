//! What is said with a page of a list.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::list::{ListPage, ListQuery, PAGE_SIZE};

use super::{Shown, options};
use crate::number::{counted, number, people};

/// Discord's limit, less what stands around the heading and the lines.
const MESSAGE_BUDGET: usize = 1_900;
/// So much of a line is ours: marks, number, moment and separators.
const LINE_MARKS: usize = 48;
/// So much of a line is text from outside at most, and at least.
const LINE_BUDGET: usize = 95;
const LEAST_BUDGET: usize = 14;
const NAME_BUDGET: usize = 40;

/// Whether `[Export]` stands below a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportButton {
    /// `[Export]` is there, since whoever reads the list may export.
    Shown,
    /// Whoever reads the list may not export.
    Hidden,
}

/// A page of a list. `create` is the command that makes the first one, as a link.
pub fn page(
    shown: Shown<'_>,
    query: &ListQuery,
    page: &ListPage,
    key: &str,
    create: &str,
    export: ExportButton,
) -> Message {
    if page.contacts.is_empty() && page.number == 1 {
        return empty(query, create);
    }
    let mut content = heading(shown, query, page.total);
    let budget = line_budget(shown, query, &page.contacts);
    let first = u64::from(page.number - 1) * u64::from(PAGE_SIZE) + 1;
    for (number, contact) in (first..).zip(&page.contacts) {
        content = content.and(format!("\n{number}. ")).joined(line(shown, contact, budget));
    }
    let position = format!("Page {} of {}", number(page.number.into()), number(page.pages()));
    let newer = LookPress::Page(key.to_owned(), page.number.saturating_sub(1).max(1));
    let older = LookPress::Page(key.to_owned(), page.number + 1);
    let export = (export == ExportButton::Shown)
        .then(|| Button::secondary("Export", LookPress::Export(key.to_owned()).to_custom_id()));
    let turn = [
        Button::secondary("◀ Newer", newer.to_custom_id()).greyed_if(page.number == 1),
        Button::secondary("Older ▶", older.to_custom_id()).greyed_if(!page.more),
    ];
    Message::of(content).small(Text::ours(position)).buttons(turn.into_iter().chain(export)).select(
        LookPress::OpenOne.to_custom_id(),
        "Show one of these…",
        options(&page.contacts),
    )
}

fn heading(shown: Shown<'_>, query: &ListQuery, total: u64) -> Text {
    let found = Text::ours(format!("**{}**", counted(total, people(query.role))));
    let found = match (&query.search, &query.company_name) {
        (None, None) => found,
        (Some(search), None) => found.and(" matching \"").and_theirs(search.clone()).and("\""),
        (None, Some(company)) => found.and(" in ").and_theirs(company.clone()),
        (Some(search), Some(company)) => {
            let text = found.and(" matching \"").and_theirs(search.clone());
            text.and("\" in ").and_theirs(company.clone())
        }
    };
    found.and(" · ").and_theirs(shown.workspace_name)
}

fn empty(query: &ListQuery, create: &str) -> Message {
    Message::of(match query.role {
        Role::Lead => no_leads(query, create),
        Role::User => no_users(query, create),
    })
}

fn no_leads(query: &ListQuery, create: &str) -> Text {
    match (query.search.clone(), query.company_name.clone()) {
        (None, None) => Text::ours(format!("No leads yet. {create} makes the first.")),
        (Some(search), None) => Text::ours("No lead matches \"").and_theirs(search).and("\"."),
        (None, Some(company)) => Text::ours("No lead is in ").and_theirs(company).and("."),
        (Some(search), Some(company)) => {
            Text::ours("No lead in ").and_theirs(company).and(" matches \"").and_theirs(search).and("\".")
        }
    }
}

fn no_users(query: &ListQuery, create: &str) -> Text {
    match (query.search.clone(), query.company_name.clone()) {
        (None, None) => Text::ours(format!("No users yet. {create} makes the first.")),
        (Some(search), None) => Text::ours("No user matches \"").and_theirs(search).and("\"."),
        (None, Some(company)) => Text::ours("No user is in ").and_theirs(company).and("."),
        (Some(search), Some(company)) => {
            Text::ours("No user in ").and_theirs(company).and(" matches \"").and_theirs(search).and("\".")
        }
    }
}

/// How much of each line may be text from outside, so that all lines with their links fit into one message.
fn line_budget(shown: Shown<'_>, query: &ListQuery, contacts: &[Contact]) -> usize {
    let heading = [query.search.as_deref(), query.company_name.as_deref(), Some(shown.workspace_name)];
    let heading: usize = heading.into_iter().flatten().map(width).sum();
    let links: usize =
        contacts.iter().map(|contact| shown.links.contact(&contact.id).len() + LINE_MARKS).sum();
    let left = MESSAGE_BUDGET.saturating_sub(heading + links) / contacts.len().max(1);
    left.clamp(LEAST_BUDGET, LINE_BUDGET)
}

/// One line, of which the name is kept longest, then the e-mail, then the company.
fn line(shown: Shown<'_>, contact: &Contact, budget: usize) -> Text {
    let name = cut(&contact.display_name(), NAME_BUDGET.min(budget));
    let mut left = budget.saturating_sub(width(&name));
    let link = Piece::Link { label: name, url: shown.links.contact(&contact.id) };
    let mut text = Text::ours("**").with(link).and("**");
    if let Some(email) = contact.email.as_ref().filter(|email| width(email) <= left) {
        left -= width(email);
        text = text.and(" · ").with(Piece::Email(email.clone()));
    }
    let company = contact.companies.items.iter().find_map(|company| company.name.as_deref());
    if let Some(company) = company.filter(|_| left >= 8) {
        text = text.and(" · ").and_theirs(cut(company, left));
    }
    text.and(" · ").with(Piece::When(contact.created_at, WhenStyle::Relative))
}

/// How long a text is once it is escaped, at most.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii_punctuation() { 2 } else { 1 }).sum()
}

fn cut(text: &str, most: usize) -> String {
    if width(text) <= most {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += if c.is_ascii_punctuation() { 2 } else { 1 };
        if used > most {
            break;
        }
        kept.push(c);
    }
    kept.push('…');
    kept
}

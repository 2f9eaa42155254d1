//! A message of the bot's own, recognised in a channel's history.
//!
//! It bears its reference in the footer of its first card and in its first control. A moderator can remove the cards,
//! and then the control still tells. What bears no reference at all any more is recognised by its plain line, but only
//! if it is the only one in question: two messages may say the same, and to take another's for this one would lose an
//! event, which is worse than to post one twice.

use std::collections::BTreeSet;

use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::MessageId;
use deskbell_domain::port::messenger::Sought;
use deskbell_domain::press::CardControl;
use serde_json::Value;

use crate::message::content;
use crate::permission::snowflake;

/// What a look into the history shows.
pub(crate) enum History {
    Found(MessageId),
    Without,
    Empty,
    /// It is too long, or shows several that it may be.
    Unclear,
}

/// A search, while the history is read message by message.
pub(crate) struct Recognition<'a> {
    sought: &'a Sought,
    lines: BTreeSet<String>,
    by_line: Vec<MessageId>,
}

impl<'a> Recognition<'a> {
    /// The search for a message.
    pub(crate) fn of(sought: &'a Sought) -> Self {
        let lines = sought.forms.iter().map(|form| content(form).trim().to_owned()).collect();
        Self { sought, lines, by_line: Vec::new() }
    }

    /// The search for a message by nothing but its reference.
    pub(crate) fn by_reference(sought: &'a Sought) -> Self {
        Self { sought, lines: BTreeSet::new(), by_line: Vec::new() }
    }

    /// Looks at a message of our own: the id of the one that is sought, if its reference says so.
    pub(crate) fn look_at(&mut self, message: &Value) -> Option<MessageId> {
        let id = MessageId(snowflake(&message["id"])?);
        if bears(message, &self.sought.reference) {
            return Some(id);
        }
        if self.may_be_it(id, message) {
            self.by_line.push(id);
        }
        None
    }

    /// Whether only the plain line of the message is left, and it says what the sought one said.
    fn may_be_it(&self, id: MessageId, message: &Value) -> bool {
        let is_another = id <= self.sought.line_after || self.sought.known.contains(&id);
        let is_stripped = message["embeds"].as_array().is_none_or(Vec::is_empty)
            && custom_ids(&message["components"]).iter().all(|custom_id| borne(custom_id).is_none());
        !is_another
            && is_stripped
            && message["content"].as_str().is_some_and(|content| self.lines.contains(content.trim()))
    }

    /// What the search came to, if no reference was found.
    pub(crate) fn end(&self) -> History {
        match self.by_line[..] {
            [] => History::Without,
            [only] => History::Found(only),
            _ => History::Unclear,
        }
    }
}

/// Whether a message bears the reference: in the footer of a card or in what a control carries.
fn bears(message: &Value, reference: &Reference) -> bool {
    let embeds = message["embeds"].as_array().map(Vec::as_slice).unwrap_or_default();
    let in_footer = embeds
        .iter()
        .filter_map(|embed| embed["footer"]["text"].as_str())
        .any(|footer| footer.split_whitespace().any(|word| word == reference.as_str()));
    in_footer
        || custom_ids(&message["components"])
            .iter()
            .any(|custom_id| borne(custom_id).as_ref() == Some(reference))
}

fn borne(custom_id: &str) -> Option<Reference> {
    CardControl::parse(custom_id)?.borne().cloned()
}

/// What the controls of a message carry: rows hold controls, and newer layouts hold rows in each other.
fn custom_ids(components: &Value) -> Vec<&str> {
    let all = components.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter()
        .flat_map(|one| one["custom_id"].as_str().into_iter().chain(custom_ids(&one["components"])))
        .collect()
}

#[cfg(test)]
mod tests;

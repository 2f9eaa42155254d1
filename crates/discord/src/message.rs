//! Messages as the bodies of Discord's calls: nothing rings that should not, nobody is mentioned but the one whom a new
//! message calls, and no limit of Discord is passed, whatever stands in them. Notifications, notices and answers to commands all go this way.

mod content;

use std::collections::BTreeSet;

use deskbell_domain::delivery::Nonce;
use deskbell_domain::mention::Called;
use deskbell_domain::message::{Flags, Message};
use serde_json::{Value, json};

use crate::component::rows;
use crate::embed::{Rendered, limit_of};
use crate::limits::{self, discord};

pub(crate) use content::content;

pub(crate) const EPHEMERAL: u64 = 1 << 6;
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;

/// The body of a call that makes a message.
pub fn new_message(message: &Message) -> Value {
    let mut body = base(message);
    match message.calls {
        Some(Called::Role(role)) => body["allowed_mentions"]["roles"] = json!([role.to_string()]),
        Some(Called::Member(member)) => body["allowed_mentions"]["users"] = json!([member.to_string()]),
        None => {}
    }
    if !message.files.is_empty() {
        body["attachments"] = attachments(message);
    }
    if message.flags != Flags::default() {
        body["flags"] = flags(message.flags).into();
    }
    body
}

/// A new message that Discord posts once, however often it is sent: it recognises the nonce for some minutes.
pub(crate) fn message_once(message: &Message, nonce: &Nonce) -> Value {
    let mut body = new_message(message);
    body["nonce"] = nonce.as_str().into();
    body["enforce_nonce"] = true.into();
    body
}

/// In place of what stands there: everything that stood there before is replaced, files too.
pub(crate) fn replacement(message: &Message) -> Value {
    let mut body = base(message);
    body["attachments"] = attachments(message);
    body
}

/// Cards and controls in place of those that stand there. The text is left out, so that it stays as it is.
pub(crate) fn cards_in_place(message: &Message) -> Value {
    let mut body = base(message);
    if let Some(body) = body.as_object_mut() {
        body.remove("content");
    }
    body
}

fn base(message: &Message) -> Value {
    let embeds: Vec<_> = rendered(message).into_iter().map(Rendered::into_embed).collect();
    json!({
        "content": content(message),
        "embeds": embeds,
        "components": rows(&message.rows),
        "allowed_mentions": {"parse": []},
    })
}

/// The number in the list is the one that the file bears in the form that carries it.
fn attachments(message: &Message) -> Value {
    let names = message.files.iter().map(|file| file.name.as_str()).enumerate();
    names.map(|(number, name)| json!({"id": number.to_string(), "filename": name})).collect()
}

fn flags(flags: Flags) -> u64 {
    let bit = |set: bool, bit: u64| if set { bit } else { 0 };
    bit(flags.silent, SUPPRESS_NOTIFICATIONS) | bit(flags.ephemeral, EPHEMERAL)
}

/// The cards as they will be read, in all at most [`limits::MESSAGE`] code points. Discord hides the second of two
/// embeds with one address, so a later one loses it.
pub(crate) fn rendered(message: &Message) -> Vec<Rendered> {
    let count = message.cards.len().clamp(1, discord::EMBEDS);
    let mut seen = BTreeSet::new();
    let cards = message.cards.iter().take(discord::EMBEDS).map(|card| {
        let mut rendered = Rendered::of(card, limit_of(card.size).min(limits::MESSAGE / count));
        rendered.url = rendered.url.filter(|url| seen.insert(url.clone()));
        rendered
    });
    cards.collect()
}

#[cfg(test)]
mod tests;

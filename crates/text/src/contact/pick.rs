//! What is said where several people are found.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::find::MOST_OFFERED;
use deskbell_domain::service::input::Email;
use deskbell_domain::service::look_up::Shared;

use super::pick_contact;
use crate::number::{Noun, people};

const PEOPLE: Noun = ["person", "people"];

/// Several are meant: one is to be picked and shown.
pub fn one_to_open(contacts: &[Contact], shared: &Shared) -> Message {
    let [_, noun] = all_are(contacts).map_or(PEOPLE, people);
    let count = contacts.len();
    let sentence = match shared {
        Shared::Email => format!("{count} {noun} have this e-mail. Pick one:"),
        Shared::Text | Shared::Company(_) if count >= MOST_OFFERED as usize => {
            format!(
                "More {noun} fit this than I can show; these are the newest {count}. Pick one, or type more:"
            )
        }
        Shared::Text => format!("{count} {noun} fit this. Pick one:"),
        Shared::Company(_) => format!("{count} {noun} are in this company. Pick one:"),
    };
    pick_contact(sentence, LookPress::OpenOne.to_custom_id(), contacts)
}

fn all_are(contacts: &[Contact]) -> Option<Role> {
    let role = contacts.first()?.role;
    contacts.iter().all(|contact| contact.role == role).then_some(role)
}

/// Whose the addresses in a message are. For each that nobody has, a lead can be made; the keys hold the addresses.
pub fn owners(found: &[Contact], nobodys: Vec<(Email, String)>) -> Message {
    let mut text = Text::default();
    for (index, (email, _)) in nobodys.iter().enumerate() {
        text = text.and(if index > 0 { ", " } else { "" }).with(Piece::Code(email.as_str().to_owned()));
    }
    let unknown = match nobodys.as_slice() {
        [] => Text::default(),
        [_] => text.and(" belongs to no lead and no user."),
        _ => text.and(" belong to no lead and no user."),
    };
    let several = nobodys.len() > 1;
    let buttons = nobodys.into_iter().map(|(email, key)| {
        let label = if several { format!("Create {}", email.as_str()) } else { "Create the lead".to_owned() };
        Button::secondary(&label, LookPress::CreateLead(key).to_custom_id())
    });
    let reply = if found.is_empty() {
        Message::of(unknown)
    } else {
        let sentence = match found.len() {
            1 => "I found 1 person.".to_owned(),
            // As many as a select has room for: there may be others.
            count if count >= MOST_OFFERED as usize => format!("I found {count} people or more. Pick one:"),
            count => format!("I found {count} people. Pick one:"),
        };
        let reply = pick_contact(sentence, LookPress::OpenOne.to_custom_id(), found);
        if several || !unknown.0.is_empty() { reply.small(unknown) } else { reply }
    };
    reply.buttons(buttons)
}

/// So many more addresses stand in the message; the key holds them.
pub fn with_more_addresses(reply: Message, count: usize, key: String) -> Message {
    let (sentence, label) = match count {
        1 => ("1 more address stands in that message.".to_owned(), "Look it up"),
        _ => (format!("{count} more addresses stand in that message."), "Look up the next ones"),
    };
    let go_on = Button::secondary(label, LookPress::LookAgain(key).to_custom_id());
    reply.small(Text::ours(sentence)).buttons([go_on])
}

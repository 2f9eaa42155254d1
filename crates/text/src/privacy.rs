//! `/privacy`: what is kept of a lead or user, and how it was erased.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::contact::Contact;
use deskbell_domain::ids::{ChannelId, ContactId};
use deskbell_domain::message::{Button, File, Message};
use deskbell_domain::port::store::{Extent, KeptOf};
use deskbell_domain::press::privacy::PrivacyPress;
use deskbell_domain::service::privacy::{Done, Picture};

use crate::announcement::notice::notice;
use crate::command::CommandName;
use crate::contact::pick_contact;
use crate::number::{EVENTS, MESSAGES, Noun, counted, list, number};

const SNAPSHOTS: Noun = ["snapshot", "snapshots"];
const OTHER_SERVERS: Noun = ["other server has", "other servers have"];

/// What stands below a message out of which somebody was left.
pub const LEFT_OUT: &str = "Whoever was erased is left out.";

/// What is kept, and what can be done about it.
pub fn shown(picture: &Picture) -> Message {
    let name = named(picture);
    let of = |press: fn(ContactId) -> PrivacyPress| press(picture.contact.clone()).to_custom_id();
    let erase = Button::danger("Erase here", of(PrivacyPress::Erase));
    let export = Button::secondary("Export", of(PrivacyPress::Export));
    if let Some(since) = picture.kept.erased {
        let text = name.and(" was erased ").with(Piece::When(since.seconds(), WhenStyle::Relative));
        let text = text.and(". Nothing of them is kept or announced.").joined(still_standing(picture));
        let back = Button::secondary("Take back", of(PrivacyPress::TakeBack));
        let erase = (!picture.messages().is_empty()).then_some(erase);
        return match picture.extent {
            Extent::Workspace => Message::of(text).buttons(erase.into_iter().chain([back])),
            Extent::Server => Message::of(text.and(" ").and(not_theirs(picture.others))).buttons(erase),
        };
    }
    if picture.is_empty() {
        let text = name.and(": I keep nothing of them. Intercom itself is not changed by anything here.");
        return Message::of(text).buttons([erase]);
    }
    let text = name.and(format!(": {}. Intercom itself is not changed.", amounts(picture)));
    narrowed(picture, Message::of(text)).buttons([erase, export])
}

/// Asks before it cannot be undone.
pub fn ask(picture: &Picture) -> Message {
    let text = match picture.extent {
        Extent::Workspace => Text::ours("Erase ").joined(named(picture)).and(format!(
            " here? This cannot be undone. It removes {}. From then on nothing of them is announced, until somebody takes it \
             back here. Intercom itself is not changed.",
            amounts(picture)
        )),
        Extent::Server => Text::ours("Delete what stands about ").joined(named(picture)).and(format!(
            " in this server? This cannot be undone. It removes {}.",
            messages(picture)
        )),
    };
    let text = text.joined(with_others(picture.with_others()));
    narrowed(picture, Message::of(text)).buttons([
        Button::danger("Erase", PrivacyPress::EraseNow(picture.contact.clone()).to_custom_id()),
        Button::secondary("Cancel", PrivacyPress::Cancel.to_custom_id()),
    ])
}

/// It is done.
pub fn erased(done: &Done) -> Message {
    let mut sentences = vec!["✅ Erased.".to_owned(), deleted(done)];
    if done.extent == Some(Extent::Server) {
        sentences.push("What I keep for the other servers of this workspace stays.".to_owned());
    }
    sentences.extend(match done.left_out {
        0 => None,
        1 => Some("1 message stays, with the others in it alone.".to_owned()),
        some => Some(format!("{} messages stay, with the others in them alone.", number(some))),
    });
    sentences.extend(match done.following {
        0 => None,
        1 => Some("1 more message is deleted within minutes.".to_owned()),
        more => Some(format!("{} more messages are deleted within minutes.", number(more))),
    });
    sentences.extend(match done.erased.dropped {
        0 => None,
        1 => Some("1 event that waited or could not be posted was dropped.".to_owned()),
        more => Some(format!("{} events that waited or could not be posted were dropped.", number(more))),
    });
    if done.erased.in_flight > 0 {
        sentences.push(
            "Something about them is on its way into a channel just now: it goes as soon as it is there."
                .to_owned(),
        );
    }
    sentences.retain(|sentence| !sentence.is_empty());
    Message::say(sentences.join(" ")).small(Text::ours("Audit keeps that it was done, not who it was."))
}

/// What became of the messages.
fn deleted(done: &Done) -> String {
    let gone = match (done.deleted, done.undeletable + done.following) {
        (0, 0) if done.left_out > 0 => return String::new(),
        (0, 0) => return "There was no message about them here.".to_owned(),
        (0, _) => "No message is deleted yet".to_owned(),
        (count, _) => format!("{} deleted", counted(count, MESSAGES)),
    };
    let channels: Vec<_> = done.channels.iter().copied().map(mention).collect();
    match done.undeletable {
        0 => format!("{gone}."),
        1 => format!("{gone}; 1 could not be: I can no longer delete in {}.", list(&channels)),
        some => {
            format!("{gone}; {} could not be: I can no longer delete in {}.", number(some), list(&channels))
        }
    }
}

/// Somebody is announced again.
pub fn taken_back(picture: &Picture) -> Message {
    let text = Text::ours("✅ What happens to ").joined(named(picture));
    Message::of(text.and(" from now on is announced again. What happened before is not."))
}

/// There was nothing to take back.
pub fn not_erased() -> Message {
    Message::say("Nobody was erased there, or somebody took it back meanwhile. Nothing was changed.")
}

/// A server may not take back for others.
pub fn not_theirs_to_take_back(others: u64) -> Message {
    Message::say(format!("Nothing was changed. {}", not_theirs(others)))
}

/// Nothing was done.
pub fn cancelled() -> Message {
    Message::say("Nothing was changed.")
}

/// All that is kept, as a file.
pub fn exported(picture: &Picture, bytes: Vec<u8>) -> Message {
    let file = File { name: format!("kept-{}.json", picture.contact), bytes };
    let text =
        Text::ours("✅ All that I keep of ").joined(named(picture)).and(", as this server may see it.");
    Message { files: vec![file], ..Message::of(text) }
}

/// Several are meant: one is to be picked.
pub fn pick(contacts: &[Contact]) -> Message {
    let sentence = format!("{} people fit this. Pick one:", number(contacts.len() as u64));
    pick_contact(sentence, PrivacyPress::One.to_custom_id(), contacts)
}

/// Nobody is known by that.
pub fn nobody(typed: &str) -> Message {
    let text = Text::ours("I found nobody by ").with(Piece::Code(typed.to_owned()));
    Message::of(text.and(
        " in Intercom, and I keep nothing under that id. Pick one from the list while typing, or give an id or an e-mail \
         address.",
    ))
}

/// What other servers of the workspace are told, by how many messages still stand there.
pub fn elsewhere(standing: u64) -> Message {
    let command = CommandName::Privacy.typed();
    let begin = "Another server of this Intercom workspace had somebody erased: what I kept of them is gone.";
    notice(Text::ours(match standing {
        0 => begin.to_owned(),
        1 => format!("{begin} 1 message about them stands in this server; `{command}` deletes it."),
        _ => format!(
            "{begin} {} messages about them stand in this server; `{command}` deletes them.",
            number(standing)
        ),
    }))
}

fn named(picture: &Picture) -> Text {
    let name = picture.name.clone().unwrap_or_else(|| picture.contact.to_string());
    Text::default().with(Piece::Bold(name))
}

/// `3 events, 1 snapshot, 5 messages in #sales and #support`.
fn amounts(picture: &Picture) -> String {
    let KeptOf { events, snapshots, failed, .. } = &picture.kept;
    let mut amounts = vec![counted(events.len() as u64, EVENTS), counted(snapshots.len() as u64, SNAPSHOTS)];
    if !failed.is_empty() {
        amounts.push(format!("{} that could not be posted", number(failed.len() as u64)));
    }
    amounts.push(messages(picture));
    amounts.join(", ")
}

fn messages(picture: &Picture) -> String {
    let channels: Vec<_> = picture.channels().into_iter().map(mention).collect();
    let count = counted(picture.messages().len() as u64, MESSAGES);
    if channels.is_empty() { count } else { format!("{count} in {}", list(&channels)) }
}

fn mention(channel: ChannelId) -> String {
    format!("<#{channel}>")
}

/// Where only the server's own messages go.
fn narrowed(picture: &Picture, message: Message) -> Message {
    match picture.extent {
        Extent::Workspace => message,
        Extent::Server => message.small(Text::ours(format!(
            "{}: what I keep for all of them stays, and from here only the messages of this server can be deleted.",
            shared_without_right(picture.others)
        ))),
    }
}

fn not_theirs(others: u64) -> String {
    format!("{}: somebody in a server whose token may can take it back.", shared_without_right(others))
}

/// Why a server cannot decide for all.
fn shared_without_right(others: u64) -> String {
    format!(
        "{} this workspace, too, and the token of this server may not write contacts",
        counted(others, OTHER_SERVERS)
    )
}

fn still_standing(picture: &Picture) -> Text {
    Text::ours(match picture.messages().len() {
        0 => String::new(),
        1 => " 1 message about them still stands in this server.".to_owned(),
        some => format!(" {} messages about them still stand in this server.", number(some as u64)),
    })
}

/// A message may show others, too.
fn with_others(count: u64) -> Text {
    Text::ours(match count {
        0 => String::new(),
        1 => " 1 of the messages shows others, too: it stays with them alone, or goes as a whole where I cannot tell them \
              apart."
            .to_owned(),
        some => format!(
            " {} of the messages show others, too: these stay with them alone, or go as a whole where I cannot tell them \
             apart.",
            number(some)
        ),
    })
}

#[cfg(test)]
mod tests;

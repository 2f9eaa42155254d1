//! Every sentence that commands say: pure functions that make a [`Message`](deskbell_domain::message::Message), one file a group.
//!
//! A reply is one sentence on what happened, one on what to do, then small print. What comes from outside
//! goes in as [`Piece::Theirs`](deskbell_domain::card::text::Piece::Theirs) and its like, so that it is escaped where it is written.

pub(crate) mod access;
pub(crate) mod audience;
mod channel;
mod contact;
mod conversation;
pub(crate) mod delivery;
mod export;
mod failure;
pub(crate) mod help;
mod list;
pub(crate) mod notify;
pub(crate) mod setup;
pub(crate) mod status;
mod trouble;

pub(crate) use deskbell_domain::number::number;

pub(crate) use channel::{ask_before_public_share, shared, skipped};
pub(crate) use contact::{
    LegacyAnswer, Route, Shown, lead_created, only_restored, pick_contact, shared_card, show, user_saved,
    with_namesakes,
};
pub(crate) use conversation::conversation;
pub(crate) use export::{Ending, export_done, export_progress};
pub(crate) use failure::{bug, failure, slow};
pub(crate) use list::{ExportButton, list_page};

/// `1 lead`, `2,031 leads`.
pub(crate) fn counted(count: u64, word: &str) -> String {
    format!("{} {word}{}", number(count), if count == 1 { "" } else { "s" })
}

/// `Send Messages`, `Send Messages and Embed Links`, `A, B and C`, each in bold.
pub(crate) fn bold_list(names: &[&str]) -> String {
    let bold: Vec<_> = names.iter().map(|name| format!("**{name}**")).collect();
    match bold.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod tests;

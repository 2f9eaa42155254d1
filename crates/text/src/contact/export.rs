//! What is said of an export.

use deskbell_domain::card::text::Text;
use deskbell_domain::contact::Role;
use deskbell_domain::message::{File, Message};

use crate::number::{counted, number, people};

/// Why an export ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Everybody is in it.
    Complete,
    /// Its ten minutes were over.
    OutOfTime,
    /// Its files were full.
    Full,
    /// Intercom stopped answering.
    Broken,
    /// The bot is being stopped.
    Stopped,
}

/// What an export shows of its progress while it collects.
pub fn progress(role: Role, count: u64, total: u64) -> Message {
    let (count, all) = (number(count), number(total));
    Message::say(match (role, total) {
        (Role::Lead, 0) => "Collecting leads …".to_owned(),
        (Role::User, 0) => "Collecting users …".to_owned(),
        (Role::Lead, _) => format!("Collecting leads: {count} of {all} …"),
        (Role::User, _) => format!("Collecting users: {count} of {all} …"),
    })
}

/// The next page of an export does not come.
pub fn stalled(role: Role, count: u64, total: u64) -> Message {
    progress(role, count, total).joined(Text::ours(
        " Intercom is slow, still trying. If it does not come back within some three minutes, you get what I have.",
    ))
}

/// When it is done.
pub fn done(role: Role, count: u64, total: u64, ending: Ending, files: Vec<File>) -> Message {
    let of_all = format!("{} of {}", number(count), counted(total, people(role)));
    let rest = "[Export] under a filtered list gives a part of them.";
    let sentence = match ending {
        Ending::Complete if count == 0 => match role {
            Role::Lead => "No leads yet.".to_owned(),
            Role::User => "No users yet.".to_owned(),
        },
        Ending::Complete => format!("✅ {}.", counted(count, people(role))),
        Ending::OutOfTime => format!("⚠️ {of_all}: I stop after 10 minutes. {rest}"),
        Ending::Full => format!("⚠️ {of_all}: Discord takes no larger files. {rest}"),
        Ending::Broken => {
            format!(
                "⚠️ {of_all}: Intercom did not answer any more, so the file ends there. Export again later: it begins \
                 anew."
            )
        }
        Ending::Stopped => format!("⚠️ {of_all}: I am being restarted. Try again in a minute for the rest."),
    };
    Message { files, ..Message::say(sentence) }
}

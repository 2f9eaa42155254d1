//! What is said of an export.

use deskbell_domain::contact::Role;
use deskbell_domain::message::{File, Message};

use crate::number::{counted, number};

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

/// While it collects.
pub fn progress(role: Role, count: u64, total: u64) -> Message {
    if total == 0 {
        return Message::say(format!("Collecting {}s …", role.word()));
    }
    Message::say(format!("Collecting {}s: {} of {} …", role.word(), number(count), number(total)))
}

/// When it is done.
pub fn done(role: Role, count: u64, total: u64, ending: Ending, files: Vec<File>) -> Message {
    let of_all = format!("{} of {}", number(count), counted(total, role.word()));
    let rest = "[Export] under a filtered list gives a part of them.";
    let sentence = match ending {
        Ending::Complete if count == 0 => format!("No {}s yet.", role.word()),
        Ending::Complete => format!("✅ {}.", counted(count, role.word())),
        Ending::OutOfTime => format!("⚠️ {of_all}: I stop after 10 minutes. {rest}"),
        Ending::Full => format!("⚠️ {of_all}: Discord takes no larger files. {rest}"),
        Ending::Broken => {
            format!("⚠️ {of_all}: Intercom did not answer any more. Try again later for the rest.")
        }
        Ending::Stopped => format!("⚠️ {of_all}: I am being restarted. Try again in a minute for the rest."),
    };
    Message { files, ..Message::say(sentence) }
}

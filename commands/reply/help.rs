//! `/help`: one card, three groups, each command as a link.

use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, CardField, Size};
use deskbell_domain::ids::RoleId;
use deskbell_domain::message::Message;

use crate::interaction::bot::Around;

/// How far somebody's rights reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reach {
    /// They may see customers.
    Look,
    /// And export them.
    LookAndExport,
    /// And set the bot up.
    SetUp,
}

/// A command, what it does, and who may use it.
type Line = (&'static str, &'static str, Reach);

const LOOK_UP: [Line; 8] = [
    ("lead get", "show a lead", Reach::Look),
    ("lead list", "list leads, newest first", Reach::Look),
    ("lead create", "create a lead", Reach::Look),
    ("lead export", "all leads as a file", Reach::LookAndExport),
    ("user get", "show a user", Reach::Look),
    ("user create", "create or update a user", Reach::Look),
    ("status", "how the bot is", Reach::Look),
    ("help", "this", Reach::Look),
];
const NOTIFY: [Line; 7] = [
    ("notify add", "post one kind of event in a channel", Reach::SetUp),
    ("notify list", "what is posted where, and how it goes", Reach::SetUp),
    ("notify pause", "hold back what comes", Reach::SetUp),
    ("notify resume", "post again", Reach::SetUp),
    ("notify test", "post a sample", Reach::SetUp),
    ("notify failed", "what could not be posted", Reach::SetUp),
    ("notify remove", "stop for ever", Reach::SetUp),
];
const SET_UP: [Line; 4] = [
    ("setup", "everything in one message", Reach::SetUp),
    ("access add", "let a role see customers", Reach::SetUp),
    ("access list", "who may see customers", Reach::SetUp),
    ("access remove", "take that away from a role", Reach::SetUp),
];

/// What somebody may use.
pub(crate) fn help(around: Around<'_>, reach: Reach) -> Message {
    let mut card = Card::blank(Size::Normal, COLOUR_OF_REPLIES);
    card.title = Some("What you can do here".to_owned());
    let groups: [(&str, &[Line]); 3] = [("Look up", &LOOK_UP), ("Notify", &NOTIFY), ("Set up", &SET_UP)];
    for (name, lines) in groups {
        let lines: Vec<_> = lines
            .iter()
            .filter(|(_, _, needed)| reach >= *needed)
            .map(|(command, what, _)| format!("{} {what}", around.mention(command)))
            .collect();
        if !lines.is_empty() {
            card.fields.push(CardField::full(name, Text::ours(lines.join("\n"))));
        }
    }
    Message::default().card(card)
}

/// One line, and whom to ask.
pub(crate) fn without_access(roles: &[RoleId]) -> Message {
    let roles: Vec<_> = roles.iter().take(5).map(|role| format!("<@&{role}>")).collect();
    let who = match roles.as_slice() {
        [] => String::new(),
        roles => format!(" Here that is {}.", roles.join(" and ")),
    };
    Message::say(format!(
        "Deskbell shows a team its customers from Intercom.{who} Ask someone with **Manage Server** to let you in."
    ))
}

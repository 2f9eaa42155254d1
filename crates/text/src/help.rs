//! `/help`: one card, three groups, each command as a link.

use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, CardField, Size};
use deskbell_domain::message::Message;

use crate::around::Around;
use crate::command::CommandName;
use crate::number::all_of;
use crate::refusal::{FOR_THE_TEAM, Team};

/// How far somebody's rights reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// They may see customers.
    Look,
    /// The same, and export customers.
    LookAndExport,
    /// And set the bot up.
    SetUp,
}

/// A command, what it does, and who may use it.
type Line = (CommandName, &'static str, Reach);

const LOOK_UP: [Line; 8] = [
    (CommandName::LeadGet, "show a lead", Reach::Look),
    (CommandName::LeadList, "list leads, newest first", Reach::Look),
    (CommandName::LeadCreate, "create a lead", Reach::Look),
    (CommandName::LeadExport, "all leads as a file", Reach::LookAndExport),
    (CommandName::UserGet, "show a user", Reach::Look),
    (CommandName::UserCreate, "create or update a user", Reach::Look),
    (CommandName::Status, "how the bot is", Reach::Look),
    (CommandName::Help, "this", Reach::Look),
];
const NOTIFY: [Line; 7] = [
    (CommandName::NotifyAdd, "post one kind of event in a channel", Reach::SetUp),
    (CommandName::NotifyList, "what is posted where, and how it goes", Reach::SetUp),
    (CommandName::NotifyPause, "hold back what comes", Reach::SetUp),
    (CommandName::NotifyResume, "post again", Reach::SetUp),
    (CommandName::NotifyTest, "post a sample", Reach::SetUp),
    (CommandName::NotifyFailed, "what could not be posted", Reach::SetUp),
    (CommandName::NotifyRemove, "stop for ever", Reach::SetUp),
];
const SET_UP: [Line; 5] = [
    (CommandName::Setup, "everything in one message", Reach::SetUp),
    (CommandName::Connection, "which workspace this server has", Reach::SetUp),
    (CommandName::AccessAdd, "let a role see customers", Reach::SetUp),
    (CommandName::AccessList, "who may see customers", Reach::SetUp),
    (CommandName::AccessRemove, "take that away from a role", Reach::SetUp),
];

const LOOK_UP_GROUP: &str = "Look up";
/// A command on messages has no link.
const LOOK_UP_MESSAGE: &str =
    "**Look up in Intercom** whose e-mail address stands in a message: on the message → Apps";

/// What somebody may use.
pub fn help(around: Around<'_>, reach: Reach) -> Message {
    let mut card = Card::blank(Size::Normal, COLOUR_OF_REPLIES);
    card.title = Some("What you can do here".to_owned());
    let groups: [(&str, &[Line]); 3] = [(LOOK_UP_GROUP, &LOOK_UP), ("Notify", &NOTIFY), ("Set up", &SET_UP)];
    for (name, lines) in groups {
        let lines: Vec<_> = lines
            .iter()
            .filter(|(_, _, needed)| reach >= *needed)
            .map(|(command, what, _)| format!("{} {what}", around.mention(*command)))
            .collect();
        let lines =
            if name == LOOK_UP_GROUP { [lines, vec![LOOK_UP_MESSAGE.to_owned()]].concat() } else { lines };
        if !lines.is_empty() {
            card.fields.push(CardField::full(name, Text::ours(lines.join("\n"))));
        }
    }
    Message::default().card(card)
}

/// One line, and whom to ask.
pub fn without_access(team: &Team) -> Message {
    match team {
        Team::Unnamed => Message::say(FOR_THE_TEAM),
        Team::Roles(roles) if roles.is_empty() => Message::say(
            "Deskbell shows a team its customers from Intercom. Ask someone with **Manage Server** to let you in.",
        ),
        Team::Roles(roles) => Message::say(format!(
            "Deskbell shows a team its customers from Intercom. Here that is {}. Ask someone with **Manage Server** to let \
             you in.",
            all_of(roles)
        )),
    }
}

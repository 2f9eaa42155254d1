//! `/help`: one card, three groups, each command as a link.

use deskbell_domain::access::{Grant, Needed};
use deskbell_domain::card::text::Text;
use deskbell_domain::card::{COLOUR_OF_REPLIES, Card, CardField, Size};
use deskbell_domain::message::Message;

use crate::around::Around;
use crate::command::CommandName;
use crate::number::all_of;
use crate::refusal::{FOR_THE_TEAM, Team};

/// How far the rights reach of somebody who may see customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// They may what a role was given.
    Team(Grant),
    /// They may everything, and set the bot up.
    SetUp,
}

/// What somebody needs for a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    Team(Needed),
    SetUp,
}

impl Reach {
    fn suffices(self, needs: Needs) -> bool {
        match (self, needs) {
            (Self::SetUp, _) => true,
            (Self::Team(grant), Needs::Team(needed)) => grant.allows(needed),
            (Self::Team(_), Needs::SetUp) => false,
        }
    }
}

/// A command, what it does, and what is needed for it.
type Line = (CommandName, &'static str, Needs);

const LOOK: Needs = Needs::Team(Needed::Look);
const ACT: Needs = Needs::Team(Needed::Act);

const LOOK_UP: [Line; 9] = [
    (CommandName::LeadGet, "show a lead", LOOK),
    (CommandName::LeadList, "list leads, newest first", LOOK),
    (CommandName::LeadCreate, "create a lead", ACT),
    (CommandName::LeadExport, "all leads as a file", Needs::Team(Needed::Export)),
    (CommandName::UserGet, "show a user", LOOK),
    (CommandName::UserCreate, "create or update a user", ACT),
    (CommandName::ConversationGet, "read a conversation, and act in it", LOOK),
    (CommandName::Status, "how the bot is", LOOK),
    (CommandName::Help, "this", LOOK),
];
const NOTIFY: [Line; 7] = [
    (CommandName::NotifyAdd, "post one kind of event in a channel", Needs::SetUp),
    (CommandName::NotifyList, "what is posted where, how it goes, and how to change it", Needs::SetUp),
    (CommandName::NotifyPause, "hold back what comes", Needs::SetUp),
    (CommandName::NotifyResume, "post again", Needs::SetUp),
    (CommandName::NotifyTest, "post a sample", Needs::SetUp),
    (CommandName::NotifyFailed, "what could not be posted", Needs::SetUp),
    (CommandName::NotifyRemove, "stop for ever", Needs::SetUp),
];
const SET_UP: [Line; 7] = [
    (CommandName::Setup, "everything in one message", Needs::SetUp),
    (CommandName::Connection, "which workspace this server has", Needs::SetUp),
    (CommandName::Privacy, "what I keep of one person, and erasing it", Needs::SetUp),
    (CommandName::AccessAdd, "let a role see customers", Needs::SetUp),
    (CommandName::AccessList, "who may see customers", Needs::SetUp),
    (CommandName::AccessRemove, "take that away from a role", Needs::SetUp),
    (CommandName::Audit, "who did what in this server", Needs::SetUp),
];

const LOOK_UP_GROUP: &str = "Look up";
/// A command on messages has no link.
const LOOK_UP_MESSAGE: &str =
    "**Look up in Intercom** whose e-mail address stands in a message: on the message → Apps";

/// A command on members has no link either.
const SHOW_MEMBER: &str = "**Show in Intercom** who a member of this server is there: on the member → Apps";

/// Buttons have no link either.
const ON_CARDS: &str =
    "**Below a card** take it, add a note, tag it; below a conversation's also answer and close it";

/// What somebody may use.
pub fn help(around: Around<'_>, reach: Reach) -> Message {
    let mut card = Card::blank(Size::Normal, COLOUR_OF_REPLIES);
    card.title = Some("What you can do here".to_owned());
    let groups: [(&str, &[Line]); 3] = [(LOOK_UP_GROUP, &LOOK_UP), ("Notify", &NOTIFY), ("Set up", &SET_UP)];
    for (name, lines) in groups {
        let lines: Vec<_> = lines
            .iter()
            .filter(|(_, _, needs)| reach.suffices(*needs))
            .map(|(command, what, _)| format!("{} {what}", around.mention(*command)))
            .collect();
        let lines = if name == LOOK_UP_GROUP {
            let on_cards = reach.suffices(ACT).then_some(ON_CARDS);
            let beside = on_cards.into_iter().chain([LOOK_UP_MESSAGE, SHOW_MEMBER]).map(str::to_owned);
            lines.into_iter().chain(beside).collect()
        } else {
            lines
        };
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

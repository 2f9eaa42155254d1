//! The answers that say no: nothing is wrong with the bot, and each has a sentence of its own.

use deskbell_domain::access::ManageServer;
use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::contact::Role;
use deskbell_domain::ids::{ContactId, GuildId, RoleId};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::Cause;

use crate::around::Around;
use crate::command::CommandName;
use crate::failure::{Effect, unchanged};
use crate::number::any_of;
use crate::trouble;

/// Code points of what somebody typed.
const TYPED_SHOWN: usize = 100;

/// What somebody may not do with customers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// See them.
    Look,
    /// Create or update them, though they may be seen.
    Act,
    /// Answer them, or do anything else with what they wrote.
    Answer,
    /// Take, note or tag a lead or user from their card.
    Handle,
    /// Take all of them away as a file.
    Export,
    /// See what a button below a message shows.
    LookAtThis,
}

/// Who may do that in a server, as somebody hears who may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Team {
    /// Whoever manages the server, and these roles.
    Roles(Vec<RoleId>),
    /// Everyone in the server can read what is posted there, so that strangers may ask: they hear of no role.
    Unnamed,
}

/// What only somebody who manages the server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// Change notifications.
    Notifications,
    /// Say who may see customers.
    Access,
    /// See who did what.
    Audit,
    /// Set the bot up.
    All,
}

/// Outside of a server.
pub fn not_in_server() -> Message {
    Message::say("I work in servers only. Use this command in your team's server.")
}

/// The server is connected to no workspace. Who manages it is told what to do.
pub fn not_linked(guild: GuildId, manage: ManageServer) -> Message {
    match manage {
        ManageServer::Holds => Message::say(format!(
            "This server is not linked to an Intercom workspace. Whoever runs this bot adds `DISCORD_GUILD_ID={guild}` and \
             restarts it."
        )),
        ManageServer::Lacks => Message::say("This server is not linked to an Intercom workspace."),
    }
}

/// The server is connected to no workspace, and whoever manages it can do that.
pub fn not_connected(around: Around<'_>, manage: ManageServer) -> Message {
    let connect = around.mention(CommandName::Connection);
    match manage {
        ManageServer::Holds => Message::say(format!(
            "This server is not connected to an Intercom workspace yet: {connect} connects it."
        )),
        ManageServer::Lacks => Message::say(
            "This server is not connected to an Intercom workspace yet. Ask someone with **Manage Server** to do it.",
        ),
    }
}

/// Intercom was never asked with success since this server was connected.
pub fn waiting_for_intercom(since: UnixMillis, cause: Cause, effect: &Effect) -> Message {
    let began = Piece::When(since.seconds(), WhenStyle::Full);
    let text = Text::ours("I have been waiting for Intercom since ").with(began).and(": ");
    let text = text.joined(trouble::reason(cause)).and(format!(". {}", trouble::remedy(cause)));
    Message::of(text.and(unchanged(effect)))
}

/// What strangers hear, who may not even know which roles there are.
pub(crate) const FOR_THE_TEAM: &str =
    "Customers are for the team here. If you belong to it, ask whoever manages this server.";

/// The asker may not see (or create, or export) customers.
pub fn no_access(around: Around<'_>, what: Forbidden, team: &Team) -> Message {
    let Team::Roles(roles) = team else { return Message::say(FOR_THE_TEAM) };
    let change = around.mention(CommandName::AccessAdd);
    Message::say(if roles.is_empty() {
        only_managers_may(what, &change)
    } else {
        needs_role(what, &any_of(roles), &change)
    })
}

fn only_managers_may(what: Forbidden, change: &str) -> String {
    match what {
        Forbidden::Look => format!(
            "Only people with **Manage Server** may see customers. One of them can change this with {change}."
        ),
        Forbidden::Act => format!(
            "Only people with **Manage Server** may create or update leads and users. One of them can change this with \
             {change}."
        ),
        Forbidden::Answer => format!(
            "Only people with **Manage Server** may act in conversations. One of them can change this with {change}."
        ),
        Forbidden::Handle => format!(
            "Only people with **Manage Server** may take, note or tag leads and users. One of them can change this with \
             {change}."
        ),
        Forbidden::Export => format!(
            "Only people with **Manage Server** may export customers. One of them can change this with {change}."
        ),
        Forbidden::LookAtThis => format!(
            "Only people with **Manage Server** may see this. One of them can change this with {change}."
        ),
    }
}

/// `any` names the roles of which one is needed.
fn needs_role(what: Forbidden, any: &str, change: &str) -> String {
    match what {
        Forbidden::Look => format!(
            "You need {any} to see customers. Someone with **Manage Server** can change this with {change}."
        ),
        Forbidden::Act => format!(
            "You need {any} to create or update leads and users. Someone with **Manage Server** can change this with \
             {change}."
        ),
        Forbidden::Answer => format!(
            "You need {any} to act in conversations. Someone with **Manage Server** can change this with {change}."
        ),
        Forbidden::Handle => format!(
            "You need {any} to take, note or tag leads and users. Someone with **Manage Server** can change this with \
             {change}."
        ),
        Forbidden::Export => format!(
            "You need {any} to export customers. Someone with **Manage Server** can change this with {change}."
        ),
        Forbidden::LookAtThis => {
            format!(
                "You need {any} to see this. Someone with **Manage Server** can change this with {change}."
            )
        }
    }
}

/// The asker does not manage the server.
pub fn not_manager(what: Settings) -> Message {
    Message::say(match what {
        Settings::Notifications => "Only people with **Manage Server** can change notifications.",
        Settings::Access => "Only people with **Manage Server** can say who may see customers.",
        Settings::Audit => "Only people with **Manage Server** can see who did what.",
        Settings::All => "Only people with **Manage Server** can set me up.",
    })
}

/// Nobody is known by that.
pub fn unknown(role: Role, text: &str) -> Message {
    if text.trim().is_empty() {
        return Message::say(
            "Nothing was typed. Pick one from the list while typing, or give a name, an e-mail, a phone number or an id.",
        );
    }
    let start = match role {
        Role::Lead => "I found no lead ",
        Role::User => "I found no user ",
    };
    Message::of(
        Text::ours(start).with(Piece::Code(shortened(text))).and(
            ". Pick one from the list while typing, or give a name, an e-mail, a phone number or an id.",
        ),
    )
}

/// It is the other kind.
pub fn wrong_role(found: Role, id: &ContactId) -> Message {
    let (sentence, show) = match found {
        Role::Lead => ("That is a lead, not a user.", "Show the lead"),
        Role::User => ("That is a user, not a lead.", "Show the user"),
    };
    Message::say(sentence).buttons([Button::secondary(show, LookPress::Open(id.clone()).to_custom_id())])
}

/// The user to be changed is a lead.
pub fn is_lead(id: &ContactId) -> Message {
    Message::say("A lead has this e-mail. I changed nothing: a lead becomes a user in Intercom.")
        .buttons([Button::secondary("Show the lead", LookPress::Open(id.clone()).to_custom_id())])
}

/// There is no address to look up.
pub fn no_email_in_message() -> Message {
    Message::say("I found no e-mail address in that message.")
}

/// Whoever was to be shown is not in Intercom any more, and it is not known what they were.
pub fn gone() -> Message {
    Message::say("This person was deleted in Intercom.")
}

/// No company is known by that.
pub fn unknown_company(text: &str, effect: &Effect) -> Message {
    Message::of(
        Text::ours("I found no company ")
            .with(Piece::Code(shortened(text)))
            .and(". Pick one from the list while typing.")
            .and(unchanged(effect)),
    )
}

/// Nobody knows whether the lead was made.
pub fn lead_unclear(around: Around<'_>) -> Message {
    Message::say(format!(
        "Intercom did not answer, so I do not know whether the lead was created. Look at {} in a few minutes before trying \
         again.",
        around.mention(CommandName::LeadList)
    ))
}

/// Intercom says that a contact like the new lead exists.
pub fn lead_exists(id: Option<&ContactId>) -> Message {
    let show = id.map(|id| Button::secondary("Show it", LookPress::Open(id.clone()).to_custom_id()));
    Message::say("Intercom knows a contact like this already, so I created no other.").buttons(show)
}

/// The state behind a list's button is gone.
pub fn list_expired(role: Role) -> Message {
    Message::say("This list has expired.")
        .buttons([Button::secondary("Show it again", LookPress::List(role).to_custom_id())])
}

/// The state behind a choice is gone.
pub fn choice_expired(around: Around<'_>, command: CommandName, effect: &Effect) -> Message {
    Message::say(format!(
        "This choice has expired.{} Use {} again.",
        unchanged(effect),
        around.mention(command)
    ))
}

/// Discord keeps an older form of a command.
pub fn old_command() -> Message {
    Message::say("This command is from an older version of me. Type it again in a minute.")
}

/// A button of an older version, or one that was never ours.
pub fn old_button(around: Around<'_>) -> Message {
    Message::say(format!("This button is from an older version: {}.", around.mention(CommandName::LeadList)))
}

/// A form of words came back with nothing but spaces.
pub fn nothing_typed() -> Message {
    Message::say("There was no word in the form, so nothing was done. Press the button again.")
}

/// What a card without personal data showed is not kept any more.
pub fn no_longer_kept() -> Message {
    Message::say(
        "I no longer know what this message showed: it is too old, or this server was connected to another workspace then. \
         Look in Intercom for what came in at that time.",
    )
}

/// No conversation is known by that.
pub fn no_such_conversation(typed: &str) -> Message {
    let typed = shorten(typed.trim(), TYPED_SHOWN);
    let text = Text::ours("I found no conversation by ").with(Piece::Code(typed));
    Message::of(text.and(
        " among those that moved lately. Pick one from the list while typing, or give its link or id from Intercom.",
    ))
}

/// Intercom does not know the conversation any more.
pub fn unknown_conversation() -> Message {
    Message::say("I found no such conversation. It was deleted in Intercom.")
}

/// A message is on its way, so that what waits cannot be skipped.
pub fn busy() -> Message {
    Message::say(
        "A message is on its way to that channel, so what waits there was not skipped. Try again in a minute.",
    )
}

/// Others change the same all the while.
pub fn contended() -> Message {
    Message::say("Somebody else changed the same just now, so I changed nothing. Try again.")
}

/// The asker has an export under way.
pub fn own_export_runs() -> Message {
    Message::say("An export of yours runs already. Try again when it is done; it takes 10 minutes at most.")
}

/// The server has an export under way.
pub fn export_runs() -> Message {
    Message::say(
        "An export runs in this server already. Try again when it is done; it takes 10 minutes at most.",
    )
}

/// The asker has too many things under way.
pub fn too_much_at_once() -> Message {
    Message::say("I am still busy with other things that you asked for. Try again when they are done.")
}

/// As much of what somebody typed as is told back.
pub(crate) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(TYPED_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

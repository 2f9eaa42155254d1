//! The answers that say no: nothing is wrong with the bot, and each has a sentence of its own.

use deskbell_domain::access::ManageServer;
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::contact::Role;
use deskbell_domain::ids::{ContactId, GuildId, RoleId};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::Cause;

use crate::around::Around;
use crate::command::CommandName;
use crate::failure::{Effect, unchanged};
use crate::trouble;

/// As many roles are named to whom they could be asked for.
const MOST_NAMED: usize = 5;
/// Code points of what somebody typed.
const TYPED_SHOWN: usize = 100;

/// What somebody may not look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Customers.
    Customers,
    /// All of them, as a file.
    Export,
    /// What a button below a message shows.
    This,
}

/// What only somebody who manages the server can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settings {
    /// Change notifications.
    Notifications,
    /// Say who may see customers.
    Access,
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

/// Intercom was never asked with success since this server was connected.
pub fn waiting_for_intercom(since: UnixMillis, cause: Cause, effect: &Effect) -> Message {
    let began = Piece::When(since.seconds(), WhenStyle::Full);
    let text = Text::ours("I have been waiting for Intercom since ").with(began).and(": ");
    let text = text.joined(trouble::reason(cause)).and(format!(". {}", trouble::remedy(cause)));
    Message::of(text.and(unchanged(effect)))
}

/// The asker may not see (or export) customers.
pub fn no_access(around: Around<'_>, what: Look, roles: &[RoleId]) -> Message {
    let change = around.mention(CommandName::AccessAdd);
    let named: Vec<_> = roles.iter().take(MOST_NAMED).map(|role| format!("<@&{role}>")).collect();
    let any = named.join(" or ");
    Message::say(match (what, named.is_empty()) {
        (Look::Customers, true) => format!(
            "Only people with **Manage Server** may see customers. One of them can change this with {change}."
        ),
        (Look::Export, true) => format!(
            "Only people with **Manage Server** may export customers. One of them can change this with {change}."
        ),
        (Look::This, true) => format!(
            "Only people with **Manage Server** may see this. One of them can change this with {change}."
        ),
        (Look::Customers, false) => format!(
            "You need {any} to see customers. Someone with **Manage Server** can change this with {change}."
        ),
        (Look::Export, false) => format!(
            "You need {any} to export customers. Someone with **Manage Server** can change this with {change}."
        ),
        (Look::This, false) => {
            format!(
                "You need {any} to see this. Someone with **Manage Server** can change this with {change}."
            )
        }
    })
}

/// The asker does not manage the server.
pub fn not_manager(what: Settings) -> Message {
    Message::say(match what {
        Settings::Notifications => "Only people with **Manage Server** can change notifications.",
        Settings::Access => "Only people with **Manage Server** can say who may see customers.",
        Settings::All => "Only people with **Manage Server** can set me up.",
    })
}

/// What was typed is no e-mail address.
pub fn no_email(text: &str) -> Message {
    typed(text, " is not an e-mail address. It looks like `name@example.com`.")
}

/// What was typed is no phone number.
pub fn no_phone(text: &str) -> Message {
    typed(text, " is not a phone number. Write it with the country, like `+49 30 1234567`.")
}

/// What was typed is no address of a picture.
pub fn no_picture(text: &str) -> Message {
    typed(text, " is not an address of a picture. It must start with `https://`.")
}

/// Nobody is known by that.
pub fn unknown(role: Role, text: &str) -> Message {
    let start = match role {
        Role::Lead => "I found no lead ",
        Role::User => "I found no user ",
    };
    Message::of(
        Text::ours(start)
            .with(Piece::Code(shortened(text)))
            .and(". Pick one from the list while typing, or give an id or an e-mail."),
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

/// Neither a lead nor a user has this e-mail.
pub fn nobody_has(around: Around<'_>, email: &str) -> Message {
    let create = around.mention(CommandName::LeadCreate);
    typed(email, &format!(" belongs to no lead and no user. {create} makes a lead."))
}

/// No company is known by that.
pub fn unknown_company(text: &str, effect: &Effect) -> Message {
    Message::of(
        Text::ours("I found no company ")
            .with(Piece::Code(text.to_owned()))
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

fn typed(text: &str, rest: &str) -> Message {
    Message::of(Text::default().with(Piece::Code(shortened(text))).and(rest))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(TYPED_SHOWN).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

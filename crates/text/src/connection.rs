//! `/connection`: which workspace a server is connected to, and how it is connected.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::connection::{Connection, Right, Rights, Standing, TokenOrigin};
use deskbell_domain::ids::{MemberId, WorkspaceId};
use deskbell_domain::message::{Button, Form, FormField, Lines, Message, Need};
use deskbell_domain::pasted::NoToken;
use deskbell_domain::port::connector::{Linkage, TokenFault};
use deskbell_domain::port::store::Cards;
use deskbell_domain::press::connection::ConnectionPress;
use deskbell_domain::service::connection::AtStake;
use deskbell_domain::time::UnixMillis;
use deskbell_domain::workspace::{Region, Workspace};

use crate::announcement::notice::notice;
use crate::around::Around;
use crate::command::{CommandIds, CommandName};
use crate::number::{Noun, counted, list, number};
use crate::trouble;

mod operators;
mod own;

pub use self::operators::{Operators, operators};
pub use self::own::{Own, own};

/// Under what the texts of the form come back.
pub mod field {
    /// The token.
    pub const TOKEN: &str = "token";
    /// The region.
    pub const REGION: &str = "region";
    /// The client secret.
    pub const CLIENT_SECRET: &str = "client_secret";
}

const NOTIFICATIONS: Noun = ["notification", "notifications"];
const WAITING: Noun = ["waiting event", "waiting events"];
pub(crate) const TEAMMATES: Noun = ["teammate", "teammates"];
const WHERE: &str = "Developer Hub → your app → Authentication";

/// The server has no workspace yet; `page` is where somebody allows the operator's app, where there is one.
pub fn none(may_connect: bool, page: Option<&str>) -> Message {
    if !may_connect {
        return operator_decides(Linkage::OwnForbidden);
    }
    let by_token = ConnectionPress::Token.to_custom_id();
    let Some(page) = page else {
        return Message::say(format!(
            "This server is not connected to an Intercom workspace yet. Paste a token of yours: {WHERE}."
        ))
        .buttons([Button::primary("Use an access token", by_token)]);
    };
    Message::say(
        "This server is not connected to an Intercom workspace yet. The link is good for ten minutes.",
    )
    .buttons([
        Button::link("Connect with Intercom", page),
        Button::secondary("Use an access token", by_token),
        Button::secondary("Let a teammate do it", ConnectionPress::Teammate.to_custom_id()),
    ])
}

/// The link for somebody else, who may use Intercom and need not use Discord.
pub fn for_teammate(page: &str) -> Message {
    Message::say(format!(
        "Send this link to whoever manages your Intercom. It is good for ten minutes, once:\n<{page}>\nWhen they have allowed \
         it, I ask you here whether to connect; only you can say so."
    ))
}

/// Somebody allowed it in Intercom: the one who asked says whether that is meant.
pub fn confirm(server: &str, workspace: &Workspace, teammates: Option<usize>, key: &str) -> Message {
    let region = workspace.region.map(|region| region.code().to_uppercase());
    let team = teammates.map(|count| counted(count as u64, TEAMMATES));
    let facts: Vec<_> = region.into_iter().chain(team).collect();
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    let text = Text::ours("Connect this server, ")
        .with(Piece::Bold(server.to_owned()))
        .and(", with the workspace ")
        .with(Piece::Bold(workspace.name.clone()))
        .and(format!("{facts}?"));
    Message::of(text).buttons([
        Button::primary("Connect", other(&workspace.id, key)),
        Button::secondary("Cancel", refuse(&workspace.id, key)),
    ])
}

/// Somebody else was asked.
pub fn made_for(member: MemberId) -> Message {
    Message::say(format!("This link was made for <@{member}>."))
}

/// Whoever runs the bot says which workspace the server has.
pub fn operator_decides(linkage: Linkage) -> Message {
    Message::say(match linkage {
        Linkage::ByOperator => {
            "This server is linked by whoever runs this bot: only they can change that. Nothing was changed."
        }
        Linkage::OwnAllowed | Linkage::OwnForbidden => {
            "Whoever runs this bot lets no server connect its own workspace, or not this one."
        }
    })
}

/// The server was connected just now, or its token renewed.
pub fn connected(around: Around<'_>, connection: &Connection, teammates: Option<usize>) -> Message {
    let name = workspace_name(&connection.workspace, connection.region);
    let team = teammates.map_or(String::new(), |count| format!(", {}", counted(count as u64, TEAMMATES)));
    let text = Text::ours("✅ Connected with ").joined(name).and(format!("{team}.\n"));
    let next = format!(" {} chooses the channels.", around.mention(CommandName::Setup));
    Message::of(text.joined(rights(around, &connection.rights)).and(next))
}

/// The token belongs to another workspace than the server's.
pub fn another_workspace(present: &Workspace, new: &Workspace, key: &str) -> Message {
    let text = Text::ours("This server is connected with ")
        .with(Piece::Bold(present.name.clone()))
        .and(", and the token belongs to ")
        .with(Piece::Bold(new.name.clone()))
        .and(". Connect the server with that one instead? Its notifications of the first are put on hold until you remove them; then all that I \
              keep of the first goes, unless another server has it.");
    Message::of(text).buttons([
        Button::danger("Connect", other(&new.id, key)),
        Button::secondary("Cancel", refuse(&new.id, key)),
    ])
}

fn other(workspace: &WorkspaceId, key: &str) -> String {
    ConnectionPress::Other(workspace.clone(), key.to_owned()).to_custom_id()
}

fn refuse(workspace: &WorkspaceId, key: &str) -> String {
    ConnectionPress::Refuse(workspace.clone(), key.to_owned()).to_custom_id()
}

/// What goes with the connection.
pub fn ask_before_disconnecting(stake: &AtStake) -> Message {
    let counts = format!(
        "? This cannot be undone: {}, {} and all I stored go.",
        counted(stake.notifications, NOTIFICATIONS),
        counted(stake.waiting, WAITING)
    );
    let text = Text::ours("Disconnect ").with(Piece::Bold(stake.workspace.clone())).and(counts);
    let now = ConnectionPress::DisconnectNow.to_custom_id();
    let cancel = Button::secondary("Cancel", ConnectionPress::Cancel.to_custom_id());
    let Some(since) = stake.cards.since else {
        return Message::of(text).buttons([Button::danger("Disconnect", now), cancel]);
    };
    let and_delete = ConnectionPress::DisconnectAndDelete.to_custom_id();
    Message::of(text.joined(standing(stake.cards.messages, since))).buttons([
        Button::danger("Disconnect and delete the cards", and_delete),
        Button::danger("Disconnect, keep the cards", now),
        cancel,
    ])
}

/// How many messages stand in the channels, as far as that is still known.
fn standing(messages: u64, since: UnixMillis) -> Text {
    let count = match messages {
        1 => " 1 message with cards still stands in your channels, of ".to_owned(),
        _ => format!(" {} messages with cards still stand in your channels, since ", number(messages)),
    };
    Text::ours(count).with(Piece::When(since.seconds(), WhenStyle::Date)).and(".")
}

/// The server was disconnected.
pub fn disconnected(around: Around<'_>, former: &Connection, cards: Cards) -> Message {
    let mut sentences = vec![". What I stored is erased.".to_owned()];
    if cards == Cards::Go {
        sentences.push(
            "I delete the cards now, at most four a second: leave me in the server until they are gone."
                .to_owned(),
        );
    }
    if former.origin == TokenOrigin::Pasted {
        sentences.push("The token still works until you delete it in the Developer Hub.".to_owned());
    }
    sentences.push(format!("{} connects again.", around.mention(CommandName::Connection)));
    let text = Text::ours("✅ Disconnected from ").with(Piece::Bold(former.workspace.name.clone()));
    Message::of(text.and(sentences.join(" ")))
}

/// Nothing was done.
pub fn cancelled() -> Message {
    Message::say("Nothing was changed.")
}

/// The form for a token.
pub fn form() -> Form {
    let field = |id, label: &str, most, need| FormField {
        id,
        label: label.to_owned(),
        text: String::new(),
        most,
        need,
        lines: Lines::One,
    };
    Form {
        custom_id: ConnectionPress::Filled.to_custom_id(),
        title: "Connect with Intercom".to_owned(),
        fields: vec![
            field(field::TOKEN, "Access token", 1_000, Need::Required),
            field(field::REGION, "Region: us, eu or au (found by itself)", 10, Need::Optional),
            field(field::CLIENT_SECRET, "Client secret, for webhooks of that app", 500, Need::Optional),
        ],
    }
}

/// What was pasted is no token.
pub fn no_token(why: NoToken) -> Message {
    Message::say(match why {
        NoToken::Empty => format!("There was no token in the form. Copy it from {WHERE}."),
        NoToken::Example => format!("That is an example, not a token. Copy the token itself: {WHERE}."),
        NoToken::OddCharacters => format!(
            "That is not a token: it is too short, or holds spaces or odd characters. Copy it again, as a whole: {WHERE}."
        ),
    })
}

/// There is no such region.
pub fn no_region() -> Message {
    Message::say("There is no such region: write us, eu or au, or leave it empty and I find it by myself.")
}

/// The client secret cannot be one.
pub fn no_client_secret() -> Message {
    Message::say(
        "That is not a client secret. It stands in the Developer Hub → your app → Basic information; leave it empty where \
         that app sends no webhooks.",
    )
}

/// The token is of no use.
pub fn token_fault(fault: TokenFault, region: Option<Region>) -> Message {
    match (fault, region) {
        (TokenFault::Refused, Some(region)) => Message::say(format!(
            "Intercom refuses that token in {}. Leave the region empty and I find it by myself, or copy the token again: \
             {WHERE}.",
            region.name()
        )),
        (TokenFault::Refused, None) => Message::say(format!(
            "That token belongs to nobody: Intercom refuses it in all three regions. Copy it again: {WHERE}."
        )),
        (TokenFault::NoWorkspace, _) => Message::say(
            "That token tells no workspace, so I cannot know whose customers it shows. Make an app in the Developer Hub and \
             take its token.",
        ),
        (TokenFault::Unanswered(cause), _) => Message::of(
            Text::ours("I cannot ask Intercom about that token: ")
                .joined(trouble::reason(cause))
                .and(". Nothing was changed. Try again in a few minutes."),
        ),
    }
}

/// What Intercom makes of a server's token that it made something else of before, where that is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenChange {
    /// It refuses it.
    Refused,
    /// It takes it again.
    TakenAgain,
    /// The token may not do what it might before.
    MayLess,
}

impl TokenChange {
    /// Between what was known of a connection and what is known now.
    pub fn between(before: &Connection, now: &Connection) -> Option<Self> {
        let lacks_more = now.rights.lacking().any(|right| before.rights.has(right));
        match (before.standing, now.standing) {
            (Standing::Accepted, Standing::Refused { .. }) => Some(Self::Refused),
            (_, Standing::Accepted) if lacks_more => Some(Self::MayLess),
            (Standing::Refused { .. }, Standing::Accepted) => Some(Self::TakenAgain),
            _ => None,
        }
    }
}

/// Told in a channel when Intercom makes something else of a server's token than before.
pub fn token_changed(command_ids: &CommandIds, change: TokenChange) -> Message {
    let more = command_ids.mention(CommandName::Connection);
    notice(Text::ours(match change {
        TokenChange::Refused => format!(
            "⚠️ Intercom refuses the token of this server: its notifications are on hold, and nothing is lost. {more} renews it."
        ),
        TokenChange::TakenAgain => {
            "-# Intercom takes the token of this server again. Its notifications go on.".to_owned()
        }
        TokenChange::MayLess => {
            format!(
                "⚠️ The token of this server may not do all that I need it for: {more} says what does not work."
            )
        }
    }))
}

/// What was to be said yes to waits no more.
pub fn expired(around: Around<'_>) -> Message {
    let again = around.mention(CommandName::Connection);
    Message::say(format!(
        "That was answered already, or it took longer than ten minutes: the token is thrown away. {again} begins anew."
    ))
}

fn workspace_name(workspace: &Workspace, region: Region) -> Text {
    let code = workspace.region.unwrap_or(region).code().to_uppercase();
    Text::default().with(Piece::Bold(workspace.name.clone())).and(format!(" ({code})"))
}

/// What the token may, and what does not work for want of what it may not.
fn rights(around: Around<'_>, rights: &Rights) -> Text {
    let (reads, writes): (Vec<_>, Vec<_>) = rights.held().partition(|right| right.reads());
    let [reads, writes] = [reads, writes].map(|held| list(&held.into_iter().map(word).collect::<Vec<_>>()));
    let may = match (reads.is_empty(), writes.is_empty()) {
        (true, true) => "I can do nothing with this token.".to_owned(),
        (true, false) => format!("I can write {writes}."),
        (false, true) => format!("I can read {reads}."),
        (false, false) => format!("I can read {reads}, and write {writes}."),
    };
    let lines = std::iter::once(may).chain(rights.lacking().map(|right| lack(around, right)));
    Text::ours(lines.collect::<Vec<_>>().join("\n"))
}

fn word(right: Right) -> &'static str {
    match right {
        Right::ReadContacts | Right::WriteContacts => "contacts",
        Right::ReadCompanies => "companies",
        Right::ReadConversations | Right::WriteConversations => "conversations",
        Right::ReadTags | Right::WriteTags => "tags",
        Right::ReadAdmins => "teammates",
    }
}

fn lack(around: Around<'_>, right: Right) -> String {
    let label = right.permission().label();
    let without = match right {
        Right::ReadContacts => "read contacts: no lead and no user is posted or found".to_owned(),
        Right::ReadCompanies => "read companies: names of companies are missing".to_owned(),
        Right::ReadConversations => "read conversations: none is posted".to_owned(),
        Right::ReadTags => "read tags: names of tags are missing".to_owned(),
        Right::ReadAdmins => "read teammates: names of teammates are missing".to_owned(),
        Right::WriteContacts => format!(
            "write contacts: {}, {} and the buttons below a lead's or user's card do not work",
            around.mention(CommandName::LeadCreate),
            around.mention(CommandName::UserCreate)
        ),
        Right::WriteConversations => {
            "write conversations: taking, answering and closing from a conversation's card do not work"
                .to_owned()
        }
        Right::WriteTags => "write tags: **Tag…** below cards does not work".to_owned(),
    };
    format!("Not: {without} (Developer Hub → Authentication → \"{label}\").")
}

#[cfg(test)]
mod tests;

//! What is said when something did not work: ❌, the sentence, what to do, and a reference as the last line.

use std::time::Duration;

use deskbell_domain::access::ManageServer;
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::contact::Role;
use deskbell_domain::delivery::Reference;
use deskbell_domain::ids::{ContactId, GuildId, RoleId};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::port::intercom::{IntercomError, Lack, Unanswered};
use deskbell_domain::press::look::LookPress;
use deskbell_text::around::Around;
use deskbell_text::command::CommandName;

use super::channel;
use crate::interaction::effect::Effect;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::workspace::Waiting;

/// Any failure of a command.
pub(crate) fn failure(
    around: Around<'_>,
    failure: &CommandError,
    effect: &Effect,
    reference: &Reference,
) -> Message {
    let reply = match failure {
        CommandError::Refused(refusal) => refused(around, refusal, effect),
        CommandError::Intercom(error) => intercom(around, error, effect),
        CommandError::Store(_) => store(effect),
        CommandError::Discord(_) => return bug(reference),
    };
    with_sign(reply, reference)
}

/// A fault of ours.
pub(crate) fn bug(reference: &Reference) -> Message {
    with_sign(
        Message::say(format!(
            "Something went wrong on my side. Nothing was posted. Whoever runs this bot finds `{reference}` in the log."
        )),
        reference,
    )
}

/// While it takes long.
pub(crate) fn slow() -> Message {
    Message::say("Intercom is slow, still trying …")
}

fn with_sign(reply: Message, reference: &Reference) -> Message {
    reply.after(Text::ours("❌ ")).small(Text::ours(format!("Reference {reference}")))
}

fn store(effect: &Effect) -> Message {
    // A repetition finds what was done already, and of several writes some may have been.
    let done = match effect {
        Effect::Write => " It was not done, or only in part; doing it again later does no harm.",
        Effect::Read { .. } => "",
    };
    Message::say(format!(
        "I cannot read or write my own store just now.{done} Whoever runs this bot finds the reason in the log."
    ))
}

/// What is said of changes: nothing, where none was asked for.
fn unchanged(effect: &Effect) -> &'static str {
    match effect {
        Effect::Write => " Nothing was changed.",
        Effect::Read { .. } => "",
    }
}

/// Why Intercom did not do it, as a part of a sentence.
pub(super) fn cause(error: &IntercomError) -> Text {
    Text::ours(match error {
        IntercomError::Unavailable(Unanswered::Silent) => "Intercom did not answer",
        IntercomError::Unavailable(Unanswered::Failing) => "Intercom answered that it failed",
        IntercomError::Unavailable(Unanswered::Unreadable) => "I could not read what Intercom answered",
        IntercomError::OutcomeUnknown => "Intercom did not answer, so I do not know whether it was done",
        IntercomError::RateLimited { .. } => "Intercom allows no more calls just now",
        IntercomError::TooMany { .. } => "you have asked Intercom for as much as one person may in a minute",
        IntercomError::Refused { .. } => "Intercom refuses the token",
        IntercomError::Forbidden { lack: Lack::Permission(permission) } => {
            return Text::ours(format!("Intercom's token lacks **{}**", permission.label()));
        }
        IntercomError::Forbidden { lack: Lack::Plan } => "Intercom says that your plan does not include this",
        IntercomError::Invalid { message, .. } => {
            return Text::ours("Intercom did not accept this: ").and_theirs(message.clone());
        }
        IntercomError::Missing => "Intercom does not know this record any more",
        IntercomError::NoWorkspace => "Intercom does not say which workspace the token belongs to",
    })
}

fn intercom(around: Around<'_>, error: &IntercomError, effect: &Effect) -> Message {
    let unchanged = unchanged(effect);
    let reply = match error {
        IntercomError::Unavailable(_)
        | IntercomError::Forbidden { lack: Lack::Plan }
        | IntercomError::Invalid { .. }
        | IntercomError::Missing
        | IntercomError::NoWorkspace => Message::of(cause(error).and(".").and(unchanged)),
        IntercomError::OutcomeUnknown => Message::say(
            "Intercom did not answer, so I do not know whether it was changed. Look at it in a few minutes before trying \
             again.",
        ),
        IntercomError::RateLimited { after } => {
            try_again(around, cause(error).and(".").and(unchanged), *after)
        }
        IntercomError::TooMany { after } => {
            let sentence = "You have asked Intercom for as much as one person may in a minute.";
            try_again(around, Text::ours(sentence).and(unchanged), *after)
        }
        IntercomError::Refused { .. } => Message::say(format!(
            "Intercom refuses the token: it was revoked or replaced.{unchanged} Whoever runs this bot must renew it \
             (Developer Hub → your app → Authentication). Events are not lost: I catch up then.",
        )),
        IntercomError::Forbidden { lack: Lack::Permission(_) } => Message::of(
            cause(error)
                .and(". Whoever runs this bot can give it: Developer Hub → your app → Authentication.")
                .and(unchanged),
        ),
    };
    match effect {
        Effect::Read { again: Some(again) } if may_be_repeated(error) => {
            reply.buttons([Button::secondary("Try again", again.clone())])
        }
        _ => reply,
    }
}

/// A sentence that ends with when.
fn try_again(around: Around<'_>, sentences: Text, after: Duration) -> Message {
    // Rounded up: whoever tries at the moment that was named must not be too early.
    let seconds = after.as_secs() + u64::from(after.subsec_nanos() > 0);
    let at = around.now.plus(i64::try_from(seconds).unwrap_or(60).max(1));
    Message::of(sentences.and(" Try again ").with(Piece::When(at, WhenStyle::Relative)).and("."))
}

fn may_be_repeated(error: &IntercomError) -> bool {
    matches!(error, IntercomError::Unavailable(_) | IntercomError::RateLimited { .. })
}

fn refused(around: Around<'_>, refusal: &Refusal, effect: &Effect) -> Message {
    let mention = |command: CommandName| around.mention(command);
    match refusal {
        Refusal::NotInServer => {
            Message::say("I work in servers only. Use this command in your team's server.")
        }
        Refusal::NotLinked { guild, manage } => not_linked(*guild, *manage),
        Refusal::WorkspaceUnknown(waiting) => waiting_for_intercom(*waiting, effect),
        Refusal::NoAccess { purpose, roles } => no_access(purpose, roles, &mention(CommandName::AccessAdd)),
        Refusal::NotManager { purpose } => not_manager(purpose),
        Refusal::Email(text) => typed(text, " is not an e-mail address. It looks like `name@example.com`."),
        Refusal::Phone(text) => typed(text, NO_PHONE),
        Refusal::ImageUrl(text) => typed(text, NO_PICTURE),
        Refusal::Unknown { role, text } => unknown(*role, text),
        Refusal::WrongRole { found, id } => wrong_role(*found, id),
        Refusal::IsLead(id) => is_lead(id),
        Refusal::NoEmailInMessage => Message::say("I found no e-mail address in that message."),
        Refusal::NobodyHas(email) => typed(
            email,
            &format!(" belongs to no lead and no user. {} makes a lead.", mention(CommandName::LeadCreate)),
        ),
        Refusal::UnknownCompany(text) => unknown_company(text, effect),
        Refusal::LeadUnclear => lead_unclear(&mention(CommandName::LeadList)),
        Refusal::ListExpired { role } => Message::say("This list has expired.")
            .buttons([Button::secondary("Show it again", LookPress::List(*role).to_custom_id())]),
        Refusal::ChoiceExpired { command } => Message::say(format!(
            "This choice has expired.{} Use {} again.",
            unchanged(effect),
            mention(*command)
        )),
        Refusal::LeadExists(id) => lead_exists(id.as_ref()),
        Refusal::OldCommand => {
            Message::say("This command is from an older version of me. Type it again in a minute.")
        }
        Refusal::OldButton => {
            Message::say(format!("This button is from an older version: {}.", mention(CommandName::LeadList)))
        }
        Refusal::UnknownConversation => {
            Message::say("I found no such conversation. It was deleted in Intercom.")
        }
        Refusal::Channel(closed) => channel::closed(closed, &mention(closed.again)),
        Refusal::PublicChannel(channel, audience) => channel::public(*channel, *audience),
        Refusal::MayNotPost { channel, lacking } => channel::may_not_post(*channel, lacking),
        Refusal::NotPosted(why) => channel::not_posted(*why, around.now),
        Refusal::Busy => Message::say(BUSY),
        Refusal::Contended => Message::say(CONTENDED),
        Refusal::OwnExportRuns => Message::say(OWN_EXPORT_RUNS),
        Refusal::TooMuchAtOnce => Message::say(TOO_MUCH_AT_ONCE),
        Refusal::ExportRuns => Message::say(EXPORT_RUNS),
        Refusal::Said { reply, .. } => (**reply).clone(),
    }
}

const NO_PHONE: &str = " is not a phone number. Write it with the country, like `+49 30 1234567`.";
const NO_PICTURE: &str = " is not an address of a picture. It must start with `https://`.";
const BUSY: &str =
    "A message is on its way to that channel, so what waits there was not skipped. Try again in a minute.";
const CONTENDED: &str = "Somebody else changed the same just now, so I changed nothing. Try again.";
const OWN_EXPORT_RUNS: &str =
    "An export of yours runs already. Try again when it is done; it takes 10 minutes at most.";
const EXPORT_RUNS: &str =
    "An export runs in this server already. Try again when it is done; it takes 10 minutes at most.";
const TOO_MUCH_AT_ONCE: &str =
    "I am still busy with other things that you asked for. Try again when they are done.";

fn not_manager(purpose: &str) -> Message {
    Message::say(format!("Only people with **Manage Server** can {purpose}."))
}

fn not_linked(guild: GuildId, manage: ManageServer) -> Message {
    match manage {
        ManageServer::Holds => Message::say(format!(
            "This server is not linked to an Intercom workspace. Whoever runs this bot adds `DISCORD_GUILD_ID={guild}` and \
             restarts it."
        )),
        ManageServer::Lacks => Message::say("This server is not linked to an Intercom workspace."),
    }
}

/// Intercom was never asked with success since this server was connected.
fn waiting_for_intercom(waiting: Waiting, effect: &Effect) -> Message {
    let began = Piece::When(waiting.since.seconds(), WhenStyle::Full);
    let text = Text::ours("I have been waiting for Intercom since ").with(began).and(": ");
    let text = text.joined(waiting.cause.reason()).and(format!(". {}", waiting.cause.remedy()));
    Message::of(text.and(unchanged(effect)))
}

fn wrong_role(found: Role, id: &ContactId) -> Message {
    let other = if found == Role::User { Role::Lead } else { Role::User };
    let show = format!("Show the {}", found.word());
    Message::say(format!("That is a {}, not a {}.", found.word(), other.word()))
        .buttons([Button::secondary(&show, LookPress::Open(id.clone()).to_custom_id())])
}

fn is_lead(id: &ContactId) -> Message {
    Message::say("A lead has this e-mail. I changed nothing: a lead becomes a user in Intercom.")
        .buttons([Button::secondary("Show the lead", LookPress::Open(id.clone()).to_custom_id())])
}

fn lead_exists(id: Option<&ContactId>) -> Message {
    let show = id.map(|id| Button::secondary("Show it", LookPress::Open(id.clone()).to_custom_id()));
    Message::say("Intercom knows a contact like this already, so I created no other.").buttons(show)
}

fn lead_unclear(lead_list: &str) -> Message {
    Message::say(format!(
        "Intercom did not answer, so I do not know whether the lead was created. Look at {lead_list} in a few minutes \
         before trying again."
    ))
}

fn unknown_company(text: &str, effect: &Effect) -> Message {
    Message::of(
        Text::ours("I found no company ")
            .with(Piece::Code(text.to_owned()))
            .and(". Pick one from the list while typing.")
            .and(unchanged(effect)),
    )
}

fn typed(text: &str, rest: &str) -> Message {
    Message::of(Text::default().with(Piece::Code(shortened(text))).and(rest))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(100).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn unknown(role: Role, text: &str) -> Message {
    Message::of(
        Text::ours(format!("I found no {} ", role.word()))
            .with(Piece::Code(shortened(text)))
            .and(". Pick one from the list while typing, or give an id or an e-mail."),
    )
}

fn no_access(purpose: &str, roles: &[RoleId], command: &str) -> Message {
    let named: Vec<_> = roles.iter().take(5).map(|role| format!("<@&{role}>")).collect();
    if named.is_empty() {
        return Message::say(format!(
            "Only people with **Manage Server** may {purpose}. One of them can change this with {command}."
        ));
    }
    Message::say(format!(
        "You need {} to {purpose}. Someone with **Manage Server** can change this with {command}.",
        named.join(" or ")
    ))
}

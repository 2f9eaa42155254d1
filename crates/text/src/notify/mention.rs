//! Whom a notification mentions: what is said of it, and the view in which somebody chooses.

use deskbell_domain::card::text::Text;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, RoleId};
use deskbell_domain::mention::{Every, Mention, Whom};
use deskbell_domain::message::{Button, Message, Row, SelectOption};
use deskbell_domain::port::channels::{NamedRole, RoleCall};
use deskbell_domain::press::panel::{Drawn, PanelPress};
use deskbell_domain::service::notify::Listed;
use deskbell_domain::service::notify::change::Calling;
use deskbell_domain::subscription::Subscription;

use super::rings;
use crate::around::Around;
use crate::command::CommandName;
use crate::mention::{at_most, short, whom};

/// The choice that means whoever has the conversation.
pub const WHOEVER_HAS_IT: &str = "Whoever has it";

/// A role, as a choice.
pub fn role_choice(role: &NamedRole) -> String {
    format!("@{}", role.name.trim_start_matches('@'))
}

/// Whom it mentions, as a sentence that follows another, and what keeps it from that.
pub(super) fn sentence(one: &Subscription, call: Option<RoleCall>) -> Option<String> {
    let mention = one.mention?;
    let (whom, at_most) = (whom(mention.whom), at_most(mention.every));
    if !one.alert.ever_rings(one.kind) {
        return Some(format!("They would mention {whom}, but what does not ring mentions nobody."));
    }
    Some(match (mention.whom, call) {
        (_, Some(RoleCall::Gone)) => {
            "⚠️ The role that they were to mention is gone, so they mention nobody.".to_owned()
        }
        (Whom::Role(role), Some(RoleCall::IsQuiet)) => cannot_ring(role, one.channel),
        _ => format!("They mention {whom}, {at_most}."),
    })
}

fn cannot_ring(role: RoleId, channel: ChannelId) -> String {
    format!(
        "⚠️ I can't ring <@&{role}>: Server Settings → Roles → <@&{role}> → \"Allow anyone to @mention this role\", or \
         give me **Mention All Roles** in <#{channel}>. Until then I post without it."
    )
}

/// The same as a part of a list.
pub(super) fn in_list(mention: Mention, call: Option<RoleCall>) -> String {
    match call {
        Some(RoleCall::Gone) => "⚠️ the role to mention is gone".to_owned(),
        Some(RoleCall::IsQuiet) => format!("⚠️ can't ring {}", whom(mention.whom)),
        Some(RoleCall::Rings) | None => short(mention),
    }
}

/// Where somebody chooses whom a notification mentions, below what became of the last choice.
pub fn choose(around: Around<'_>, listed: &Listed, drawn: Drawn, news: Option<Message>) -> Message {
    let one = &listed.standing.subscription;
    let news = news.map(|news| news.content.into_text().and("\n")).unwrap_or_default();
    let mentions = sentence(one, listed.role_call).unwrap_or_else(|| "They mention nobody.".to_owned());
    let mut reply = Message::of(news.and(format!("{} {} {mentions}", one.kind.sign(), rings(one))));
    if Whom::WhoeverHasIt.fits(one.kind) {
        reply = reply.small(who_has_it(around));
    }
    reply.rows.push(roles(one, drawn));
    if let Some(mention) = one.mention {
        reply.rows.push(times(one, mention, drawn));
    }
    reply.buttons(buttons(one))
}

fn who_has_it(around: Around<'_>) -> Text {
    Text::ours(format!(
        "Whoever has it is the member who acts as the teammate to whom the conversation is assigned: {} shows who acts \
         as whom.",
        around.mention(CommandName::AccessList)
    ))
}

fn roles(one: &Subscription, drawn: Drawn) -> Row {
    let chosen = match one.mention.map(|mention| mention.whom) {
        Some(Whom::Role(role)) => vec![role],
        Some(Whom::WhoeverHasIt) | None => Vec::new(),
    };
    Row::SelectRoles {
        custom_id: PanelPress::MentionRole(one.id, drawn).to_custom_id(),
        placeholder: "Mention a role…".to_owned(),
        chosen,
        most: 1,
    }
}

fn times(one: &Subscription, mention: Mention, drawn: Drawn) -> Row {
    let option = |every: Every| SelectOption {
        label: capital(&at_most(every)),
        description: None,
        value: every.to_string(),
    };
    Row::Select {
        custom_id: PanelPress::MentionEvery(one.id, drawn).to_custom_id(),
        placeholder: capital(&at_most(mention.every)),
        options: Every::OFFERED.map(option).into(),
    }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn buttons(one: &Subscription) -> impl Iterator<Item = Button> {
    let button = |label: &str, press: PanelPress| Button::secondary(label, press.to_custom_id());
    let holder =
        Whom::WhoeverHasIt.fits(one.kind).then(|| button(WHOEVER_HAS_IT, PanelPress::MentionHolder(one.id)));
    let nobody = one.mention.map(|_| button("Nobody", PanelPress::MentionNobody(one.id)));
    holder.into_iter().chain(nobody).chain([button("Back", PanelPress::Open(one.id))])
}

/// It calls somebody else than before.
pub(super) fn now_mentions(now: &Subscription) -> Message {
    Message::say(format!("✅ {} from now on.", mentions(now)))
}

/// It is otherwise than before.
pub fn now_so(calling: Calling, now: &Subscription) -> Message {
    match calling {
        Calling::Nobody => now_mentions(now),
        Calling::Every(_) => {
            let at_most = now.mention.map(|mention| at_most(mention.every)).unwrap_or_default();
            Message::say(format!("✅ {} {at_most} from now on.", mentions(now)))
        }
    }
}

/// It was so already.
pub fn was_so(now: &Subscription) -> Message {
    Message::say(already(now))
}

/// The same as a sentence.
pub(super) fn already(now: &Subscription) -> String {
    format!("{} already.", mentions(now))
}

fn mentions(now: &Subscription) -> String {
    now.mention.map_or_else(
        || "They mention nobody".to_owned(),
        |mention| format!("They mention {}", whom(mention.whom)),
    )
}

/// Everybody has the role.
pub fn never_everybody() -> Message {
    Message::say("I never mention everyone in a server. Choose a role of those who can help.")
}

/// Whoever has it was asked for of a kind that nobody has.
pub fn nobody_has(kind: EventKind) -> Message {
    Message::say(format!(
        "**{WHOEVER_HAS_IT}** is for conversations alone: nobody has {}. Choose a role.",
        kind.spec().heading_within
    ))
}

/// There is no such role.
pub fn no_such_role(typed: &str) -> Message {
    Message::of(
        Text::ours("I found no role ").and_theirs(typed).and(". Pick one from the list while typing."),
    )
}

/// How often was said, and not whom.
pub fn whom_first() -> Message {
    Message::say("**every** says how often somebody is mentioned at most. Say whom with **mention** too.")
}

/// What was typed is no such time.
pub fn no_such_time(typed: &str) -> Message {
    Message::of(
        Text::ours("**every** cannot be ")
            .and_theirs(typed)
            .and(". Write a duration from 1m to 24h, such as 15m or 4h."),
    )
}

//! What is said of channels that a crowd can read, and of servers in which everybody is the team.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::Audience;
use deskbell_domain::crowd::{Everybody, TEAM_AT_MOST, TeamAnswer};
use deskbell_domain::ids::ChannelId;
use deskbell_domain::message::{Button, Message, Row};
use deskbell_domain::port::store::Leftover;
use deskbell_domain::press::Held;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::subscription::Subscription;

use crate::announcement::audience_buttons;
use crate::around::Around;
use crate::command::CommandName;
use crate::notify;
use crate::number::{counted, number};
use crate::readers;

/// A notification was made in a channel that a crowd can read; it shows no personal data unless somebody says so.
pub fn ask_about(subscription: &Subscription, audience: Audience) -> Message {
    let readers = readers::sentence(audience, &format!("<#{}>", subscription.channel));
    let buttons = audience_buttons(Held::One(subscription.id));
    Message::say(format!(
        "⚠️ {readers}. {} show them no personal data there, unless you choose otherwise.",
        subscription.kind.spec().heading
    ))
    .buttons(buttons)
}

/// A press that comes too late.
pub fn nothing_held_back(around: Around<'_>) -> Message {
    Message::say(format!(
        "Nothing is held back there any more. {} shows how each notification stands.",
        around.mention(CommandName::NotifyList)
    ))
}

/// [Choose another channel] while some are not posted: they would go with the old notification.
pub fn not_moved(around: Around<'_>, subscription: &Subscription, leftover: Leftover) -> Message {
    match leftover {
        Leftover { waiting: 0, failed } => could_not_be_posted(around, subscription, failed),
        Leftover { waiting, .. } => still_waiting(around, subscription, waiting),
    }
}

fn could_not_be_posted(around: Around<'_>, subscription: &Subscription, failed: u64) -> Message {
    Message::say(format!(
        "{} could not be posted in <#{}>, so nothing was moved. Try {} again or drop {} first: {}.",
        counted(failed, "event"),
        subscription.channel,
        if failed == 1 { "it" } else { "them" },
        if failed == 1 { "it" } else { "them" },
        around.mention(CommandName::NotifyFailed)
    ))
}

fn still_waiting(around: Around<'_>, subscription: &Subscription, waiting: u64) -> Message {
    Message::say(format!(
        "{} still {} to be posted in <#{}>, so nothing was moved. Choose another channel once {} there; {} shows how far \
         it is.",
        number(waiting),
        if waiting == 1 { "waits" } else { "wait" },
        subscription.channel,
        if waiting == 1 { "it stands" } else { "they stand" },
        around.mention(CommandName::NotifyList)
    ))
}

/// [Post without personal data].
pub fn stays_private(subscriptions: &[Subscription]) -> Message {
    Message::say(format!("✅ {} show no personal data.", subjects(subscriptions)))
}

/// [Post everything anyway].
pub fn shows_everything(subscriptions: &[Subscription], audience: Audience) -> Message {
    Message::say(format!(
        "✅ {} show everything, and {}.",
        subjects(subscriptions),
        readers::clause(audience, "it")
    ))
}

/// [Choose another channel].
pub fn choose_channel(held: Held, subscriptions: &[Subscription]) -> Message {
    let kinds = kinds(subscriptions);
    let mut reply = Message::say(format!("Choose another channel for {}.", lower_first(&kinds)));
    reply.rows.push(Row::SelectChannels {
        custom_id: SetUpPress::MoveTo(held).to_custom_id(),
        placeholder: format!("{kinds} go to …"),
        chosen: Vec::new(),
        count: 1..=1,
    });
    reply
}

/// Another channel was chosen.
pub fn moved(subscriptions: &[Subscription], channel: ChannelId, dropped: Leftover) -> Message {
    let from = subscriptions.first().map(|one| format!(", no longer in <#{}>", one.channel));
    Message::say(format!(
        "✅ {} will be posted in <#{channel}> from now on{}.{}",
        kinds(subscriptions),
        from.unwrap_or_default(),
        notify::were_dropped(dropped)
    ))
}

/// Many people have come to read a channel while notifications were moved into it.
pub fn crowd_by_now(channel: ChannelId) -> Message {
    Message::say(format!("❌ Many people can read <#{channel}> by now. Choose the channel again."))
}

/// Only the first of them could be moved, for the reason that the last reply gives.
pub fn moved_in_part(
    subscriptions: &[Subscription],
    channel: ChannelId,
    dropped: Leftover,
    rest: &[Subscription],
    why: Message,
) -> Message {
    let moved = moved(subscriptions, channel, dropped).content.into_text();
    why.after(moved.and(format!(" {} stay: ", subjects(rest))))
}

/// "New leads and new users in #sales".
fn subjects(subscriptions: &[Subscription]) -> String {
    let channel = subscriptions.first().map(|one| format!(" in <#{}>", one.channel));
    format!("{}{}", kinds(subscriptions), channel.unwrap_or_default())
}

fn kinds(subscriptions: &[Subscription]) -> String {
    let named = subscriptions.iter().enumerate().map(|(index, one)| match index {
        0 => one.kind.spec().heading.to_owned(),
        _ => lower_first(one.kind.spec().heading),
    });
    let named: Vec<_> = named.collect();
    match named.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.join(""),
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Asked once in a small server.
pub fn ask_who_everybody_is(members: u64) -> Message {
    let people = counted(members, "member");
    Message::say(format!(
        "This server has {people}. Is everybody here your team? Then channels that everyone can read show whole cards; \
         otherwise they show no personal data."
    ))
    .buttons([
        Button::primary("No", SetUpPress::Team(Everybody::IsNotTheTeam).to_custom_id()),
        Button::secondary("Yes, everybody here is the team", SetUpPress::Team(Everybody::IsTheTeam).to_custom_id()),
    ])
}

/// It was answered.
pub fn everybody_is(around: Around<'_>, everybody: Everybody) -> Message {
    let reply = Message::say(match everybody {
        Everybody::IsTheTeam => format!(
            "✅ Everybody here is the team: channels that everyone can read show whole cards, until this server has more \
             than {TEAM_AT_MOST} members."
        ),
        Everybody::IsNotTheTeam | Everybody::Outgrown => {
            "✅ Channels that everyone can read show no personal data, unless you choose so for one of them."
                .to_owned()
        }
    });
    reply.small(Text::ours(format!("{} changes that.", around.mention(CommandName::AccessList))))
}

/// Somebody said so of a server that is no team's.
pub fn too_large_for_a_team() -> Message {
    Message::say(format!(
        "I can take everybody for the team only where Discord tells me that the server has at most {TEAM_AT_MOST} \
         members. Nothing was changed."
    ))
}

/// What was said of everybody, with the way to say otherwise; added to the list of who may see customers.
pub fn with_answer(reply: Message, answer: Option<TeamAnswer>) -> Message {
    let Some(answer) = answer else { return reply };
    let (said, label, other) = match answer.everybody {
        Everybody::IsTheTeam => (
            "Channels that everyone can read count as read by the team",
            "Not everybody is the team",
            Everybody::IsNotTheTeam,
        ),
        Everybody::IsNotTheTeam => (
            "Channels that everyone can read show no personal data",
            "Everybody is the team",
            Everybody::IsTheTeam,
        ),
        Everybody::Outgrown => return reply,
    };
    let said = Text::ours(format!("{said}: said by <@{}> ", answer.by));
    reply
        .small(said.with(Piece::When(answer.at, WhenStyle::Relative)).and("."))
        .buttons([Button::secondary(label, SetUpPress::Team(other).to_custom_id())])
}

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
use crate::number::{MEMBERS, counted, number};
use crate::readers;

/// A notification was made in a channel that a crowd can read; it shows no personal data unless somebody says so.
pub fn ask_about(subscription: &Subscription, audience: Audience) -> Message {
    let readers = readers::can_read(audience, subscription.channel);
    let buttons = audience_buttons(Held::One(subscription.id));
    Message::say(format!(
        "⚠️ {readers} {} show them no personal data there, unless you choose otherwise.",
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
        Leftover { waiting: 0, failed, .. } => could_not_be_posted(around, subscription, failed),
        Leftover { waiting, .. } => still_waiting(around, subscription, waiting),
    }
}

fn could_not_be_posted(around: Around<'_>, subscription: &Subscription, failed: u64) -> Message {
    let (channel, failed_list) = (subscription.channel, around.mention(CommandName::NotifyFailed));
    Message::say(match failed {
        1 => format!(
            "1 event could not be posted in <#{channel}>, so nothing was moved. Try it again or drop it first: \
             {failed_list}."
        ),
        _ => format!(
            "{} events could not be posted in <#{channel}>, so nothing was moved. Try them again or drop them first: \
             {failed_list}.",
            number(failed)
        ),
    })
}

fn still_waiting(around: Around<'_>, subscription: &Subscription, waiting: u64) -> Message {
    let (channel, list) = (subscription.channel, around.mention(CommandName::NotifyList));
    Message::say(match waiting {
        1 => format!(
            "1 still waits to be posted in <#{channel}>, so nothing was moved. Choose another channel once it stands there; \
             {list} shows how far it is."
        ),
        _ => format!(
            "{} still wait to be posted in <#{channel}>, so nothing was moved. Choose another channel once they stand \
             there; {list} shows how far it is.",
            number(waiting)
        ),
    })
}

/// [Post without personal data] was pressed: what holds already is confirmed.
pub fn stays_private(subscriptions: &[Subscription]) -> Message {
    Message::say(format!("✅ {} show no personal data.", subjects(subscriptions)))
}

/// [Post everything anyway] was pressed: whole cards for everybody who reads the channel.
pub fn shows_everything(subscriptions: &[Subscription], audience: Audience) -> Message {
    Message::say(readers::see_everything(&subjects(subscriptions), audience))
}

/// [Choose another channel] was pressed: a select of channels.
pub fn choose_channel(held: Held, subscriptions: &[Subscription]) -> Message {
    let mut reply = Message::say(format!("Choose another channel for {}.", kinds_within(subscriptions)));
    reply.rows.push(Row::SelectChannels {
        custom_id: SetUpPress::MoveTo(held).to_custom_id(),
        placeholder: format!("{} go to …", kinds(subscriptions)),
        chosen: Vec::new(),
        count: 1..=1,
    });
    reply
}

/// Another channel was chosen.
pub fn moved(
    around: Around<'_>,
    subscriptions: &[Subscription],
    channel: ChannelId,
    dropped: Leftover,
) -> Message {
    let kinds = kinds(subscriptions);
    let sentence = match subscriptions.first() {
        Some(first) => format!(
            "✅ {kinds} will be posted in <#{channel}> from now on, no longer in <#{}>.",
            first.channel
        ),
        None => format!("✅ {kinds} will be posted in <#{channel}> from now on."),
    };
    let paused: Vec<_> = subscriptions.iter().filter(|one| one.is_paused()).cloned().collect();
    let resume = around.mention(CommandName::NotifyResume);
    let stay = (!paused.is_empty()).then(|| format!("{} stay paused until {resume}.", self::kinds(&paused)));
    let sentences = [Some(sentence), stay, notify::were_dropped(dropped)];
    Message::say(sentences.into_iter().flatten().collect::<Vec<_>>().join(" "))
}

/// Many people have come to read a channel while notifications were moved into it.
pub fn crowd_by_now(channel: ChannelId) -> Message {
    Message::say(format!("❌ Many people can read <#{channel}> by now. Choose the channel again."))
}

/// Only the first of them could be moved, for the reason that the last reply gives.
pub fn moved_in_part(
    around: Around<'_>,
    subscriptions: &[Subscription],
    channel: ChannelId,
    dropped: Leftover,
    rest: &[Subscription],
    why: Message,
) -> Message {
    let moved = moved(around, subscriptions, channel, dropped).content.into_text();
    why.after(moved.and(format!(" {} stay: ", subjects(rest))))
}

/// "New leads and new users in #sales".
fn subjects(subscriptions: &[Subscription]) -> String {
    let channel = subscriptions.first().map(|one| format!(" in <#{}>", one.channel));
    format!("{}{}", kinds(subscriptions), channel.unwrap_or_default())
}

/// "New leads and new users", at the start of a sentence.
fn kinds(subscriptions: &[Subscription]) -> String {
    let (first, others) = match subscriptions {
        [first, others @ ..] => (first.kind.spec().heading, others),
        [] => return String::new(),
    };
    listed(std::iter::once(first).chain(others.iter().map(|one| one.kind.spec().heading_within)))
}

/// "new leads and new users", within a sentence.
fn kinds_within(subscriptions: &[Subscription]) -> String {
    listed(subscriptions.iter().map(|one| one.kind.spec().heading_within))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        all => all.concat(),
    }
}

/// Asked once in a small server.
pub fn ask_who_everybody_is(members: u64) -> Message {
    let people = counted(members, MEMBERS);
    Message::say(format!(
        "This server has {people}. Is everybody here your team? Then channels that everyone can read show whole cards; \
         otherwise they show no personal data."
    ))
    .buttons([
        Button::primary("No", SetUpPress::Team(Everybody::IsNotTheTeam).to_custom_id()),
        Button::secondary("Yes, everybody here is the team", SetUpPress::Team(Everybody::IsTheTeam).to_custom_id()),
    ])
}

/// Somebody said whether everybody in the server is the team.
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
    let by = answer.by;
    let (said, label, other) = match answer.everybody {
        Everybody::IsTheTeam => (
            format!("Channels that everyone can read count as read by the team: said by <@{by}> "),
            "Not everybody is the team",
            Everybody::IsNotTheTeam,
        ),
        Everybody::IsNotTheTeam => (
            format!("Channels that everyone can read show no personal data: said by <@{by}> "),
            "Everybody is the team",
            Everybody::IsTheTeam,
        ),
        Everybody::Outgrown => return reply,
    };
    reply
        .small(Text::ours(said).with(Piece::When(answer.at, WhenStyle::Relative)).and("."))
        .buttons([Button::secondary(label, SetUpPress::Team(other).to_custom_id())])
}

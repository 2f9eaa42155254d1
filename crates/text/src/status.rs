//! `/status`: quiet and broken look different.

mod picture;

use std::collections::BTreeSet;

use deskbell_domain::access::ManageServer;
use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::event::EventKind;
use deskbell_domain::message::Message;
use deskbell_domain::port::store::Leftover;
use deskbell_domain::service::notify::Standing;
use deskbell_domain::shard::ConnectedShards;
use deskbell_domain::status::{LinkState, StoreState, UnreadableNotifications};
use deskbell_domain::subscription::SubscriptionState;
use deskbell_domain::time::Timestamp;
use deskbell_domain::trouble::{Cause, Trouble};
use deskbell_domain::webhook::topics_of;

pub use self::picture::Picture;
use crate::around::Around;
use crate::audit::cannot_post;
use crate::command::CommandName;
use crate::notify::{failed_too_old, hold_reason, shown_to_crowd};
use crate::number::{CHANNELS, EVENTS, MESSAGES, NOTIFICATIONS, SHARDS, counted, events_of, number};
use crate::{trouble, webhook};

/// Notifications on hold that are named here; the rest is counted.
const MOST_NAMED: usize = 5;

/// For somebody who may not see customers: no workspace name, no number.
pub fn without_access() -> Message {
    Message::say("Deskbell is running. Ask someone with **Manage Server** for the rest.")
}

/// How the bot is.
pub fn status(around: Around<'_>, picture: &Picture<'_>) -> Message {
    let content = unread(picture)
        .joined(head(around, picture))
        .and("\n")
        .joined(newest(picture))
        .and(format!("\n{}\n{}\n{}\n", posted(picture), week(picture), intercom(picture)))
        .joined(told(picture))
        .joined(paused(around, picture))
        .joined(all_trouble(around, picture));
    let print = Text::ours(format!("Deskbell {} · up since ", picture.version));
    let print = when(print, picture.started_at.seconds());
    Message::of(content).small(match picture.shards.of {
        0 | 1 => print,
        of => print.and(format!(" · {}", counted(of.into(), SHARDS))),
    })
}

fn when(text: Text, at: Timestamp) -> Text {
    text.with(Piece::When(at, WhenStyle::Relative))
}

/// Where nothing at all can be read of Intercom that comes first: whatever follows is of before.
fn unread(picture: &Picture<'_>) -> Text {
    let (began, what) = match picture.poll.link {
        LinkState::Starting | LinkState::Connected => return Text::default(),
        LinkState::Refused { since } => (since, "⚠️ Intercom refuses the token since "),
        LinkState::Down { since } if is_silent(&picture.poll.troubles) => {
            (since, "⚠️ I am waiting for Intercom since ")
        }
        LinkState::Down { since } => (since, "⚠️ At Intercom nothing can be read since "),
    };
    let text = Text::ours(what).with(Piece::When(began.seconds(), WhenStyle::Full));
    text.and(". Nothing new is posted until that is over, and nothing is lost.\n")
}

fn head(around: Around<'_>, picture: &Picture<'_>) -> Text {
    let name = Text::default()
        .with(Piece::Bold(picture.workspace_name.to_owned()))
        .and(format!(" ({})", picture.region.code().to_uppercase()));
    if picture.stored.standings.is_empty() && picture.poll.link == LinkState::Starting {
        return name.and(match picture.manage {
            ManageServer::Holds => {
                let set_up = around.mention(CommandName::Setup);
                format!(" · nothing is checked before there is a notification: {set_up}")
            }
            ManageServer::Lacks => {
                " · nothing is checked before somebody with **Manage Server** makes a notification".to_owned()
            }
        });
    }
    let text = match picture.poll.link {
        LinkState::Starting => name.and(" · starting"),
        LinkState::Connected => name.and(" · connected"),
        LinkState::Refused { .. } | LinkState::Down { .. } => name,
    };
    let text = match picture.poll.last_check {
        Some(at) => when(text.and(" · last check "), at.seconds()),
        None => text.and(" · not checked yet"),
    };
    match picture.poll.next_check {
        Some(at) if at.seconds() <= around.now => text.and(", checking now"),
        Some(at) => when(text.and(", next "), at.seconds()),
        None => text,
    }
}

/// Whether no answer comes at all, or none but that Intercom is out of order.
fn is_silent(troubles: &[Trouble]) -> bool {
    troubles.iter().all(|trouble| matches!(trouble.cause, Cause::Unanswered(how) if how.is_outage()))
}

/// Those of the connector, and whichever others somebody asked for.
fn kinds(picture: &Picture<'_>) -> impl Iterator<Item = EventKind> {
    let is_asked_for = |kind: EventKind| {
        let mut asked = picture.stored.standings.iter().map(|standing| standing.subscription.kind);
        EventKind::OF_THE_CONNECTOR.contains(&kind) || asked.any(|asked| asked == kind)
    };
    EventKind::ALL.into_iter().filter(move |kind| is_asked_for(*kind))
}

fn newest(picture: &Picture<'_>) -> Text {
    let mut text = Text::ours("**Newest seen** ");
    for (index, kind) in kinds(picture).enumerate() {
        let between = if index == 0 { "" } else { " · " };
        text = text.and(format!("{between}{} ", kind.spec().one));
        text = match picture.stored.newest.get(&kind) {
            Some(at) => when(text, *at),
            None => text.and("none yet"),
        };
    }
    text
}

fn posted(picture: &Picture<'_>) -> String {
    let counted: Vec<_> = kinds(picture).map(|kind| posted_of(picture, kind)).collect();
    let waiting: u64 = picture.stored.standings.iter().map(|standing| standing.waiting.count).sum();
    format!(
        "**Posted today** {} · {} waiting · {} could not be posted",
        counted.join(" · "),
        number(waiting),
        number(picture.stored.failed)
    )
}

/// What happened, whether it was posted or not.
fn week(picture: &Picture<'_>) -> String {
    let happened = |kind: EventKind| counted(picture.stored.week.total(kind), events_of(kind));
    format!("**Last 7 days** {}", kinds(picture).map(happened).collect::<Vec<_>>().join(" · "))
}

/// An event counts in each channel in which it was posted.
fn posted_of(picture: &Picture<'_>, kind: EventKind) -> String {
    let count = picture.stored.posted.of(kind);
    let events = counted(count, events_of(kind));
    let of_kind = picture.stored.standings.iter().filter(|standing| standing.subscription.kind == kind);
    let channels: BTreeSet<_> = of_kind.map(|standing| standing.subscription.channel).collect();
    match channels.len() {
        0 | 1 => events,
        _ if count == 0 => events,
        several => format!("{events} (counted in each of {several} channels)"),
    }
}

/// How fast Intercom answered counts for nothing while it does not.
fn intercom(Picture { usage, poll, .. }: &Picture<'_>) -> String {
    let is_answering = matches!(poll.link, LinkState::Starting | LinkState::Connected);
    let calls = format!("{} of {} calls in the last minute", usage.last_minute, usage.limit);
    match usage.latency.filter(|_| is_answering) {
        Some(latency) => format!("**Intercom** {calls} · answering in {} ms", latency.as_millis()),
        None => format!("**Intercom** {calls}"),
    }
}

fn all_trouble(around: Around<'_>, picture: &Picture<'_>) -> Text {
    let mut troubles = Vec::new();
    match picture.store {
        StoreState::Writable => {}
        StoreState::Unwritable { since } => troubles.push(
            when(Text::ours("I cannot write my store; that began "), since.seconds())
                .and(". Nothing is posted until that is over: whoever runs this bot finds the reason in the log. Nothing is lost."),
        ),
    }
    troubles.extend(unconnected(picture.shards));
    troubles.extend(picture.undelivered.everywhere());
    let channels = picture.stored.standings.iter().map(|standing| standing.subscription.channel);
    troubles.extend(picture.undelivered.in_channels(channels));
    troubles.extend(trouble::sentences(&picture.poll.troubles));
    if picture.poll.troubles.is_empty() {
        troubles.extend(slow_check(around, picture));
    }
    troubles.extend(holds(around, picture));
    troubles.extend(crowds(picture));
    troubles.extend(picture.stored.unposted.as_ref().map(|(channel, unposted)| {
        cannot_post(*channel, unposted).and(picture.points_to(around, CommandName::Audit))
    }));
    let mut dropped = Leftover::default();
    picture.stored.standings.iter().for_each(|standing| dropped += standing.dropped);
    troubles.extend(too_old(dropped.waiting));
    troubles.extend(failed_too_old(dropped.failed));
    troubles.extend(of_erased(dropped.erased));
    if picture.possible_duplicates > 0 {
        let messages = counted(picture.possible_duplicates, MESSAGES);
        troubles.push(Text::ours(format!(
            "{messages} may have been posted twice since I was started: Discord did not say."
        )));
    }
    troubles.extend(unreadable(picture.unreadable));
    troubles.extend(unreadable_notifications(around, picture));
    if picture.stored.failed > 0 {
        troubles.push(Text::ours(format!(
            "{} could not be posted.{}",
            counted(picture.stored.failed, EVENTS),
            picture.points_to(around, CommandName::NotifyFailed)
        )));
    }
    match troubles.len() {
        0 => Text::ours("**Trouble** None."),
        1 => Text::ours("**Trouble** ").joined(troubles.remove(0)),
        _ => troubles.into_iter().fold(Text::ours("**Trouble**"), |text, one| text.and("\n- ").joined(one)),
    }
}

/// A server whose shard is lost hears nothing of its commands; its events are posted all the same.
fn unconnected(shards: ConnectedShards) -> Option<Text> {
    let ConnectedShards { connected, of } = shards;
    (!shards.are_all()).then(|| {
        Text::ours(format!(
            "Discord: {connected} of {of} shards are connected. Servers of the others get no answer to commands until \
             they are. Everything is posted."
        ))
    })
}

/// Only who can mend it hears which topics are missing.
fn told(picture: &Picture<'_>) -> Text {
    let Some(told) = &picture.told else { return Text::default() };
    let text = webhook::share(told).and("\n");
    let kinds = picture.stored.standings.iter().map(|standing| standing.subscription.kind);
    let wanted = topics_of(kinds);
    if picture.manage == ManageServer::Lacks || wanted.is_subset(&told.heard) {
        return text;
    }
    text.and(webhook::topics(&told.heard, &wanted, picture.poll_interval)).and("\n")
}

/// A pause is no trouble, and must not be taken for quiet.
fn paused(around: Around<'_>, picture: &Picture<'_>) -> Text {
    let all = &picture.stored.standings;
    let paused: Vec<_> = all.iter().filter(|standing| standing.subscription.is_paused()).collect();
    let waiting: u64 = paused.iter().map(|standing| standing.waiting.count).sum();
    match paused.len() {
        0 => Text::default(),
        count => Text::ours(format!(
            "**Paused** {} of {} · {} waiting{}\n",
            counted(count as u64, NOTIFICATIONS),
            number(all.len() as u64),
            number(waiting),
            picture.points_to(around, CommandName::NotifyResume)
        )),
    }
}

/// A check that does not end is no trouble yet, but quiet and broken must look different.
fn slow_check(around: Around<'_>, picture: &Picture<'_>) -> Option<Text> {
    const SLOW_AFTER_S: i64 = 30;
    let begun = picture.poll.next_check?.seconds();
    (begun.plus(SLOW_AFTER_S) < around.now)
        .then(|| when(Text::ours("Intercom is slow: the check that began "), begun).and(" has not ended."))
}

fn unreadable(records: u64) -> Option<Text> {
    let sentence = match records {
        0 => return None,
        1 => "1 record could not be read in Intercom since I was started and was not posted. Please look for it there."
            .to_owned(),
        _ => format!(
            "{} records could not be read in Intercom since I was started and were not posted. Please look for them \
             there.",
            number(records)
        ),
    };
    Some(Text::ours(sentence))
}

/// Notifications that stand in no list, because the store holds something else in their place.
fn unreadable_notifications(around: Around<'_>, picture: &Picture<'_>) -> Option<Text> {
    let again = match picture.manage {
        ManageServer::Holds => format!("again with {}", around.mention(CommandName::NotifyAdd)),
        ManageServer::Lacks => "again".to_owned(),
    };
    Some(Text::ours(match picture.unreadable_notifications {
        UnreadableNotifications::None => return None,
        UnreadableNotifications::Awaited(1) => {
            "1 notification cannot be read in my store, so nothing is posted for it. \
             What comes is kept for three days. Whoever runs this bot can put the store back from a copy."
                .to_owned()
        }
        UnreadableNotifications::Awaited(count) => format!(
            "{} notifications cannot be read in my store, so nothing is posted for them. What comes is kept for three \
             days. Whoever runs this bot can put the store back from a copy.",
            number(count)
        ),
        UnreadableNotifications::SetAside(1) => format!(
            "1 notification could not be read in my store for three days, so nothing is kept for it any more. Set it up \
             {again}."
        ),
        UnreadableNotifications::SetAside(count) => format!(
            "{} notifications could not be read in my store for three days, so nothing is kept for them any more. Set them \
             up {again}.",
            number(count)
        ),
    }))
}

/// What was dropped because it waited longer than it is kept.
fn too_old(dropped: u64) -> Option<Text> {
    let sentence = match dropped {
        0 => return None,
        1 => "1 event waited longer than I keep them and was dropped.".to_owned(),
        _ => format!("{} events waited longer than I keep them and were dropped.", number(dropped)),
    };
    Some(Text::ours(sentence))
}

/// What was dropped because somebody had the person erased.
fn of_erased(dropped: u64) -> Option<Text> {
    let sentence = match dropped {
        0 => return None,
        1 => "1 event was dropped, since the person that it tells of was erased.".to_owned(),
        _ => format!(
            "{} events were dropped, since the people that they tell of were erased.",
            number(dropped)
        ),
    };
    Some(Text::ours(sentence))
}

/// Channels in which a crowd reads cards with personal data, because somebody chose so; each once.
fn crowds(picture: &Picture<'_>) -> Vec<Text> {
    let warning = |standing: &Standing| {
        let one = &standing.subscription;
        let warning = shown_to_crowd(one, picture.stored.audiences.get(&one.id).copied().flatten())?;
        Some((one.channel, warning))
    };
    let all: BTreeSet<_> = picture.stored.standings.iter().filter_map(warning).collect();
    let named = all.into_iter().take(MOST_NAMED);
    named.map(|(channel, warning)| Text::ours(format!("<#{channel}> {warning}."))).collect()
}

/// Those on hold by name; more than a few are counted.
fn holds(around: Around<'_>, picture: &Picture<'_>) -> Vec<Text> {
    let held: Vec<_> = picture
        .stored
        .standings
        .iter()
        .filter_map(|standing| match &standing.subscription.state {
            SubscriptionState::Suspended(hold) => Some((standing.subscription.channel, hold)),
            _ => None,
        })
        .collect();
    let list = picture.points_to(around, CommandName::NotifyList);
    let mut lines: Vec<String> = Vec::new();
    for (channel, hold) in &held {
        let line = format!("<#{channel}> on hold: {}.{list}", hold_reason(hold));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let more = lines.len().saturating_sub(MOST_NAMED);
    lines.truncate(MOST_NAMED);
    if more > 0 {
        lines.push(format!("{} more on hold.{list}", counted(more as u64, CHANNELS)));
    }
    lines.into_iter().map(Text::ours).collect()
}

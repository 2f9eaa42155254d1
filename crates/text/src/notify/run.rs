//! What is said when notifications are paused, resumed, removed and tried out.

use std::collections::BTreeSet;

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::mention::Whom;
use deskbell_domain::message::{Button, Message};
use deskbell_domain::port::channels::NamedRole;
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::Leftover;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::Standing;
use deskbell_domain::service::notify::run::{Missed, Target};
use deskbell_domain::service::notify::sample::{Attempt, Tried};
use deskbell_domain::service::request::SampleCalls;
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::time::Timestamp;

use super::mention::role_choice;
use super::{hold_reason, subject};
use crate::around::Around;
use crate::channel::in_the_way;
use crate::command::CommandName;
use crate::mention::whom;
use crate::number::{NOTIFICATIONS, bold_list, counted, number};

/// `all` were meant, `done` were not paused before.
pub fn paused(around: Around<'_>, all: &[Subscription], done: &[Subscription]) -> Message {
    let sentence = match (all, done) {
        ([only], []) => return Message::say(format!("{} are paused already.", subject(only))),
        (_, []) => return Message::say("Every notification is paused already."),
        (_, [only]) => format!("✅ {} are paused.", subject(only)),
        (_, several) => format!("✅ {} are paused.", counted(several.len() as u64, NOTIFICATIONS)),
    };
    let target = if let [only] = done { Target::One(only.id) } else { Target::All };
    Message::say(sentence).small(is_kept(around)).buttons([resume_button(target)])
}

/// What a pause does, and how it ends.
pub(crate) fn is_kept(around: Around<'_>) -> Text {
    let resume = around.mention(CommandName::NotifyResume);
    Text::ours(format!("What comes meanwhile is kept. {resume} goes on with it."))
}

/// `[Resume]`.
pub(crate) fn resume_button(target: Target) -> Button {
    Button::secondary("Resume", SetUpPress::Resume(target, None).to_custom_id())
}

/// Many wait: a person says what becomes of them.
pub fn ask_what_becomes_of(target: Target, count: u64, since: Option<Timestamp>) -> Message {
    let text = match (count, since) {
        (1, None) => Text::ours("1 is waiting."),
        (_, None) => Text::ours(format!("{} are waiting.", number(count))),
        (1, Some(since)) => {
            Text::ours("1 is waiting since ").with(Piece::When(since, WhenStyle::Date)).and(".")
        }
        (_, Some(since)) => {
            let text = Text::ours(format!("{} are waiting since ", number(count)));
            text.with(Piece::When(since, WhenStyle::Date)).and(".")
        }
    };
    Message::of(text).buttons([
        Button::primary("Post them", SetUpPress::Resume(target, Some(Missed::Post)).to_custom_id()),
        Button::secondary(
            "Skip them, start from now",
            SetUpPress::Resume(target, Some(Missed::Skip)).to_custom_id(),
        ),
    ])
}

/// They run again, and what waited follows. `done` are as they were before.
pub fn resumed(all: &[Subscription], done: &[Subscription], count: u64) -> Message {
    let sentence = match (all, done) {
        ([only], []) => return Message::say(format!("{} are not paused.", subject(only))),
        (_, []) => return Message::say("No notification is paused."),
        (_, [only]) => format!("✅ {} are posted in <#{}> again.", only.kind.spec().heading, only.channel),
        (_, several) => format!("✅ {} run again.", counted(several.len() as u64, NOTIFICATIONS)),
    };
    let reply = match count {
        0 => Message::say(sentence),
        1 => Message::say(format!("{sentence} 1 that waited follows.")),
        _ => Message::say(format!("{sentence} {} that waited follow.", number(count))),
    };
    with_holds(reply, done)
}

/// They run again, and what waited was skipped.
pub fn resumed_from_now(all: &[Subscription], done: &[Subscription], skipped: u64) -> Message {
    let reply = resumed(all, done, 0);
    if done.is_empty() {
        return reply;
    }
    let print = match skipped {
        0 => "Nothing was waiting.".to_owned(),
        1 => "1 that waited was skipped.".to_owned(),
        _ => format!("{} that waited were skipped.", number(skipped)),
    };
    reply.small(Text::ours(print))
}

/// Where nothing can be posted now, what was resumed goes on hold at once.
pub fn with_closed(around: Around<'_>, reply: Message, closed: &BTreeSet<ChannelId>) -> Message {
    if closed.is_empty() {
        return reply;
    }
    let channels: Vec<_> = closed.iter().map(|channel| format!("<#{channel}>")).collect();
    reply.small(Text::ours(format!(
        "I can't post in {} now, so what goes there is put on hold until I can. {} says why.",
        channels.join(", "),
        around.mention(CommandName::NotifyList)
    )))
}

/// One on hold does not run because somebody says so: it is tried.
fn with_holds(reply: Message, done: &[Subscription]) -> Message {
    let is_held = |one: &&Subscription| matches!(one.state, SubscriptionState::Suspended(_));
    match done.iter().filter(is_held).collect::<Vec<_>>().as_slice() {
        [] => reply,
        [only] if done.len() == 1 => Message::say(format!(
            "{} are on hold, not paused. I try <#{}> again now.",
            subject(only),
            only.channel
        ))
        .buttons([Button::secondary("Show how it went", SetUpPress::List(1).to_custom_id())]),
        held => {
            let channels: Vec<_> = held.iter().map(|one| format!("<#{}>", one.channel)).collect();
            reply.small(Text::ours(format!(
                "On hold until I can post there; tried again now: {}.",
                channels.join(", ")
            )))
        }
    }
}

/// Names what waits, and asks.
pub fn ask_before_removing(standing: &Standing) -> Message {
    let subscription = &standing.subscription;
    let (word, channel) = (subscription.kind.word(), subscription.channel);
    Message::say(match named(standing.leftover()) {
        Some(events) => format!("Remove {word} → <#{channel}>? {events} will be dropped."),
        None => format!("Remove {word} → <#{channel}>? Nothing is waiting."),
    })
    .buttons([
        Button::danger("Remove", SetUpPress::RemoveNow(subscription.id).to_custom_id()),
        Button::secondary("Keep", SetUpPress::Keep.to_custom_id()),
    ])
}

/// [Skip to now] was pressed: names what waits, and asks.
pub fn ask_before_skipping(standing: &Standing) -> Message {
    let (subscription, count) = (&standing.subscription, standing.waiting.count);
    if count == 0 {
        return crate::channel::skipped(0, subscription.channel);
    }
    let (kind, id, channel) = (subscription.kind.spec(), subscription.id, subscription.channel);
    let sentence = match count {
        1 => format!("Skip the {} that waits for <#{channel}>? It will never be posted.", kind.one),
        _ => format!(
            "Skip the {} {} that wait for <#{channel}>? They will never be posted.",
            number(count),
            kind.many
        ),
    };
    Message::say(sentence).buttons([
        Button::danger(&skip_label(count), SetUpPress::SkipNow(id).to_custom_id()),
        Button::secondary("Keep", SetUpPress::Keep.to_custom_id()),
    ])
}

/// `Skip it`, `Skip the 14`.
pub(super) fn skip_label(count: u64) -> String {
    match count {
        1 => "Skip it".to_owned(),
        _ => format!("Skip the {}", number(count)),
    }
}

/// It is removed, and what went with it is named.
pub fn removed(subscription: &Subscription, dropped: Leftover) -> Message {
    let (heading, channel) = (subscription.kind.spec().heading, subscription.channel);
    Message::say(match were_dropped(dropped) {
        Some(dropped) => format!("✅ {heading} are no longer posted in <#{channel}>. {dropped}"),
        None => format!("✅ {heading} are no longer posted in <#{channel}>."),
    })
}

/// `14 waiting and 3 that could not be posted were dropped.`; none where nothing was.
pub fn were_dropped(dropped: Leftover) -> Option<String> {
    let events = named(dropped)?;
    Some(match dropped.count() {
        1 => format!("{events} was dropped."),
        _ => format!("{events} were dropped."),
    })
}

/// `14 waiting and 3 that could not be posted`; none where there are none.
fn named(leftover: Leftover) -> Option<String> {
    let (waiting, failed) = (number(leftover.waiting), number(leftover.failed));
    match (leftover.waiting, leftover.failed) {
        (0, 0) => None,
        (_, 0) => Some(format!("{waiting} waiting")),
        (0, _) => Some(format!("{failed} that could not be posted")),
        _ => Some(format!("{waiting} waiting and {failed} that could not be posted")),
    }
}

/// `[Keep]` was pressed, or another button that changes nothing.
pub fn kept() -> Message {
    Message::say("Nothing was changed.")
}

/// A real message would call a role: a person says whether the sample does. The role's name is none where there are
/// several, or it is not known.
pub fn ask_whom_samples_mention(target: Target, role: Option<&NamedRole>) -> Message {
    ask_whom_they_mention(role, |calls| SetUpPress::SampleWith(target, calls).to_custom_id())
}

/// The same with other answers.
pub(super) fn ask_whom_they_mention(
    role: Option<&NamedRole>,
    press: impl Fn(SampleCalls) -> String,
) -> Message {
    let (whom, with) = match role {
        Some(role) => (whom(Whom::Role(role.id)), format!("With {}", role_choice(role))),
        None => ("the role".to_owned(), "With the mention".to_owned()),
    };
    Message::say(format!("Shall a sample mention {whom}, as a real one would? Whoever has it is notified."))
        .buttons([
            Button::primary(&with, press(SampleCalls::TheRole)),
            Button::secondary("Without", press(SampleCalls::Nobody)),
        ])
}

/// How each sample went.
pub fn tested(around: Around<'_>, tried: &[Tried]) -> Message {
    let is_posted = |one: &&Tried| matches!(one.attempt, Attempt::Sent(PostOutcome::Posted { .. }));
    let mut channels: Vec<ChannelId> = Vec::new();
    for one in tried.iter().filter(is_posted).map(|one| one.subscription.channel) {
        if !channels.contains(&one) {
            channels.push(one);
        }
    }
    let mut lines = Vec::new();
    let count = tried.iter().filter(is_posted).count() as u64;
    if count > 0 {
        let names: Vec<_> = channels.iter().map(|channel| format!("<#{channel}>")).collect();
        let names = names.join(", ");
        lines.push(match count {
            1 => format!("✅ A sample is posted in {names}."),
            _ => format!("✅ {} samples are posted in {names}.", number(count)),
        });
    }
    let failed: Vec<_> = tried.iter().filter(|one| !is_posted(one)).collect();
    lines.extend(failed.iter().map(|one| format!("❌ {}: {}.", subject(&one.subscription), why_not(one))));
    let reply = Message::say(lines.join("\n"));
    let is_held = |one: &&Tried| matches!(one.subscription.state, SubscriptionState::Suspended(_));
    if !failed.iter().any(is_held) {
        return reply;
    }
    reply.small(Text::ours(format!(
        "{} shows what is on hold and why.",
        around.mention(CommandName::NotifyList)
    )))
}

fn why_not(tried: &Tried) -> String {
    let outcome = match &tried.attempt {
        Attempt::Sent(outcome) => outcome,
        Attempt::Forbidden(lacking) => {
            let labels: Vec<_> = lacking.iter().map(|permission| permission.label()).collect();
            return format!(
                "you lack {} there yourself, so I post nothing there for you",
                bold_list(&labels)
            );
        }
    };
    match outcome {
        PostOutcome::Posted { .. } => "posted".to_owned(),
        PostOutcome::Unknown => "Discord did not answer, so I do not know whether it was posted".to_owned(),
        PostOutcome::RateLimited { .. } => {
            "Discord takes no more messages just now; try again in a minute".to_owned()
        }
        PostOutcome::TurnedAway { .. } => {
            "Discord does not let my messages through just now; try again in a few minutes".to_owned()
        }
        PostOutcome::Refused { .. } | PostOutcome::Unexplained { .. } => {
            "Discord does not take this message".to_owned()
        }
        PostOutcome::Unauthorized => {
            "Discord refuses my token; whoever runs this bot must renew it".to_owned()
        }
        // Discord does not say what is missing; where the notification is on hold it was looked up.
        PostOutcome::Closed(obstacle @ Obstacle::MissingPermissions(unsaid)) if unsaid.is_empty() => {
            match &tried.subscription.state {
                SubscriptionState::Suspended(hold) => hold_reason(hold),
                _ => in_the_way(obstacle),
            }
        }
        PostOutcome::Closed(obstacle) => in_the_way(obstacle),
    }
}

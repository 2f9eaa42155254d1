//! `/notify list`: how each notification stands.

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::{Listed, Standing};
use deskbell_domain::subscription::{SubscriptionState, SuspendReason, Suspension};
use deskbell_domain::trouble::Trouble;

use super::{hold_reason, none_is_lost, nothing_yet, settings_for, waiting, when};
use crate::around::Around;
use crate::command::CommandName;
use crate::delivery::Undelivered;
use crate::number::number;
use crate::trouble;

/// So many of the longest lines fit into one message.
const PER_PAGE: usize = 7;
/// So many beside what is said of Intercom or Discord.
const PER_PAGE_IN_TROUBLE: usize = 6;
/// What does not work beside the notifications themselves.
pub struct Wrong<'a> {
    pub intercom: &'a [Trouble],
    pub discord: &'a Undelivered,
}

impl Wrong<'_> {
    fn is_nothing(&self) -> bool {
        self.intercom.is_empty() && self.discord.is_nothing()
    }
}

fn above(sentence: Text) -> Text {
    Text::ours("⚠️ ").joined(sentence).and("\n")
}

/// A page of the list; a page beyond the end is the last one.
pub fn list(
    around: Around<'_>,
    workspace_name: &str,
    listed: &[Listed],
    wrong: &Wrong<'_>,
    failed: u64,
    page: u32,
) -> Message {
    let troubles = wrong.intercom;
    if listed.is_empty() {
        let reply = nothing_yet(around).after(trouble::refused_token(troubles).unwrap_or_default());
        return with_failed(reply, failed).buttons((failed > 0).then(|| show_failed(failed)));
    }
    let per_page = if wrong.is_nothing() { PER_PAGE } else { PER_PAGE_IN_TROUBLE };
    let pages = listed.len().div_ceil(per_page);
    let page = usize::try_from(page).unwrap_or(1).clamp(1, pages);
    let mut content = trouble::refused_token(troubles)
        .unwrap_or_default()
        .joined(wrong.discord.everywhere().map(above).unwrap_or_default())
        .and("**Notifications from ")
        .and_theirs(workspace_name)
        .and("**");
    for one in listed.iter().skip((page - 1) * per_page).take(per_page) {
        content = content.and("\n").joined(line(around, one, wrong));
    }
    let mut reply = Message::of(content);
    if let Some(remedies) = trouble::remedies(troubles) {
        reply = reply.small(remedies);
    }
    if pages > 1 {
        reply = reply.small(Text::ours(format!("Page {page} of {pages}")));
    }
    let of = |page: usize| SetUpPress::List(u32::try_from(page).unwrap_or(u32::MAX)).to_custom_id();
    let tries = listed.iter().filter_map(hold).any(|hold| hold.reason.can_be_probed());
    let reply = with_failed(reply, failed);
    let buttons = [
        (failed > 0).then(|| show_failed(failed)),
        tries.then(|| Button::secondary("Try now", SetUpPress::TryNow.to_custom_id())),
        Some(Button::secondary("Refresh", of(page))),
    ];
    let reply = reply.buttons(buttons.into_iter().flatten());
    if pages == 1 {
        return reply;
    }
    reply.buttons([
        Button::secondary("◀ Back", of(page.saturating_sub(1))).greyed_if(page == 1),
        Button::secondary("More ▶", of(page + 1)).greyed_if(page == pages),
    ])
}

fn with_failed(reply: Message, failed: u64) -> Message {
    if failed == 0 {
        reply
    } else {
        reply.small(Text::ours(format!("{} could not be posted.", number(failed))))
    }
}

fn show_failed(failed: u64) -> Button {
    Button::secondary(&format!("Show the {}", number(failed)), SetUpPress::Failed(1).to_custom_id())
}

fn hold(listed: &Listed) -> Option<&Suspension> {
    match &listed.standing.subscription.state {
        SubscriptionState::Suspended(hold) => Some(hold),
        _ => None,
    }
}

/// Two lines: what is posted where, with the settings that are not as by default; below it, how it goes.
fn line(around: Around<'_>, listed: &Listed, wrong: &Wrong<'_>) -> Text {
    let subscription = &listed.standing.subscription;
    let (kind, channel) = (subscription.kind, subscription.channel);
    let mut first = format!("{} {} → <#{channel}>", kind.sign(), kind.word());
    for setting in settings_for(subscription, listed.audience) {
        first = format!("{first} · {setting}");
    }
    Text::ours(format!("{first}\n")).joined(how_it_goes(around, &listed.standing, wrong))
}

fn how_it_goes(around: Around<'_>, standing: &Standing, wrong: &Wrong<'_>) -> Text {
    let subscription = &standing.subscription;
    match &subscription.state {
        SubscriptionState::Active => {
            let at_intercom = trouble::at_kind(subscription.kind, wrong.intercom);
            let troubles = [at_intercom, wrong.discord.at_channel(subscription.channel)];
            let troubles: Vec<_> = troubles.into_iter().flatten().collect();
            let start = Text::ours(if troubles.is_empty() { "-# " } else { "" });
            let text = last_posted(with_waiting(start, standing), standing);
            troubles.into_iter().fold(text, |text, trouble| text.and(" · ").joined(trouble))
        }
        SubscriptionState::Paused { by, since } => {
            let text = match by {
                Some(member) => Text::ours(format!("-# paused by <@{member}> ")),
                None => Text::ours("-# paused since I was started with `--paused` "),
            };
            let text = when(text, *since);
            let text = match standing.waiting.count {
                0 => text,
                count => text.and(format!(" · {}", waiting(count))),
            };
            match standing.dropped.waiting {
                0 => text,
                1 => text.and(" · 1 waited too long and was dropped"),
                dropped => text.and(format!(" · {} waited too long and were dropped", number(dropped))),
            }
        }
        SubscriptionState::Suspended(hold) => on_hold(around, Text::default(), standing, hold),
    }
}

fn with_waiting(start: Text, standing: &Standing) -> Text {
    match standing.waiting.count {
        0 => start,
        count => start.and(format!("{} · ", waiting(count))),
    }
}

fn last_posted(text: Text, standing: &Standing) -> Text {
    match standing.last_posted {
        Some(at) => when(text.and("last "), at.seconds()),
        None => text.and("nothing posted yet"),
    }
}

fn on_hold(around: Around<'_>, text: Text, standing: &Standing, hold: &Suspension) -> Text {
    let text = when(text.and("⚠️ **on hold** "), hold.since).and(format!(": {}. ", hold_reason(hold)));
    let text = text.and(match (standing.waiting.count, standing.dropped.waiting) {
        (count, 0) => none_is_lost(count),
        (0, dropped) => too_old(dropped),
        (1, dropped) => format!("1 is waiting. {}", too_old(dropped)),
        (count, dropped) => format!("{} are waiting. {}", number(count), too_old(dropped)),
    });
    if hold.reason == SuspendReason::Channel(Obstacle::ChannelGone) {
        return text.and(format!(" {} ends it.", around.mention(CommandName::NotifyRemove)));
    }
    if !hold.reason.can_be_probed() {
        return text;
    }
    when(text.and(" Next try "), hold.next_probe).and(".")
}

fn too_old(dropped: u64) -> String {
    match dropped {
        1 => "1 waited too long and was dropped.".to_owned(),
        _ => format!("{} waited too long and were dropped.", number(dropped)),
    }
}

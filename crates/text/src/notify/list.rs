//! `/notify list`: how each notification stands.

use std::ops::Range;

use deskbell_domain::card::text::Text;
use deskbell_domain::channel::Obstacle;
use deskbell_domain::ids::SubscriptionId;
use deskbell_domain::message::{Button, Message, SelectOption};
use deskbell_domain::press::panel::{Drawn, PanelPress};
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::{Listed, Standing};
use deskbell_domain::subscription::{SubscriptionState, SuspendReason, Suspension};
use deskbell_domain::trouble::Trouble;

use super::mention::in_list;
use super::pages::pages;
use super::{hold_reason, none_is_lost, nothing_yet, settings_for, waiting, when};
use crate::around::Around;
use crate::card::after;
use crate::choice;
use crate::command::CommandName;
use crate::delivery::Undelivered;
use crate::number::number;
use crate::trouble;

/// Discord's limit for the options of a select.
const MOST_OPTIONS: usize = 25;

/// What does not work beside the notifications themselves.
pub struct Wrong<'a> {
    pub intercom: &'a [Trouble],
    pub discord: &'a Undelivered,
}

fn above(sentence: Text) -> Text {
    Text::ours("⚠️ ").joined(sentence).and("\n")
}

/// All that is listed.
pub struct Listing<'a> {
    pub workspace_name: &'a str,
    pub listed: &'a [Listed],
    pub wrong: Wrong<'a>,
    /// How many events could not be posted.
    pub failed: u64,
    /// When it is drawn.
    pub drawn: Drawn,
}

/// Which part of it is shown.
#[derive(Debug, Clone, Copy)]
pub enum ListPlace {
    /// A page; one beyond the end is the last one.
    Page(u32),
    /// The page with this notification, the first where it is gone.
    With(SubscriptionId),
}

/// A page of the list, with a select that opens one of its notifications.
pub fn list(around: Around<'_>, listing: &Listing<'_>, place: ListPlace) -> Message {
    let (listed, wrong, failed) = (listing.listed, &listing.wrong, listing.failed);
    let troubles = wrong.intercom;
    if listed.is_empty() {
        let reply = nothing_yet(around).after(trouble::refused_token(troubles).unwrap_or_default());
        return with_failed(reply, failed).buttons((failed > 0).then(|| show_failed(failed)));
    }
    let head = head(listing);
    let remedies = trouble::remedies(troubles);
    let lines: Vec<_> = listed.iter().map(|one| line(around, one, wrong)).collect();
    let beside: Vec<_> = [Some(&head), remedies.as_ref()].into_iter().flatten().collect();
    let pages = pages(&lines, &beside);
    let page = page_at(listed, place, &pages);
    let shown = pages.get(page).cloned().unwrap_or_default();
    let content = lines
        .into_iter()
        .take(shown.end)
        .skip(shown.start)
        .fold(head, |text, line| text.and("\n").joined(line));
    let mut reply = Message::of(content);
    if let Some(remedies) = remedies {
        reply = reply.small(remedies);
    }
    if pages.len() > 1 {
        reply = reply.small(Text::ours(format!("Page {} of {}", page + 1, pages.len())));
    }
    let options = within_reach(listed, shown.start).iter().map(option).collect();
    let change_one = PanelPress::ChangeOne(listing.drawn).to_custom_id();
    let reply = with_failed(reply, failed).select(change_one, "Change one…", options);
    controls(reply, listing, page + 1, pages.len())
}

/// What can be chosen: this page, and as much of the next ones as a select takes. So most servers need no second page.
fn within_reach(listed: &[Listed], page_begins: usize) -> &[Listed] {
    let first = page_begins.min(listed.len().saturating_sub(MOST_OPTIONS));
    let last = listed.len().min(first + MOST_OPTIONS);
    listed.get(first..last).unwrap_or_default()
}

/// What stands above the list on every page.
fn head(listing: &Listing<'_>) -> Text {
    trouble::refused_token(listing.wrong.intercom)
        .unwrap_or_default()
        .joined(listing.wrong.discord.everywhere().map(above).unwrap_or_default())
        .and("**Notifications from ")
        .and_theirs(listing.workspace_name)
        .and("**")
}

/// Which page is meant, counted from naught.
fn page_at(listed: &[Listed], place: ListPlace, pages: &[Range<usize>]) -> usize {
    let last = pages.len().saturating_sub(1);
    match place {
        ListPlace::Page(page) => usize::try_from(page).unwrap_or(1).saturating_sub(1).min(last),
        ListPlace::With(id) => {
            let index = listed.iter().position(|one| one.standing.subscription.id == id).unwrap_or(0);
            pages.iter().position(|page| page.contains(&index)).unwrap_or(0)
        }
    }
}

/// A notification as it can be chosen: where it goes, and how it is and does in one line.
fn option(listed: &Listed) -> SelectOption {
    let subscription = &listed.standing.subscription;
    let channel = listed.channel_name.clone().unwrap_or_else(|| subscription.channel.to_string());
    let state = match (&subscription.state, listed.standing.waiting.count) {
        (SubscriptionState::Paused { .. }, _) => Some("paused".to_owned()),
        (SubscriptionState::Suspended(_), _) => Some("on hold".to_owned()),
        (SubscriptionState::Active, 0) => None,
        (SubscriptionState::Active, count) => Some(waiting(count)),
    };
    let about: Vec<_> = settings_for(subscription, listed.audience).into_iter().chain(state).collect();
    SelectOption {
        label: choice::notification(subscription, &channel),
        description: (!about.is_empty()).then(|| about.join(" · ")),
        value: subscription.id.to_string(),
    }
}

fn controls(reply: Message, listing: &Listing<'_>, page: usize, pages: usize) -> Message {
    let failed = listing.failed;
    let of = |page: usize| SetUpPress::List(u32::try_from(page).unwrap_or(u32::MAX)).to_custom_id();
    let tries = listing.listed.iter().filter_map(hold).any(|hold| hold.reason.can_be_probed());
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
    if let Some(waits) = subscription.waits {
        first = format!("{first} · {}", after(waits));
    }
    for setting in settings_for(subscription, listed.audience) {
        first = format!("{first} · {setting}");
    }
    if let Some(mention) = subscription.mention {
        first = format!("{first} · {}", in_list(mention, listed.role_call));
    }
    Text::ours(format!("{first}\n")).joined(how_it_goes(around, &listed.standing, wrong))
}

/// How it goes: small print, unless something is wrong.
pub(super) fn how_it_goes(around: Around<'_>, standing: &Standing, wrong: &Wrong<'_>) -> Text {
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

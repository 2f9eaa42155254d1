//! `/notify failed`: events that could not be posted: whose they are, where they were to go, and why they did not. Only
//! people who may see customers get this far.

use deskbell_domain::card::text::{Piece, Text, shorten};
use deskbell_domain::delivery::{DeadLetter, Reference};
use deskbell_domain::event::Record;
use deskbell_domain::message::{Button, Message, SelectOption};
use deskbell_domain::press::ChannelPress;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::failed::{Failed, Letters, TriedAgain};

use super::when;
use crate::card;
use crate::number::{EVENTS, counted, number};

const PER_PAGE: usize = 8;
/// Code points of what Discord said.
const REASON_SHOWN: usize = 500;

/// Code points of a name.
const NAME_SHOWN: usize = 40;

/// What is kept with an event in place of Discord's words where Discord said nothing.
pub const NO_ANSWER: &str = "no usable answer to this message, while others were taken";

/// A page of them, and how many are no longer kept; a page beyond the end is the last one.
pub fn failed(lines: &[Failed], too_old: u64, page: u32) -> Message {
    let reply = match (lines, too_old) {
        ([], 0) => return Message::say("Nothing is waiting here: every event could be posted."),
        ([], _) => Message::say("Nothing is waiting here."),
        ([only], _) => failed_one(only),
        (several, _) => page_of(several, page),
    };
    match failed_too_old(too_old) {
        Some(sentence) => reply.small(sentence),
        None => reply,
    }
}

/// Those that were dropped because they were set aside longer ago than they are kept.
pub(crate) fn failed_too_old(count: u64) -> Option<Text> {
    let sentence = match count {
        0 => return None,
        1 => "1 event that could not be posted was dropped: I keep such events only so long.".to_owned(),
        _ => format!(
            "{} events that could not be posted were dropped: I keep such events only so long.",
            number(count)
        ),
    };
    Some(Text::ours(sentence))
}

fn page_of(lines: &[Failed], page: u32) -> Message {
    let pages = lines.len().div_ceil(PER_PAGE);
    let page = usize::try_from(page).unwrap_or(1).clamp(1, pages);
    let shown: Vec<_> = lines.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
    let mut content = Text::ours(format!("**{} could not be posted**", counted(lines.len() as u64, EVENTS)));
    for line in &shown {
        content = content.and("\n").joined(one_line(line));
    }
    let all = format!(
        "Try again and Drop mean all {}; choose one below to act on it alone.",
        number(lines.len() as u64)
    );
    let of = |page: usize| SetUpPress::Failed(u32::try_from(page).unwrap_or(u32::MAX)).to_custom_id();
    let reply = Message::of(content)
        .small(Text::ours(all))
        .buttons([
            Button::secondary("Try again", SetUpPress::TryAgain(Letters::All).to_custom_id()),
            Button::danger("Drop", SetUpPress::Drop(Letters::All).to_custom_id()),
        ])
        .select(
            SetUpPress::FailedOne.to_custom_id(),
            "Choose one…",
            shown.iter().map(|line| option(line)).collect(),
        );
    if pages == 1 {
        return reply;
    }
    reply.buttons([
        Button::secondary("◀ Older", of(page.max(2) - 1)).greyed_if(page == 1),
        Button::secondary("Newer ▶", of(page + 1)).greyed_if(page == pages),
    ])
}

/// One event that could not be posted, with what can be done about it.
pub fn failed_one(line: &Failed) -> Message {
    let id = line.letter.id;
    let content = Text::ours("**1 event could not be posted**\n").joined(one_line(line));
    let reply = Message::of(content).small(what_discord_said(&line.letter));
    let drop_it = Button::danger("Drop", SetUpPress::Drop(Letters::One(id)).to_custom_id());
    let show_all = Button::secondary("Show all", SetUpPress::Failed(1).to_custom_id());
    if line.subscription.is_none() {
        let print = Text::ours("Its notification was removed, so it cannot be tried again.");
        return reply.small(print).buttons(show(line).into_iter().chain([drop_it, show_all]));
    }
    let try_again = Button::secondary("Try again", SetUpPress::TryAgain(Letters::One(id)).to_custom_id());
    reply.buttons(show(line).into_iter().chain([try_again, drop_it, show_all]))
}

/// `[Show]`: the record itself, for the one who pressed.
fn show(line: &Failed) -> Option<Button> {
    let event = &line.letter.event;
    let press = match &event.record {
        Record::Conversation { conversation, .. } => ChannelPress::ShowConversation(conversation.id.clone()),
        _ => ChannelPress::Show(event.contact_id()?.clone()),
    };
    let custom_id = press.to_custom_id();
    ChannelPress::parse(&custom_id).map(|_| Button::secondary("Show", custom_id))
}

fn one_line(line: &Failed) -> Text {
    let letter = &line.letter;
    let kind = letter.event.kind();
    let place = match &line.subscription {
        Some(subscription) => format!("→ <#{}> ", subscription.channel),
        None => String::new(),
    };
    let whose = Text::ours(": ").and_theirs(shorten(&card::subject_name(&letter.event), NAME_SHOWN));
    let text = Text::ours(format!("{} {}", kind.sign(), kind.word()))
        .joined(whose)
        .and(format!(" {place}· "))
        .with(Piece::Code(reference(letter).to_string()))
        .and(" · ");
    // What is found in the channel by another try is not posted again.
    when(text, letter.since).and(match (letter.may_stand.is_some(), letter.retry) {
        (false, false) => ": Discord did not accept it",
        (true, false) => ": Discord did not accept it, yet it may stand in the channel",
        (false, true) => ": Discord did not accept it; it is being tried again",
        (true, true) => {
            ": Discord did not accept it, yet it may stand in the channel; it is being tried again"
        }
    })
}

/// In Discord's own words, for somebody who can do something with them; the status before them tells nobody anything.
fn what_discord_said(letter: &DeadLetter) -> Text {
    let said = match letter.reason.split_once(' ') {
        Some((status, said)) if status.len() == 3 => said,
        _ => letter.reason.as_str(),
    };
    Text::ours("For whoever runs this bot, Discord's reason: ")
        .with(Piece::Code(shorten(said, REASON_SHOWN)))
        .and(".")
}

fn option(line: &Failed) -> SelectOption {
    let letter = &line.letter;
    let word = letter.event.kind().word();
    let name = card::subject_name(&letter.event);
    let label = format!("{word}: {} · {}", shorten(&name, NAME_SHOWN), reference(letter));
    SelectOption { label, description: None, value: letter.id.0.to_string() }
}

fn reference(letter: &DeadLetter) -> Reference {
    Reference::of(&letter.event.id, letter.subscription)
}

/// Somebody else was faster.
pub fn no_such_letter() -> Message {
    Message::say("That event is no longer here: it was posted or dropped meanwhile.")
        .buttons([Button::secondary("Show all", SetUpPress::Failed(1).to_custom_id())])
}

/// They are on their way once more.
pub fn tried_again(tried: &TriedAgain) -> Message {
    let TriedAgain { asked, orphaned, forbidden } = tried;
    let (asked, orphaned) = (*asked, *orphaned);
    let mut sentence = match asked {
        0 => "None can be tried again.".to_owned(),
        1 => "✅ 1 event is being posted again. If Discord refuses it once more, it comes back here."
            .to_owned(),
        _ => format!(
            "✅ {} events are being posted again. What Discord refuses once more comes back here.",
            number(asked)
        ),
    };
    if orphaned > 0 {
        let orphans = match orphaned {
            1 => "1 cannot be tried again: its notification was removed.".to_owned(),
            _ => format!("{} cannot be tried again: their notifications were removed.", number(orphaned)),
        };
        sentence = format!("{sentence} {orphans}");
    }
    if !forbidden.is_empty() {
        let channels: Vec<_> = forbidden.iter().map(|channel| format!("<#{channel}>")).collect();
        sentence =
            format!("{sentence} You may not post in {} yourself, so I do not for you.", channels.join(", "));
    }
    Message::say(sentence).buttons([Button::secondary("Show all", SetUpPress::Failed(1).to_custom_id())])
}

/// [Drop] was pressed where it means several: names the number, and asks.
pub fn ask_before_dropping(count: u64) -> Message {
    Message::say(format!("Drop all {}? They will never be posted.", counted(count, EVENTS))).buttons([
        Button::danger("Drop them", SetUpPress::DropAllNow.to_custom_id()),
        Button::secondary("Keep", SetUpPress::Failed(1).to_custom_id()),
    ])
}

/// So many were dropped.
pub fn dropped(count: u64) -> Message {
    Message::say(match count {
        0 => "None is left to drop: they were posted or dropped meanwhile.".to_owned(),
        1 => "✅ 1 event is dropped.".to_owned(),
        _ => format!("✅ {} events are dropped.", number(count)),
    })
}

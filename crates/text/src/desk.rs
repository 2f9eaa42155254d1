//! What is said to somebody who does something with a conversation.

pub mod more;
pub mod words;

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::message::{Button, Message, SelectOption};
use deskbell_domain::port::intercom::Admin;
use deskbell_domain::press::desk::{DeskAct, DeskPress};
use deskbell_domain::time::Timestamp;

/// Teammates that a select offers at once, which is Discord's limit.
const PAGE: usize = 25;
/// Code points of an option's label: Discord's limit.
const LABEL: usize = 100;

/// Somebody does something for the first time, and says who they are.
pub fn who_are_you(teammates: &[Admin], page: u8, act: DeskAct, id: &ConversationId) -> Message {
    let here = teammates.chunks(PAGE).nth(usize::from(page)).unwrap_or_default();
    if here.is_empty() {
        return Message::say(
            "Nobody has a seat in Intercom's inbox, as far as I can see, so there is nobody in whose name I could do this.",
        );
    }
    let option = |admin: &Admin| SelectOption {
        label: shorten(admin.name.as_deref().unwrap_or(&admin.id), LABEL),
        description: None,
        value: admin.id.clone(),
    };
    let asked = Message::say("Who are you in Intercom? I answer in that name.").select(
        DeskPress::ActAs(act, id.clone()).to_custom_id(),
        "I am…",
        here.iter().map(option).collect(),
    );
    if teammates.len() <= PAGE {
        return asked;
    }
    let last = u8::try_from((teammates.len() - 1) / PAGE).unwrap_or(u8::MAX);
    let to = |page| DeskPress::Teammates(page, act, id.clone()).to_custom_id();
    // Two buttons of a message may not carry the same, and at an end both would lead there.
    asked.buttons([
        Button::secondary("◀", to(page.checked_sub(1).unwrap_or(u8::MAX))).greyed_if(page == 0),
        Button::secondary("▶", to(page.saturating_add(1))).greyed_if(page == last),
    ])
}

/// The one who pressed has it now; `me` is their teammate's name.
pub fn taken(me: &str, reopened: bool, id: &ConversationId) -> Message {
    let sentence = Text::ours("✅ You have it, as ").with(Piece::Bold(me.to_owned())).and(".");
    let sentence = if reopened { sentence.and(" It was closed and is open again.") } else { sentence };
    Message::of(sentence).buttons([somebody_else(id)])
}

/// They had it already.
pub fn had_it(me: &str, id: &ConversationId) -> Message {
    let sentence = Text::ours("You have it already, as ").with(Piece::Bold(me.to_owned())).and(".");
    Message::of(sentence).buttons([somebody_else(id)])
}

fn somebody_else(id: &ConversationId) -> Button {
    Button::secondary("I am somebody else", DeskPress::Teammates(0, DeskAct::Take, id.clone()).to_custom_id())
}

/// Another teammate has it.
pub fn held(holder: &str, since: Option<Timestamp>, id: &ConversationId) -> Message {
    let sentence = Text::default().with(Piece::Bold(holder.to_owned()));
    let sentence = match since {
        Some(since) => sentence.and(" has it since ").with(Piece::When(since, WhenStyle::Relative)),
        None => sentence.and(" has it"),
    };
    let over = DeskPress::Do(DeskAct::TakeOver, id.clone());
    Message::of(sentence.and(".")).buttons([Button::secondary("Take over", over.to_custom_id())])
}

/// It was taken, and somebody took it away in the same moment.
pub fn nobodys(id: &ConversationId) -> Message {
    let take = DeskPress::Do(DeskAct::Take, id.clone());
    Message::say("Nobody has it: in Intercom it was taken away from you in the same moment.")
        .buttons([Button::secondary("I take it", take.to_custom_id())])
}

/// A teammate whose name is not known.
pub fn nameless() -> &'static str {
    "A teammate"
}

/// It is closed now.
pub fn closed(me: &str, id: &ConversationId) -> Message {
    let sentence = Text::ours("✅ Closed, as ").with(Piece::Bold(me.to_owned())).and(".");
    Message::of(sentence).buttons([reopen(id)])
}

/// It was closed already.
pub fn was_closed(id: &ConversationId) -> Message {
    Message::say("It is closed already.").buttons([reopen(id)])
}

fn reopen(id: &ConversationId) -> Button {
    Button::secondary("Reopen", DeskPress::Do(DeskAct::Reopen, id.clone()).to_custom_id())
}

/// The customer waits for an answer.
pub fn unanswered(id: &ConversationId) -> Message {
    let anyway = DeskPress::Do(DeskAct::CloseNow, id.clone());
    Message::say("The last words are the customer's, and nobody of your team has answered them.")
        .buttons([Button::danger("Close it anyway", anyway.to_custom_id())])
}

/// It is open again.
pub fn reopened(me: &str) -> Message {
    Message::of(Text::ours("✅ Open again, as ").with(Piece::Bold(me.to_owned())).and("."))
}

/// It was open already.
pub fn was_open() -> Message {
    Message::say("It is open already.")
}

#[cfg(test)]
mod tests;

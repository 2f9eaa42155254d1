//! What is said to somebody who does something with a conversation or a person.

pub mod more;
pub mod person;
pub mod words;

use deskbell_domain::card::text::{Piece, Text, WhenStyle, shorten};
use deskbell_domain::ids::ConversationId;
use deskbell_domain::message::{Button, Message, SelectOption};
use deskbell_domain::port::intercom::Admin;
use deskbell_domain::press::desk::{DeskAct, DeskPress, Then};
use deskbell_domain::time::Timestamp;

/// Teammates that a select offers at once, which is Discord's limit.
const PAGE: usize = 25;
/// Code points of an option's label: Discord's limit.
const LABEL: usize = 100;

/// Why somebody is asked who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asking {
    /// They have not said so, or want to say something else.
    Unsaid,
    /// The teammate that they said to be has no seat any more.
    Gone,
}

/// Somebody says who they are; then it goes on.
pub fn who_are_you(teammates: &[Admin], page: u8, asking: Asking, then: &Then) -> Message {
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
    let question = match asking {
        Asking::Unsaid => "Who are you in Intercom? I answer in that name.",
        Asking::Gone => {
            "It was not done: whoever you said to be has no seat in Intercom's inbox any more. Who are you in Intercom? I \
             answer in that name."
        }
    };
    let asked = Message::say(question).select(
        then.chosen().to_custom_id(),
        "I am…",
        here.iter().map(option).collect(),
    );
    if teammates.len() <= PAGE {
        return asked;
    }
    let last = u8::try_from((teammates.len() - 1) / PAGE).unwrap_or(u8::MAX);
    let to = |page| then.page(page).to_custom_id();
    // Two buttons of a message may not carry the same, and at an end both would lead there.
    asked.buttons([
        Button::secondary("◀", to(page.checked_sub(1).unwrap_or(u8::MAX))).greyed_if(page == 0),
        Button::secondary("▶", to(page.saturating_add(1))).greyed_if(page == last),
    ])
}

/// The one who pressed has it now; `me` is their teammate's name.
pub fn taken(me: &str, reopened: bool, id: &ConversationId) -> Message {
    let sentence = Text::ours("✅ You have it, as ").with(Piece::Bold(me.to_owned())).and(".");
    let sentence = if reopened { sentence.and(" It was closed and is reopened.") } else { sentence };
    Message::of(sentence).buttons([somebody_else(id)])
}

/// They had it already.
pub fn had_it(me: &str, id: &ConversationId) -> Message {
    let sentence = Text::ours("You have it already, as ").with(Piece::Bold(me.to_owned())).and(".");
    Message::of(sentence).buttons([somebody_else(id)])
}

fn somebody_else(id: &ConversationId) -> Button {
    not_me(&Then::Do(DeskAct::Take, id.clone()))
}

fn not_me(then: &Then) -> Button {
    Button::secondary("I am somebody else", then.page(0).to_custom_id())
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

/// Intercom took it, and did not show how the conversation stands now.
pub fn unread(me: &str) -> Message {
    let sentence = Text::ours("Intercom took it, as ").with(Piece::Bold(me.to_owned())).and(".");
    Message::of(
        sentence.and(" It did not show me afterwards how the conversation stands, so look at it once more."),
    )
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

/// Somebody opened it while it was closed.
pub fn opened_while_closed(id: &ConversationId) -> Message {
    let close = DeskPress::Do(DeskAct::Close, id.clone());
    Message::say("It is not closed: somebody opened it, or the customer wrote, while I closed it.")
        .buttons([Button::secondary("Close", close.to_custom_id())])
}

/// Somebody snoozed or closed it while it was reopened.
pub fn not_open(id: &ConversationId) -> Message {
    Message::say("It is not open: somebody closed or snoozed it while I reopened it.").buttons([reopen(id)])
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

/// It is closed, and whoever takes it reopens it.
pub fn is_closed(id: &ConversationId) -> Message {
    let take = DeskPress::Do(DeskAct::TakeOver, id.clone());
    Message::say("This conversation is closed.")
        .buttons([Button::secondary("Reopen it and take it", take.to_custom_id())])
}

/// It is reopened.
pub fn reopened(me: &str) -> Message {
    Message::of(Text::ours("✅ Reopened, as ").with(Piece::Bold(me.to_owned())).and("."))
}

/// It was open already.
pub fn was_open() -> Message {
    Message::say("It is open already.")
}

#[cfg(test)]
mod tests;

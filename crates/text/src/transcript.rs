//! What was said in a conversation, to be read by the one who asked.

use deskbell_domain::card::text::{Piece, Text, WhenStyle};
use deskbell_domain::card::{Card, Footer, Size};
use deskbell_domain::conversation::{
    Answer, Conversation, Extent, Part, Readers, Speaker, Start, Thread, customer_of,
};
use deskbell_domain::event::EventKind;
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::ChannelPress;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::Timestamp;

use crate::announcement::of_conversation;
use crate::candidate::{Candidate, told_apart};
use crate::card::{self, Shown};
use crate::desk::more::more;

/// So many messages are shown, the latest.
const SHOWN: usize = 12;
/// Code points of each.
const QUOTED: usize = 500;

/// The last things that were said, with what can be done.
pub fn transcript(shown: Shown<'_>, thread: &Thread) -> Message {
    let conversation = &thread.conversation;
    let open = Button::link("Open in Intercom", shown.links.conversation(&conversation.id));
    let person = conversation
        .contact
        .clone()
        .map(|id| Button::secondary("Show person", ChannelPress::Show(id).to_custom_id()));
    let acts = of_conversation(conversation).unwrap_or_default();
    let mut reply = Message::default().card(card_of(shown, thread)).buttons(acts);
    reply.rows.extend(more(conversation));
    reply.buttons([open].into_iter().chain(person))
}

fn card_of(shown: Shown<'_>, thread: &Thread) -> Card {
    // What the team began is told by its customer, too.
    let author = customer_of(thread).unwrap_or(&thread.conversation.author).clone();
    let conversation = &Conversation { author, ..thread.conversation.clone() };
    let said = said(thread);
    let hidden = said.len().saturating_sub(SHOWN);
    let mut card = Card::blank(Size::Lines, EventKind::NewConversation.colour());
    card.title = Some(card::title(conversation));
    card.url = Some(shown.links.conversation(&conversation.id));
    card.description = Some(head(conversation));
    card.lines.extend(earlier(hidden, thread.extent));
    card.lines.extend(said.iter().skip(hidden).map(line));
    if said.is_empty() {
        card.lines.push(Text::ours("Nothing was said in it yet."));
    }
    let workspace = shown.workspace_name.to_owned();
    card.footer = Some(Footer { word: "Conversation".to_owned(), workspace, reference: None, more: 0 });
    card.timestamp = Some(conversation.updated_at).filter(|at| *at != Timestamp::default());
    card
}

/// With whom it is, and how it stands.
fn head(conversation: &Conversation) -> Text {
    let who = Text::default().with(Piece::Bold(card::person(conversation)));
    let author = &conversation.author;
    let email = author.email.clone().filter(|_| author.name.is_some());
    let who = match email {
        Some(email) => who.and(" · ").with(Piece::Email(email)),
        None => who,
    };
    match card::how_it_stands(conversation, conversation.customer_spoke_at()) {
        Some(stands) => who.and(" · ").joined(stands),
        None => who,
    }
}

fn earlier(hidden: usize, extent: Extent) -> Option<Text> {
    let sentence = match (hidden, extent) {
        (0, Extent::Whole) => return None,
        (1, Extent::Whole) => "-# 1 earlier message stands in Intercom.".to_owned(),
        (hidden, Extent::Whole) => format!("-# {hidden} earlier messages stand in Intercom."),
        (_, Extent::Cut) => "-# Many earlier messages stand in Intercom.".to_owned(),
    };
    Some(Text::ours(sentence))
}

/// Words of somebody.
struct Said<'a> {
    by: String,
    speaker: Speaker,
    readers: Readers,
    at: Timestamp,
    text: &'a RichText,
    attachments: &'a [String],
}

/// All that was said, oldest first. The first message is no part of a conversation; the answer to a bot is one.
fn said(thread: &Thread) -> Vec<Said<'_>> {
    let conversation = &thread.conversation;
    let first = Said {
        by: called(thread.opened_by, conversation.author.name.as_ref(), conversation),
        speaker: thread.opened_by,
        readers: Readers::Everybody,
        at: conversation.created_at,
        text: &conversation.text,
        attachments: &conversation.attachments,
    };
    let is_first = !matches!(conversation.start, Start::Bot(Answer::At(_))) && thread.extent == Extent::Whole;
    let all = is_first
        .then_some(first)
        .into_iter()
        .chain(thread.parts.iter().map(|part| of_part(part, conversation)));
    all.filter(|said| !said.text.is_blank() || !said.attachments.is_empty()).collect()
}

fn of_part<'a>(part: &'a Part, conversation: &Conversation) -> Said<'a> {
    Said {
        by: called(part.speaker, part.author.name.as_ref(), conversation),
        speaker: part.speaker,
        readers: part.readers,
        at: part.at,
        text: &part.text,
        attachments: &part.attachments,
    }
}

fn called(speaker: Speaker, name: Option<&String>, conversation: &Conversation) -> String {
    match (name, speaker) {
        (Some(name), _) => name.clone(),
        (None, Speaker::Customer) => card::person(conversation),
        (None, Speaker::Teammate) => "A teammate".to_owned(),
        (None, Speaker::Bot | Speaker::Nobody) => "The bot".to_owned(),
    }
}

fn line(said: &Said<'_>) -> Text {
    let sign = match (said.readers, said.speaker) {
        (Readers::Team, _) => "📝 ",
        (_, Speaker::Customer) => "💬 ",
        (_, Speaker::Teammate) => "↩️ ",
        (_, Speaker::Bot | Speaker::Nobody) => "🤖 ",
    };
    let line = Text::ours(sign).with(Piece::Bold(said.by.clone()));
    let line = if said.readers == Readers::Team { line.and(", for the team alone") } else { line };
    let line = line.and(" ").with(Piece::When(said.at, WhenStyle::Relative));
    let line = if said.text.is_blank() {
        line
    } else {
        line.and("\n").with(Piece::Quote(said.text.clone(), QUOTED))
    };
    match said.attachments {
        [] => line,
        names => line.and("\n📎 ").and_theirs(names.join(", ")),
    }
}

/// Several conversations are meant: one is to be picked.
pub fn pick(conversations: &[Conversation]) -> Message {
    let sentence = format!("{} conversations fit this. Pick one:", conversations.len());
    let options = told_apart(conversations.iter().map(Candidate::of_conversation).collect());
    Message::say(sentence).select(ChannelPress::ReadOneConversation.to_custom_id(), "Pick one…", options)
}

#[cfg(test)]
mod tests;

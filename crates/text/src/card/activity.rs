//! What a card says of something that happened in a conversation, beside what any card of a conversation says.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::card::{Card, CardField};
use deskbell_domain::conversation::{Activity, Closing, Conversation, Ended, Rating};
use deskbell_domain::rich_text::RichText;

use super::took::{exactly, roughly};

/// The best that a conversation can be rated.
const BEST: u8 = 5;
/// Code points of a remark that are quoted.
const REMARK_QUOTED: usize = 500;

/// The card of the conversation as that of what happened in it.
pub(super) fn card(what: &Activity, mut card: Card) -> Card {
    if let Some(ended) = what.ended() {
        let said = card.description.take();
        card.description = Some(over(ended, WhoEnded::Named).and("\n").joined(said.unwrap_or_default()));
    }
    if let Activity::Rated(rating) = what {
        let mut said = Text::ours(stars(rating));
        if let Some(remark) = &rating.remark {
            said = said.and("\n").with(Piece::Quote(RichText::plain(remark), REMARK_QUOTED));
        }
        card.description = Some(said);
    }
    card
}

/// Who has it now, which is news only where a bot had it.
pub(super) fn handed_to(what: &Activity, conversation: &Conversation) -> Option<CardField> {
    let name = conversation.admin_name.as_ref().or(conversation.team_name.as_ref());
    let name = name.filter(|_| *what == Activity::HandedOver)?;
    Some(CardField::inline("Assigned to", Text::theirs(name.clone())))
}

/// `★★★★☆ 4 of 5`: the stars for a glance, the words for whoever hears the card.
pub(crate) fn stars(rating: &Rating) -> String {
    let score = usize::from(rating.score.min(BEST));
    let stars = "★".repeat(score) + &"☆".repeat(usize::from(BEST) - score);
    format!("{stars} {score} of {BEST}")
}

/// Whether it is told who ended a wait.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WhoEnded {
    Named,
    Unnamed,
}

/// `✅ Answered after 23 min by Grace`.
pub(super) fn over(ended: &Ended, who: WhoEnded) -> Text {
    let took = roughly(ended.seconds);
    let text = Text::ours(match ended.how {
        Closing::Answered => format!("✅ Answered after {took}"),
        Closing::Closed => format!("✅ Closed after {took}"),
    });
    match ended.by.as_ref().filter(|_| who == WhoEnded::Named) {
        Some(name) => text.and(" by ").and_theirs(name.clone()),
        None => text,
    }
}

/// What happened, without whom it happened to.
pub(super) fn private(what: &Activity) -> Text {
    match what {
        Activity::Started => Text::ours("A user started a conversation."),
        Activity::Replied => Text::ours("A customer replied."),
        Activity::HandedOver => Text::ours("A customer needs a person."),
        Activity::Rated(rating) => Text::ours(format!("A customer rated a conversation: {}.", stars(rating))),
        Activity::Unanswered(wait) => match &wait.ended {
            Some(ended) => over(ended, WhoEnded::Unnamed),
            None => Text::ours(format!("A customer waits for {}.", exactly(wait.threshold))),
        },
    }
}

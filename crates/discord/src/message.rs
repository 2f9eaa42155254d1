//! Announcements as the body of Discord's Create Message: nothing rings that should not, nobody is mentioned, and no
//! limit of Discord is passed, whatever stands in it.

use std::collections::BTreeSet;

use deskbell_domain::announcement::Announcement;
use deskbell_domain::delivery::Nonce;
use deskbell_domain::subscription::Alert;
use serde_json::Value;
use serenity::builder::{CreateAllowedMentions, CreateMessage};
use serenity::model::channel::{MessageFlags, Nonce as DiscordNonce};

use crate::component::rows;
use crate::embed::{Rendered, limit_of};
use crate::escape::WORD_JOINER;
use crate::limits::{self, discord};
use crate::text::{text, text_by_line};

/// The message. With a nonce Discord recognises a repetition and posts it once.
pub fn create_message(announcement: &Announcement, nonce: Option<&Nonce>) -> CreateMessage {
    let embeds: Vec<_> = rendered(announcement);
    let mut message = CreateMessage::new()
        .content(content(announcement))
        .embeds(embeds.into_iter().map(Rendered::into_embed).collect())
        .components(rows(&announcement.rows))
        .allowed_mentions(CreateAllowedMentions::new());
    if announcement.alert == Alert::Silent {
        message = message.flags(MessageFlags::SUPPRESS_NOTIFICATIONS);
    }
    match nonce {
        Some(nonce) => message.nonce(DiscordNonce::String(nonce.as_str().to_owned())).enforce_nonce(true),
        None => message,
    }
}

/// The message as JSON.
pub fn message_body(announcement: &Announcement, nonce: Option<&Nonce>) -> Value {
    serde_json::to_value(create_message(announcement, nonce))
        .expect("serenity's builders hold text, numbers and lists, all of which JSON can write")
}

/// The cards as they will be read, in all at most [`limits::MESSAGE`] code points. Discord hides the second of two
/// embeds with one address, so a later one loses it.
pub(crate) fn rendered(announcement: &Announcement) -> Vec<Rendered> {
    let count = announcement.cards.len().clamp(1, discord::EMBEDS);
    let mut seen = BTreeSet::new();
    let cards = announcement.cards.iter().take(discord::EMBEDS).map(|card| {
        let mut rendered = Rendered::of(card, limit_of(card.size).min(limits::MESSAGE / count));
        rendered.url = rendered.url.filter(|url| seen.insert(url.clone()));
        rendered
    });
    cards.collect()
}

/// The plain line above cards is short; a notice without cards may be a sentence longer.
pub(crate) fn content(announcement: &Announcement) -> String {
    if announcement.cards.is_empty() {
        let content = text(&announcement.content, discord::CONTENT);
        return if content.trim().is_empty() { "–".to_owned() } else { content };
    }
    let whole = text_by_line(&announcement.content, limits::CONTENT_LINE);
    match whole.lines().map(addresses).max() {
        None | Some(0) => whole,
        Some(most) => {
            without_previews(&text_by_line(&announcement.content, limits::CONTENT_LINE.saturating_sub(most)))
        }
    }
}

/// What makes Discord put a preview or an invitation below a message: a name may hold one.
const LIVE: [&str; 4] = ["http://", "https://", ".gg/", "/invite/"];

fn addresses(line: &str) -> usize {
    let line = line.to_ascii_lowercase();
    LIVE.iter().map(|live| line.matches(live).count()).sum()
}

/// With a word joiner in each address. In an embed none makes a preview, so only the plain line needs it.
fn without_previews(line: &str) -> String {
    let mut broken = line.to_owned();
    for live in LIVE {
        while let Some(place) = broken.to_ascii_lowercase().find(live) {
            broken.insert(place + live.len() - 1, WORD_JOINER);
        }
    }
    broken
}

#[cfg(test)]
mod tests;

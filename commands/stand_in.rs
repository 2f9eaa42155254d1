//! Stands in for the discord crate's rendering until that is there.

use deskbell_desk::card::Card;
use deskbell_desk::card::text::{Piece, Text, WhenStyle};
use poise::serenity_prelude as serenity;

pub(crate) fn text(text: &Text, most: usize) -> String {
    let mut out = String::new();
    for piece in &text.0 {
        match piece {
            Piece::Ours(words) | Piece::Theirs(words) => out.push_str(words),
            Piece::Bold(words) => out.push_str(&format!("**{words}**")),
            Piece::Code(words) => out.push_str(&format!("`{words}`")),
            Piece::Email(words) | Piece::Phone(words) | Piece::Address(words) => out.push_str(&format!("<{words}>")),
            Piece::Link { label, url } => out.push_str(&format!("[{label}](<{url}>)")),
            Piece::When(at, style) => {
                let style = match style {
                    WhenStyle::Relative => "R",
                    WhenStyle::Full => "f",
                    WhenStyle::Date => "D",
                    WhenStyle::Time => "t",
                };
                out.push_str(&format!("<t:{}:{style}>", at.0));
            }
            Piece::Quote(rich, _) => out.push_str(&rich.to_plain()),
        }
    }
    out.chars().take(most).collect()
}

pub(crate) fn label(words: &str, most: usize) -> String {
    words.chars().take(most).collect()
}

pub(crate) fn embed(card: &Card) -> serenity::CreateEmbed {
    serenity::CreateEmbed::new().title(card.title.clone().unwrap_or_default()).colour(card.colour)
}

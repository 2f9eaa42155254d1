//! Cards as embeds, within the lengths of [`crate::limits`] whatever stands in them.
//!
//! Every part has its own limit; where all parts together are still too long for the card, the longest are cut first,
//! to a common length, so that no field is lost to another one's flood.

use std::ops::RangeInclusive;

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::card::{Card, Footer, Size, Width};
use serenity::builder::{CreateEmbed, CreateEmbedFooter};
use serenity::model::Timestamp;

use crate::address;
use crate::escape::{markdown, plain};
use crate::limits::{self, code_points, discord};
use crate::text::text;

/// The card as an embed.
pub fn embed(card: &Card) -> CreateEmbed {
    Rendered::of(card, limit_of(card.size)).into_embed()
}

/// How long the card becomes, as Discord counts: title, description, field names and values, footer.
pub fn rendered_length(card: &Card) -> usize {
    Rendered::of(card, limit_of(card.size)).length()
}

/// How long a card of this size may be.
pub(crate) fn limit_of(size: Size) -> usize {
    match size {
        Size::Normal => limits::CARD,
        Size::Brief => limits::BRIEF_CARD,
        Size::Lines => limits::MESSAGE,
    }
}

/// The seconds of the years 1 to 9999: Discord knows no other, and serenity counts on in milliseconds.
const CALENDAR: RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

/// A card as it will be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rendered {
    pub(crate) title: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) thumbnail: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) fields: Vec<RenderedField>,
    pub(crate) footer: Option<String>,
    pub(crate) timestamp: Option<i64>,
    pub(crate) colour: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RenderedField {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) inline: bool,
}

impl Rendered {
    /// The card in at most `most` code points.
    pub(crate) fn of(card: &Card, most: usize) -> Self {
        let title = card.title.as_deref().map(|title| markdown(title, limits::TITLE));
        let title = title.filter(|title| !title.trim().is_empty());
        let footer = card.footer.as_ref().map(footer);
        let fixed = [&title, &footer].into_iter().flatten().map(|text| code_points(text)).sum::<usize>();
        let values = Values::of(card, most.saturating_sub(fixed));
        let url = card.url.as_deref().and_then(address::of_ours).filter(|_| title.is_some());
        Self {
            title,
            url,
            thumbnail: card.thumbnail.as_deref().and_then(address::picture),
            description: values.description,
            fields: values.fields,
            footer,
            timestamp: card.timestamp.map(|time| time.0).filter(|time| CALENDAR.contains(time)),
            colour: card.colour & 0x00FF_FFFF,
        }
        .not_empty()
    }

    /// Discord refuses an embed in which nothing can be read.
    fn not_empty(mut self) -> Self {
        if self.title.is_none() && self.description.is_none() && self.fields.is_empty() {
            self.description = Some("–".to_owned());
        }
        self
    }

    pub(crate) fn length(&self) -> usize {
        let texts = [&self.title, &self.description, &self.footer];
        let fields = self.fields.iter().map(|field| code_points(&field.name) + code_points(&field.value));
        texts.into_iter().flatten().map(|text| code_points(text)).sum::<usize>() + fields.sum::<usize>()
    }

    pub(crate) fn into_embed(self) -> CreateEmbed {
        let mut embed = CreateEmbed::new().colour(self.colour);
        if let Some(title) = self.title {
            embed = embed.title(title);
        }
        if let Some(url) = self.url {
            embed = embed.url(url);
        }
        if let Some(thumbnail) = self.thumbnail {
            embed = embed.thumbnail(thumbnail);
        }
        if let Some(description) = self.description {
            embed = embed.description(description);
        }
        if let Some(footer) = self.footer {
            embed = embed.footer(CreateEmbedFooter::new(footer));
        }
        if let Some(timestamp) = self.timestamp.and_then(|time| Timestamp::from_unix_timestamp(time).ok()) {
            embed = embed.timestamp(timestamp);
        }
        embed.fields(self.fields.into_iter().map(|field| (field.name, field.value, field.inline)))
    }
}

/// Kind · workspace · reference, and how many more. No markdown is rendered here.
fn footer(footer: &Footer) -> String {
    let reference = footer.reference.as_ref().map(|reference| reference.as_str().to_owned());
    let parts = [
        Some(plain(&footer.word, limits::WORKSPACE_NAME)),
        Some(plain(&footer.workspace, limits::WORKSPACE_NAME)),
        reference,
    ];
    let parts: Vec<_> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    let more = if footer.more > 0 { format!(" +{}", footer.more) } else { String::new() };
    format!("{}{more}", parts.join(" · "))
}

/// The parts of a card whose length can be chosen.
struct Values {
    description: Option<String>,
    fields: Vec<RenderedField>,
}

impl Values {
    fn of(card: &Card, most: usize) -> Self {
        if card.lines.is_empty() { Self::of_fields(card, most) } else { Self::of_lines(card, most) }
    }

    fn of_fields(card: &Card, most: usize) -> Self {
        let names = names(card, most);
        let room = most.saturating_sub(names.iter().map(|name| code_points(name)).sum());
        let render = |level: usize| {
            let description = card
                .description
                .as_ref()
                .map(|it| text(it, limits::DESCRIPTION.min(level)))
                .unwrap_or_default();
            let values = card.fields.iter().zip(&names);
            let values = values.map(|(field, _)| text(&field.value, value_limit(field.width).min(level)));
            std::iter::once(description).chain(values).collect::<Vec<_>>()
        };
        let lengths: Vec<_> = render(usize::MAX).iter().map(|value| code_points(value)).collect();
        let mut values = render(fair_share(&lengths, room)).into_iter();
        let description = values.next().filter(|value| !value.trim().is_empty());
        let fields = values.zip(names).zip(&card.fields).map(|((value, name), field)| RenderedField {
            name,
            value,
            inline: field.width == Width::Inline,
        });
        Self { description, fields: fields.filter(|field| !field.value.trim().is_empty()).collect() }
    }

    /// Each line is cut by itself, so that the last one is seen as well as the first.
    fn of_lines(card: &Card, most: usize) -> Self {
        let all: Vec<_> = card.description.iter().chain(&card.lines).cloned().collect();
        let room = most.min(discord::DESCRIPTION).saturating_sub(all.len().saturating_sub(1));
        let level = level_of_lines(&all, room);
        let (all, level) = if level < limits::LINE_WITH_A_LINK {
            let bare: Vec<_> = all.into_iter().map(without_links).collect();
            let level = level_of_lines(&bare, room);
            (bare, level)
        } else {
            (all, level)
        };
        let lines: Vec<_> = all.iter().map(|line| text(line, level)).collect();
        let description = lines.join("\n");
        Self { description: Some(description).filter(|it| !it.trim().is_empty()), fields: Vec::new() }
    }
}

/// To how many code points lines are cut so that all have room.
fn level_of_lines(lines: &[Text], room: usize) -> usize {
    let lengths: Vec<_> = lines.iter().map(|line| code_points(&text(line, usize::MAX))).collect();
    fair_share(&lengths, room)
}

/// An address takes the room of all that a line has to say, so where many lines are short of it only its label stays.
fn without_links(line: Text) -> Text {
    let bare = |piece| match piece {
        Piece::Link { label, .. } => Piece::Theirs(label),
        other => other,
    };
    Text(line.0.into_iter().map(bare).collect())
}

fn value_limit(width: Width) -> usize {
    match width {
        Width::Inline => limits::FIELD_VALUE,
        Width::Full => limits::MORE,
    }
}

/// The names of as many fields as Discord takes and as leave room for values.
fn names(card: &Card, most: usize) -> Vec<String> {
    let mut room = most / 2;
    let mut names = Vec::new();
    for field in card.fields.iter().take(discord::FIELDS) {
        let name = markdown(&field.name, discord::FIELD_NAME);
        let name = if name.is_empty() { "–".to_owned() } else { name };
        let Some(left) = room.checked_sub(code_points(&name)) else { break };
        room = left;
        names.push(name);
    }
    names
}

/// The greatest length to which every value may be cut so that all of them together fit in `room`.
pub(crate) fn fair_share(lengths: &[usize], room: usize) -> usize {
    let mut sorted = lengths.to_vec();
    sorted.sort_unstable();
    let mut left = room;
    for (place, length) in sorted.iter().enumerate() {
        let share = left / (sorted.len() - place);
        if *length > share {
            return share;
        }
        left -= length;
    }
    usize::MAX
}

#[cfg(test)]
mod tests;

//! A message's embeds, each as one line: who it is, what matters of it, and the footer.

use deskbell_domain::event::EventKind;
use deskbell_sandbox::discord::Message;
use serde_json::Value;

use super::markdown::{Names, plain};
use super::moment::CardLine;

/// More embeds than these are told in one line.
const LINES_EACH: usize = 3;
/// More lines of records than these are counted.
const CHANGES_EACH: usize = 3;
/// The fields that tell how to reach somebody, and why.
const ESSENTIAL: [&str; 4] = ["Email", "Phone", "Tag Name", "City Name"];

/// The lines below a message's content.
pub(super) fn card_lines(message: &Message, names: &dyn Names) -> Vec<CardLine> {
    let embeds = message.visible_embeds();
    if embeds.len() <= LINES_EACH {
        return embeds.into_iter().flat_map(|embed| of_embed(embed, names)).collect();
    }
    let mut all = CardLine::default();
    if let Some(first) = embeds.first() {
        all.colour = colour(first);
        all.footer = format!("{} +{}", text(&first["footer"]["text"]), embeds.len() - 1);
    }
    all.essentials = embeds.iter().filter_map(|embed| title(embed, names)).collect();
    vec![all]
}

/// A card that was edited: what became of it, which for somebody who left an address is all that is known of them.
pub(super) fn edited_lines(message: &Message, names: &dyn Names) -> Vec<CardLine> {
    let embeds = message.visible_embeds();
    let mut lines: Vec<_> = embeds.iter().flat_map(|embed| of_embed(embed, names)).collect();
    for (line, embed) in lines.iter_mut().zip(&embeds) {
        let over = description(embed, names).find(|text| text.starts_with('✅'));
        if let Some(now) = over.or_else(|| field(embed, "Now").map(|value| plain(value, names))) {
            line.essentials = vec![now];
        }
    }
    lines
}

/// The kind of event that an embed is about: its footer's first word says it.
pub(super) fn kind(embed: &Value) -> Option<EventKind> {
    let word = text(&embed["footer"]["text"]).split(" · ").next()?;
    EventKind::ALL.into_iter().find(|kind| kind.word() == word)
}

fn of_embed(embed: &Value, names: &dyn Names) -> Vec<CardLine> {
    let card = CardLine {
        colour: colour(embed),
        title: title(embed, names),
        essentials: Vec::new(),
        footer: text(&embed["footer"]["text"]).to_owned(),
    };
    match kind(embed) {
        Some(_) if card.title.is_none() => each_line(&card, description(embed, names).collect()),
        Some(EventKind::UserUpdated) => {
            vec![CardLine { essentials: description(embed, names).collect(), ..card }]
        }
        // Nothing above tells the subject, so it is one of the essentials.
        Some(kind) if kind.is_of_conversations() => {
            let essentials =
                title(embed, names).into_iter().chain(description(embed, names).take(1)).collect();
            vec![CardLine { essentials, title: None, ..card }]
        }
        _ => {
            let essentials = description(embed, names).chain(fields(embed, names)).collect();
            vec![CardLine { essentials, ..card }]
        }
    }
}

/// A line for each record, the footer beside the last.
fn each_line(card: &CardLine, mut changes: Vec<String>) -> Vec<CardLine> {
    if changes.len() > CHANGES_EACH {
        let rest = changes.split_off(CHANGES_EACH - 1).len();
        changes.push(format!("and {rest} more"));
    }
    let last = changes.pop().unwrap_or_default();
    let line = |essential: String, footer: &str| CardLine {
        colour: card.colour,
        title: None,
        essentials: vec![essential],
        footer: footer.to_owned(),
    };
    let mut lines: Vec<_> = changes.into_iter().map(|change| line(change, "")).collect();
    lines.push(line(last, &card.footer));
    lines
}

fn fields(embed: &Value, names: &dyn Names) -> Vec<String> {
    ESSENTIAL.iter().filter_map(|name| field(embed, name)).map(|value| plain(value, names)).collect()
}

fn field<'a>(embed: &'a Value, name: &str) -> Option<&'a str> {
    let all = embed["fields"].as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().find(|field| field["name"] == name).map(|field| text(&field["value"]))
}

fn description<'a>(embed: &'a Value, names: &'a dyn Names) -> impl Iterator<Item = String> + 'a {
    text(&embed["description"]).lines().map(|line| plain(line, names)).filter(|line| !line.is_empty())
}

fn title(embed: &Value, names: &dyn Names) -> Option<String> {
    embed["title"].as_str().map(|title| plain(title, names))
}

fn colour(embed: &Value) -> u32 {
    embed["color"].as_u64().and_then(|colour| u32::try_from(colour).ok()).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

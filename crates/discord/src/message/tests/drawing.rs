//! The picture with which README begins: a card in three states, as the product renders it, drawn in light and in dark.

use deskbell_domain::conversation::{Assignee, Conversation, Now, State};
use deskbell_domain::delivery::Layout;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::subscription::Detail;
use deskbell_domain::time::Timestamp;
use serde_json::Value;

use super::fixture::{AT, Posting, conversation, started};
use super::svg::{DARK, Drawing, LIGHT, Palette};
use crate::message::new_message;

const MINUTE: i64 = 60;
/// In the order of the picture: what happened, how long after the first words, and how much of the message is drawn.
const STATES: [(&str, i64, Shown); 3] = [
    ("A customer writes: the message rings", 1, Shown::Whole),
    ("Grace presses “I take it”: the same message now", 2, Shown::Card),
    ("She has answered and closed it: the same message now", 10, Shown::Card),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Whole,
    /// The card and the buttons below it; the rest stays as it was.
    Card,
}

fn refund() -> Conversation {
    let text = "Hi, I was charged twice on Monday.";
    Conversation {
        text: RichText::plain(text.to_owned()),
        attachments: Vec::new(),
        admin_id: None,
        admin_name: None,
        ..conversation()
    }
}

/// How Intercom tells that it stands.
fn stands(state: usize) -> Now {
    let grace = Some(Assignee { id: "7".to_owned(), name: Some("Grace Hopper".to_owned()) });
    let waits = Now { waiting_since: Some(AT), ..Now::default() };
    match state {
        0 => waits,
        1 => Now { admin: grace, ..waits },
        _ => Now {
            state: State::Closed,
            answered_at: Some(AT.plus(6 * MINUTE)),
            closed_at: Some(AT.plus(9 * MINUTE)),
            closed_by: grace.clone(),
            admin: grace,
            ..Now::default()
        },
    }
}

fn posted(state: usize) -> Value {
    let mut conversation = refund();
    conversation.stands(&stands(state));
    new_message(&Posting::of(Detail::USUAL, Layout::Cards).announce(vec![started(conversation)]))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// Discord's markdown as it looks: moments as that long ago, addresses without their brackets.
fn looks(markdown: &str, now: Timestamp) -> String {
    let mut parts = markdown.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| match part.split_once('>') {
        Some((inner, after)) => match inner.strip_prefix("t:").and_then(|inner| inner.split(':').next()) {
            Some(at) => format!("{}{after}", ago(at.parse().expect("seconds"), now)),
            None => format!("{inner}{after}"),
        },
        None => part.to_owned(),
    });
    [first].into_iter().chain(rest).collect::<String>().replace('\\', "")
}

fn ago(at: i64, now: Timestamp) -> String {
    match (now.0 - at) / MINUTE {
        1 => "1 minute ago".to_owned(),
        minutes => format!("{minutes} minutes ago"),
    }
}

fn draw_card(drawing: &mut Drawing, embed: &Value, now: Timestamp) {
    let colour = format!("#{:06X}", embed["color"].as_u64().unwrap_or_default());
    let top = drawing.open_card();
    drawing.title(text(&embed["title"]));
    for line in text(&embed["description"]).lines() {
        match line.strip_prefix("> ") {
            Some(quote) => drawing.quote(&looks(quote, now)),
            None => drawing.line(&looks(line, now)),
        }
    }
    for field in list(&embed["fields"]) {
        drawing.field(text(&field["name"]), &looks(text(&field["value"]), now));
    }
    drawing.small(&format!("{}  •  Today at 09:20", text(&embed["footer"]["text"])));
    drawing.close_card(top, &colour);
}

fn draw_rows(drawing: &mut Drawing, rows: &[Value]) {
    for row in rows {
        let controls = list(&row["components"]);
        match controls.first().and_then(|control| control["placeholder"].as_str()) {
            Some(placeholder) => drawing.select(placeholder),
            None => drawing.buttons(controls.iter().map(|button| {
                let link = if button["url"].is_string() { " ↗" } else { "" };
                format!("{}{link}", text(&button["label"]))
            })),
        }
    }
}

fn drawn(palette: Palette) -> String {
    let mut drawing = Drawing::of_channel(palette, "support");
    for (state, (happened, minutes, shown)) in STATES.into_iter().enumerate() {
        let (body, now) = (posted(state), AT.plus(minutes * MINUTE));
        drawing.caption(&format!("09:{}", 20 + minutes), happened);
        if shown == Shown::Whole {
            drawing.content(text(&body["content"]));
        }
        draw_card(&mut drawing, &body["embeds"][0], now);
        let rows = list(&body["components"]);
        draw_rows(&mut drawing, if shown == Shown::Whole { rows } else { &rows[..1] });
    }
    drawing.finish(
        "A Discord channel called support, with one message of Deskbell at three times. First it is new: Ada Lovelace \
         was charged twice, and waits. Then Grace Hopper has it. At last the card is grey: she closed it.",
    )
}

/// Whoever changes how a card looks finds the new picture in the target folder, to look at it and to copy it.
#[test]
fn the_picture_of_readme_shows_what_the_product_says() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut new = Vec::new();
    for (name, palette) in [("card-dark.svg", DARK), ("card-light.svg", LIGHT)] {
        let drawn = drawn(palette);
        if std::fs::read_to_string(format!("{root}/docs/{name}")).ok().as_ref() != Some(&drawn) {
            std::fs::write(format!("{root}/target/{name}"), &drawn).expect("the target folder is there");
            new.push(name);
        }
    }
    assert!(
        new.is_empty(),
        "{new:?} of docs show something else than the product, and those of target what it says"
    );
}

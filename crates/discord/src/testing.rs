//! A message as a person reads it, for the snapshots of tests.

use deskbell_domain::message::{Button, ButtonAction, Message, Row, SelectOption};
use serde_json::Value;

/// A reply as a person reads it: text, cards beside a bar, controls in brackets, greyed ones in round ones.
pub fn read(reply: &Message) -> String {
    let mut out = vec![crate::text::text(reply.content.text(), 2000)];
    for card in &reply.cards {
        out.extend(card_lines(&serde_json::to_value(crate::embed::embed(card)).expect("an embed")));
    }
    out.extend(reply.rows.iter().map(row));
    assert_unique_presses(reply);
    out.extend(reply.files.iter().map(|file| format!("📎 {} ({} bytes)", file.name, file.bytes.len())));
    out.join("\n")
}

/// Discord refuses a message in which two controls carry the same.
fn assert_unique_presses(reply: &Message) {
    let mut carried: Vec<&str> = reply.rows.iter().flat_map(Row::custom_ids).collect();
    carried.sort_unstable();
    let all = carried.len();
    carried.dedup();
    assert_eq!(carried.len(), all, "{:?}", reply.rows);
}

fn card_lines(embed: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', "\n┃   ");
    let mut out = vec![format!("┃ {}", text(&embed["title"]))];
    if embed["description"].is_string() {
        out.push(format!("┃ {}", text(&embed["description"])));
    }
    for field in embed["fields"].as_array().into_iter().flatten() {
        out.push(format!("┃ {}: {}", text(&field["name"]), text(&field["value"])));
    }
    out.push(format!("┃ {}", text(&embed["footer"]["text"])));
    out
}

fn row(row: &Row) -> String {
    match row {
        Row::Buttons(buttons) => buttons.iter().map(button).collect::<Vec<_>>().join(" "),
        Row::Select { placeholder, options, .. } => {
            let options: Vec<_> = options.iter().map(option).collect();
            format!("{{{placeholder} {}}}", options.join(" | "))
        }
        Row::SelectChannels { placeholder, chosen, .. } => format!("{{{placeholder} {chosen:?}}}"),
        Row::SelectRoles { placeholder, chosen, .. } => format!("{{{placeholder} {chosen:?}}}"),
    }
}

fn option(option: &SelectOption) -> String {
    match &option.description {
        Some(description) => format!("{} ({description})", option.label),
        None => option.label.clone(),
    }
}

fn button(button: &Button) -> String {
    let carried = match &button.action {
        ButtonAction::Press(custom_id) => {
            assert!((1..=100).contains(&custom_id.len()));
            custom_id
        }
        ButtonAction::Open(url) => url,
    };
    let label = &button.label;
    if button.greyed { format!("({label})") } else { format!("[{label} {carried}]") }
}

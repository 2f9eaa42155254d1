//! A message's JSON as a picture, roughly as it stands in Discord.

use serde_json::Value;

/// Content, embeds behind a side, controls in brackets.
pub(crate) fn picture(body: &Value) -> String {
    let mut lines = Vec::new();
    if body["flags"].as_u64() == Some(4096) {
        lines.push("(silent)".to_owned());
    }
    lines.extend(text(&body["content"]).lines().map(str::to_owned));
    for embed in list(&body["embeds"]) {
        lines.extend(of_embed(embed).iter().map(|line| format!("┃ {line}").trim_end().to_owned()));
    }
    lines.extend(list(&body["components"]).iter().map(row));
    lines.join("\n")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn of_embed(embed: &Value) -> Vec<String> {
    let mut lines = vec![format!("#{:06X}", embed["color"].as_u64().unwrap_or_default())];
    if let Some(title) = embed["title"].as_str() {
        lines.push(format!("{title} -> {}", embed["url"].as_str().unwrap_or("nowhere")));
    }
    if let Some(thumbnail) = embed["thumbnail"]["url"].as_str() {
        lines.push(format!("[picture {thumbnail}]"));
    }
    lines.extend(text(&embed["description"]).lines().map(str::to_owned));
    for field in list(&embed["fields"]) {
        let sign = if field["inline"].as_bool() == Some(true) { "|" } else { "=" };
        lines.push(format!(
            "{sign} {}: {}",
            text(&field["name"]),
            text(&field["value"]).replace('\n', " ⏎ ")
        ));
    }
    if let Some(footer) = embed["footer"]["text"].as_str() {
        lines.push(format!("{footer} at {}", embed["timestamp"].as_str().unwrap_or("no time")));
    }
    lines
}

fn row(row: &Value) -> String {
    let controls: Vec<_> = list(&row["components"]).iter().map(control).collect();
    controls.join(" ")
}

fn control(control: &Value) -> String {
    if control["type"].as_u64() == Some(3) {
        let options: Vec<_> = list(&control["options"])
            .iter()
            .map(|option| {
                let described = option["description"].as_str().map(|text| format!(" ({text})"));
                let label = text(&option["label"]);
                format!("{label}{} = {}", described.unwrap_or_default(), text(&option["value"]))
            })
            .collect();
        return format!(
            "<{} ({})>\n  {}",
            text(&control["placeholder"]),
            text(&control["custom_id"]),
            options.join("\n  ")
        );
    }
    let target = control["custom_id"].as_str().or(control["url"].as_str()).unwrap_or_default();
    format!("[{} -> {target}]", text(&control["label"]))
}

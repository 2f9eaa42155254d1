//! A message as a person sees it, in plain text: for snapshots and for the histories that failed waits print.

use std::fmt::{self, Write as _};

use serde_json::Value;

use super::message::Message;

impl Message {
    /// The message in plain text: content, visible embeds behind a bar, files, buttons `[Label]` (a greyed one `(Label)`,
    /// a link `[Label ↗]`) and selects `{placeholder: options}`.
    pub fn render(&self) -> String {
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_to(&mut out);
        out.trim_end().to_owned()
    }

    fn write_to(&self, out: &mut String) -> fmt::Result {
        if self.is_loading() {
            writeln!(out, "(thinking …)")?;
        }
        if !self.content.is_empty() {
            writeln!(out, "{}", self.content)?;
        }
        for embed in self.visible_embeds() {
            write_embed(out, embed)?;
        }
        for attachment in &self.attachments {
            writeln!(out, "📎 {} ({} bytes)", attachment.filename, attachment.bytes.len())?;
        }
        for row in &self.components {
            let parts: Vec<String> = row["components"].as_array().into_iter().flatten().map(part).collect();
            writeln!(out, "{}", parts.join(" "))?;
        }
        Ok(())
    }
}

fn write_embed(out: &mut String, embed: &Value) -> fmt::Result {
    let mut lines = Vec::new();
    lines.extend(embed["author"]["name"].as_str().map(str::to_owned));
    lines.extend(embed["title"].as_str().map(|title| linked(title, embed["url"].as_str())));
    lines.extend(embed["description"].as_str().map(str::to_owned));
    for field in embed["fields"].as_array().into_iter().flatten() {
        let (name, value) = (text(&field["name"]), text(&field["value"]));
        lines.push(if field["inline"] == true {
            format!("{name}: {value}")
        } else {
            format!("{name}\n{value}")
        });
    }
    lines.extend(embed["thumbnail"]["url"].as_str().map(|url| format!("(picture {url})")));
    lines.extend(embed["image"]["url"].as_str().map(|url| format!("(image {url})")));
    lines.extend(embed["footer"]["text"].as_str().map(|footer| format!("— {footer}")));
    for line in lines.iter().flat_map(|block| block.lines()) {
        writeln!(out, "┃ {line}")?;
    }
    Ok(())
}

fn linked(title: &str, url: Option<&str>) -> String {
    url.map_or_else(|| title.to_owned(), |url| format!("{title} -> {url}"))
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn part(part: &Value) -> String {
    let label = [part["emoji"]["name"].as_str(), part["label"].as_str()];
    let label = label.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match (part["type"].as_u64(), part["disabled"] == true) {
        (Some(2), _) if part["style"] == 5 => format!("[{label} ↗]"),
        (Some(2), false) => format!("[{label}]"),
        (Some(2), true) => format!("({label})"),
        _ => select(part),
    }
}

fn select(part: &Value) -> String {
    let placeholder = text(&part["placeholder"]);
    let options: Vec<&str> =
        part["options"].as_array().into_iter().flatten().map(|option| text(&option["label"])).collect();
    let chosen = part["default_values"].as_array().into_iter().flatten().map(|chosen| text(&chosen["id"]));
    let listed: Vec<&str> = options.into_iter().chain(chosen).collect();
    if listed.is_empty() {
        format!("{{{placeholder}}}")
    } else {
        format!("{{{placeholder}: {}}}", listed.join(" | "))
    }
}

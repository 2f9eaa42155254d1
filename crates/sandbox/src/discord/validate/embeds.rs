//! Embeds: their limits, and the form in which Discord gives them back.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{Form, Need, Place, code_points, list};
use crate::discord::ids::iso;

const EMBEDS: usize = 10;
const TITLE: usize = 256;
const DESCRIPTION: usize = 4096;
const FOOTER: usize = 2048;
const AUTHOR: usize = 256;
const FIELDS: usize = 25;
const FIELD_NAME: usize = 256;
const FIELD_VALUE: usize = 1024;
const URL: usize = 2048;
const COLOUR: i64 = 0xFF_FFFF;
/// All embeds of a message together.
const TOGETHER: usize = 6000;

const WEB: &[&str] = &["http", "https"];
const PICTURES: &[&str] = &["http", "https", "attachment"];

pub(crate) fn check(form: &mut Form, place: &Place, embeds: &Value) {
    let embeds = list(embeds);
    form.at_most(place.clone(), embeds.len(), EMBEDS);
    for (index, embed) in embeds.iter().enumerate() {
        check_one(form, &place.at(index), embed);
    }
    let together: usize = embeds.iter().map(characters).sum();
    if together > TOGETHER {
        let message = format!("Embed size exceeds maximum size of {TOGETHER}");
        form.refuse(place.clone(), "MAX_EMBED_SIZE_EXCEEDED", message);
    }
}

fn check_one(form: &mut Form, place: &Place, embed: &Value) {
    form.text(place.at("title"), &embed["title"], 0..=TITLE, Need::Optional);
    form.text(place.at("description"), &embed["description"], 0..=DESCRIPTION, Need::Optional);
    form.url(place.at("url"), &embed["url"], WEB, URL);
    form.number(place.at("color"), &embed["color"], 0..=COLOUR);
    check_timestamp(form, place.at("timestamp"), &embed["timestamp"]);
    check_author_and_footer(form, place, embed);
    for picture in ["image", "thumbnail"] {
        form.url(place.at(picture).at("url"), &embed[picture]["url"], PICTURES, URL);
    }
    check_fields(form, &place.at("fields"), list(&embed["fields"]));
    if is_empty(embed) {
        form.refuse(place.at("description"), "BASE_TYPE_REQUIRED", "This field is required");
    }
}

fn check_author_and_footer(form: &mut Form, place: &Place, embed: &Value) {
    if !embed["footer"].is_null() {
        let footer = place.at("footer");
        form.text(footer.at("text"), &embed["footer"]["text"], 0..=FOOTER, Need::Optional);
        form.url(footer.at("icon_url"), &embed["footer"]["icon_url"], PICTURES, URL);
    }
    if !embed["author"].is_null() {
        let author = place.at("author");
        form.text(author.at("name"), &embed["author"]["name"], 0..=AUTHOR, Need::Required);
        form.url(author.at("url"), &embed["author"]["url"], WEB, URL);
        form.url(author.at("icon_url"), &embed["author"]["icon_url"], PICTURES, URL);
    }
}

fn check_timestamp(form: &mut Form, place: Place, value: &Value) {
    if value.is_null() || value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()) {
        return;
    }
    form.refuse(place, "DATE_TIME_TYPE_PARSE", "Could not parse value. Should be ISO8601.");
}

fn check_fields(form: &mut Form, place: &Place, fields: &[Value]) {
    form.at_most(place.clone(), fields.len(), FIELDS);
    for (index, field) in fields.iter().enumerate() {
        let place = place.at(index);
        form.text(place.at("name"), &field["name"], 0..=FIELD_NAME, Need::Required);
        form.text(place.at("value"), &field["value"], 0..=FIELD_VALUE, Need::Required);
    }
}

fn is_empty(embed: &Value) -> bool {
    let shown =
        ["title", "description", "fields", "image", "thumbnail", "author", "footer", "video", "timestamp"];
    shown.iter().all(|part| match &embed[part] {
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        other => other.is_null(),
    })
}

/// What counts against the limit of all embeds together.
pub(crate) fn characters(embed: &Value) -> usize {
    let points = |value: &Value| value.as_str().map_or(0, code_points);
    let fields = list(&embed["fields"]).iter().map(|field| points(&field["name"]) + points(&field["value"]));
    points(&embed["title"])
        + points(&embed["description"])
        + points(&embed["footer"]["text"])
        + points(&embed["author"]["name"])
        + fields.sum::<usize>()
}

/// The embed as Discord gives it back: what says nothing is gone, texts are trimmed, defaults are filled in.
pub(crate) fn normalised(embed: &Value) -> Value {
    let mut kept = Map::from_iter([("type".to_owned(), json!("rich"))]);
    for key in ["title", "description", "url", "color", "footer", "author", "image", "thumbnail"] {
        if let Some(value) = said(&embed[key]) {
            kept.insert(key.to_owned(), value);
        }
    }
    if let Some(moment) = embed["timestamp"].as_str().and_then(|text| text.parse().ok()) {
        kept.insert("timestamp".to_owned(), json!(iso(moment)));
    }
    let fields = list(&embed["fields"]);
    if !fields.is_empty() {
        kept.insert("fields".to_owned(), fields.iter().map(normalised_field).collect());
    }
    Value::Object(kept)
}

fn normalised_field(field: &Value) -> Value {
    json!({
        "name": said(&field["name"]).unwrap_or_default(),
        "value": said(&field["value"]).unwrap_or_default(),
        "inline": field["inline"] == true,
    })
}

fn said(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::String(text) => Some(json!(text.trim())),
        Value::Object(map) => {
            let kept: Map<String, Value> =
                map.iter().filter_map(|(key, value)| Some((key.clone(), said(value)?))).collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        other => Some(other.clone()),
    }
}

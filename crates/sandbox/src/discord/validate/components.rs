//! Buttons, selects and forms: their limits, and the form in which Discord gives them back.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{Form, Need, Place, list};

const ROWS: usize = 5;
const BUTTONS_PER_ROW: usize = 5;
const LABEL: usize = 80;
const CUSTOM_ID: usize = 100;
const LINK: usize = 512;
const OPTIONS: usize = 25;
const OPTION_TEXT: usize = 100;
const PLACEHOLDER: usize = 150;
const INPUT_LABEL: usize = 45;
const INPUT_TEXT: usize = 4000;

const ACTION_ROW: u64 = 1;
const BUTTON: u64 = 2;
const STRING_SELECT: u64 = 3;
const TEXT_INPUT: u64 = 4;
const LINK_STYLE: u64 = 5;

/// Where components stand: that decides what may stand in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    Message,
    Modal,
}

pub(crate) fn check(form: &mut Form, place: &Place, rows: &Value, surface: Surface) {
    let rows = list(rows);
    form.at_most(place.clone(), rows.len(), ROWS);
    let mut custom_ids = BTreeSet::new();
    for (index, row) in rows.iter().enumerate() {
        let place = place.at(index);
        if row["type"] != ACTION_ROW {
            form.refuse(place.at("type"), "BASE_TYPE_CHOICES", "Value must be one of (1,).");
            continue;
        }
        check_row(form, &place.at("components"), list(&row["components"]), surface);
        for (part, component) in list(&row["components"]).iter().enumerate() {
            let is_new = component["custom_id"].as_str().is_none_or(|id| custom_ids.insert(id.to_owned()));
            if !is_new {
                let message = "Component custom id cannot be duplicated";
                let place = place.at("components").at(part).at("custom_id");
                form.refuse(place, "COMPONENT_CUSTOM_ID_DUPLICATED", message);
            }
        }
    }
}

fn check_row(form: &mut Form, place: &Place, parts: &[Value], surface: Surface) {
    if parts.is_empty() || parts.len() > BUTTONS_PER_ROW {
        let message = format!("Must be between 1 and {BUTTONS_PER_ROW} in length.");
        form.refuse(place.clone(), "BASE_TYPE_BAD_LENGTH", message);
    }
    let fills_the_row = parts.iter().any(|part| part["type"] != BUTTON);
    if fills_the_row && parts.len() > 1 {
        let message = "The specified component exceeds the maximum width";
        form.refuse(place.clone(), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message);
    }
    for (index, part) in parts.iter().enumerate() {
        let place = place.at(index);
        match (surface, part["type"].as_u64()) {
            (Surface::Message, Some(BUTTON)) => check_button(form, &place, part),
            (Surface::Message, Some(STRING_SELECT | 5..=8)) => check_select(form, &place, part),
            (Surface::Modal, Some(TEXT_INPUT)) => check_input(form, &place, part),
            _ => form.refuse(place.at("type"), "BASE_TYPE_CHOICES", "This component may not stand here."),
        }
    }
}

fn check_button(form: &mut Form, place: &Place, button: &Value) {
    form.text(place.at("label"), &button["label"], 0..=LABEL, Need::Optional);
    let says_something = button["label"].as_str().is_some_and(|label| !label.trim().is_empty());
    if !says_something && button["emoji"].is_null() {
        let message = "A button must have a label or an emoji";
        form.refuse(place.clone(), "BUTTON_COMPONENT_CONTENT_REQUIRED", message);
    }
    let refused = |form: &mut Form, key: &str, code| {
        form.refuse(place.at(key), code, "This field may not stand on such a button");
    };
    match button["style"].as_u64() {
        Some(LINK_STYLE) => {
            if button["url"].as_str().is_none_or(str::is_empty) {
                form.refuse(place.at("url"), "BASE_TYPE_REQUIRED", "This field is required");
            }
            form.url(place.at("url"), &button["url"], &["http", "https", "discord"], LINK);
            if !button["custom_id"].is_null() {
                refused(form, "custom_id", "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE");
            }
        }
        Some(1..=4) => {
            form.text(place.at("custom_id"), &button["custom_id"], 1..=CUSTOM_ID, Need::Required);
            if !button["url"].is_null() {
                refused(form, "url", "BUTTON_COMPONENT_CUSTOM_ID_AND_URL_MUTUALLY_EXCLUSIVE");
            }
        }
        _ => form.refuse(place.at("style"), "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6)."),
    }
}

fn check_select(form: &mut Form, place: &Place, select: &Value) {
    form.text(place.at("custom_id"), &select["custom_id"], 1..=CUSTOM_ID, Need::Required);
    form.text(place.at("placeholder"), &select["placeholder"], 0..=PLACEHOLDER, Need::Optional);
    form.number(place.at("min_values"), &select["min_values"], 0..=25);
    form.number(place.at("max_values"), &select["max_values"], 1..=25);
    let (least, most) =
        (select["min_values"].as_u64().unwrap_or(1), select["max_values"].as_u64().unwrap_or(1));
    if least > most {
        let message = "The minimum number of values may not exceed the maximum";
        form.refuse(place.at("min_values"), "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE", message);
    }
    if select["type"] == STRING_SELECT {
        check_options(form, &place.at("options"), list(&select["options"]), most);
    }
}

fn check_options(form: &mut Form, place: &Place, options: &[Value], most: u64) {
    if options.is_empty() || options.len() > OPTIONS {
        let message = format!("Must be between 1 and {OPTIONS} in length.");
        form.refuse(place.clone(), "BASE_TYPE_BAD_LENGTH", message);
    }
    if most > options.len().max(1) as u64 {
        let message = "The maximum number of values may not exceed the number of options";
        form.refuse(place.clone(), "SELECT_COMPONENT_MAX_VALUES_TOO_LARGE", message);
    }
    let mut values = BTreeSet::new();
    for (index, option) in options.iter().enumerate() {
        let place = place.at(index);
        form.text(place.at("label"), &option["label"], 1..=OPTION_TEXT, Need::Required);
        form.text(place.at("value"), &option["value"], 1..=OPTION_TEXT, Need::Required);
        form.text(place.at("description"), &option["description"], 0..=OPTION_TEXT, Need::Optional);
        if !values.insert(option["value"].as_str()) {
            let message = "The specified option value is already used";
            form.refuse(place.at("value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message);
        }
    }
}

fn check_input(form: &mut Form, place: &Place, input: &Value) {
    form.text(place.at("custom_id"), &input["custom_id"], 1..=CUSTOM_ID, Need::Required);
    form.text(place.at("label"), &input["label"], 1..=INPUT_LABEL, Need::Required);
    form.text(place.at("value"), &input["value"], 0..=INPUT_TEXT, Need::Optional);
    form.text(place.at("placeholder"), &input["placeholder"], 0..=OPTION_TEXT, Need::Optional);
    form.number(place.at("style"), &input["style"], 1..=2);
}

/// The rows as Discord gives them back: each component has a number, what says nothing is gone.
pub(crate) fn normalised(rows: &Value) -> Vec<Value> {
    let mut number = 0;
    let mut next = || {
        number += 1;
        number
    };
    let rows = list(rows).iter().map(|row| {
        let id = next();
        let parts: Vec<Value> =
            list(&row["components"]).iter().map(|part| normalised_part(part, next())).collect();
        json!({"type": ACTION_ROW, "id": id, "components": parts})
    });
    rows.collect()
}

fn normalised_part(part: &Value, id: u32) -> Value {
    let mut kept = without_nulls(part);
    kept["id"] = json!(id);
    if matches!(part["type"].as_u64(), Some(STRING_SELECT | 5..=8)) {
        for limit in ["min_values", "max_values"] {
            if kept[limit].is_null() {
                kept[limit] = json!(1);
            }
        }
        if list(&kept["channel_types"]).is_empty()
            && let Some(map) = kept.as_object_mut()
        {
            map.remove("channel_types");
        }
    }
    kept
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            Value::Object(kept.map(|(key, value)| (key.clone(), without_nulls(value))).collect::<Map<_, _>>())
        }
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

//! Slash commands: names, descriptions, options and choices, and how much of them there may be.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Form, Need, Place, list};
use crate::discord::error::ApiError;

const COMMANDS: usize = 100;
const NAME: usize = 32;
const DESCRIPTION: usize = 100;
const OPTIONS: usize = 25;
const CHOICES: usize = 25;
const CHOICE: usize = 100;
/// Names, descriptions and values of one command together.
const TOGETHER: usize = 8000;

const SUBCOMMAND: u64 = 1;
const GROUP: u64 = 2;

/// Checks one command, or each of a list.
pub(crate) fn check(body: &Value) -> Result<(), ApiError> {
    let mut form = Form::default();
    match body.as_array() {
        Some(commands) => check_list(&mut form, commands)?,
        None => check_one(&mut form, &Place::default(), body),
    }
    form.finish()
}

fn check_list(form: &mut Form, commands: &[Value]) -> Result<(), ApiError> {
    let slash = commands.iter().filter(|command| command["type"].as_u64().unwrap_or(1) == 1);
    if slash.count() > COMMANDS {
        return Err(ApiError::TOO_MANY_COMMANDS);
    }
    let mut names = BTreeSet::new();
    for (index, command) in commands.iter().enumerate() {
        let place = Place::default().at(index);
        if !names.insert((command["type"].as_u64().unwrap_or(1), command["name"].as_str())) {
            let message = "Application command names must be unique";
            form.refuse(place.at("name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message);
        }
        check_one(form, &place, command);
    }
    Ok(())
}

fn check_one(form: &mut Form, place: &Place, command: &Value) {
    if command["type"].as_u64().unwrap_or(1) == 1 {
        check_name(form, place.at("name"), &command["name"]);
        form.text(place.at("description"), &command["description"], 1..=DESCRIPTION, Need::Required);
    } else {
        form.text(place.at("name"), &command["name"], 1..=NAME, Need::Required);
    }
    check_options(form, &place.at("options"), list(&command["options"]));
    if characters(command) > TOGETHER {
        let message = format!("Command exceeds maximum size ({TOGETHER})");
        form.refuse(place.clone(), "APPLICATION_COMMAND_TOO_LARGE", message);
    }
}

/// Letters, digits, `-`, `_` and `'`; in lower case where there is one.
fn check_name(form: &mut Form, place: Place, value: &Value) {
    let name = value.as_str().unwrap_or_default();
    let allowed = |character: char| {
        "-_'".contains(character)
            || character.is_alphanumeric()
            || ('\u{900}'..='\u{97f}').contains(&character)
            || ('\u{e00}'..='\u{e7f}').contains(&character)
    };
    if name.is_empty() || name.chars().count() > NAME {
        return form.text(place, value, 1..=NAME, Need::Required);
    }
    if !name.chars().all(allowed) || name.to_lowercase() != name {
        form.refuse(place, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
    }
}

fn check_options(form: &mut Form, place: &Place, options: &[Value]) {
    form.at_most(place.clone(), options.len(), OPTIONS);
    let mut names = BTreeSet::new();
    let mut optional_seen = false;
    for (index, option) in options.iter().enumerate() {
        let place = place.at(index);
        check_name(form, place.at("name"), &option["name"]);
        form.text(place.at("description"), &option["description"], 1..=DESCRIPTION, Need::Required);
        if !names.insert(option["name"].as_str()) {
            let message = "Option name must be unique";
            form.refuse(place.at("name"), "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATE", message);
        }
        if is_nesting(option) {
            check_options(form, &place.at("options"), list(&option["options"]));
            continue;
        }
        if optional_seen && option["required"] == true {
            let message = "Required options must be placed before non-required options";
            form.refuse(place.clone(), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message);
        }
        optional_seen |= option["required"] != true;
        check_choices(form, &place, option);
    }
    let nesting = options.iter().filter(|option| is_nesting(option)).count();
    if nesting != 0 && nesting != options.len() {
        let message =
            "Sub-command and sub-command group option types are mutually exclusive to all other types";
        form.refuse(place.clone(), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message);
    }
}

fn is_nesting(option: &Value) -> bool {
    matches!(option["type"].as_u64(), Some(SUBCOMMAND | GROUP))
}

fn check_choices(form: &mut Form, place: &Place, option: &Value) {
    let choices = list(&option["choices"]);
    form.at_most(place.at("choices"), choices.len(), CHOICES);
    if !choices.is_empty() && option["autocomplete"] == true {
        let message = "Choices and autocomplete exclude each other";
        form.refuse(place.at("autocomplete"), "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_INVALID", message);
    }
    for (index, choice) in choices.iter().enumerate() {
        let place = place.at("choices").at(index);
        form.text(place.at("name"), &choice["name"], 1..=CHOICE, Need::Required);
        if choice["value"].is_string() {
            form.text(place.at("value"), &choice["value"], 0..=CHOICE, Need::Required);
        }
    }
}

/// Checks the suggestions that answer an autocomplete.
pub(crate) fn check_suggestions(form: &mut Form, place: &Place, choices: &[Value]) {
    form.at_most(place.clone(), choices.len(), CHOICES);
    for (index, choice) in choices.iter().enumerate() {
        let place = place.at(index);
        form.text(place.at("name"), &choice["name"], 1..=CHOICE, Need::Required);
        if choice["value"].is_string() {
            form.text(place.at("value"), &choice["value"], 1..=CHOICE, Need::Required);
        }
    }
}

/// The longest localisation of each text counts.
fn characters(part: &Value) -> usize {
    let points = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let longest = |key: &str| {
        let localised = part[format!("{key}_localizations")].as_object();
        let localised = localised.into_iter().flat_map(|map| map.values().map(points));
        localised.chain([points(&part[key])]).max().unwrap_or(0)
    };
    let inner = list(&part["options"]).iter().chain(list(&part["choices"])).map(characters);
    longest("name") + longest("description") + points(&part["value"]) + inner.sum::<usize>()
}

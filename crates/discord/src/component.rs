//! Buttons and selects within Discord's limits: what Discord would refuse is left out, for one bad control would cost
//! the whole message.
//!
//! They are written by hand, since serenity writes the ids of chosen values as numbers, and Discord's description wants
//! them as text.

use std::collections::BTreeSet;

use deskbell_domain::message::{Button, ButtonAction, ButtonLook, Row, SelectOption};
use serde_json::{Value, json};

use crate::address;
use crate::escape::plain;
use crate::limits::{code_points, discord};

/// The kinds of components, from Discord's page on components.
mod kind {
    pub(super) const ROW: u8 = 1;
    pub(super) const BUTTON: u8 = 2;
    pub(super) const SELECT: u8 = 3;
    pub(super) const SELECT_ROLES: u8 = 6;
    pub(super) const SELECT_CHANNELS: u8 = 8;
}

/// Text, announcement, and the three kinds of threads: the channels in which the bot can post.
const CHANNELS_WITH_MESSAGES: [u8; 5] = [0, 5, 11, 12, 10];
const LINK_STYLE: u8 = 5;

/// A text from outside as the label of a control: one line, never empty.
pub fn label(text: &str, most: usize) -> String {
    let label = plain(text, most);
    if label.is_empty() { "–".to_owned() } else { label }
}

/// The rows as Discord takes them: at most five, no `custom_id` twice.
pub(crate) fn rows(rows: &[Row]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    let rows = rows.iter().filter_map(|one| components(one, &mut seen));
    rows.take(discord::ROWS).map(|components| json!({"type": kind::ROW, "components": components})).collect()
}

fn components(row: &Row, seen: &mut BTreeSet<String>) -> Option<Vec<Value>> {
    let controls: Vec<_> = match row {
        Row::Buttons(buttons) => {
            buttons.iter().filter_map(|one| button(one, seen)).take(discord::BUTTONS).collect()
        }
        select => self::select(select).filter(|_| is_new(select.custom_ids()[0], seen)).into_iter().collect(),
    };
    (!controls.is_empty()).then_some(controls)
}

fn button(button: &Button, seen: &mut BTreeSet<String>) -> Option<Value> {
    let mut made = match &button.action {
        ButtonAction::Open(url) => json!({"style": LINK_STYLE, "url": address::of_ours(url)?}),
        ButtonAction::Press(custom_id) => {
            is_new(custom_id, seen).then(|| json!({"style": style(button.look), "custom_id": custom_id}))?
        }
    };
    made["type"] = kind::BUTTON.into();
    made["label"] = label(&button.label, discord::BUTTON_LABEL).into();
    if button.greyed {
        made["disabled"] = true.into();
    }
    Some(made)
}

fn style(look: ButtonLook) -> u8 {
    match look {
        ButtonLook::Primary => 1,
        ButtonLook::Secondary => 2,
        ButtonLook::Danger => 4,
    }
}

/// A select; none where there is nothing to choose.
fn select(row: &Row) -> Option<Value> {
    match row {
        Row::Buttons(_) => None,
        Row::Select { custom_id, placeholder, options } => {
            let options = select_options(options);
            (!options.is_empty()).then(|| {
                let mut select = menu(kind::SELECT, custom_id, placeholder);
                select["options"] = options.into();
                select
            })
        }
        Row::SelectChannels { custom_id, placeholder, chosen, count } => {
            let mut select = menu(kind::SELECT_CHANNELS, custom_id, placeholder);
            select["channel_types"] = json!(CHANNELS_WITH_MESSAGES);
            select["min_values"] = (*count.start()).into();
            select["max_values"] = (*count.end()).into();
            Some(with_chosen(select, "channel", chosen.iter().map(ToString::to_string)))
        }
        Row::SelectRoles { custom_id, placeholder, chosen, most } => {
            let mut select = menu(kind::SELECT_ROLES, custom_id, placeholder);
            select["min_values"] = 0.into();
            select["max_values"] = (*most).into();
            Some(with_chosen(select, "role", chosen.iter().map(ToString::to_string)))
        }
    }
}

fn menu(kind: u8, custom_id: &str, placeholder: &str) -> Value {
    let placeholder = label(placeholder, discord::PLACEHOLDER);
    json!({"type": kind, "custom_id": custom_id, "placeholder": placeholder})
}

fn with_chosen(mut select: Value, kind: &str, ids: impl Iterator<Item = String>) -> Value {
    let chosen: Vec<_> = ids.map(|id| json!({"id": id, "type": kind})).collect();
    if !chosen.is_empty() {
        select["default_values"] = chosen.into();
    }
    select
}

fn is_new(custom_id: &str, seen: &mut BTreeSet<String>) -> bool {
    fits(custom_id, discord::CUSTOM_ID) && seen.insert(custom_id.to_owned())
}

/// Not blank, not cut by Discord's trimming, not too long.
fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.trim() == text && code_points(text) <= most
}

fn select_options(options: &[SelectOption]) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    options
        .iter()
        .filter(|option| fits(&option.value, discord::OPTION) && seen.insert(option.value.clone()))
        .take(discord::OPTIONS)
        .map(select_option)
        .collect()
}

fn select_option(option: &SelectOption) -> Value {
    let mut made = json!({"label": label(&option.label, discord::OPTION), "value": option.value});
    let description = option.description.as_deref().map(|text| plain(text, discord::OPTION));
    if let Some(description) = description.filter(|text| !text.is_empty()) {
        made["description"] = description.into();
    }
    made
}

#[cfg(test)]
mod tests;

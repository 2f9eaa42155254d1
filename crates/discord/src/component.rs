//! Buttons and selects within Discord's limits: what Discord would refuse is left out, for one bad control would cost
//! the whole message.

use std::collections::BTreeSet;

use deskbell_domain::announcement::{Button, ButtonAction, ButtonLook, ControlRow, SelectOption};
use serenity::builder::{
    CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption,
};
use serenity::model::application::ButtonStyle;

use crate::address;
use crate::escape::plain;
use crate::limits::{code_points, discord};

/// A text from outside as the label of a control: one line, never empty.
pub fn label(text: &str, most: usize) -> String {
    let label = plain(text, most);
    if label.is_empty() { "–".to_owned() } else { label }
}

/// The rows as Discord takes them: at most five, no `custom_id` twice.
pub fn rows(rows: &[ControlRow]) -> Vec<CreateActionRow> {
    let mut seen = BTreeSet::new();
    rows.iter().filter_map(|one| row(one, &mut seen)).take(discord::ROWS).collect()
}

fn row(row: &ControlRow, seen: &mut BTreeSet<String>) -> Option<CreateActionRow> {
    match row {
        ControlRow::Buttons(buttons) => {
            let buttons: Vec<_> =
                buttons.iter().filter_map(|one| button(one, seen)).take(discord::BUTTONS).collect();
            (!buttons.is_empty()).then_some(CreateActionRow::Buttons(buttons))
        }
        ControlRow::Select { custom_id, placeholder, options } => {
            let options = select_options(options);
            if options.is_empty() || !is_new(custom_id, seen) {
                return None;
            }
            let menu = CreateSelectMenu::new(custom_id, CreateSelectMenuKind::String { options });
            Some(CreateActionRow::SelectMenu(menu.placeholder(label(placeholder, discord::PLACEHOLDER))))
        }
    }
}

fn button(button: &Button, seen: &mut BTreeSet<String>) -> Option<CreateButton> {
    let made = match &button.action {
        ButtonAction::Open(url) => CreateButton::new_link(address::of_ours(url)?),
        ButtonAction::Press(custom_id) => {
            is_new(custom_id, seen).then(|| CreateButton::new(custom_id).style(style(button.look)))?
        }
    };
    Some(made.label(label(&button.label, discord::BUTTON_LABEL)))
}

fn style(look: ButtonLook) -> ButtonStyle {
    match look {
        ButtonLook::Primary => ButtonStyle::Primary,
        ButtonLook::Secondary => ButtonStyle::Secondary,
        ButtonLook::Danger => ButtonStyle::Danger,
    }
}

fn is_new(custom_id: &str, seen: &mut BTreeSet<String>) -> bool {
    fits(custom_id, discord::CUSTOM_ID) && seen.insert(custom_id.to_owned())
}

/// Not blank, not cut by Discord's trimming, not too long.
fn fits(text: &str, most: usize) -> bool {
    !text.is_empty() && text.trim() == text && code_points(text) <= most
}

fn select_options(options: &[SelectOption]) -> Vec<CreateSelectMenuOption> {
    let mut seen = BTreeSet::new();
    options
        .iter()
        .filter(|option| fits(&option.value, discord::OPTION) && seen.insert(option.value.clone()))
        .take(discord::OPTIONS)
        .map(|option| CreateSelectMenuOption::new(label(&option.label, discord::OPTION), &option.value))
        .collect()
}

#[cfg(test)]
mod tests;

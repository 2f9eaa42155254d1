//! What the controls below a message carry.

use deskbell_domain::message::{ButtonAction, Message, Row};
use deskbell_domain::press::desk::{DeskPress, WordsAct};

/// What the controls of a message carry.
pub(crate) fn carried(message: &Message) -> Vec<DeskPress> {
    let carried = message.rows.iter().flat_map(|row| match row {
        Row::Buttons(buttons) => {
            let pressed = buttons.iter().filter_map(|button| match &button.action {
                ButtonAction::Press(custom_id) => Some(custom_id.clone()),
                ButtonAction::Open(_) => None,
            });
            pressed.collect()
        }
        Row::Select { custom_id, .. } => vec![custom_id.clone()],
        Row::SelectChannels { .. } | Row::SelectRoles { .. } => Vec::new(),
    });
    carried.filter_map(|custom_id| DeskPress::parse(&custom_id)).collect()
}

/// The button below a message with which this is done with words.
pub(crate) fn button(message: &Message, act: WordsAct) -> Option<DeskPress> {
    carried(message).into_iter().find(|press| matches!(press, DeskPress::Words(other, _) if *other == act))
}

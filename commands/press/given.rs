//! What comes with a press.

use std::collections::BTreeMap;

use deskbell_text as text;
use poise::serenity_prelude as serenity;
use serenity::ComponentInteractionDataKind as Kind;

/// What was chosen in a select or filled into a form; empty for a button. No `Debug`, it holds what a person typed.
#[derive(Default)]
pub(crate) struct Given {
    /// The values of a select, as text.
    pub(crate) chosen: Vec<String>,
    /// The texts of a form, under the ids of its fields.
    pub(crate) filled: BTreeMap<String, String>,
}

impl Given {
    pub(crate) fn of_component(kind: &Kind) -> Self {
        let chosen = match kind {
            Kind::StringSelect { values } => values.clone(),
            Kind::ChannelSelect { values } => values.iter().map(ToString::to_string).collect(),
            Kind::RoleSelect { values } => values.iter().map(ToString::to_string).collect(),
            Kind::UserSelect { values } => values.iter().map(ToString::to_string).collect(),
            Kind::Button | Kind::MentionableSelect { .. } | Kind::Unknown(_) => Vec::new(),
        };
        Self { chosen, ..Self::default() }
    }

    pub(crate) fn of_form(data: &serenity::ModalInteractionData) -> Self {
        let parts = data.components.iter().flat_map(|row| &row.components);
        let filled = parts.filter_map(|part| match part {
            serenity::ActionRowComponent::InputText(input) => {
                Some((input.custom_id.clone(), input.value.clone().unwrap_or_default()))
            }
            _ => None,
        });
        Self { filled: filled.collect(), ..Self::default() }
    }

    /// Words for a customer or for the team that were typed into a form: nobody types them twice.
    pub(crate) fn words(&self) -> Option<&str> {
        let words = self.filled.get(text::desk::words::FIELD).map(|words| words.trim());
        words.filter(|words| !words.is_empty())
    }
}

//! What a press below `/lead` and `/user` does to the message, and whether it would change something.

use deskbell_domain::press::look::LookPress;
use deskbell_text::failure::Effect;

use super::place::AnswerPlace;

/// Whether the answer replaces the message that was pressed.
pub(crate) fn place(press: &LookPress) -> AnswerPlace {
    match press {
        LookPress::LookAgain(_) => AnswerPlace::Again,
        LookPress::Page(..) | LookPress::List(_) | LookPress::Update(_) => AnswerPlace::Same,
        LookPress::Open(_)
        | LookPress::OpenOne
        | LookPress::Share(_)
        | LookPress::ShareAnyway(_)
        | LookPress::Export(_) => AnswerPlace::New,
    }
}

/// Whether it would change something; a read can be tried again by the same press.
pub(crate) fn effect(press: &LookPress) -> Effect {
    match press {
        LookPress::Share(_) | LookPress::ShareAnyway(_) | LookPress::Update(_) => Effect::Write,
        LookPress::OpenOne => Effect::Read { again: None },
        _ => Effect::Read { again: Some(press.to_custom_id()) },
    }
}

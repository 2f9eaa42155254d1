//! What a press below `/notify`, `/access` and `/setup` does to the message, and whether it would change something.

use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::press::who::WhoPress;
use deskbell_text::failure::Effect;

use super::place::AnswerPlace;

/// Whether the answer replaces the message that was pressed.
pub(crate) fn place(press: &SetUpPress) -> AnswerPlace {
    match press {
        SetUpPress::Sample(_) | SetUpPress::Pause(_) | SetUpPress::Remove(_) | SetUpPress::Allow(..) => {
            AnswerPlace::New
        }
        _ => AnswerPlace::Same,
    }
}

/// Whether it would change something.
pub(crate) fn effect(press: &SetUpPress) -> Effect {
    match press {
        SetUpPress::List(_)
        | SetUpPress::Failed(_)
        | SetUpPress::Who(WhoPress::List(_) | WhoPress::Page(..)) => {
            Effect::Read { again: Some(press.to_custom_id()) }
        }
        SetUpPress::Elsewhere(_)
        | SetUpPress::Keep
        | SetUpPress::FailedOne
        | SetUpPress::Who(WhoPress::Member)
        | SetUpPress::Remove(_)
        | SetUpPress::TryNow => Effect::Read { again: None },
        _ => Effect::Write,
    }
}

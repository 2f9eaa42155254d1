//! What a press below `/lead` and `/user` or below a card does to the message, and whether it would change something.

use deskbell_domain::press::look::LookPress;
use deskbell_domain::press::{ChannelPress, ShownEvent, parse_contact, parse_conversation};
use deskbell_text::failure::Effect;

use super::given::Given;
use super::place::AnswerPlace;
use crate::desk;

/// Whether the answer replaces the message that was pressed.
pub(crate) fn place(press: &LookPress) -> AnswerPlace {
    match press {
        LookPress::LookAgain(_) | LookPress::OpenAgain(_) | LookPress::Filled(_) => AnswerPlace::Again,
        LookPress::Page(..)
        | LookPress::List(_)
        | LookPress::Update(_)
        | LookPress::InCompany(_)
        | LookPress::Convert(_)
        | LookPress::CreateBeside(_) => AnswerPlace::Same,
        LookPress::Open(_)
        | LookPress::OpenOne
        | LookPress::Share(_)
        | LookPress::ShareAnyway(_)
        | LookPress::Export(_)
        | LookPress::Mend(_)
        | LookPress::CreateLead(_) => AnswerPlace::New,
    }
}

/// Whether it would change something; a read can be tried again by a press. A card is shared only once it is read, so
/// that nothing was changed where Intercom fails.
pub(crate) fn effect(press: &LookPress, given: &Given) -> Effect {
    match press {
        LookPress::Update(_)
        | LookPress::Mend(_)
        | LookPress::Filled(_)
        | LookPress::CreateLead(_)
        | LookPress::Convert(_)
        | LookPress::CreateBeside(_) => Effect::Write,
        LookPress::Open(id) => opens(Some(LookPress::OpenAgain(id.clone()))),
        LookPress::OpenOne => opens(the_chosen(given)),
        LookPress::InCompany(_) => Effect::Read { again: None },
        _ => Effect::Read { again: Some(press.to_custom_id()) },
    }
}

/// Whether the answer replaces the message that was pressed, of a press below a card in a channel or below what such a
/// press answers.
pub(crate) fn place_of_card(press: &ChannelPress) -> AnswerPlace {
    match press {
        ChannelPress::Desk(press) => desk::place(press),
        _ => AnswerPlace::New,
    }
}

/// The same for a press below a card in a channel.
pub(crate) fn effect_of_card(press: &ChannelPress, given: &Given) -> Effect {
    match press {
        ChannelPress::Audience(..) | ChannelPress::Desk(_) => Effect::Write,
        ChannelPress::SkipToNow(_) | ChannelPress::ReadOneConversation => Effect::Read { again: None },
        ChannelPress::Show(id) => opens(Some(LookPress::OpenAgain(id.clone()))),
        ChannelPress::ShowOne => opens(the_chosen(given)),
        ChannelPress::ShowConversation(_) | ChannelPress::ShowEvent(_) => shows(Some(press.clone())),
        ChannelPress::ShowOneConversation => {
            let chosen = given.chosen.first().and_then(|id| parse_conversation(id));
            shows(chosen.map(ChannelPress::ShowConversation))
        }
        ChannelPress::ShowOneEvent(subscription) => {
            let chosen = given.chosen.first().and_then(|option| ShownEvent::of_option(*subscription, option));
            shows(chosen.map(ChannelPress::ShowEvent))
        }
    }
}

fn shows(again: Option<ChannelPress>) -> Effect {
    Effect::Read { again: again.map(|press| press.to_custom_id()) }
}

fn opens(again: Option<LookPress>) -> Effect {
    Effect::Read { again: again.map(|press| press.to_custom_id()) }
}

fn the_chosen(given: &Given) -> Option<LookPress> {
    given.chosen.first().and_then(|id| parse_contact(id)).map(LookPress::OpenAgain)
}

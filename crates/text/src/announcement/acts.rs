//! What can be done with a conversation or a person from the card.

use deskbell_domain::contact::{Contact, Fate};
use deskbell_domain::conversation::{Activity, Conversation, State};
use deskbell_domain::event::Record;
use deskbell_domain::message::{Button, Row};
use deskbell_domain::press::desk::{DeskAct, DeskPress};
use deskbell_domain::press::parse_conversation;
use deskbell_domain::subscription::Detail;

use crate::desk::more::more;
use crate::desk::person;

/// The buttons with which something is done, where the card says whom or which conversation it is about. A rating asks for
/// nothing.
pub(super) fn acts(record: &Record, detail: Detail) -> Vec<Row> {
    match record {
        Record::Conversation { conversation, what }
            if detail != Detail::Private && !matches!(what, Activity::Rated(_)) =>
        {
            let buttons = of_conversation(conversation).map(Row::Buttons);
            buttons.into_iter().chain(more(conversation)).collect()
        }
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. }
            if detail != Detail::Private =>
        {
            of_person(contact).map(Row::Buttons).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The buttons of a person who is still there.
fn of_person(contact: &Contact) -> Option<Vec<Button>> {
    let is_gone = matches!(contact.fate, Some(Fate::Merged { .. } | Fate::Deleted(_)));
    (!is_gone).then(|| person::buttons(&contact.id)).flatten()
}

/// The buttons of a conversation that can be pressed.
pub(crate) fn of_conversation(conversation: &Conversation) -> Option<Vec<Button>> {
    let id = parse_conversation(conversation.id.as_str())?;
    let press = |act| DeskPress::Do(act, id.clone()).to_custom_id();
    let is_closed = conversation.now.as_ref().is_some_and(|now| now.state == State::Closed);
    let end = if is_closed {
        Button::secondary("Reopen", press(DeskAct::Reopen))
    } else {
        Button::secondary("Close", press(DeskAct::Close))
    };
    Some(vec![
        Button::secondary("I take it", press(DeskAct::Take)),
        Button::secondary("Reply", press(DeskAct::Reply)),
        Button::secondary("Note", press(DeskAct::Note)),
        end,
    ])
}

#[cfg(test)]
mod tests {
    use deskbell_domain::contact::Role;
    use deskbell_domain::ids::ContactId;
    use deskbell_domain::message::Message;
    use deskbell_domain::time::Timestamp;
    use insta::assert_snapshot;

    use super::*;

    fn below(fate: Option<Fate>, detail: Detail) -> String {
        let contact = Contact { fate, ..Contact::bare(ContactId::new("6762f0dd"), Role::Lead) };
        let rows = acts(&Record::Lead { contact: Box::new(contact) }, detail);
        deskbell_discord::testing::read(&Message { rows, ..Message::default() })
    }

    #[test]
    fn a_lead_can_be_taken_noted_on_and_tagged_for_as_long_as_there_is_somebody() {
        assert_snapshot!(below(None, Detail::Card), @"

        [I take it v1:own:6762f0dd] [Note v1:note-on:6762f0dd] [Tag… v1:tag-on:6762f0dd]
        ");
        let user = below(Some(Fate::BecameUser(Timestamp(9))), Detail::Full);
        assert_eq!(user, below(None, Detail::Card), "a lead that became a user keeps its id");
        let merged = Fate::Merged { into: ContactId::new("ada"), name: "Ada".to_owned() };
        for gone in [merged, Fate::Deleted(Timestamp(9))] {
            assert_eq!(below(Some(gone), Detail::Card), "");
        }
        assert_eq!(below(None, Detail::Private), "", "a card without personal data names nobody");
    }
}

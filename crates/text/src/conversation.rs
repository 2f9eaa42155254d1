//! What is shown of a conversation.

use deskbell_domain::card::text::Text;
use deskbell_domain::card::{Card, Size};
use deskbell_domain::conversation::{Author, Conversation};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::ChannelPress;
use deskbell_domain::subscription::Detail;

use crate::announcement::of_conversation;
use crate::card::{self, Placement, Showing};
use crate::contact::Shown;
use crate::desk::more::more;

/// What who writes is called, as cards say it.
pub fn author(author: &Author) -> String {
    card::author(author)
}

/// A customer whose name cannot be had.
pub fn nameless() -> String {
    "the customer".to_owned()
}

/// The full card of a conversation, for the one who asked.
pub fn card(shown: Shown<'_>, conversation: Conversation) -> Message {
    let open = Button::link("Open in Intercom", shown.links.conversation(&conversation.id));
    let person = show_person(&conversation);
    let acts = of_conversation(&conversation).unwrap_or_default();
    let more = more(&conversation);
    let mut card = Message::default().card(full_card(shown, conversation)).buttons(acts);
    card.rows.extend(more);
    card.buttons([open].into_iter().chain(person))
}

/// A card of a conversation that is not in Intercom any more, as it was announced.
pub fn deleted(shown: Shown<'_>, conversation: Conversation) -> Message {
    let person = show_person(&conversation);
    Message::say("This conversation was deleted in Intercom.")
        .card(full_card(shown, conversation))
        .small(Text::ours("The card shows what was known when it was announced."))
        .buttons(person)
}

fn show_person(conversation: &Conversation) -> Option<Button> {
    let id = conversation.contact.clone()?;
    Some(Button::secondary("Show person", ChannelPress::Show(id).to_custom_id()))
}

fn full_card(shown: Shown<'_>, conversation: Conversation) -> Card {
    let showing = Showing {
        detail: Detail::Full,
        size: Size::Normal,
        shown,
        reference: None,
        placement: Placement::Reply,
    };
    let (id, at) = (EventId::conversation_created(&conversation.id), conversation.created_at);
    let record = Record::started(conversation);
    let event = Event { id, at, record, actor: None };
    card::for_event(&event, &showing)
}

#[cfg(test)]
mod tests {
    use deskbell_domain::card::chosen::CardFields;
    use deskbell_domain::ids::{ContactId, ConversationId, WorkspaceId};
    use deskbell_domain::links::Links;
    use deskbell_domain::rich_text::RichText;
    use deskbell_domain::time::Timestamp;
    use deskbell_domain::workspace::Region;

    use super::*;

    fn refund() -> Conversation {
        Conversation {
            now: None,
            id: ConversationId::new("215470"),
            created_at: Timestamp(1_763_889_600),
            updated_at: Timestamp(1_763_889_600),
            subject: Some("Refund".to_owned()),
            text: RichText::plain("I was charged twice"),
            attachments: Vec::new(),
            message_url: None,
            author: deskbell_domain::conversation::Author::default(),
            contact: Some(ContactId::new("6762f0dd1bb69f9f2193bb83")),
            admin_id: None,
            admin_name: None,
            team_id: None,
            team_name: None,
            company_names: Vec::new(),
            start: deskbell_domain::conversation::Start::Customer,
        }
    }

    fn told(say: fn(Shown<'_>, Conversation) -> Message) -> String {
        let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
        let fields = CardFields::default();
        let shown = Shown { workspace_name: "Acme", links: &links, fields: &fields };
        deskbell_discord::testing::read(&say(shown, refund()))
    }

    #[test]
    fn a_conversation_is_shown_with_its_words_to_the_one_who_asked() {
        let told = told(super::card);
        assert!(told.contains("Refund") && told.contains("I was charged twice"), "{told}");
        assert!(told.contains("Open in Intercom") && told.contains("Show person"), "{told}");
    }

    #[test]
    fn a_deleted_conversation_is_told_as_such_and_leads_nowhere_in_intercom() {
        let told = told(super::deleted);
        assert!(told.starts_with("This conversation was deleted in Intercom.\n"), "{told}");
        assert!(told.contains("Refund") && told.contains("I was charged twice"), "{told}");
        assert!(!told.contains("Open in Intercom") && told.contains("Show person"), "{told}");
    }
}

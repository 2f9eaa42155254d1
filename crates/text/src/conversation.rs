//! What is shown of a conversation.

use deskbell_domain::card::Size;
use deskbell_domain::conversation::Conversation;
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::message::{Button, Message};
use deskbell_domain::press::ChannelPress;
use deskbell_domain::subscription::Detail;

use crate::card::{self, Placement, Showing};
use crate::contact::Shown;

/// The full card of a conversation, for the one who asked.
pub fn card(shown: Shown<'_>, conversation: Conversation) -> Message {
    let open = Button::link("Open in Intercom", shown.links.conversation(&conversation.id));
    let person = conversation
        .contact
        .clone()
        .map(|id| Button::secondary("Show person", ChannelPress::Show(id).to_custom_id()));
    let showing = Showing {
        detail: Detail::Full,
        size: Size::Normal,
        shown,
        reference: None,
        placement: Placement::Reply,
    };
    let (id, at) = (EventId::conversation_created(&conversation.id), conversation.created_at);
    let record = Record::Conversation { conversation: Box::new(conversation) };
    let event = Event { id, at, record, actor: None };
    Message::default().card(card::for_event(&event, &showing)).buttons([open].into_iter().chain(person))
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

    #[test]
    fn a_conversation_is_shown_with_its_words_to_the_one_who_asked() {
        let links = Links::new(Region::Us, WorkspaceId::new("acme1234"));
        let conversation = Conversation {
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
        };
        let reply = super::card(
            Shown { workspace_name: "Acme", links: &links, fields: &CardFields::default() },
            conversation,
        );
        let told = deskbell_discord::testing::read(&reply);
        assert!(told.contains("Refund") && told.contains("I was charged twice"), "{told}");
        assert!(told.contains("Open in Intercom") && told.contains("Show person"), "{told}");
    }
}

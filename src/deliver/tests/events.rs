//! Events for the stories. Each names its place in the story where a card shows it, so that the order of what was
//! posted can be read off the channel.

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::{Activity, Conversation, Rating, Unanswered};
use deskbell_domain::difference::{Change, Field, Old};
use deskbell_domain::event::{Event, EventId, EventKind, Record, UserOrigin};
use deskbell_domain::ids::{ContactId, ConversationId, PartId};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;

/// How an event is called on its card.
pub(crate) fn name(number: u64) -> String {
    format!("P{number:05}")
}

fn person(number: u64, person: u64, role: Role) -> Box<Contact> {
    let mut contact = Contact::bare(ContactId::new(format!("contact{person}")), role);
    contact.name = Some(name(number));
    Box::new(contact)
}

/// A new lead.
pub(crate) fn lead(number: u64, who: u8, at: i64) -> Event {
    let contact = person(number, u64::from(who), Role::Lead);
    let id = EventId::lead_created(&ContactId::new(format!("lead{number}")));
    Event { id, at: Timestamp(at), record: Record::Lead { contact }, actor: None }
}

/// A changed user.
pub(crate) fn update(number: u64, who: u8, at: i64) -> Event {
    let contact = person(number, u64::from(who), Role::User);
    let id = EventId::user_updated(&contact.id, number);
    let changes =
        vec![Change::Value { field: Field::Phone, old: Old::Known(None), new: Some("123".to_owned()) }];
    Event { id, at: Timestamp(at), record: Record::Update { contact, changes }, actor: None }
}

/// An event of a kind about a person of its own.
pub(crate) fn event(kind: EventKind, number: u64, at: i64) -> Event {
    let contact = person(number, number, Role::Lead);
    let at = Timestamp(at);
    let (id, record) = match kind {
        EventKind::NewLead => (EventId::lead_created(&contact.id), Record::Lead { contact }),
        EventKind::LeadIdentified => (EventId::lead_identified(&contact.id), Record::Identified { contact }),
        EventKind::NewUser => {
            (EventId::user_created(&contact.id), Record::User { contact, origin: UserOrigin::New })
        }
        EventKind::UserUpdated => {
            let Event { id, record, .. } = update(number, u8::try_from(number % 200).unwrap_or(0), at.0);
            (id, record)
        }
        EventKind::NewConversation => {
            let conversation = conversation(number);
            (EventId::conversation_created(&conversation.id), Record::started(conversation))
        }
        EventKind::Unanswered => {
            let id = format!("\"unanswered:{number}:{}\"", Threshold::USUAL);
            let wait = Unanswered { threshold: Threshold::USUAL, since: at.minus(900), ended: None };
            let what = Activity::Unanswered(wait);
            let record = Record::Conversation { conversation: conversation(number), what };
            (serde_json::from_str(&id).expect("an id"), record)
        }
        EventKind::CustomerReplied | EventKind::HandedOver | EventKind::Rated => {
            let (conversation, part) = (conversation(number), PartId::new(number.to_string()));
            let (id, what) = match kind {
                EventKind::HandedOver => (EventId::handed_over(&part), Activity::HandedOver),
                EventKind::Rated => {
                    let rating = Rating { score: 2, at, remark: None };
                    (EventId::rated(&conversation.id, at), Activity::Rated(rating))
                }
                _ => (EventId::customer_replied(&part), Activity::Replied),
            };
            (id, Record::Conversation { conversation, what })
        }
    };
    Event { id, at, record, actor: None }
}

/// A new conversation that is assigned to this teammate.
pub(crate) fn held_by(number: u64, admin: Option<&str>, at: i64) -> Event {
    let mut conversation = conversation(number);
    conversation.admin_id = admin.map(str::to_owned);
    let id = EventId::conversation_created(&conversation.id);
    Event { id, at: Timestamp(at), record: Record::started(conversation), actor: None }
}

fn conversation(number: u64) -> Box<Conversation> {
    let text = format!(r#"{{"id":"{number}","subject":"{}"}}"#, name(number));
    let mut conversation: Conversation =
        serde_json::from_str(&text).expect("every other field has a default");
    conversation.id = ConversationId::new(number.to_string());
    Box::new(conversation)
}

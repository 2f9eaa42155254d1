//! Whom an event is about, in a few words.

use deskbell_domain::event::{Event, Record};

use super::conversation;

/// The name of the one whom an event is about.
pub fn subject_name(event: &Event) -> String {
    match &event.record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => contact.display_name(),
        Record::Conversation { conversation, .. } => conversation::person(conversation),
    }
}

/// The first company's name of the one whom an event is about.
pub fn subject_company(event: &Event) -> Option<&str> {
    match &event.record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => {
            contact.companies.items.iter().find_map(|company| company.name.as_deref())
        }
        Record::Conversation { conversation, .. } => conversation.company_names.first().map(String::as_str),
    }
}

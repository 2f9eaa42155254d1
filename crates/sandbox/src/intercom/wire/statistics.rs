//! What a conversation's parts add up to, as JSON.

use serde_json::{Map, Value, json};

use super::super::{Author, Conversation, settings::StatisticsShape, state::State, statistics::Statistics};

/// There are none before anything happened. What has not happened is left out.
pub(super) fn statistics(state: &State, conversation: &Conversation, all: &Statistics) -> Value {
    if conversation.parts.is_empty() || state.settings.statistics == StatisticsShape::Null {
        return Value::Null;
    }
    let mut answer = Map::from_iter([
        ("type".to_owned(), json!("conversation_statistics")),
        ("count_reopens".to_owned(), all.count_reopens.into()),
        ("count_assignments".to_owned(), all.count_assignments.into()),
        ("count_conversation_parts".to_owned(), all.count_conversation_parts.into()),
    ]);
    for (field, at) in times(all) {
        if let Some(at) = at {
            answer.insert(field.to_owned(), at.into());
        }
    }
    if let Some(by) = &all.last_closed_by {
        answer.insert("last_closed_by_id".to_owned(), closer(by).into());
    }
    Value::Object(answer)
}

fn times(all: &Statistics) -> [(&'static str, Option<i64>); 9] {
    [
        ("first_contact_reply_at", all.first_contact_reply_at),
        ("first_assignment_at", all.first_assignment_at),
        ("first_admin_reply_at", all.first_admin_reply_at),
        ("first_close_at", all.first_close_at),
        ("last_assignment_at", all.last_assignment_at),
        ("last_assignment_admin_reply_at", all.last_assignment_admin_reply_at),
        ("last_contact_reply_at", all.last_contact_reply_at),
        ("last_admin_reply_at", all.last_admin_reply_at),
        ("last_close_at", all.last_close_at),
    ]
}

fn closer(by: &Author) -> String {
    match by {
        Author::Contact(id) => id.to_string(),
        Author::Admin(id) => id.to_string(),
        Author::Team(id) => id.to_string(),
        Author::Bot(name) => name.clone(),
    }
}

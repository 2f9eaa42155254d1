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
    for (field, at) in all.times() {
        if let Some(at) = at {
            answer.insert(field.to_owned(), at.into());
        }
    }
    if let Some(by) = &all.last_closed_by {
        answer.insert("last_closed_by_id".to_owned(), closer(by).into());
    }
    Value::Object(answer)
}

fn closer(by: &Author) -> String {
    match by {
        Author::Contact(id) => id.to_string(),
        Author::Admin(id) => id.to_string(),
        Author::Team(id) => id.to_string(),
        Author::Bot(name) => name.clone(),
    }
}

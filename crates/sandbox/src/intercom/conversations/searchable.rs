//! The fields by which conversations are searched.

use std::borrow::Cow;

use super::super::{
    Author, ContactId, Conversation, ConversationState, Resolution,
    search::{FieldKind, FieldValue, Searchable},
    statistics::{self, Statistics},
};

impl Searchable for Conversation {
    fn kind(field: &str) -> Option<FieldKind> {
        Some(match field {
            "created_at" | "updated_at" | "waiting_since" | "snoozed_until" => FieldKind::Date,
            "admin_assignee_id" | "team_assignee_id" | "conversation_rating.score" => FieldKind::Number,
            "id"
            | "title"
            | "state"
            | "source.type"
            | "source.delivered_as"
            | "source.subject"
            | "source.body"
            | "source.url"
            | "source.author.id"
            | "ai_agent.resolution_state"
            | "conversation_rating.remark" => FieldKind::Text,
            "open" | "read" | "ai_agent_participated" => FieldKind::Flag,
            "contact_ids" | "tag_ids" => FieldKind::Set,
            _ => return summed_kind(field.strip_prefix("statistics.")?),
        })
    }

    fn value(&self, field: &str) -> FieldValue<'_> {
        match field {
            "created_at" => FieldValue::Number(Some(self.created_at)),
            "updated_at" => FieldValue::Number(Some(self.updated_at)),
            "waiting_since" => FieldValue::Number(statistics::of(self).waiting_since),
            "snoozed_until" => FieldValue::Number(self.snoozed_until),
            "admin_assignee_id" => FieldValue::Number(self.assignee.and_then(|admin| number(admin.0))),
            "team_assignee_id" => FieldValue::Number(self.team.and_then(|team| number(team.0))),
            "conversation_rating.score" => {
                FieldValue::Number(self.rating.as_ref().map(|rating| i64::from(rating.score)))
            }
            "open" => FieldValue::Flag(self.state != ConversationState::Closed),
            "read" => FieldValue::Flag(self.read),
            "ai_agent_participated" => FieldValue::Flag(self.ai_agent.is_some()),
            "contact_ids" => FieldValue::Set(self.contacts.iter().map(ContactId::as_str).collect()),
            "tag_ids" => FieldValue::Set(self.tags.iter().map(|applied| applied.id.as_str()).collect()),
            _ => match field.strip_prefix("statistics.") {
                Some(field) => FieldValue::Number(summed(&statistics::of(self), field)),
                None => FieldValue::Text(self.text(field)),
            },
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

fn number(id: u64) -> Option<i64> {
    i64::try_from(id).ok()
}

/// What kind of field stands under `statistics`.
fn summed_kind(field: &str) -> Option<FieldKind> {
    match field {
        "count_reopens" | "count_assignments" | "count_conversation_parts" => Some(FieldKind::Number),
        _ if Statistics::default().times().iter().any(|(name, _)| *name == field) => Some(FieldKind::Date),
        _ => None,
    }
}

fn summed(all: &Statistics, field: &str) -> Option<i64> {
    match field {
        "count_reopens" => Some(all.count_reopens),
        "count_assignments" => Some(all.count_assignments),
        "count_conversation_parts" => Some(all.count_conversation_parts),
        _ => all.times().into_iter().find(|(name, _)| *name == field).and_then(|(_, at)| at),
    }
}

impl Conversation {
    fn text(&self, field: &str) -> Option<Cow<'_, str>> {
        let text = match field {
            "id" => Some(self.id.as_str()),
            "title" => self.title.as_deref(),
            "state" => Some(self.state.as_str()),
            "source.type" => Some(self.channel.as_str()),
            "source.delivered_as" => Some(self.delivered_as.as_str()),
            "source.subject" => self.subject.as_deref(),
            "source.body" => self.body.as_deref(),
            "source.url" => self.url.as_deref(),
            "conversation_rating.remark" => self.rating.as_ref().and_then(|rating| rating.remark.as_deref()),
            "ai_agent.resolution_state" => {
                self.ai_agent.and_then(|agent| agent.resolution).map(Resolution::as_str)
            }
            "source.author.id" => return self.author_id().map(Cow::Owned),
            _ => None,
        };
        text.map(Cow::Borrowed)
    }

    fn author_id(&self) -> Option<String> {
        match &self.author {
            Author::Contact(id) => Some(id.to_string()),
            Author::Admin(id) => Some(id.to_string()),
            Author::Team(id) => Some(id.to_string()),
            Author::Bot(_) => None,
        }
    }
}

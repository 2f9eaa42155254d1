//! The routes of conversations.

mod searchable;

use std::collections::BTreeMap;

use axum::{
    Extension, Json,
    extract::{Path, Query, State as Shared},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    ApiVersion, Author, Conversation, ConversationId, Intercom,
    answer::{Answer, MarkedAnswer, described, outside_description},
    deed::{self, Now},
    page::PageRequest,
    part::{Act, NewPart},
    refusal::Refusal,
    request::{read_object, text},
    search::{Dates, Filter},
    state::State,
    wire,
};

/// How many conversations a page holds unless more or fewer are asked for.
const USUAL_PAGE: usize = 20;
/// How many deleted conversations a page holds at most.
const LARGEST_PAGE_OF_DELETED: usize = 60;

pub(super) async fn search(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    body: Bytes,
) -> MarkedAnswer {
    let wanted = read_object(&body)?;
    let query =
        wanted.get("query").ok_or_else(|| Refusal::bad_request("parameter_missing", "query is missing"))?;
    let filter = Filter::parse::<Conversation>(query, &Dates::SecondsWithAllOperators)?;
    let request = PageRequest::parse::<Conversation>(&wanted, USUAL_PAGE)?;
    let now_ms = intercom.clock.unix_millis();
    intercom.with(|state| {
        let conversations = state.conversations.values().filter_map(|record| record.seen(now_ms));
        let page = request.cut(conversations.filter(|seen| filter.passes(*seen)).collect());
        let found: Vec<_> = page
            .records
            .iter()
            .map(|conversation| wire::conversation(state, conversation, version))
            .collect();
        let answer = Json(json!({
            "type": "conversation.list",
            "conversations": found,
            "total_count": page.total_count,
            "pages": page.pages(),
        }));
        let is_described = page.records.iter().all(|conversation| conversation.is_described());
        Ok(if is_described { described(answer) } else { outside_description(answer) })
    })
}

pub(super) async fn show(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
) -> MarkedAnswer {
    let now_ms = intercom.clock.unix_millis();
    intercom.with(|state| {
        let conversation = state.conversation(&ConversationId::from(id)).ok_or_else(Refusal::no_resource)?;
        let answer = Json(wire::conversation_with_parts(state, conversation, now_ms, version));
        Ok(if conversation.is_described() { described(answer) } else { outside_description(answer) })
    })
}

/// Which conversations were deleted, latest first unless asked otherwise. This list has numbered pages.
pub(super) async fn deleted(
    Shared(intercom): Shared<Intercom>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Answer {
    let number =
        |field, usual: usize| query.get(field).and_then(|text| text.parse().ok()).unwrap_or(usual).max(1);
    let (page, per_page) = (number("page", 1), number("per_page", USUAL_PAGE).min(LARGEST_PAGE_OF_DELETED));
    let mut all = intercom.with(|state| state.deleted_conversations.clone());
    if query.get("order").is_none_or(|order| order != "asc") {
        all.reverse();
    }
    let shown = all.iter().skip((page - 1) * per_page).take(per_page);
    let shown: Vec<_> = shown
        .map(|(id, at)| {
            json!({"type": "conversation", "id": id.as_str(), "metrics_retained": true, "deleted_at": at})
        })
        .collect();
    let mut pages = json!({
        "type": "pages",
        "page": page,
        "per_page": per_page,
        "total_pages": all.len().div_ceil(per_page),
    });
    if page * per_page < all.len() {
        pages["next"] =
            format!("https://api.intercom.io/conversations/deleted?per_page={per_page}&page={}", page + 1)
                .into();
    }
    Ok(Json(json!({
        "type": "conversations.list",
        "conversations": shown,
        "total_count": all.len(),
        "pages": pages,
    })))
}

/// Changes what is not said or done in it: whether it was read, its title, its attributes. Nobody is told. Each attribute
/// makes a part, which Intercom signs with the name of its AI agent.
pub(super) async fn update(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> MarkedAnswer {
    let (id, wanted) = (ConversationId::from(id), read_object(&body)?);
    let now = Now::of(&intercom.clock);
    intercom.with(|state| {
        if let Some(name) = state.settings.first_undeclared(&wanted) {
            let message = format!("Conversation attribute '{name}' does not exist");
            return Err(Refusal::bad_request("parameter_invalid", message));
        }
        state
            .change_conversation(&id, now.millis, |conversation| set_fields(conversation, &wanted))
            .ok_or_else(Refusal::no_resource)?;
        let attributes = wanted.get("custom_attributes").and_then(Value::as_object);
        for (name, value) in attributes.into_iter().flatten() {
            set_attribute(state, &id, (name, value), now);
        }
        let conversation = state.conversation(&id).ok_or_else(Refusal::no_resource)?;
        let answer = Json(wire::conversation_with_parts(state, conversation, now.millis, version));
        Ok(if conversation.is_described() { described(answer) } else { outside_description(answer) })
    })
}

fn set_fields(conversation: &mut Conversation, wanted: &Map<String, Value>) {
    if let Some(read) = wanted.get("read").and_then(Value::as_bool) {
        conversation.read = read;
    }
    if let Some(title) = text(wanted, "title") {
        conversation.title = Some(title.to_owned()).filter(|title| !title.is_empty());
    }
}

fn set_attribute(state: &mut State, id: &ConversationId, (name, value): (&String, &Value), now: Now) {
    let previous = state.change_conversation(id, now.millis, |conversation| {
        conversation.custom_attributes.insert(name.clone(), value.clone())
    });
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let previous = previous.flatten().as_ref().map(words);
    let details = json!({"attribute": {"name": name}, "value": {"name": words(value), "previous": previous}});
    let act = Act::Other("conversation_attribute_updated_by_admin".to_owned());
    deed::perform(state, id, NewPart::by(Author::fin(), act).event_details(details), now);
}

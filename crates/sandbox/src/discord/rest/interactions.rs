//! The bot's first answer to an interaction.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State as Extract},
    http::HeaderMap,
    routing::post,
};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    answer::{Answer, no_content, ok},
    request::World,
    upload::Parcel,
};
use crate::discord::{
    compose::Letter,
    error::ApiError,
    ids::{InteractionId, MessageId},
    interaction::{ACKNOWLEDGE_WITHIN, Ack, AckKind, Choice, Interaction},
    message::{EPHEMERAL, LOADING},
    shared::Shared,
    state::State,
    validate::{
        Form, Need, Place,
        commands::check_suggestions,
        components::{self, Surface},
        list,
        message::{Use, check_at, check_not_empty},
    },
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/interactions/{interaction}/{token}/callback", post(callback))
}

#[derive(Deserialize)]
struct Wishes {
    with_response: Option<String>,
}

async fn callback(
    Extract(shared): World,
    Path((interaction, token)): Path<(String, String)>,
    Query(wishes): Query<Wishes>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    let parcel = Parcel::read(&headers, &body)?;
    let now = shared.now();
    shared.write(|state| {
        let interaction = waiting(state, &interaction, &token)?;
        let kind = kind_of(&parcel.body, &interaction)?;
        let message = acknowledge(state, &interaction, kind, parcel, now)?;
        let latency = interaction.sent.elapsed();
        let answered = state.interactions.get_mut(&interaction.id).ok_or(ApiError::UNKNOWN_INTERACTION)?;
        answered.ack = Some(Ack { kind, latency });
        answered.original = message;
        if wishes.with_response.as_deref().is_some_and(|wish| wish == "true" || wish == "1") {
            return Ok(ok(response(state, &interaction, kind, message)?));
        }
        Ok(no_content())
    })
}

/// The interaction, if it may still be answered for the first time.
fn waiting(state: &State, id: &str, token: &str) -> Result<Interaction, ApiError> {
    let id: InteractionId = id.parse().map_err(|_| ApiError::UNKNOWN_INTERACTION)?;
    let interaction = state.interactions.get(&id).filter(|interaction| interaction.token == token);
    let interaction = interaction.ok_or(ApiError::UNKNOWN_INTERACTION)?;
    if interaction.ack.is_some() {
        return Err(ApiError::ALREADY_ACKNOWLEDGED);
    }
    if interaction.sent.elapsed() > ACKNOWLEDGE_WITHIN {
        return Err(ApiError::UNKNOWN_INTERACTION);
    }
    Ok(interaction.clone())
}

fn kind_of(body: &Value, interaction: &Interaction) -> Result<AckKind, ApiError> {
    let kind = body["type"].as_u64().and_then(AckKind::from_number);
    kind.filter(|kind| kind.answers(interaction.deed)).ok_or_else(|| {
        let mut form = Form::default();
        let message = "This answer does not fit the interaction";
        form.refuse(Place::default().at("type"), "INTERACTION_APPLICATION_COMMAND_INVALID_TYPE", message);
        form.finish().err().unwrap_or(ApiError::NOT_JSON)
    })
}

/// Does what the answer says; gives the message that `@original` means from now on.
fn acknowledge(
    state: &mut State,
    interaction: &Interaction,
    kind: AckKind,
    parcel: Parcel,
    now: jiff::Timestamp,
) -> Result<Option<MessageId>, ApiError> {
    let data = &parcel.body["data"];
    let source = interaction.source.map(|(message, _)| message);
    let mut form = Form::default();
    let place = Place::default().at("data");
    match kind {
        AckKind::Message => {
            check_at(&mut form, &place, data, Use::Reply, parcel.files.len());
            form.finish()?;
            check_not_empty(data, parcel.files.len())?;
            let letter = Letter::reply(state, interaction, data, parcel.files);
            Ok(Some(state.post(letter, now).id))
        }
        AckKind::DeferredMessage => {
            if data["flags"].as_u64().is_some_and(|flags| flags & !EPHEMERAL != 0) {
                let message = "Only EPHEMERAL may be set here";
                form.refuse(place.at("flags"), "MESSAGE_FLAGS_NOT_ALLOWED", message);
            }
            form.finish()?;
            let flags = data["flags"].as_u64().unwrap_or(0) | LOADING;
            let body = json!({"flags": flags});
            let letter = Letter::reply(state, interaction, &body, Vec::new());
            Ok(Some(state.post(letter, now).id))
        }
        AckKind::DeferredUpdate => source.map(Some).ok_or(ApiError::UNKNOWN_MESSAGE),
        AckKind::Update => {
            let source = source.ok_or(ApiError::UNKNOWN_MESSAGE)?;
            check_at(&mut form, &place, data, Use::Edit, parcel.files.len());
            form.finish()?;
            state.edit((interaction.channel, source), data, parcel.files, now)?;
            Ok(Some(source))
        }
        AckKind::Choices => suggest(state, interaction, form, &place, data).map(|()| None),
        AckKind::Modal => open_form(state, interaction, form, &place, data).map(|()| None),
    }
}

fn suggest(
    state: &mut State,
    interaction: &Interaction,
    mut form: Form,
    place: &Place,
    data: &Value,
) -> Result<(), ApiError> {
    let choices = list(&data["choices"]);
    check_suggestions(&mut form, &place.at("choices"), choices);
    form.finish()?;
    let choices = choices.iter().map(|choice| Choice {
        name: choice["name"].as_str().unwrap_or_default().to_owned(),
        value: choice["value"].clone(),
    });
    if let Some(interaction) = state.interactions.get_mut(&interaction.id) {
        interaction.choices = choices.collect();
    }
    Ok(())
}

fn open_form(
    state: &mut State,
    interaction: &Interaction,
    mut form: Form,
    place: &Place,
    data: &Value,
) -> Result<(), ApiError> {
    form.text(place.at("title"), &data["title"], 1..=45, Need::Required);
    form.text(place.at("custom_id"), &data["custom_id"], 1..=100, Need::Required);
    components::check(&mut form, &place.at("components"), &data["components"], Surface::Modal);
    form.finish()?;
    if let Some(interaction) = state.interactions.get_mut(&interaction.id) {
        interaction.modal = Some(data.clone());
    }
    Ok(())
}

/// What `with_response` asks for.
fn response(
    state: &State,
    interaction: &Interaction,
    kind: AckKind,
    message: Option<MessageId>,
) -> Result<Value, ApiError> {
    let mut about = json!({"id": interaction.id, "type": interaction.deed as u8});
    let Some(message) = message else { return Ok(json!({"interaction": about})) };
    let message = state.message(interaction.channel, message)?;
    about["response_message_id"] = json!(message.id);
    about["response_message_loading"] = json!(message.is_loading());
    about["response_message_ephemeral"] = json!(message.is_ephemeral());
    let mut body = json!({"interaction": about});
    if matches!(kind, AckKind::Message | AckKind::Update) {
        body["resource"] = json!({"type": kind as u8, "message": state.message_json(message)});
    }
    Ok(body)
}

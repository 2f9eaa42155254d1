//! The workspace itself: who asks, and who works there.

use axum::{
    Json,
    extract::{Path, State as Shared},
};
use serde_json::{Value, json};

use super::{
    Intercom, TeamId,
    answer::{Answer, MarkedAnswer, described, outside_description},
    refusal::Refusal,
    settings::MeShape,
    state::State,
    wire,
};

pub(super) async fn me(Shared(intercom): Shared<Intercom>) -> MarkedAnswer {
    let me = intercom.with(|state| me_json(state));
    Ok(if me.is_null() { outside_description(Json(me)) } else { described(Json(me)) })
}

pub(super) async fn admins(Shared(intercom): Shared<Intercom>) -> Answer {
    let admins: Vec<Value> =
        intercom.with(|state| state.admins.iter().map(|admin| wire::admin(state, admin)).collect());
    Ok(Json(json!({"type": "admin.list", "admins": admins})))
}

pub(super) async fn admin(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    let found = intercom.with(|state| {
        let admin = state.admins.iter().find(|admin| admin.id.to_string() == id)?;
        Some(wire::admin(state, admin))
    });
    found.map(Json).ok_or_else(Refusal::no_admin)
}

pub(super) async fn teams(Shared(intercom): Shared<Intercom>) -> Answer {
    let teams: Vec<Value> =
        intercom.with(|state| state.teams.iter().map(|(id, name)| team_json(state, *id, name)).collect());
    Ok(Json(json!({"type": "team.list", "teams": teams})))
}

pub(super) async fn team(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    let found = intercom.with(|state| {
        let mut teams = state.teams.iter();
        teams.find(|(team, _)| team.to_string() == id).map(|(id, name)| team_json(state, *id, name))
    });
    found.map(Json).ok_or_else(Refusal::no_team)
}

fn team_json(state: &State, id: TeamId, name: &str) -> Value {
    let admins: Vec<_> =
        state.members.iter().filter(|(team, _)| *team == id).map(|(_, admin)| json!(admin.0)).collect();
    json!({"type": "team", "id": id.to_string(), "name": name, "admin_ids": admins})
}

/// Attributes are declared by `WorkspaceHandle::declare_date` and `declare_text`.
pub(super) async fn attributes(Shared(intercom): Shared<Intercom>) -> Answer {
    let attributes: Vec<Value> = intercom.with(|state| {
        let dates = state.settings.date_attributes.iter().map(|name| attribute_json(name, "date"));
        let texts = state.settings.text_attributes.iter().map(|name| attribute_json(name, "string"));
        dates.chain(texts).collect()
    });
    Ok(Json(json!({"type": "list", "data": attributes})))
}

fn attribute_json(name: &str, data_type: &str) -> Value {
    json!({
        "type": "data_attribute",
        "name": name,
        "full_name": format!("custom_attributes.{name}"),
        "label": name,
        "description": "",
        "data_type": data_type,
        "api_writable": true,
        "messenger_writable": false,
        "ui_writable": true,
        "custom": true,
        "archived": false,
        "model": "contact",
    })
}

fn me_json(state: &State) -> Value {
    let Some(admin) = state.admins.first().filter(|_| state.settings.me != MeShape::Null) else {
        return Value::Null;
    };
    let app = if state.settings.me == MeShape::Full { app_json(state) } else { Value::Null };
    json!({
        "type": "admin",
        "id": admin.id.to_string(),
        "email": admin.email,
        "name": admin.name,
        "email_verified": true,
        "has_inbox_seat": admin.has_inbox_seat,
        "avatar": {"type": "avatar", "image_url": "https://static.example/admins/128.png"},
        "app": app,
    })
}

fn app_json(state: &State) -> Value {
    let settings = &state.settings;
    json!({
        "type": "app",
        "id_code": settings.workspace_id,
        "name": settings.workspace_name,
        "created_at": state.founded_at,
        "secure": false,
        "identity_verification": false,
        "timezone": settings.time_zone.iana_name().unwrap_or("UTC"),
        "region": settings.region,
    })
}

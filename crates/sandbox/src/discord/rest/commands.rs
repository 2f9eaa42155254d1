//! Registering slash commands, everywhere or in one server.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    extract::{Path, State as Extract},
    http::StatusCode,
    response::IntoResponse as _,
    routing::get,
};
use bytes::Bytes;
use serde_json::Value;

use super::{
    answer::{Answer, no_content, ok},
    request::{World, id, json_body},
};
use crate::discord::{
    commands::{CREATES_PER_DAY, Command, Scope, Stamp},
    error::ApiError,
    ids::{ApplicationId, CommandId},
    shared::Shared,
    state::State,
    validate,
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/applications/{application}/commands", get(list).put(replace).post(create))
        .route("/applications/{application}/commands/{command}", get(one).patch(edit).delete(remove))
        .route("/applications/{application}/guilds/{guild}/commands", get(list).put(replace).post(create))
        .route(
            "/applications/{application}/guilds/{guild}/commands/{command}",
            get(one).patch(edit).delete(remove),
        )
}

type Named = Path<BTreeMap<String, String>>;

/// The scope that a path names, if the application is the bot's and the bot is in the server.
fn scope(state: &State, named: &BTreeMap<String, String>) -> Result<Scope, ApiError> {
    let text = |key: &str| named.get(key).map(String::as_str);
    let application: ApplicationId = id(text("application").unwrap_or_default())?;
    if application != state.application.id {
        return Err(ApiError::UNKNOWN_APPLICATION);
    }
    let guild = text("guild").map(id).transpose()?;
    guild.map(|guild| state.joined_guild(guild).map(|guild| guild.id)).transpose()
}

fn command_id(named: &BTreeMap<String, String>) -> Result<CommandId, ApiError> {
    id(named.get("command").map(String::as_str).unwrap_or_default())
}

async fn list(Extract(shared): World, Path(named): Named) -> Answer {
    shared.read(|state| {
        let scope = scope(state, &named)?;
        let bodies = state.commands.list(scope).iter().map(|command| without_localizations(&command.body));
        Ok(ok(bodies.collect()))
    })
}

/// Lists leave the localisations out unless they are asked for; the bot does not ask.
fn without_localizations(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(map) = body.as_object_mut() {
        map.remove("name_localizations");
        map.remove("description_localizations");
    }
    body
}

async fn one(Extract(shared): World, Path(named): Named) -> Answer {
    shared.read(|state| {
        let found = state.commands.find(scope(state, &named)?, command_id(&named)?);
        Ok(ok(found.ok_or(ApiError::UNKNOWN_COMMAND)?.body.clone()))
    })
}

async fn replace(Extract(shared): World, Path(named): Named, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let now = shared.now();
    shared.write(|state| {
        let scope = scope(state, &named)?;
        let bodies = body.as_array().ok_or(ApiError::NOT_JSON)?;
        validate::commands::check(&body)?;
        within_the_day(state, scope, bodies)?;
        stamped(state, now, |commands, stamp| commands.replace(scope, bodies, stamp));
        Ok(ok(state.commands.list(scope).iter().map(|command| command.body.clone()).collect()))
    })
}

async fn create(Extract(shared): World, Path(named): Named, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let now = shared.now();
    shared.write(|state| {
        let scope = scope(state, &named)?;
        validate::commands::check(&body)?;
        within_the_day(state, scope, std::slice::from_ref(&body))?;
        let is_new = state.commands.new_among(scope, std::slice::from_ref(&body)) > 0;
        let command = stamped(state, now, |commands, stamp| commands.upsert(scope, &body, stamp));
        let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
        Ok((status, axum::Json(command.body)).into_response())
    })
}

async fn edit(Extract(shared): World, Path(named): Named, body: Bytes) -> Answer {
    let body = json_body(&body)?;
    let now = shared.now();
    shared.write(|state| {
        let (scope, command) = (scope(state, &named)?, command_id(&named)?);
        let mut whole = state.commands.find(scope, command).ok_or(ApiError::UNKNOWN_COMMAND)?.body.clone();
        for (key, value) in body.as_object().into_iter().flatten() {
            whole[key] = value.clone();
        }
        validate::commands::check(&whole)?;
        let command: Command = stamped(state, now, |commands, stamp| commands.upsert(scope, &whole, stamp));
        Ok(ok(command.body))
    })
}

async fn remove(Extract(shared): World, Path(named): Named) -> Answer {
    shared.write(|state| {
        let (scope, command) = (scope(state, &named)?, command_id(&named)?);
        state.commands.remove(scope, command).ok_or(ApiError::UNKNOWN_COMMAND)?;
        Ok(no_content())
    })
}

fn within_the_day(state: &State, scope: Scope, bodies: &[Value]) -> Result<(), ApiError> {
    let new = state.commands.new_among(scope, bodies);
    if state.commands.creates + new > CREATES_PER_DAY {
        Err(ApiError::DAILY_COMMANDS_REACHED)
    } else {
        Ok(())
    }
}

fn stamped<T>(
    state: &mut State,
    now: jiff::Timestamp,
    register: impl FnOnce(&mut crate::discord::commands::Registry, &mut Stamp<'_>) -> T,
) -> T {
    let State { commands, snowflakes, application, .. } = state;
    let mut next_id = || snowflakes.next(now);
    register(commands, &mut Stamp { application: application.id, next_id: &mut next_id })
}

//! Servers: what they are, their channels, roles and members.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Query, State as Extract},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    answer::{Answer, ok},
    request::{World, id},
};
use crate::discord::{
    error::ApiError,
    ids::{GuildId, UserId},
    shared::Shared,
    state::Guild,
};

const GUILDS_PER_PAGE: usize = 200;

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/users/@me/guilds", get(own))
        .route("/guilds/{guild}", get(one))
        .route("/guilds/{guild}/channels", get(channels))
        .route("/guilds/{guild}/roles", get(roles))
        .route("/guilds/{guild}/roles/member-counts", get(member_counts))
        .route("/guilds/{guild}/members/{user}", get(member))
}

#[derive(Deserialize)]
struct Page {
    after: Option<GuildId>,
    before: Option<GuildId>,
    limit: Option<usize>,
}

async fn own(Extract(shared): World, Query(page): Query<Page>) -> Answer {
    let body: Vec<Value> = shared.read(|state| {
        let bot = state.application.bot;
        let within = |guild: &&Guild| {
            page.after.is_none_or(|after| guild.id > after)
                && page.before.is_none_or(|before| guild.id < before)
        };
        let guilds = state.joined_guilds().filter(within).take(page.limit.unwrap_or(GUILDS_PER_PAGE));
        guilds.map(|guild| guild.line_json(bot)).collect()
    });
    Ok(ok(Value::from(body)))
}

#[derive(Deserialize)]
struct WithCounts {
    #[serde(default)]
    with_counts: bool,
}

async fn one(Extract(shared): World, Path(guild): Path<String>, Query(asked): Query<WithCounts>) -> Answer {
    let guild = id(&guild)?;
    shared.read(|state| {
        let guild = state.joined_guild(guild)?;
        let mut body = guild.json();
        if asked.with_counts {
            body["approximate_member_count"] = json!(guild.size());
            body["approximate_presence_count"] = json!(1);
        }
        Ok(ok(body))
    })
}

async fn channels(Extract(shared): World, Path(guild): Path<String>) -> Answer {
    let guild = id(&guild)?;
    shared.read(|state| Ok(ok(state.channels_json(state.joined_guild(guild)?))))
}

async fn roles(Extract(shared): World, Path(guild): Path<String>) -> Answer {
    let guild = id(&guild)?;
    shared.read(|state| Ok(ok(state.joined_guild(guild)?.roles_json())))
}

/// Every role but @everyone, with how many members hold it.
async fn member_counts(Extract(shared): World, Path(guild): Path<String>) -> Answer {
    let guild = id(&guild)?;
    shared.read(|state| {
        let guild = state.joined_guild(guild)?;
        let counted = guild.roles.values().filter(|role| role.id != guild.everyone());
        let counted = counted.filter_map(|role| Some((role.id.to_string(), json!(guild.size_of(role)?))));
        Ok(ok(Value::Object(counted.collect::<Map<_, _>>())))
    })
}

async fn member(Extract(shared): World, Path((guild, user)): Path<(String, String)>) -> Answer {
    let (guild, user) = (id(&guild)?, id::<UserId>(&user)?);
    shared.read(|state| {
        let member = state.joined_guild(guild)?.members.get(&user).ok_or(ApiError::UNKNOWN_MEMBER)?;
        Ok(ok(member.json(state.user(user))))
    })
}

//! The servers that the bot is in, as Discord tells them to the token alone: names and ids.

use deskbell_discord::permission::snowflake;
use deskbell_discord::rest::{Answer, Rest};
use deskbell_domain::ids::GuildId;
use serde_json::Value;

/// A server that the bot is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: GuildId,
}

impl Server {
    /// The line for `.env` that links it.
    pub fn line(&self) -> String {
        format!("DISCORD_GUILD_ID={}", self.id)
    }
}

/// So many are told at once.
const PAGE: usize = 200;
/// More are not asked for.
const MOST: usize = 100_000;

/// All of them, by id; none where Discord does not tell.
pub async fn joined(rest: &Rest) -> Option<Vec<Server>> {
    let mut all: Vec<Server> = Vec::new();
    loop {
        let after = all.last().map_or(0, |last| last.id.0);
        let page = joined_after(rest, after).await?;
        let goes_on = page.len() >= PAGE && page.last().is_some_and(|last| last.id.0 > after);
        all.extend(page);
        if !goes_on || all.len() >= MOST {
            return Some(all);
        }
    }
}

async fn joined_after(rest: &Rest, after: u64) -> Option<Vec<Server>> {
    let path = format!("/users/@me/guilds?limit={PAGE}&after={after}");
    let Answer::Status(reply) = rest.get(&path).await else { return None };
    let Value::Array(guilds) = reply.body.filter(|_| (200..300).contains(&reply.status))? else {
        return None;
    };
    let read = |guild: &Value| {
        Some(Server { name: guild["name"].as_str()?.to_owned(), id: GuildId(snowflake(&guild["id"])?) })
    };
    Some(guilds.iter().filter_map(read).collect())
}

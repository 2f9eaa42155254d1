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

/// All of them, at most the 200 that Discord tells at once; none where it does not tell.
pub async fn joined(rest: &Rest) -> Option<Vec<Server>> {
    let Answer::Status(reply) = rest.get("/users/@me/guilds").await else { return None };
    let Value::Array(guilds) = reply.body.filter(|_| (200..300).contains(&reply.status))? else {
        return None;
    };
    let read = |guild: &Value| {
        Some(Server { name: guild["name"].as_str()?.to_owned(), id: GuildId(snowflake(&guild["id"])?) })
    };
    Some(guilds.iter().filter_map(read).collect())
}

//! What the roles of servers are called, and which of them whoever may write may call: asked of Discord when somebody
//! wants to know, and kept for a moment. Few servers are asked about, so it is not held in memory beside the rest.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::ids::{GuildId, RoleId};
use deskbell_domain::port::channels::NamedRole;
use serde_json::Value;
use tokio::time::Instant;

use crate::permission::snowflake;

/// How long an answer counts: one look at a list, and what somebody types in one go.
const GOOD_FOR: Duration = Duration::from_secs(30);

/// The roles of a server.
pub(super) type Named = Arc<[NamedRole]>;

/// What is known of servers that somebody asked about.
#[derive(Default)]
pub(super) struct RoleNames(Mutex<BTreeMap<GuildId, (Named, Instant)>>);

impl RoleNames {
    pub(super) fn known(&self, guild: GuildId) -> Option<Named> {
        let all = self.all();
        let (roles, at) = all.get(&guild)?;
        (Instant::now() < *at + GOOD_FOR).then(|| Arc::clone(roles))
    }

    pub(super) fn answered(&self, guild: GuildId, roles: &Named) {
        let (mut all, now) = (self.all(), Instant::now());
        all.retain(|_, (_, at)| now < *at + GOOD_FOR);
        all.insert(guild, (Arc::clone(roles), now));
    }

    pub(super) fn forget(&self, guild: GuildId) {
        self.all().remove(&guild);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<GuildId, (Named, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads the answer of `GET /guilds/{id}/roles`: all but @everyone.
pub(super) fn read(guild: GuildId, answer: &Value) -> Option<Named> {
    let read = |role: &Value| {
        let id = RoleId(snowflake(&role["id"])?);
        let name = role["name"].as_str().unwrap_or_default().to_owned();
        let is_bots = !role["tags"]["bot_id"].is_null();
        Some(NamedRole { id, name, everybody_may: role["mentionable"] == true, is_bots })
    };
    let roles = answer.as_array()?.iter().filter_map(read);
    Some(roles.filter(|role| role.id != guild.everyone()).collect())
}

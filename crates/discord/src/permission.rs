//! Discord's permission arithmetic, as far as the rules need it: who can read a channel, and what the bot lacks.
//!
//! Source: Discord's reference, "Permissions", and its pseudo-code for computing base permissions and overwrites.

use std::collections::BTreeMap;

use deskbell_desk::channel::{Audience, ChannelKind, Permission};
use deskbell_desk::ids::{GuildId, MemberId, RoleId};
use serde_json::Value;

const ADMINISTRATOR: u64 = 1 << 3;
const VIEW_CHANNEL: u64 = 1 << 10;
const PRIVATE_THREAD: u64 = 12;

/// The permissions to ask for at the invitation: what the bot needs and nothing more (design section 6).
pub const INVITE: u64 = 274_877_991_936;

/// Permissions by role of one server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles(pub BTreeMap<RoleId, u64>);

/// A channel as Discord describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawChannel {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: ChannelKind,
    /// Whether it is a thread that only invited members see.
    pub private_thread: bool,
    /// The channel that a thread hangs on.
    pub parent: Option<u64>,
    /// Its server, where the description names it.
    pub guild: Option<GuildId>,
    overwrites: BTreeMap<u64, Overwrite>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Overwrite {
    allow: u64,
    deny: u64,
}

impl Overwrite {
    fn apply(self, permissions: u64) -> u64 {
        (permissions & !self.deny) | self.allow
    }
}

impl Roles {
    /// Reads the answer of `GET /guilds/{id}/roles`, or the `roles` of a server.
    pub fn read(roles: &Value) -> Option<Self> {
        let read = |role: &Value| Some((RoleId(snowflake(&role["id"])?), bits(&role["permissions"])));
        Some(Self(roles.as_array()?.iter().filter_map(read).collect()))
    }
}

impl RawChannel {
    /// Reads a channel object.
    pub fn read(channel: &Value) -> Option<Self> {
        let number = channel["type"].as_u64()?;
        let overwrites = channel["permission_overwrites"].as_array().map(Vec::as_slice).unwrap_or_default();
        let overwrite = |value: &Value| {
            let overwrite = Overwrite { allow: bits(&value["allow"]), deny: bits(&value["deny"]) };
            Some((snowflake(&value["id"])?, overwrite))
        };
        Some(Self {
            name: channel["name"].as_str().unwrap_or_default().to_owned(),
            kind: kind(number),
            private_thread: number == PRIVATE_THREAD,
            parent: snowflake(&channel["parent_id"]),
            guild: snowflake(&channel["guild_id"]).map(GuildId),
            overwrites: overwrites.iter().filter_map(overwrite).collect(),
        })
    }

    /// Who can read a channel whose settings these are (for a thread, its parent's).
    pub fn audience(&self, guild: GuildId, roles: &Roles) -> Audience {
        let everyone = roles.0.get(&guild.everyone()).copied().unwrap_or(0);
        if everyone & ADMINISTRATOR != 0 {
            return Audience::Everyone;
        }
        let seen = self.overwrite(guild.0).apply(everyone);
        if seen & VIEW_CHANNEL != 0 { Audience::Everyone } else { Audience::Some }
    }

    /// What the bot needs in a channel of `kind` with these settings, and lacks.
    pub fn lacking(
        &self,
        guild: GuildId,
        roles: &Roles,
        bot: MemberId,
        bot_roles: &[RoleId],
        kind: ChannelKind,
    ) -> Vec<Permission> {
        let held = self.permissions(guild, roles, bot, bot_roles);
        let lacks = |permission: &Permission| held & (ADMINISTRATOR | bit(*permission)) == 0;
        let post = match kind {
            ChannelKind::Thread => Permission::SendMessagesInThreads,
            _ => Permission::SendMessages,
        };
        [Permission::ViewChannel, post, Permission::EmbedLinks, Permission::ReadMessageHistory]
            .into_iter()
            .filter(lacks)
            .collect()
    }

    fn permissions(&self, guild: GuildId, roles: &Roles, bot: MemberId, bot_roles: &[RoleId]) -> u64 {
        let of_role = |role: &RoleId| roles.0.get(role).copied().unwrap_or(0);
        let base = bot_roles.iter().map(of_role).fold(of_role(&guild.everyone()), |all, role| all | role);
        if base & ADMINISTRATOR != 0 {
            return base;
        }
        let by_roles =
            bot_roles.iter().map(|role| self.overwrite(role.0)).fold(Overwrite::default(), |all, one| {
                Overwrite { allow: all.allow | one.allow, deny: all.deny | one.deny }
            });
        self.overwrite(bot.0).apply(by_roles.apply(self.overwrite(guild.0).apply(base)))
    }

    fn overwrite(&self, id: u64) -> Overwrite {
        self.overwrites.get(&id).copied().unwrap_or_default()
    }
}

fn kind(number: u64) -> ChannelKind {
    match number {
        0 => ChannelKind::Text,
        2 | 13 => ChannelKind::Voice,
        4 => ChannelKind::Category,
        5 => ChannelKind::Announcement,
        10..=12 => ChannelKind::Thread,
        15 | 16 => ChannelKind::Forum,
        _ => ChannelKind::Other,
    }
}

fn bit(permission: Permission) -> u64 {
    match permission {
        Permission::ViewChannel => VIEW_CHANNEL,
        Permission::SendMessages => 1 << 11,
        Permission::EmbedLinks => 1 << 14,
        Permission::ReadMessageHistory => 1 << 16,
        Permission::SendMessagesInThreads => 1 << 38,
    }
}

/// An id, which Discord writes as a string.
pub fn snowflake(value: &Value) -> Option<u64> {
    value.as_str().and_then(|text| text.parse().ok()).or_else(|| value.as_u64())
}

fn bits(value: &Value) -> u64 {
    snowflake(value).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const GUILD: GuildId = GuildId(1);
    const BOT: MemberId = MemberId(9);

    fn roles() -> Roles {
        Roles::read(&json!([{"id": "1", "permissions": "68608"}, {"id": "2", "permissions": "274877991936"}]))
            .expect("roles are a list")
    }

    fn channel(overwrites: &Value) -> RawChannel {
        RawChannel::read(&json!({"id": "5", "type": 0, "name": "sales", "permission_overwrites": overwrites}))
            .expect("a channel has a type")
    }

    #[test]
    fn a_channel_is_public_unless_everyone_is_denied_to_see_it() {
        assert_eq!(channel(&json!([])).audience(GUILD, &roles()), Audience::Everyone);
        let hidden = channel(&json!([{"id": "1", "type": 0, "allow": "0", "deny": "1024"}]));
        assert_eq!(hidden.audience(GUILD, &roles()), Audience::Some);
    }

    #[test]
    fn what_the_bot_lacks_is_named() {
        let hidden = channel(&json!([{"id": "1", "type": 0, "allow": "0", "deny": "1024"}]));
        let lacking = hidden.lacking(GUILD, &roles(), BOT, &[RoleId(2)], ChannelKind::Text);
        assert_eq!(lacking, [Permission::ViewChannel]);
        let invited = channel(&json!([
            {"id": "1", "type": 0, "allow": "0", "deny": "1024"},
            {"id": "9", "type": 1, "allow": "1024", "deny": "16384"}
        ]));
        let lacking = invited.lacking(GUILD, &roles(), BOT, &[RoleId(2)], ChannelKind::Text);
        assert_eq!(lacking, [Permission::EmbedLinks]);
    }

    #[test]
    fn a_thread_needs_its_own_permission() {
        let open = channel(&json!([{"id": "1", "type": 0, "allow": "16384", "deny": "0"}]));
        let lacking = open.lacking(GUILD, &roles(), BOT, &[], ChannelKind::Thread);
        assert_eq!(lacking, [Permission::SendMessagesInThreads]);
    }
}

//! Discord's permission arithmetic, as far as the rules need it: who can read a channel, and what the bot lacks.
//!
//! Source: Discord's reference, "Permissions", and its pseudo-code for computing base permissions and overwrites.

use std::num::NonZero;

use deskbell_desk::channel::{Audience, ChannelKind, Permission};
use deskbell_desk::ids::{GuildId, MemberId, RoleId};
use serde_json::Value;

const ADMINISTRATOR: u64 = 1 << 3;
const VIEW_CHANNEL: u64 = 1 << 10;
const PRIVATE_THREAD: u64 = 12;

/// The permissions to ask for at the invitation: what the bot needs and nothing more (design section 6).
pub const INVITE: u64 = 274_877_991_936;

/// Permissions by role of one server. A role that grants nothing beyond @everyone changes no answer and is not kept:
/// most roles of a big server are of that kind, and every linked server is held in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    everyone: u64,
    /// By role.
    more: Box<[(RoleId, u64)]>,
}

/// What is needed of a channel that Discord describes, in little memory: a linked server may have hundreds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawChannel {
    /// Its name.
    pub name: Box<str>,
    /// Its kind.
    pub kind: ChannelKind,
    /// Whether it is a thread that only invited members see.
    pub private_thread: bool,
    /// The channel that a thread hangs on.
    pub parent: Option<NonZero<u64>>,
    /// By role or member.
    overwrites: Box<[(u64, Overwrite)]>,
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
    /// Reads the answer of `GET /guilds/{id}/roles`, or the `roles` of a server; none where @everyone is not among
    /// them.
    pub fn read(guild: GuildId, roles: &Value) -> Option<Self> {
        let read = |role: &Value| Some((RoleId(snowflake(&role["id"])?), bits(&role["permissions"])));
        Self::of(guild, roles.as_array()?.iter().filter_map(read))
    }

    /// Takes the roles of a server with what each grants; none where @everyone is not among them.
    pub fn of(guild: GuildId, roles: impl Iterator<Item = (RoleId, u64)>) -> Option<Self> {
        let all: Vec<_> = roles.collect();
        let (_, everyone) = *all.iter().find(|(role, _)| *role == guild.everyone())?;
        let mut more: Vec<_> = all.into_iter().filter(|(_, granted)| granted & !everyone != 0).collect();
        more.sort_unstable();
        Some(Self { everyone, more: more.into() })
    }

    fn granted_to(&self, role: RoleId) -> u64 {
        let found = self.more.binary_search_by_key(&role, |(other, _)| *other);
        found.map_or(0, |at| self.more[at].1)
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
        let mut overwrites: Vec<_> = overwrites.iter().filter_map(overwrite).collect();
        overwrites.sort_unstable_by_key(|(of, _)| *of);
        Some(Self {
            name: channel["name"].as_str().unwrap_or_default().into(),
            kind: kind(number),
            private_thread: number == PRIVATE_THREAD,
            parent: snowflake(&channel["parent_id"]).and_then(NonZero::new),
            overwrites: overwrites.into(),
        })
    }

    /// Who can read a channel whose settings these are (for a thread, its parent's).
    pub fn audience(&self, guild: GuildId, roles: &Roles) -> Audience {
        if roles.everyone & ADMINISTRATOR != 0 {
            return Audience::Everyone;
        }
        let seen = self.overwrite(guild.0).apply(roles.everyone);
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
        let granted = bot_roles.iter().map(|role| roles.granted_to(*role));
        let base = granted.fold(roles.everyone, |all, role| all | role);
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
        let found = self.overwrites.binary_search_by_key(&id, |(of, _)| *of);
        found.map_or_else(|_| Overwrite::default(), |at| self.overwrites[at].1)
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
        let roles = json!([
            {"id": "4", "permissions": "0"},
            {"id": "2", "permissions": "274877991936"},
            {"id": "1", "permissions": "68608"}
        ]);
        Roles::read(GUILD, &roles).expect("@everyone is among them")
    }

    fn channel(overwrites: &Value) -> RawChannel {
        RawChannel::read(&json!({"id": "5", "type": 0, "name": "sales", "permission_overwrites": overwrites}))
            .expect("a channel has a type")
    }

    #[test]
    fn a_role_that_grants_nothing_more_takes_no_room_and_changes_nothing() {
        assert_eq!(roles().more.len(), 1);
        let open = channel(&json!([]));
        let lacking = |own: &[RoleId]| open.lacking(GUILD, &roles(), BOT, own, ChannelKind::Text);
        assert_eq!(lacking(&[RoleId(4)]), lacking(&[]));
        assert_eq!(lacking(&[RoleId(4)]), [Permission::EmbedLinks]);
        assert!(lacking(&[RoleId(4), RoleId(2)]).is_empty());
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

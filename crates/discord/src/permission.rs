//! Discord's permission arithmetic, as far as the rules need it: who can read a channel, and what the bot lacks.
//!
//! Source: Discord's reference, "Permissions", and its pseudo-code for computing base permissions and overwrites.

use std::num::NonZero;

use deskbell_domain::channel::{Audience, ChannelKind, Permission};
use deskbell_domain::crowd::audience_of_invited;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, RoleId};
use serde_json::Value;

const ADMINISTRATOR: u64 = 1 << 3;
const VIEW_CHANNEL: u64 = 1 << 10;
/// "Mention @everyone, @here, and All Roles".
const MENTION_EVERYONE: u64 = 1 << 17;
const PRIVATE_THREAD: u64 = 12;
/// The type of an overwrite for a member; that of one for a role is 0.
const MEMBER: u64 = 1;

/// The permissions to ask for at the invitation: what the bot needs and nothing more.
pub const INVITE: u64 = 274_877_991_936;

/// Permissions by role of one server. A role that grants nothing beyond @everyone changes no answer and is not kept:
/// most roles of a big server are of that kind, and every linked server is held in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    everyone: u64,
    /// By role.
    more: Box<[(RoleId, u64)]>,
    /// The roles that belong to one bot each, in order: no people hold them.
    bots: Box<[RoleId]>,
    /// The roles that an integration manages, in order: Discord's own mark of a bot's role, but of others too.
    managed: Box<[RoleId]>,
}

/// A role as Discord describes it, as far as the rules need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToldRole {
    pub id: RoleId,
    /// What it grants, as Discord's bits.
    pub permissions: u64,
    /// Who holds it.
    pub kind: RoleKind,
}

/// Who holds a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleKind {
    /// Whoever was given it.
    Given,
    /// Members whom an integration chooses, or one bot.
    Managed,
    /// One bot.
    Bot,
}

/// Who can read a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Readers {
    /// Every member of the server.
    Everyone,
    /// Whoever holds one of these roles, and so many members who are named singly.
    Chosen {
        /// The roles, in order.
        roles: Vec<RoleId>,
        /// The members that the channel's settings name.
        members: u64,
    },
}

/// Whom an overwrite is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Target {
    #[default]
    Role,
    Member,
}

/// What is needed of a channel that Discord describes, in little memory: a linked server may have hundreds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawChannel {
    pub name: Box<str>,
    pub kind: ChannelKind,
    /// Who reads it, where it is a thread that only invited members see.
    pub invited: Option<Audience>,
    /// The channel that a thread hangs on.
    pub parent: Option<NonZero<u64>>,
    /// By role or member.
    overwrites: Box<[(u64, Overwrite)]>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Overwrite {
    target: Target,
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
        Self::of(guild, roles.as_array()?.iter().filter_map(read_role))
    }

    /// Takes the roles of a server; none where @everyone is not among them.
    pub fn of(guild: GuildId, roles: impl Iterator<Item = ToldRole>) -> Option<Self> {
        let mut all: Vec<_> = roles.collect();
        all.sort_unstable_by_key(|role| role.id);
        let everyone = all.iter().find(|role| role.id == guild.everyone())?.permissions;
        let more = all.iter().filter(|role| role.permissions & !everyone != 0);
        let of_kind = |kind| all.iter().filter(move |role| role.kind == kind).map(|role| role.id).collect();
        Some(Self {
            everyone,
            more: more.map(|role| (role.id, role.permissions)).collect(),
            bots: of_kind(RoleKind::Bot),
            managed: of_kind(RoleKind::Managed),
        })
    }

    /// Whether no people hold a role: it belongs to a bot. A managed role that this bot holds is its own, since nothing
    /// else manages the roles of a bot.
    fn is_of_a_bot(&self, role: RoleId, own_roles: &[RoleId]) -> bool {
        self.bots.binary_search(&role).is_ok()
            || (own_roles.contains(&role) && self.managed.binary_search(&role).is_ok())
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
            let target = if value["type"].as_u64() == Some(MEMBER) { Target::Member } else { Target::Role };
            let (allow, deny) = (bits(&value["allow"]), bits(&value["deny"]));
            Some((snowflake(&value["id"])?, Overwrite { target, allow, deny }))
        };
        let mut overwrites: Vec<_> = overwrites.iter().filter_map(overwrite).collect();
        overwrites.sort_unstable_by_key(|(of, _)| *of);
        Some(Self {
            name: channel["name"].as_str().unwrap_or_default().into(),
            kind: kind(number),
            invited: (number == PRIVATE_THREAD)
                .then(|| audience_of_invited(channel["member_count"].as_u64())),
            parent: snowflake(&channel["parent_id"]).and_then(NonZero::new),
            overwrites: overwrites.into(),
        })
    }

    /// The channel whose settings count, where this is a thread of it.
    pub fn thread_of(&self) -> Option<ChannelId> {
        let parent = self.parent.filter(|_| self.kind == ChannelKind::Thread)?;
        Some(ChannelId(parent.get()))
    }

    /// Who can read a channel whose settings these are (for a thread, its parent's), besides `bot` itself.
    ///
    /// That a member holds several roles changes nothing: a channel is seen by the permissions of @everyone, by those of
    /// one role that no overwrite of another takes away, or by an overwrite that allows it to a role; each of them shows
    /// in a role by itself. So these roles are all, and some of their holders may be kept out by another role.
    pub fn readers(&self, guild: GuildId, roles: &Roles, bot: MemberId, bot_roles: &[RoleId]) -> Readers {
        if self.can_read(guild, roles, guild.everyone()) {
            return Readers::Everyone;
        }
        let overwritten = self.overwrites.iter().filter(|(_, one)| one.target == Target::Role);
        let mut reading: Vec<_> = roles.more.iter().map(|(role, _)| *role).collect();
        reading.extend(overwritten.map(|(role, _)| RoleId(*role)));
        reading.sort_unstable();
        reading.dedup();
        reading.retain(|role| self.can_read(guild, roles, *role) && !roles.is_of_a_bot(*role, bot_roles));
        let named = |(id, one): &&(u64, Overwrite)| {
            one.target == Target::Member && one.allow & VIEW_CHANNEL != 0 && *id != bot.0
        };
        Readers::Chosen { roles: reading, members: self.overwrites.iter().filter(named).count() as u64 }
    }

    /// Whether somebody who holds this role and no other but @everyone can read it.
    fn can_read(&self, guild: GuildId, roles: &Roles, role: RoleId) -> bool {
        self.permissions(guild, roles, MemberId(0), &[role]) & (ADMINISTRATOR | VIEW_CHANNEL) != 0
    }

    /// What a member needs to post in a channel of `kind` with these settings, and lacks.
    pub fn lacking_to_post(
        &self,
        guild: GuildId,
        roles: &Roles,
        member: MemberId,
        member_roles: &[RoleId],
        kind: ChannelKind,
    ) -> Vec<Permission> {
        lacking_to_post(self.permissions(guild, roles, member, member_roles), kind)
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
        let further = [Permission::EmbedLinks, Permission::ReadMessageHistory];
        let mut lacking = lacking_to_post(held, kind);
        lacking.extend(further.into_iter().filter(|permission| lacks(held, *permission)));
        lacking
    }

    /// Whether the bot may call every role in a channel with these settings.
    pub fn may_call_all_roles(
        &self,
        guild: GuildId,
        roles: &Roles,
        bot: MemberId,
        bot_roles: &[RoleId],
    ) -> bool {
        self.permissions(guild, roles, bot, bot_roles) & (ADMINISTRATOR | MENTION_EVERYONE) != 0
    }

    fn permissions(&self, guild: GuildId, roles: &Roles, member: MemberId, member_roles: &[RoleId]) -> u64 {
        let granted = member_roles.iter().map(|role| roles.granted_to(*role));
        let base = granted.fold(roles.everyone, |all, role| all | role);
        if base & ADMINISTRATOR != 0 {
            return base;
        }
        let further = member_roles.iter().filter(|role| **role != guild.everyone());
        let by_roles = further.map(|role| self.overwrite(role.0)).fold(Overwrite::default(), |all, one| {
            Overwrite { allow: all.allow | one.allow, deny: all.deny | one.deny, ..all }
        });
        self.overwrite(member.0).apply(by_roles.apply(self.overwrite(guild.0).apply(base)))
    }

    fn overwrite(&self, id: u64) -> Overwrite {
        let found = self.overwrites.binary_search_by_key(&id, |(of, _)| *of);
        found.map_or_else(|_| Overwrite::default(), |at| self.overwrites[at].1)
    }
}

/// What somebody who may do this lacks to post in a channel of `kind`; `held` is Discord's bits, computed for it.
pub fn lacking_to_post(held: u64, kind: ChannelKind) -> Vec<Permission> {
    let post = match kind {
        ChannelKind::Thread => Permission::SendMessagesInThreads,
        _ => Permission::SendMessages,
    };
    [Permission::ViewChannel, post].into_iter().filter(|permission| lacks(held, *permission)).collect()
}

/// Whether these permissions are those of an administrator, or of the owner, who has all.
pub fn is_administrator(held: u64) -> bool {
    held & ADMINISTRATOR != 0
}

fn lacks(held: u64, permission: Permission) -> bool {
    held & (ADMINISTRATOR | bit(permission)) == 0
}

fn read_role(role: &Value) -> Option<ToldRole> {
    let kind = if snowflake(&role["tags"]["bot_id"]).is_some() {
        RoleKind::Bot
    } else if role["managed"] == true {
        RoleKind::Managed
    } else {
        RoleKind::Given
    };
    Some(ToldRole { id: RoleId(snowflake(&role["id"])?), permissions: bits(&role["permissions"]), kind })
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
mod tests;

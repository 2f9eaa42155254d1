//! Discord's permission bits and the rule that computes them for a member in a channel.
//!
//! The rule is Discord's own: the role @everyone, then all roles together, then the channel's overwrites for @everyone, for the
//! roles and for the member; an owner or administrator has everything; who cannot view a channel can do nothing in it.

use std::{
    fmt,
    ops::{BitAnd, BitOr, Not},
};

use serde::{Serialize, Serializer};

use super::ids::{RoleId, UserId};

/// A set of permission bits, written as a decimal string on the wire.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u64);

impl Permissions {
    /// No permission at all.
    pub const NONE: Self = Self(0);
    /// Everything, past all overwrites.
    pub const ADMINISTRATOR: Self = Self(1 << 3);
    /// Manage Channels.
    pub const MANAGE_CHANNELS: Self = Self(1 << 4);
    /// Manage Server.
    pub const MANAGE_GUILD: Self = Self(1 << 5);
    /// View Channel.
    pub const VIEW_CHANNEL: Self = Self(1 << 10);
    /// Send Messages.
    pub const SEND_MESSAGES: Self = Self(1 << 11);
    /// Manage Messages.
    pub const MANAGE_MESSAGES: Self = Self(1 << 13);
    /// Embed Links.
    pub const EMBED_LINKS: Self = Self(1 << 14);
    /// Attach Files.
    pub const ATTACH_FILES: Self = Self(1 << 15);
    /// Read Message History.
    pub const READ_MESSAGE_HISTORY: Self = Self(1 << 16);
    /// Mention @everyone, @here and all roles.
    pub const MENTION_EVERYONE: Self = Self(1 << 17);
    /// Manage Roles.
    pub const MANAGE_ROLES: Self = Self(1 << 28);
    /// Use Application Commands.
    pub const USE_APPLICATION_COMMANDS: Self = Self(1 << 31);
    /// Manage Threads.
    pub const MANAGE_THREADS: Self = Self(1 << 34);
    /// Send Messages in Threads.
    pub const SEND_MESSAGES_IN_THREADS: Self = Self(1 << 38);
    /// Every bit that Discord knows.
    pub const ALL: Self = Self((1 << 52) - 1);
    /// What Deskbell's invite link asks for.
    pub const INVITE: Self = Self(274_877_991_936);
    /// What @everyone may do in a newly made server.
    pub const NEW_SERVER: Self = Self(
        Self::INVITE.0 | Self::ATTACH_FILES.0 | Self::MENTION_EVERYONE.0 | Self::USE_APPLICATION_COMMANDS.0,
    );

    /// Takes the bits as Discord counts them.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The bits as a number.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// Whether every bit of `wanted` is set.
    pub const fn contains(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }

    fn overwritten(self, overwrite: Change) -> Self {
        (self & !overwrite.deny) | overwrite.allow
    }

    /// Discord drops what cannot be done without a permission that is missing.
    fn without_the_impossible(self, sending: Self) -> Self {
        if !self.contains(Self::VIEW_CHANNEL) {
            return Self::NONE;
        }
        if self.contains(sending) {
            return self;
        }
        self & !(Self::EMBED_LINKS | Self::ATTACH_FILES | Self::MENTION_EVERYONE)
    }
}

impl BitOr for Permissions {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Permissions {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Not for Permissions {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Permissions({:#x})", self.0)
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// Whom an overwrite concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Everyone who has the role.
    Role(RoleId),
    /// One member.
    Member(UserId),
}

/// What a channel allows and denies a role or a member, past the roles' own permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overwrite {
    /// Whom it concerns.
    pub target: Target,
    /// What is allowed.
    pub allow: Permissions,
    /// What is denied.
    pub deny: Permissions,
}

/// A member as the rule needs it.
pub(crate) struct Holder<'a> {
    pub(crate) user: UserId,
    pub(crate) everyone: RoleId,
    pub(crate) roles: &'a [RoleId],
    /// The permissions of @everyone and of all roles together; everything for the owner.
    pub(crate) base: Permissions,
}

#[derive(Clone, Copy, Default)]
struct Change {
    allow: Permissions,
    deny: Permissions,
}

impl Change {
    fn of<'a>(overwrites: impl Iterator<Item = &'a Overwrite>) -> Self {
        overwrites.fold(Self::default(), |sum, one| Self {
            allow: sum.allow | one.allow,
            deny: sum.deny | one.deny,
        })
    }
}

/// What the holder may do in a channel with these overwrites, where `sending` is the bit that sending needs there.
pub(crate) fn in_channel(holder: &Holder<'_>, overwrites: &[Overwrite], sending: Permissions) -> Permissions {
    if holder.base.contains(Permissions::ADMINISTRATOR) {
        return Permissions::ALL;
    }
    let concerning = |wanted: &dyn Fn(Target) -> bool| {
        Change::of(overwrites.iter().filter(|overwrite| wanted(overwrite.target)))
    };
    let everyone = concerning(&|target| target == Target::Role(holder.everyone));
    let roles = concerning(
        &|target| matches!(target, Target::Role(role) if role != holder.everyone && holder.roles.contains(&role)),
    );
    let member = concerning(&|target| target == Target::Member(holder.user));
    holder.base.overwritten(everyone).overwritten(roles).overwritten(member).without_the_impossible(sending)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERYONE: RoleId = RoleId::new(1);
    const SALES: RoleId = RoleId::new(2);
    const ADA: UserId = UserId::new(9);

    fn ada(base: Permissions, overwrites: &[Overwrite]) -> Permissions {
        let holder = Holder { user: ADA, everyone: EVERYONE, roles: &[SALES], base };
        in_channel(&holder, overwrites, Permissions::SEND_MESSAGES)
    }

    fn overwrite(target: Target, allow: Permissions, deny: Permissions) -> Overwrite {
        Overwrite { target, allow, deny }
    }

    #[test]
    fn a_role_opens_a_channel_that_is_closed_to_everyone() {
        let overwrites = [
            overwrite(Target::Role(EVERYONE), Permissions::NONE, Permissions::VIEW_CHANNEL),
            overwrite(Target::Role(SALES), Permissions::VIEW_CHANNEL, Permissions::NONE),
        ];
        assert!(ada(Permissions::NEW_SERVER, &overwrites).contains(Permissions::SEND_MESSAGES));
        assert_eq!(ada(Permissions::NEW_SERVER, &overwrites[..1]), Permissions::NONE);
    }

    #[test]
    fn a_member_overwrite_beats_the_roles() {
        let overwrites = [
            overwrite(Target::Role(SALES), Permissions::SEND_MESSAGES, Permissions::NONE),
            overwrite(Target::Member(ADA), Permissions::NONE, Permissions::SEND_MESSAGES),
        ];
        let computed = ada(Permissions::NEW_SERVER, &overwrites);
        assert!(computed.contains(Permissions::VIEW_CHANNEL));
        assert!(!computed.contains(Permissions::SEND_MESSAGES));
        assert!(!computed.contains(Permissions::EMBED_LINKS), "nothing can be embedded without sending");
    }

    #[test]
    fn an_administrator_is_past_every_overwrite() {
        let overwrites = [overwrite(Target::Member(ADA), Permissions::NONE, Permissions::ALL)];
        assert_eq!(ada(Permissions::ADMINISTRATOR, &overwrites), Permissions::ALL);
    }

    #[test]
    fn the_invite_is_the_sum_that_the_design_names() {
        let parts = [
            Permissions::VIEW_CHANNEL,
            Permissions::SEND_MESSAGES,
            Permissions::EMBED_LINKS,
            Permissions::READ_MESSAGE_HISTORY,
            Permissions::SEND_MESSAGES_IN_THREADS,
        ];
        let sum = parts.into_iter().fold(Permissions::NONE, |sum, part| sum | part);
        assert_eq!(sum, Permissions::INVITE);
    }
}

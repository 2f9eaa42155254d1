//! Who sees a channel and may act in it: what it allows and denies roles and members.

use crate::discord::{
    Discord,
    ids::{ChannelId, RoleId, UserId},
    permissions::{Overwrite, Permissions, Target},
    state::Channel,
};

/// What one channel allows and denies.
#[derive(Clone, Copy, Debug)]
pub struct PermissionsHandle<'a> {
    discord: &'a Discord,
    channel: ChannelId,
}

impl Discord {
    /// What one channel allows and denies.
    pub fn permissions(&self, channel: ChannelId) -> PermissionsHandle<'_> {
        PermissionsHandle { discord: self, channel }
    }
}

impl PermissionsHandle<'_> {
    /// What a user may do in the channel.
    pub fn of(self, user: UserId) -> Permissions {
        self.discord.shared.read(|state| state.permissions(self.channel, user))
    }

    /// Sets what the channel allows and denies a role or a member, in place of what it did.
    pub fn set_overwrite(self, overwrite: Overwrite) {
        self.change(|channel| {
            channel.overwrites.retain(|one| one.target != overwrite.target);
            channel.overwrites.push(overwrite);
        });
    }

    /// Takes the overwrites for a role or a member away.
    pub fn clear_overwrite(self, target: Target) {
        self.change(|channel| channel.overwrites.retain(|one| one.target != target));
    }

    /// Denies the bot these permissions in the channel, and allows it the rest of its invite's again.
    pub fn deny_bot(self, deny: Permissions) {
        let target = Target::Member(self.discord.application().bot());
        self.set_overwrite(Overwrite { target, allow: Permissions::INVITE & !deny, deny });
    }

    /// Allows the bot everything of its invite in the channel.
    pub fn allow_bot(self) {
        self.deny_bot(Permissions::NONE);
    }

    /// Hides the channel from @everyone; the bot and these roles still see it.
    pub fn make_private(self, roles: &[RoleId]) {
        let everyone = self.everyone();
        let (allow, deny) = (Permissions::NONE, Permissions::VIEW_CHANNEL);
        self.allow_bot();
        for role in roles {
            let target = Target::Role(*role);
            self.set_overwrite(Overwrite { target, allow: Permissions::VIEW_CHANNEL, deny: allow });
        }
        self.set_overwrite(Overwrite { target: Target::Role(everyone), allow, deny });
    }

    /// Lets everyone in the server read the channel.
    pub fn make_public(self) {
        self.clear_overwrite(Target::Role(self.everyone()));
    }

    fn everyone(self) -> RoleId {
        self.discord.shared.read(|state| RoleId::new(state.channels[&self.channel].guild.get()))
    }

    fn change(self, change: impl FnOnce(&mut Channel)) {
        self.discord.shared.change_channel(self.channel, change);
    }
}

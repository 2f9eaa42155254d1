//! What it says of its channels.

use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::channel::{Audience, ChannelKind, ChannelView, Obstacle, Permission};
use deskbell_domain::crowd::Headcount;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, RoleId};
use deskbell_domain::port::channels::{ChannelError, Channels, NamedRole, RoleCall};
use tokio::time::Instant;

use super::Discord;

#[async_trait]
impl Channels for Discord {
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError> {
        let mut state = self.state();
        let unavailable = state.unavailable;
        let room = state.rooms.entry(channel).or_default();
        if unavailable && room.outdated.is_none() {
            return Err(ChannelError::Unavailable);
        }
        if room.closed == Some(Obstacle::ChannelGone) {
            return Err(ChannelError::Closed(Obstacle::ChannelGone));
        }
        Ok(ChannelView {
            id: channel,
            guild,
            name: "sales".to_owned(),
            kind: ChannelKind::Text,
            audience: room.outdated.map(|(told, _)| told).or(room.audience).unwrap_or(Audience::Some),
            lacking: Some(room.lacking.clone()),
        })
    }

    fn forget_older_than(&self, _: GuildId, channel: ChannelId, max_age: Duration) -> usize {
        let mut state = self.state();
        let Some(room) = state.rooms.get_mut(&channel) else { return 0 };
        let old = room.outdated.take_if(|(_, told)| Instant::now() > *told + max_age);
        usize::from(old.is_some())
    }

    async fn headcount(&self, _: GuildId, _: Duration) -> Headcount {
        Headcount { members: self.state().members, ..Headcount::default() }
    }

    async fn lacking_of(
        &self,
        _: GuildId,
        _: ChannelId,
        _: MemberId,
        _: &[RoleId],
    ) -> Result<Vec<Permission>, ChannelError> {
        Ok(Vec::new())
    }

    async fn member_name(&self, _: GuildId, _: MemberId) -> Option<String> {
        None
    }

    async fn named_roles(&self, _: GuildId) -> Result<Vec<NamedRole>, ChannelError> {
        Ok(Vec::new())
    }

    async fn role_call(&self, _: GuildId, _: ChannelId, _: RoleId) -> Result<RoleCall, ChannelError> {
        Ok(self.state().role_call.unwrap_or(RoleCall::Rings))
    }
}

//! What is known of the linked servers' channels and roles: told by the gateway with a server as a whole, else asked of
//! Discord.
//!
//! News of a change only makes forget. serenity handles each event in a task of its own, so two changes of one channel
//! may arrive here in either order; to forget twice is the same in both, and what is asked afterwards is how it stands.
//! While a server's shard is connected, what is known is kept up to date by its news; while it is not, only an answer of
//! the last half minute counts: a channel may become public at any time, and then no card with personal data may go there.
//!
//! News can also be lost on its way. So whoever is about to show personal data has what is some minutes old forgotten
//! first ([`Channels::forget_older_than`]), and then it is asked for.

mod known;
mod role_names;
mod sizes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::channel::{Audience, ChannelView, Obstacle, Permission};
use deskbell_domain::crowd::{Headcount, audience_of};
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, RoleId};
use deskbell_domain::port::channels::{ChannelError, Channels, NamedRole, RoleCall};
use deskbell_domain::shard::{Shard, ShardCount};
use serde_json::Value;
use tokio::time::Instant;

use self::known::{Guild, Known};
use self::role_names::{Named, RoleNames};
use self::sizes::{Sizes, size_in};
use crate::messenger::OwnId;
use crate::permission::{RawChannel, Readers, Roles, snowflake};
use crate::refusal::Refusal;
use crate::rest::{Answer, Reply, Rest};

/// How old the sizes of roles may be by which a channel's readers are judged. Whoever posts there asks anew more often
/// than that, beside the posting.
const SIZES_GOOD_FOR: Duration = Duration::from_mins(10);

/// Channels and roles of servers.
pub struct Directory {
    rest: Rest,
    own: OwnId,
    sizes: Sizes,
    role_names: RoleNames,
    shards: ShardCount,
    connected: RwLock<BTreeSet<Shard>>,
    guilds: RwLock<BTreeMap<GuildId, Guild>>,
}

impl Directory {
    /// An empty directory, of which so many shards of the gateway tell.
    pub fn new(rest: Rest, own: OwnId, shards: ShardCount) -> Self {
        Self {
            rest,
            own,
            sizes: Sizes::default(),
            role_names: RoleNames::default(),
            shards,
            connected: RwLock::default(),
            guilds: RwLock::default(),
        }
    }

    /// A shard of the gateway is connected, or is not any more.
    pub fn connection_changed(&self, shard: Shard, connected: bool) {
        let mut all = self.connected.write().unwrap_or_else(PoisonError::into_inner);
        if connected {
            all.insert(shard);
        } else {
            all.remove(&shard);
        }
    }

    /// A new session of a shard began: what changed since the last is not told, so all that it tells of is forgotten.
    pub fn session_began(&self, shard: Shard) {
        let mut guilds = self.guilds.write().unwrap_or_else(PoisonError::into_inner);
        guilds.retain(|guild, _| !shard.tells_of(*guild));
    }

    fn is_told_of(&self, guild: GuildId) -> bool {
        let connected = self.connected.read().unwrap_or_else(PoisonError::into_inner);
        connected.contains(&self.shards.of(guild))
    }

    /// Takes a `GUILD_CREATE`: the server as it is now, its channels and threads one at a time, since all of it as JSON
    /// would take many times the room of what is kept.
    pub fn guild_told(
        &self,
        id: GuildId,
        roles: Option<Roles>,
        own_roles: Option<Box<[RoleId]>>,
        channels: impl Iterator<Item = Value>,
    ) {
        let told = channels.filter_map(|channel| read_channel(&channel));
        let channels: BTreeMap<_, _> = told.map(|(id, channel)| (id, Known::Told(channel))).collect();
        let mut told = Guild {
            told: Some(Instant::now()),
            roles: roles.map_or(Known::Not, Known::Told),
            own_roles: own_roles.map_or(Known::Not, Known::Told),
            channels: Vec::from_iter(channels),
        };
        self.with(id, |known| {
            told.keep_changes_of(known, Instant::now());
            *known = told;
        });
    }

    /// Takes the number of a server's members, which a `GUILD_CREATE` tells too.
    pub fn members_told(&self, guild: GuildId, members: u64) {
        self.sizes.members_told(guild, members);
    }

    /// Forgets a channel or thread that was made, changed or deleted.
    pub fn channel_changed(&self, guild: GuildId, channel: ChannelId) {
        self.with(guild, |known| known.changed(channel, Instant::now()));
    }

    /// Forgets the roles: one was made, changed or deleted, or the bot's own were.
    pub fn roles_changed(&self, guild: GuildId) {
        let now = Instant::now();
        self.role_names.forget(guild);
        self.with(guild, |known| {
            (known.roles, known.own_roles) = (Known::Changed(now), Known::Changed(now));
        });
    }

    /// Forgets a server that the bot left.
    pub fn guild_gone(&self, guild: GuildId) {
        self.guilds.write().unwrap_or_else(PoisonError::into_inner).remove(&guild);
        self.sizes.forget(guild);
        self.role_names.forget(guild);
    }

    fn with<T>(&self, guild: GuildId, change: impl FnOnce(&mut Guild) -> T) -> T {
        change(self.guilds.write().unwrap_or_else(PoisonError::into_inner).entry(guild).or_default())
    }

    fn known<T: Clone>(&self, guild: GuildId, what: impl FnOnce(&Guild) -> Option<&Known<T>>) -> Option<T> {
        let guilds = self.guilds.read().unwrap_or_else(PoisonError::into_inner);
        what(guilds.get(&guild)?)?.fresh(self.is_told_of(guild))
    }

    async fn channel(&self, guild: GuildId, id: ChannelId) -> Result<RawChannel, ChannelError> {
        if let Some(raw) = self.known(guild, |known| known.channel(id)) {
            return Ok(raw);
        }
        let asked = Instant::now();
        let answer = self.ask(&format!("/channels/{id}")).await?;
        let raw = RawChannel::read(&answer).ok_or(ChannelError::Unavailable)?;
        // One that is in no server, such as a conversation of two, is not in this one either.
        if snowflake(&answer["guild_id"]) != Some(guild.0) {
            return Err(ChannelError::Closed(Obstacle::ChannelGone));
        }
        self.with(guild, |known| {
            if known.channel(id).is_none_or(|present| !present.overtakes(asked)) {
                known.put(id, Known::asked(raw.clone(), asked));
            }
        });
        Ok(raw)
    }

    async fn roles(&self, guild: GuildId) -> Option<Roles> {
        if let Some(roles) = self.known(guild, |known| Some(&known.roles)) {
            return Some(roles);
        }
        let asked = Instant::now();
        let answer = self.ask(&format!("/guilds/{guild}/roles")).await.ok()?;
        let roles = Roles::read(guild, &answer)?;
        self.with(guild, |known| {
            if !known.roles.overtakes(asked) {
                known.roles = Known::asked(roles.clone(), asked);
            }
        });
        Some(roles)
    }

    async fn own_roles(&self, guild: GuildId) -> Option<Box<[RoleId]>> {
        if let Some(roles) = self.known(guild, |known| Some(&known.own_roles)) {
            return Some(roles);
        }
        let asked = Instant::now();
        let answer = self.ask(&format!("/guilds/{guild}/members/{}", self.own.get()?)).await.ok()?;
        let roles = read_role_ids(&answer)?;
        self.with(guild, |known| {
            if !known.own_roles.overtakes(asked) {
                known.own_roles = Known::asked(roles.clone(), asked);
            }
        });
        Some(roles)
    }

    async fn ask(&self, path: &str) -> Result<Value, ChannelError> {
        match self.rest.get(path).await {
            Answer::Status(Reply { status: 200, body: Some(body), .. }) => Ok(body),
            Answer::Status(reply) => Err(unseen(&reply)),
            Answer::None(_) => Err(ChannelError::Unavailable),
        }
    }
}

/// What a refusal to show a channel, its roles or its members means for whoever asked.
fn unseen(reply: &Reply) -> ChannelError {
    match Refusal::of(reply) {
        // A question only fails for want of a permission where the channel may not even be seen.
        Refusal::Channel(Obstacle::MissingPermissions(_)) => ChannelError::Closed(Obstacle::hidden()),
        Refusal::Channel(obstacle @ (Obstacle::ChannelGone | Obstacle::NotInGuild)) => {
            ChannelError::Closed(obstacle)
        }
        _ => ChannelError::Unavailable,
    }
}

impl Directory {
    async fn named(&self, guild: GuildId) -> Result<Named, ChannelError> {
        if let Some(known) = self.role_names.known(guild) {
            return Ok(known);
        }
        let answer = self.ask(&format!("/guilds/{guild}/roles")).await?;
        let roles = role_names::read(guild, &answer).ok_or(ChannelError::Unavailable)?;
        self.role_names.answered(guild, &roles);
        Ok(roles)
    }

    /// Whether the bot may call all roles in a channel.
    async fn may_call_all(&self, guild: GuildId, channel: ChannelId) -> Result<bool, ChannelError> {
        let raw = self.channel(guild, channel).await?;
        let settings = self.settings_of(guild, &raw).await?;
        let roles = self.roles(guild).await.ok_or(ChannelError::Unavailable)?;
        let own_roles = self.own_roles(guild).await.ok_or(ChannelError::Unavailable)?;
        let own = self.own.get().ok_or(ChannelError::Unavailable)?;
        Ok(settings.may_call_all_roles(guild, &roles, own, &own_roles))
    }

    /// Whose settings count in a channel: a thread has its parent's.
    async fn settings_of(&self, guild: GuildId, raw: &RawChannel) -> Result<RawChannel, ChannelError> {
        match raw.thread_of() {
            Some(parent) => self.channel(guild, parent).await,
            None => Ok(raw.clone()),
        }
    }

    /// Who can read a channel with these settings. What is not known is taken for the worst: better a card without
    /// names than one that a crowd sees.
    async fn audience(
        &self,
        guild: GuildId,
        settings: &RawChannel,
        roles: Option<&Roles>,
        own_roles: &[RoleId],
    ) -> Audience {
        let Some(roles) = roles else { return Audience::Everyone };
        let own = self.own.get().unwrap_or(MemberId(0));
        match settings.readers(guild, roles, own, own_roles) {
            Readers::Everyone => Audience::Everyone,
            Readers::Chosen { roles, members } if roles.is_empty() => audience_of(&[], members, |_| None),
            Readers::Chosen { roles, members } => {
                let sizes = self.sizes.roles(&self.rest, guild, SIZES_GOOD_FOR, &roles).await;
                audience_of(&roles, members, |role| size_in(sizes.as_deref()?, role))
            }
        }
    }
}

fn read_channel(channel: &Value) -> Option<(ChannelId, RawChannel)> {
    Some((ChannelId(snowflake(&channel["id"])?), RawChannel::read(channel)?))
}

fn read_role_ids(member: &Value) -> Option<Box<[RoleId]>> {
    Some(member["roles"].as_array()?.iter().filter_map(snowflake).map(RoleId).collect())
}

/// The name that a server shows of a member.
fn read_name(member: &Value) -> Option<String> {
    let user = &member["user"];
    let names = [&member["nick"], &user["global_name"], &user["username"]];
    names.into_iter().filter_map(Value::as_str).find(|name| !name.is_empty()).map(str::to_owned)
}

#[async_trait]
impl Channels for Directory {
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError> {
        let raw = self.channel(guild, channel).await?;
        let settings = self.settings_of(guild, &raw).await?;
        let (roles, own_roles) = (self.roles(guild).await, self.own_roles(guild).await);
        let lacking = match (&roles, &own_roles, self.own.get()) {
            (Some(roles), Some(own_roles), Some(own)) => {
                Some(settings.lacking(guild, roles, own, own_roles, raw.kind))
            }
            _ => None,
        };
        let audience = if let Some(audience) = raw.invited {
            audience
        } else {
            let own_roles = own_roles.as_deref().unwrap_or_default();
            self.audience(guild, &settings, roles.as_ref(), own_roles).await
        };
        Ok(ChannelView { id: channel, guild, name: raw.name.into(), kind: raw.kind, audience, lacking })
    }

    fn forget_older_than(&self, guild: GuildId, channel: ChannelId, max_age: Duration) -> usize {
        self.with(guild, |known| known.forget_older_than(channel, max_age))
    }

    async fn name(&self, guild: GuildId, channel: ChannelId) -> Result<String, ChannelError> {
        Ok(self.channel(guild, channel).await?.name.into())
    }

    async fn headcount(&self, guild: GuildId, max_age: Duration) -> Headcount {
        let roles = self.sizes.roles(&self.rest, guild, max_age, &[]);
        let members = self.sizes.members(&self.rest, guild, max_age);
        let (roles, members) = tokio::join!(roles, members);
        Headcount { roles: roles.iter().flat_map(|sizes| sizes.iter().copied()).collect(), members }
    }

    async fn lacking_of(
        &self,
        guild: GuildId,
        channel: ChannelId,
        member: MemberId,
        roles: &[RoleId],
    ) -> Result<Vec<Permission>, ChannelError> {
        let raw = self.channel(guild, channel).await?;
        let settings = self.settings_of(guild, &raw).await?;
        let all = self.roles(guild).await.ok_or(ChannelError::Unavailable)?;
        Ok(settings.lacking_to_post(guild, &all, member, roles, raw.kind))
    }

    async fn member_name(&self, guild: GuildId, member: MemberId) -> Option<String> {
        read_name(&self.ask(&format!("/guilds/{guild}/members/{member}")).await.ok()?)
    }

    async fn named_roles(&self, guild: GuildId) -> Result<Vec<NamedRole>, ChannelError> {
        let all = self.named(guild).await?;
        Ok(all.iter().filter(|role| !role.is_bots).cloned().collect())
    }

    async fn role_call(
        &self,
        guild: GuildId,
        channel: ChannelId,
        role: RoleId,
    ) -> Result<RoleCall, ChannelError> {
        let all = self.named(guild).await?;
        let Some(role) = all.iter().find(|one| one.id == role) else { return Ok(RoleCall::Gone) };
        let rings = role.everybody_may || self.may_call_all(guild, channel).await?;
        Ok(if rings { RoleCall::Rings } else { RoleCall::IsQuiet })
    }
}

#[cfg(test)]
mod tests;

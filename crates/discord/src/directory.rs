//! What is known of the linked servers' channels and roles: told by the gateway, else asked of Discord.
//!
//! What the gateway told is kept up to date by its events and used without asking. What was asked is used for half a
//! minute: a channel may become public at any time, and then no card with personal data may go there.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use async_trait::async_trait;
use deskbell_desk::channel::{Audience, ChannelKind, ChannelView};
use deskbell_desk::ids::{ChannelId, GuildId, RoleId};
use deskbell_desk::port::channels::{ChannelError, Channels};
use serde_json::Value;
use tokio::time::Instant;

use crate::messenger::OwnId;
use crate::permission::{RawChannel, Roles, snowflake};
use crate::rest::{Answer, Reply, Rest};

const ANSWER_GOOD_FOR: Duration = Duration::from_secs(30);

/// Channels and roles of servers.
pub struct Directory {
    rest: Rest,
    own: OwnId,
    guilds: RwLock<BTreeMap<GuildId, Guild>>,
}

/// A server, packed: there may be thousands, each with hundreds of channels and roles.
#[derive(Default)]
struct Guild {
    roles: Option<Known<Roles>>,
    own_roles: Option<Known<Box<[RoleId]>>>,
    /// By id, with no room to spare.
    channels: Vec<(ChannelId, Known<RawChannel>)>,
}

impl Guild {
    fn place(&self, channel: ChannelId) -> Result<usize, usize> {
        self.channels.binary_search_by_key(&channel, |(id, _)| *id)
    }

    fn channel(&self, id: ChannelId) -> Option<RawChannel> {
        self.channels[self.place(id).ok()?].1.fresh()
    }

    fn put(&mut self, id: ChannelId, channel: Known<RawChannel>) {
        match self.place(id) {
            Ok(at) => self.channels[at].1 = channel,
            Err(at) => {
                self.channels.reserve_exact(1);
                self.channels.insert(at, (id, channel));
            }
        }
    }

    fn remove(&mut self, id: ChannelId) {
        if let Ok(at) = self.place(id) {
            self.channels.remove(at);
            self.channels.shrink_to_fit();
        }
    }
}

/// Something known.
enum Known<T> {
    /// The gateway told it, and keeps it up to date.
    Told(T),
    /// It was asked for. Boxed, since nearly everything is told.
    Asked(Box<Answered<T>>),
}

struct Answered<T> {
    value: T,
    until: Instant,
}

impl<T: Clone> Known<T> {
    fn asked(value: T) -> Self {
        Self::Asked(Box::new(Answered { value, until: Instant::now() + ANSWER_GOOD_FOR }))
    }

    fn fresh(&self) -> Option<T> {
        match self {
            Self::Told(value) => Some(value.clone()),
            Self::Asked(answer) => (Instant::now() < answer.until).then(|| answer.value.clone()),
        }
    }
}

impl Directory {
    /// An empty directory.
    pub fn new(rest: Rest, own: OwnId) -> Self {
        Self { rest, own, guilds: RwLock::default() }
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
        let known = Guild {
            roles: roles.map(Known::Told),
            own_roles: own_roles.map(Known::Told),
            channels: Vec::from_iter(channels),
        };
        self.guilds.write().unwrap_or_else(PoisonError::into_inner).insert(id, known);
    }

    /// Takes a channel or thread that was made or changed.
    pub fn channel_told(&self, guild: GuildId, channel: &Value) {
        if let Some((id, channel)) = read_channel(channel) {
            self.with(guild, |known| known.put(id, Known::Told(channel)));
        }
    }

    /// Forgets a channel that was deleted.
    pub fn channel_gone(&self, guild: GuildId, channel: ChannelId) {
        self.with(guild, |known| known.remove(channel));
    }

    /// Forgets the roles: one was made, changed or deleted, or the bot's own were.
    pub fn roles_changed(&self, guild: GuildId) {
        self.with(guild, |known| (known.roles, known.own_roles) = (None, None));
    }

    /// Forgets a server that the bot left.
    pub fn guild_gone(&self, guild: GuildId) {
        self.guilds.write().unwrap_or_else(PoisonError::into_inner).remove(&guild);
    }

    fn with<T>(&self, guild: GuildId, change: impl FnOnce(&mut Guild) -> T) -> T {
        change(self.guilds.write().unwrap_or_else(PoisonError::into_inner).entry(guild).or_default())
    }

    fn known<T>(&self, guild: GuildId, read: impl FnOnce(&Guild) -> Option<T>) -> Option<T> {
        self.guilds.read().unwrap_or_else(PoisonError::into_inner).get(&guild).and_then(read)
    }

    async fn channel(&self, guild: GuildId, id: ChannelId) -> Result<RawChannel, ChannelError> {
        if let Some(raw) = self.known(guild, |known| known.channel(id)) {
            return Ok(raw);
        }
        let answer = self.ask(&format!("/channels/{id}")).await?;
        let raw = RawChannel::read(&answer).ok_or(ChannelError::Unavailable)?;
        if snowflake(&answer["guild_id"]).is_some_and(|other| other != guild.0) {
            return Err(ChannelError::Gone);
        }
        self.with(guild, |known| known.put(id, Known::asked(raw.clone())));
        Ok(raw)
    }

    async fn roles(&self, guild: GuildId) -> Option<Roles> {
        if let Some(roles) = self.known(guild, |known| known.roles.as_ref()?.fresh()) {
            return Some(roles);
        }
        let answer = self.ask(&format!("/guilds/{guild}/roles")).await.ok()?;
        let roles = Roles::read(guild, &answer)?;
        self.with(guild, |known| known.roles = Some(Known::asked(roles.clone())));
        Some(roles)
    }

    async fn own_roles(&self, guild: GuildId) -> Option<Box<[RoleId]>> {
        if let Some(roles) = self.known(guild, |known| known.own_roles.as_ref()?.fresh()) {
            return Some(roles);
        }
        let answer = self.ask(&format!("/guilds/{guild}/members/{}", self.own.get()?)).await.ok()?;
        let roles = read_role_ids(&answer)?;
        self.with(guild, |known| known.own_roles = Some(Known::asked(roles.clone())));
        Some(roles)
    }

    async fn ask(&self, path: &str) -> Result<Value, ChannelError> {
        match self.rest.get(path).await {
            Answer::Status(Reply { status: 200, body: Some(body), .. }) => Ok(body),
            Answer::Status(reply) => Err(match (reply.status, reply.code()) {
                (_, 10003) => ChannelError::Gone,
                (_, 10004) => ChannelError::NotInGuild,
                (403, _) => ChannelError::Hidden,
                _ => ChannelError::Unavailable,
            }),
            Answer::None => Err(ChannelError::Unavailable),
        }
    }
}

fn read_channel(channel: &Value) -> Option<(ChannelId, RawChannel)> {
    Some((ChannelId(snowflake(&channel["id"])?), RawChannel::read(channel)?))
}

fn read_role_ids(member: &Value) -> Option<Box<[RoleId]>> {
    Some(member["roles"].as_array()?.iter().filter_map(snowflake).map(RoleId).collect())
}

#[async_trait]
impl Channels for Directory {
    async fn view(&self, guild: GuildId, channel: ChannelId) -> Result<ChannelView, ChannelError> {
        let raw = self.channel(guild, channel).await?;
        let settings = match raw.parent {
            Some(parent) if raw.kind == ChannelKind::Thread => {
                self.channel(guild, ChannelId(parent.get())).await?
            }
            _ => raw.clone(),
        };
        let (roles, own_roles) = (self.roles(guild).await, self.own_roles(guild).await);
        // Who can read it is not known: better a card without names than one that everybody sees.
        let audience = roles.as_ref().map_or(Audience::Everyone, |roles| settings.audience(guild, roles));
        let lacking = match (&roles, &own_roles, self.own.get()) {
            (Some(roles), Some(own_roles), Some(own)) => {
                settings.lacking(guild, roles, own, own_roles, raw.kind)
            }
            _ => Vec::new(),
        };
        let audience = if raw.private_thread { Audience::Some } else { audience };
        Ok(ChannelView { id: channel, guild, name: raw.name.into(), kind: raw.kind, audience, lacking })
    }
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;
    use serde_json::json;

    use super::*;

    /// Nothing listens on port 9 of loopback: only what the gateway told can be known.
    fn directory() -> Directory {
        let rest = Rest::new("http://127.0.0.1:9", SecretString::from("t")).expect("a client can be made");
        let own = OwnId::default();
        own.set(deskbell_desk::ids::MemberId(9));
        Directory::new(rest, own)
    }

    fn tell(directory: &Directory, roles: &Value) {
        let roles = Roles::read(GuildId(1), roles);
        let sales = json!({"id": "5", "type": 0, "name": "sales", "permission_overwrites": []});
        directory.guild_told(GuildId(1), roles, Some(Box::default()), std::iter::once(sales));
    }

    #[tokio::test]
    async fn a_channel_that_the_gateway_told_of_is_known_without_asking() {
        let directory = directory();
        tell(&directory, &json!([{"id": "1", "permissions": "84992"}]));
        let view = directory.view(GuildId(1), ChannelId(5)).await.expect("it was told");
        assert_eq!((view.audience, view.lacking), (Audience::Everyone, Vec::new()));
        let hidden = json!({"id": "5", "type": 0, "name": "sales",
            "permission_overwrites": [{"id": "1", "type": 0, "allow": "0", "deny": "1024"}]});
        directory.channel_told(GuildId(1), &hidden);
        let view = directory.view(GuildId(1), ChannelId(5)).await.expect("it was told");
        assert_eq!(view.audience, Audience::Some);
    }

    #[tokio::test]
    async fn a_channel_whose_readers_are_not_known_counts_as_public() {
        let directory = directory();
        tell(&directory, &json!([]));
        let view = directory.view(GuildId(1), ChannelId(5)).await.expect("it was told");
        assert_eq!(view.audience, Audience::Everyone);
    }
}

//! INTERACTION_CREATE: what Discord tells the bot about one use, and about whom and what it names.

use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::{Failure, Person, Reply};
use crate::discord::{
    Message,
    gateway::Event,
    ids::{ChannelId, GuildId, InteractionId, RoleId, UserId},
    interaction::{Deed, Interaction},
    permissions::Permissions,
    state::{Channel, Existence, State},
};

const ATTACHMENT_LIMIT: u32 = 10 * 1024 * 1024;

/// One use, before it has a number.
pub(super) struct Act {
    pub(super) deed: Deed,
    pub(super) channel: ChannelId,
    pub(super) data: Value,
    pub(super) source: Option<Message>,
}

impl Person {
    /// Sends the use to the bot.
    pub(super) fn act(&self, act: Act) -> Reply {
        let shared = &self.discord.shared;
        let now = shared.now();
        let (id, body) = shared.write(|state| {
            let id = InteractionId::new(state.snowflakes.next(now));
            let interaction = Interaction {
                id,
                token: token(id),
                deed: act.deed,
                guild: self.guild,
                channel: act.channel,
                user: self.user,
                source: act.source.as_ref().map(|message| (message.id, message.revision)),
                sent: Instant::now(),
                sent_at: now,
                delivery: Existence::Gone,
                ack: None,
                original: None,
                followups: Vec::new(),
                choices: Vec::new(),
                modal: None,
            };
            let body = self.body(state, &interaction, &act);
            state.interactions.insert(id, interaction);
            (id, body)
        });
        let event = Event { name: "INTERACTION_CREATE", guild: self.guild, data: body };
        let delivery = shared.gateway(|gateway| gateway.dispatch(&event));
        shared.write(|state| {
            let sent = state.interactions.get_mut(&id);
            sent.into_iter().for_each(|interaction| interaction.delivery = delivery);
        });
        Reply::new(self.discord.clone(), id)
    }

    fn body(&self, state: &State, interaction: &Interaction, act: &Act) -> Value {
        let here = state.permissions(act.channel, self.user);
        let of_the_bot = state.permissions(act.channel, state.application.bot);
        let guild = state.guilds.get(&self.guild);
        let member = guild.and_then(|guild| guild.members.get(&self.user));
        let mut member = member.map_or(Value::Null, |member| member.json(state.user(self.user)));
        member["permissions"] = json!(here);
        let locale = guild.map_or("en-US", |guild| guild.locale);
        let channel = state.channels.get(&act.channel);
        let mut body = json!({
            "id": interaction.id, "application_id": state.application.id, "type": act.deed as u8, "version": 1,
            "token": interaction.token, "data": act.data, "member": member, "guild_id": self.guild,
            "guild": {"id": self.guild, "locale": locale, "features": []}, "channel_id": act.channel,
            "channel": channel.map(|channel| channel.partial_json(here, of_the_bot)), "app_permissions": of_the_bot,
            "locale": self.locale, "guild_locale": locale, "entitlements": [], "entitlement_sku_ids": [], "context": 0,
            "authorizing_integration_owners": {"0": self.guild}, "attachment_size_limit": ATTACHMENT_LIMIT,
        });
        if let Some(message) = &act.source {
            body["message"] = state.message_json(message);
        }
        body
    }
}

/// Discord's tokens are base64 too.
fn token(id: InteractionId) -> String {
    let text = format!("interaction:{id}:of the sandbox, and as long as Discord's own tokens are");
    data_encoding::BASE64URL_NOPAD.encode(text.as_bytes())
}

/// Looks up channels, roles and people as one person names them.
pub(super) struct Names<'a> {
    pub(super) state: &'a State,
    pub(super) guild: GuildId,
    pub(super) channel: ChannelId,
    pub(super) user: UserId,
}

/// What a use names, as the bot gets it beside the ids.
#[derive(Default)]
pub(super) struct Resolved {
    parts: Map<String, Value>,
}

impl Resolved {
    fn put(&mut self, kind: &str, id: impl ToString, body: Value) {
        self.parts.entry(kind).or_insert_with(|| json!({}))[id.to_string()] = body;
    }

    /// Nothing where nothing was named.
    pub(super) fn into_json(self) -> Option<Value> {
        (!self.parts.is_empty()).then_some(Value::Object(self.parts))
    }
}

/// The text of a mention like `<#123>`, or the text itself if it is a number.
fn numbered(text: &str, sign: &str) -> Option<u64> {
    let inner = text.strip_prefix(sign).and_then(|rest| rest.strip_suffix('>'));
    inner.unwrap_or(text).parse().ok()
}

impl Names<'_> {
    pub(super) fn channel(&self, text: &str, into: &mut Resolved) -> Result<ChannelId, Failure> {
        let sees = |channel: &&Channel| {
            self.state.permissions(channel.id, self.user).contains(Permissions::VIEW_CHANNEL)
        };
        let wanted = numbered(text, "<#").map(ChannelId::new);
        let name = text.trim_start_matches('#');
        let is_meant = |channel: &&Channel| channel.name == name || Some(channel.id) == wanted;
        let found = self.state.channels_of(self.guild).filter(sees).find(is_meant);
        let channel = found.ok_or_else(|| Failure::BadText(format!("this person sees no channel {text}")))?;
        let here = self.state.permissions(channel.id, self.user);
        let of_the_bot = self.state.permissions(channel.id, self.state.application.bot);
        into.put("channels", channel.id, channel.partial_json(here, of_the_bot));
        Ok(channel.id)
    }

    pub(super) fn kind_of(&self, channel: ChannelId) -> Option<u8> {
        self.state.channels.get(&channel).map(|channel| channel.kind.number())
    }

    pub(super) fn role(&self, text: &str, into: &mut Resolved) -> Result<RoleId, Failure> {
        let unknown = || Failure::BadText(format!("there is no role {text}"));
        let guild = self.state.guilds.get(&self.guild).ok_or_else(unknown)?;
        let by_id = numbered(text, "<@&").and_then(|id| guild.roles.get(&RoleId::new(id)));
        let role = by_id.or_else(|| guild.role_named(text)).ok_or_else(unknown)?;
        let position = guild.roles.keys().position(|id| *id == role.id).unwrap_or(0);
        into.put("roles", role.id, role.json(position));
        Ok(role.id)
    }

    pub(super) fn user(&self, text: &str, into: &mut Resolved) -> Result<UserId, Failure> {
        let unknown = || Failure::BadText(format!("there is no member {text}"));
        let guild = self.state.guilds.get(&self.guild).ok_or_else(unknown)?;
        let wanted = numbered(text, "<@").map(UserId::new);
        let name = text.trim_start_matches('@');
        let is_meant = |id: &&UserId| self.state.user(**id).name == name || Some(**id) == wanted;
        let id = *guild.members.keys().find(is_meant).ok_or_else(unknown)?;
        into.put("users", id, self.state.user(id).json());
        let mut member = guild.members[&id].partial_json();
        member["permissions"] = json!(self.state.permissions(self.channel, id));
        into.put("members", id, member);
        Ok(id)
    }
}

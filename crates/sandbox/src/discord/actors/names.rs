//! Channels, roles and people as one person names them, with what the bot is told about each.

use serde_json::{Map, Value, json};

use super::failure::Failure;
use crate::discord::{
    ids::{ChannelId, GuildId, RoleId, UserId},
    permissions::Permissions,
    state::{Channel, State},
    validate::list,
};

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
    fn put(&mut self, kind: &str, id: &impl ToString, body: Value) {
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
    fn channel(&self, text: &str, into: &mut Resolved) -> Result<ChannelId, Failure> {
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
        into.put("channels", &channel.id, channel.partial_json(here, of_the_bot));
        Ok(channel.id)
    }

    /// A channel of one of these kinds; of any kind if none is named.
    pub(super) fn channel_among(
        &self,
        kinds: &Value,
        text: &str,
        into: &mut Resolved,
    ) -> Result<ChannelId, Failure> {
        let channel = self.channel(text, into)?;
        let kind = self.state.channels.get(&channel).map(|channel| u64::from(channel.kind.number()));
        let kinds = list(kinds);
        if kinds.is_empty() || kinds.iter().any(|allowed| allowed.as_u64() == kind) {
            Ok(channel)
        } else {
            Err(Failure::BadText(format!("{text} is of a kind that is not shown here")))
        }
    }

    /// The number of a person or a role.
    pub(super) fn user_or_role(&self, text: &str, into: &mut Resolved) -> Result<u64, Failure> {
        match self.user(text, into) {
            Ok(user) => Ok(user.get()),
            Err(_) => self.role(text, into).map(RoleId::get),
        }
    }

    pub(super) fn role(&self, text: &str, into: &mut Resolved) -> Result<RoleId, Failure> {
        let unknown = || Failure::BadText(format!("there is no role {text}"));
        let guild = self.state.guilds.get(&self.guild).ok_or_else(unknown)?;
        let by_id = numbered(text, "<@&").and_then(|id| guild.roles.get(&RoleId::new(id)));
        let role = by_id.or_else(|| guild.role_named(text)).ok_or_else(unknown)?;
        let position = guild.roles.keys().position(|id| *id == role.id).unwrap_or(0);
        into.put("roles", &role.id, role.json(position));
        Ok(role.id)
    }

    pub(super) fn user(&self, text: &str, into: &mut Resolved) -> Result<UserId, Failure> {
        let unknown = || Failure::BadText(format!("there is no member {text}"));
        let guild = self.state.guilds.get(&self.guild).ok_or_else(unknown)?;
        let wanted = numbered(text, "<@").map(UserId::new);
        let name = text.trim_start_matches('@');
        let is_meant = |id: &&UserId| self.state.user(**id).name == name || Some(**id) == wanted;
        let id = *guild.members.keys().find(is_meant).ok_or_else(unknown)?;
        into.put("users", &id, self.state.user(id).json());
        let mut member = guild.members[&id].partial_json();
        member["permissions"] = json!(self.state.permissions(self.channel, id));
        into.put("members", &id, member);
        Ok(id)
    }
}

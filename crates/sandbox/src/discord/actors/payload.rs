//! `INTERACTION_CREATE`: what Discord tells the bot about one use.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{person::Person, reply::Reply};
use crate::discord::{
    Message,
    existence::Existence,
    ids::{ChannelId, InteractionId},
    interaction::{Deed, Interaction},
    sessions::Event,
    state::State,
};

const ATTACHMENT_LIMIT: u32 = 10 * 1024 * 1024;

/// One use, before it has a number.
pub(super) struct Act {
    pub(super) deed: Deed,
    pub(super) channel: ChannelId,
    pub(super) data: Value,
    pub(super) source: Option<Message>,
    /// What opened the form that was filled in.
    pub(super) opener: Option<InteractionId>,
}

impl Person {
    /// Sends the use to the bot.
    pub(super) fn act(&self, act: &Act) -> Reply {
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
                opener: act.opener,
                sent: Instant::now(),
                sent_at: now,
                delivery: Existence::Gone,
                ack: None,
                original: None,
                followups: Vec::new(),
                choices: Vec::new(),
                modal: None,
            };
            let body = self.body(state, &interaction, act);
            state.interactions.insert(id, interaction);
            (id, body)
        });
        let event = Event { name: "INTERACTION_CREATE", guild: self.guild, data: body };
        let delivery = shared.gateway(|gateway| gateway.dispatch(&event));
        shared.write(|state| {
            if let Some(interaction) = state.interactions.get_mut(&id) {
                interaction.delivery = delivery;
            }
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

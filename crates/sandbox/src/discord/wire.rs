//! State as Discord writes it in JSON: what both its official description and serenity's models read.

use serde_json::{Value, json};

use super::{
    ids::{UserId, iso, moment_of},
    interaction::{Deed, Interaction},
    message::{Attachment, Message},
    permissions::{Overwrite, Permissions, Target},
    state::{
        Application, Channel, ChannelKind, Guild, GuildMember, InvitedBy, Lock, Role, RoleMention, State,
        User,
    },
};

/// Features of a server are none, its settings Discord's defaults.
const MAX_MEMBERS: u32 = 25_000_000;

impl User {
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "username": self.username(), "global_name": self.global_name(),
            "discriminator": if self.is_bot { "4821" } else { "0" },
            "avatar": null, "banner": null, "accent_color": null, "avatar_decoration_data": null, "collectibles": null,
            "primary_guild": null, "bot": self.is_bot, "system": false, "flags": 0, "public_flags": 0,
        })
    }

    /// The account as it sees itself.
    pub(crate) fn own_json(&self) -> Value {
        let mut user = self.json();
        user["mfa_enabled"] = json!(true);
        user["locale"] = json!("en-US");
        user["verified"] = json!(true);
        user["email"] = Value::Null;
        user["premium_type"] = json!(0);
        user
    }

    /// People's names are in lower case; bots still have the old kind.
    fn username(&self) -> String {
        if self.is_bot { self.name.clone() } else { self.name.to_lowercase() }
    }

    fn global_name(&self) -> Option<&str> {
        (!self.is_bot).then_some(&self.name)
    }
}

impl Role {
    pub(crate) fn json(&self, position: usize) -> Value {
        let mut role = json!({
            "id": self.id, "name": self.name, "permissions": self.permissions, "position": position,
            "color": 0, "colors": {"primary_color": 0, "secondary_color": null, "tertiary_color": null},
            "hoist": false, "managed": self.bot.is_some(), "mentionable": self.mention == RoleMention::Anyone, "icon": null, "unicode_emoji": null,
            "flags": 0, "description": null,
        });
        if let Some(bot) = self.bot {
            role["tags"] = json!({"bot_id": bot});
        }
        role
    }
}

impl Guild {
    pub(crate) fn roles_json(&self) -> Value {
        self.roles.values().enumerate().map(|(position, role)| role.json(position)).collect()
    }

    /// The server as `GET /guilds/{id}` answers it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id, "name": self.name, "owner_id": self.owner, "roles": self.roles_json(),
            "icon": null, "description": null, "home_header": null, "splash": null, "discovery_splash": null, "banner": null,
            "features": [], "emojis": [], "stickers": [], "application_id": null, "region": "deprecated",
            "afk_channel_id": null, "afk_timeout": 300, "system_channel_id": null, "system_channel_flags": 0,
            "widget_enabled": false, "widget_channel_id": null, "verification_level": 1,
            "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2, "max_presences": null,
            "max_members": MAX_MEMBERS, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
            "vanity_url_code": null, "premium_tier": 0, "premium_subscription_count": 0,
            "preferred_locale": self.locale, "rules_channel_id": null, "safety_alerts_channel_id": null,
            "public_updates_channel_id": null, "premium_progress_bar_enabled": false, "nsfw": false, "nsfw_level": 0,
            "incidents_data": null,
        })
    }

    /// One line of `GET /users/@me/guilds`.
    pub(crate) fn line_json(&self, bot: UserId) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "banner": null, "owner": self.owner == bot,
            "permissions": self.base_permissions(bot), "features": [],
        })
    }
}

impl GuildMember {
    pub(crate) fn json(&self, user: &User) -> Value {
        let mut member = self.partial_json();
        member["user"] = user.json();
        member["mute"] = json!(false);
        member["deaf"] = json!(false);
        member
    }

    /// The member without the person, as interactions carry those that they name.
    pub(crate) fn partial_json(&self) -> Value {
        json!({
            "roles": self.roles, "joined_at": iso(self.joined), "nick": null, "avatar": null, "banner": null,
            "premium_since": null, "pending": false, "flags": 0, "communication_disabled_until": null,
            "avatar_decoration_data": null, "collectibles": null,
        })
    }
}

impl Overwrite {
    fn json(&self) -> Value {
        let (id, kind) = match self.target {
            Target::Role(role) => (role.get(), 0),
            Target::Member(user) => (user.get(), 1),
        };
        json!({"id": id.to_string(), "type": kind, "allow": self.allow, "deny": self.deny})
    }
}

impl Channel {
    pub(crate) fn json(&self, position: usize) -> Value {
        let mut channel = json!({
            "id": self.id, "guild_id": self.guild, "type": self.kind.number(), "name": self.name, "flags": 0,
            "parent_id": self.parent, "last_message_id": self.messages.last().map(|message| message.id),
            "rate_limit_per_user": 0,
        });
        if self.kind.is_thread() {
            self.write_thread(&mut channel);
        } else {
            channel["position"] = json!(position);
            channel["permission_overwrites"] = self.overwrites.iter().map(Overwrite::json).collect();
            channel["nsfw"] = json!(false);
            channel["topic"] = Value::Null;
        }
        match self.kind {
            ChannelKind::Voice => {
                channel["bitrate"] = json!(64_000);
                channel["user_limit"] = json!(0);
                channel["rtc_region"] = Value::Null;
            }
            ChannelKind::Forum => {
                channel["available_tags"] = json!([]);
                channel["default_reaction_emoji"] = Value::Null;
                channel["default_sort_order"] = Value::Null;
                channel["default_forum_layout"] = json!(0);
            }
            _ => {}
        }
        channel
    }

    fn write_thread(&self, channel: &mut Value) {
        channel["owner_id"] = json!(self.thread_members.first().map_or(0, |user| user.get()).to_string());
        channel["message_count"] = json!(self.messages.len());
        channel["total_message_sent"] = json!(self.messages.len());
        channel["member_count"] = json!(self.thread_members.len().min(50));
        channel["thread_metadata"] = self.thread_metadata();
    }

    fn thread_metadata(&self) -> Value {
        json!({
            "archived": false, "archive_timestamp": iso(moment_of(self.id.get())),
            "auto_archive_duration": 4320, "locked": self.lock == Lock::Locked,
            "create_timestamp": iso(moment_of(self.id.get())),
        })
    }

    /// The few fields that an interaction tells about a channel.
    pub(crate) fn partial_json(&self, permissions: Permissions, of_the_bot: Permissions) -> Value {
        let mut channel = json!({
            "id": self.id, "guild_id": self.guild, "type": self.kind.number(), "name": self.name,
            "permissions": permissions, "app_permissions": of_the_bot, "parent_id": self.parent, "flags": 0,
        });
        if self.kind.is_thread() {
            channel["thread_metadata"] = self.thread_metadata();
        }
        channel
    }
}

impl Attachment {
    fn json(&self, message: &Message) -> Value {
        let at = format!("attachments/{}/{}/{}", message.channel, self.id, url_name(&self.filename));
        json!({
            "id": self.id, "filename": self.filename, "size": self.bytes.len(), "content_type": self.content_type,
            "url": format!("https://cdn.discordapp.com/{at}"),
            "proxy_url": format!("https://media.discordapp.net/{at}"),
        })
    }
}

fn url_name(filename: &str) -> String {
    url::form_urlencoded::byte_serialize(filename.as_bytes()).collect()
}

impl Application {
    pub(crate) fn json(&self, owner: &User, bot: &User, guilds: usize) -> Value {
        json!({
            "id": self.id, "name": self.name, "icon": null, "description": "", "type": null, "bot": bot.json(),
            "verify_key": "0".repeat(64), "flags": 0, "flags_new": "0", "redirect_uris": [],
            "interactions_endpoint_url": null, "role_connections_verification_url": null, "owner": owner.json(),
            "approximate_guild_count": guilds, "approximate_user_install_count": 0,
            "approximate_user_authorization_count": 0, "explicit_content_filter": 0, "team": null,
            "bot_public": self.invited_by == InvitedBy::Anybody, "bot_require_code_grant": false, "eligible_oauth2_scopes": ["bot", "applications.commands"],
            "integration_types_config": {"0": {"oauth2_install_params": {
                "scopes": ["bot", "applications.commands"], "permissions": Permissions::INVITE}}},
        })
    }
}

impl State {
    /// A message as it is read back: without its nonce.
    pub(crate) fn message_json(&self, message: &Message) -> Value {
        let users: Value = message.pings.users.iter().map(|user| self.user(*user).json()).collect();
        let attachments: Value = message.attachments.iter().map(|file| file.json(message)).collect();
        let mut body = json!({
            "id": message.id, "channel_id": message.channel, "author": self.user(message.author).json(), "type": 0,
            "content": message.content, "embeds": message.embeds, "components": message.components,
            "attachments": attachments, "flags": message.flags, "timestamp": iso(message.sent),
            "edited_timestamp": message.edited.map(iso), "mentions": users, "mention_roles": message.pings.roles,
            "mention_everyone": message.pings.everyone, "pinned": false, "tts": false,
        });
        if let Some(interaction) = message.interaction.and_then(|id| self.interactions.get(&id)) {
            body["type"] = json!(if interaction.deed == Deed::Command { 20 } else { 0 });
            body["application_id"] = json!(self.application.id);
            body["webhook_id"] = json!(self.application.id);
            body["interaction_metadata"] = interaction_metadata(self, interaction);
        }
        body
    }

    /// A message as the answer to its sending shows it.
    pub(crate) fn sent_message_json(&self, message: &Message) -> Value {
        let mut body = self.message_json(message);
        if let Some(nonce) = &message.nonce {
            body["nonce"] = nonce.clone();
        }
        body
    }

    pub(crate) fn channel_json(&self, channel: &Channel) -> Value {
        let mut channels = self.channels_of(channel.guild).filter(|other| !other.kind.is_thread());
        let position = channels.position(|other| other.id == channel.id);
        channel.json(position.unwrap_or(0))
    }

    /// Every channel of a server, without its threads.
    pub(crate) fn channels_json(&self, guild: &Guild) -> Value {
        let channels = self.channels_of(guild.id).filter(|channel| !channel.kind.is_thread());
        channels.enumerate().map(|(position, channel)| channel.json(position)).collect()
    }

    fn threads_json(&self, guild: &Guild) -> Value {
        let threads = self.channels_of(guild.id).filter(|channel| channel.kind.is_thread());
        // A thread has no position.
        threads.map(|thread| thread.json(0)).collect()
    }

    /// What `GUILD_CREATE` brings: the server with its channels, threads and the bot's own membership.
    pub(crate) fn guild_create_json(&self, guild: &Guild) -> Value {
        let mut body = guild.json();
        let bot = guild.members.get(&self.application.bot);
        let bot = bot.map(|member| member.json(self.user(self.application.bot)));
        body["joined_at"] = bot.as_ref().map_or(Value::Null, |member| member["joined_at"].clone());
        body["members"] = bot.into_iter().collect();
        body["member_count"] = json!(guild.size());
        body["channels"] = self.channels_json(guild);
        body["threads"] = self.threads_json(guild);
        for list in
            ["voice_states", "presences", "stage_instances", "guild_scheduled_events", "soundboard_sounds"]
        {
            body[list] = json!([]);
        }
        body["large"] = json!(false);
        body["unavailable"] = json!(false);
        body
    }
}

/// What a form was opened by stands in what it led to.
fn interaction_metadata(state: &State, interaction: &Interaction) -> Value {
    let mut metadata = interaction.metadata(&state.user(interaction.user).json());
    if let Some(opener) = interaction.opener.and_then(|id| state.interactions.get(&id)) {
        metadata["triggering_interaction_metadata"] = interaction_metadata(state, opener);
    }
    metadata
}

//! Makes messages out of bodies that were found valid: posts, replies and edits.

use bytes::Bytes;
use serde_json::Value;

use super::{
    existence::Existence,
    ids::{AttachmentId, ChannelId, InteractionId, MessageId, RoleId, UserId},
    interaction::Interaction,
    message::{Attachment, Message, Pings},
    permissions::Permissions,
    state::{RoleMention, State},
    validate::{components, embeds, list},
};

/// A file as it came in a multipart body.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    pub(crate) filename: String,
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

/// Whom a body pings if it says nothing about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PingsByDefault {
    /// Messages of bots.
    Everyone,
    /// Answers to interactions.
    Users,
}

/// Where and by whom a message is written.
pub(crate) struct Letter<'a> {
    pub(crate) channel: ChannelId,
    pub(crate) author: UserId,
    pub(crate) body: &'a Value,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) interaction: Option<InteractionId>,
    pub(crate) pings: PingsByDefault,
}

impl<'a> Letter<'a> {
    /// The bot's answer to an interaction.
    pub(crate) fn reply(
        state: &State,
        interaction: &Interaction,
        body: &'a Value,
        uploads: Vec<Upload>,
    ) -> Self {
        Self {
            channel: interaction.channel,
            author: state.application.bot,
            body,
            uploads,
            interaction: Some(interaction.id),
            pings: PingsByDefault::Users,
        }
    }
}

impl State {
    /// Writes the message into its channel.
    pub(crate) fn post(&mut self, letter: Letter<'_>, now: jiff::Timestamp) -> Message {
        let id = MessageId::new(self.snowflakes.next(now));
        let content = trimmed(&letter.body["content"]);
        let mut pings = pings(&content, &letter.body["allowed_mentions"], letter.pings);
        pings.roles.retain(|role| may_mention(self, (letter.author, letter.channel), *role));
        let message = Message {
            id,
            channel: letter.channel,
            author: letter.author,
            pings,
            content,
            embeds: list(&letter.body["embeds"]).iter().map(embeds::normalised).collect(),
            components: components::normalised(&letter.body["components"]),
            attachments: self.attach(letter.uploads, now),
            flags: letter.body["flags"].as_u64().unwrap_or(0),
            nonce: Some(letter.body["nonce"].clone()).filter(|nonce| !nonce.is_null()),
            sent: now,
            edited: None,
            existence: Existence::Present,
            interaction: letter.interaction,
            revision: 0,
        };
        if let Some(channel) = self.channels.get_mut(&letter.channel) {
            channel.messages.push(message.clone());
        }
        message
    }

    /// Changes what the body names and keeps the rest.
    pub(crate) fn edit(
        &mut self,
        (channel, id): (ChannelId, MessageId),
        body: &Value,
        uploads: Vec<Upload>,
        now: jiff::Timestamp,
    ) -> Result<Message, super::error::ApiError> {
        let added = self.attach(uploads, now);
        let message = self.message_mut(channel, id)?;
        if let Some(named) = body.get("content") {
            message.content = trimmed(named);
        }
        if let Some(named) = body.get("embeds") {
            message.embeds = list(named).iter().map(embeds::normalised).collect();
        }
        if let Some(named) = body.get("components") {
            message.components = components::normalised(named);
        }
        if let Some(kept) = body.get("attachments") {
            let kept: Vec<&str> = list(kept).iter().filter_map(|file| file["id"].as_str()).collect();
            message.attachments.retain(|file| kept.contains(&file.id.to_string().as_str()));
        }
        message.attachments.extend(added);
        message.edited = Some(now);
        message.revision += 1;
        Ok(message.clone())
    }

    fn attach(&mut self, uploads: Vec<Upload>, now: jiff::Timestamp) -> Vec<Attachment> {
        let mut named = |upload: Upload| Attachment {
            id: AttachmentId::new(self.snowflakes.next(now)),
            filename: upload.filename,
            content_type: upload.content_type,
            bytes: upload.bytes,
        };
        uploads.into_iter().map(&mut named).collect()
    }
}

fn trimmed(content: &Value) -> String {
    content.as_str().unwrap_or_default().trim().to_owned()
}

/// What a message allows itself never widens what its author may.
fn may_mention(state: &State, (author, channel): (UserId, ChannelId), role: RoleId) -> bool {
    let found = state.channel(channel).and_then(|channel| state.guild(channel.guild));
    let mention = found.ok().and_then(|guild| Some(guild.roles.get(&role)?.mention));
    mention == Some(RoleMention::Anyone)
        || state.permissions(channel, author).contains(Permissions::MENTION_EVERYONE)
}

/// Whom a text pings; what stands in an embed pings nobody.
fn pings(content: &str, allowed: &Value, by_default: PingsByDefault) -> Pings {
    let parses = |kind: &str| match allowed["parse"].as_array() {
        Some(parsed) => parsed.iter().any(|parsed| parsed == kind),
        None if allowed.is_object() => false,
        None => kind == "users" || by_default == PingsByDefault::Everyone,
    };
    let listed =
        |kind: &str, id: u64| list(&allowed[kind]).iter().any(|it| it.as_str() == Some(&id.to_string()));
    let allowed_ids = |kind: &str, sign: &str| -> Vec<u64> {
        let named = mentioned(content, sign).into_iter();
        named.filter(|id| parses(kind) || listed(kind, *id)).collect()
    };
    Pings {
        users: allowed_ids("users", "<@").into_iter().map(UserId::new).collect(),
        roles: allowed_ids("roles", "<@&").into_iter().map(RoleId::new).collect(),
        everyone: parses("everyone") && (content.contains("@everyone") || content.contains("@here")),
    }
}

/// The numbers that stand between the sign and the next `>`.
fn mentioned(content: &str, sign: &str) -> Vec<u64> {
    let after = content.split(sign).skip(1);
    let mut ids: Vec<u64> = after.filter_map(|rest| rest.split_once('>')?.0.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "Hello <@7>, <@&8> and @everyone";

    #[test]
    fn a_message_that_says_nothing_about_pings_pings_everyone_it_names() {
        let everyone = pings(TEXT, &Value::Null, PingsByDefault::Everyone);
        assert_eq!(everyone.users, [UserId::new(7)]);
        assert_eq!(everyone.roles, [RoleId::new(8)]);
        assert!(everyone.everyone);
        let reply = pings(TEXT, &Value::Null, PingsByDefault::Users);
        assert_eq!((reply.users.len(), reply.roles.len(), reply.everyone), (1, 0, false));
    }

    #[test]
    fn an_empty_list_of_allowed_pings_pings_nobody() {
        assert!(pings(TEXT, &json!({"parse": []}), PingsByDefault::Everyone).is_empty());
        let listed = pings(TEXT, &json!({"parse": [], "users": ["7"]}), PingsByDefault::Everyone);
        assert_eq!((listed.users.len(), listed.roles.len()), (1, 0));
    }
}

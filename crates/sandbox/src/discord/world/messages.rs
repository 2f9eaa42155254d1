//! What moderators do to messages, and what Discord remembers of them.

use std::time::Duration;

use serde_json::json;

use crate::discord::{
    Message,
    compose::{Letter, PingsByDefault},
    existence::Existence,
    ids::{MessageId, UserId},
    message::SUPPRESS_EMBEDS,
    watch::{AllMessagesHandle, MessagesHandle},
};

impl MessagesHandle<'_> {
    /// A message that a person writes.
    pub fn write(self, author: UserId, text: &str) -> Message {
        let now = self.discord.shared.now();
        let body = json!({"content": text});
        let (channel, uploads) = (self.channel, Vec::new());
        let pings = PingsByDefault::Everyone;
        let letter = Letter { channel, author, body: &body, uploads, interaction: None, pings };
        self.discord.shared.write(|state| state.post(letter, now))
    }

    /// Deletes a message, as a moderator does.
    pub fn delete(self, message: MessageId) {
        self.discord.shared.write(|state| {
            if let Ok(message) = state.message_mut(self.channel, message) {
                message.existence = Existence::Gone;
            }
        });
    }

    /// Removes the embeds of a message, as a moderator does: its text and its controls stay.
    pub fn remove_embeds(self, message: MessageId) {
        self.discord.shared.write(|state| {
            if let Ok(message) = state.message_mut(self.channel, message) {
                message.embeds.clear();
                message.flags |= SUPPRESS_EMBEDS;
            }
        });
    }

    /// Removes all of a message but its text.
    pub fn strip_to_text(self, message: MessageId) {
        self.remove_embeds(message);
        self.discord.shared.write(|state| {
            if let Ok(message) = state.message_mut(self.channel, message) {
                message.components.clear();
            }
        });
    }
}

impl AllMessagesHandle<'_> {
    /// For how long a nonce is remembered.
    pub fn set_nonce_window(self, window: Duration) {
        self.discord.shared.write(|state| state.nonce_window = window);
    }
}

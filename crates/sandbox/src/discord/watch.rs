//! Reading what was posted, and waiting for it.
//!
//! A wait looks again after every change and never sleeps; when its time is up it says what there was instead.

use std::{fmt, sync::PoisonError, time::Duration};

use super::{
    Discord, Message,
    ids::{ChannelId, MessageId},
    shared::Shared,
    state::State,
};

/// How long a wait takes at most, unless it is told otherwise.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// A wait was in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// What was waited for.
    pub wanted: String,
    /// What there was instead, in plain text.
    pub history: String,
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} did not come; there was:\n{}", self.wanted, self.history)
    }
}

impl std::error::Error for Waited {}

impl Discord {
    /// The messages that people see in a channel, oldest first; ephemeral replies and deleted messages are not among them.
    pub fn messages(&self, channel: ChannelId) -> Vec<Message> {
        let mut posted = self.posted(channel);
        posted.retain(|message| !message.is_deleted());
        posted
    }

    /// Everything that was ever posted in a channel, what was deleted too, oldest first; ephemeral replies are not among it.
    pub fn posted(&self, channel: ChannelId) -> Vec<Message> {
        self.shared.read(|state| public(state, channel).cloned().collect())
    }

    /// Everything that was ever posted in any channel, in the order in which it was posted.
    pub fn posted_anywhere(&self) -> Vec<Message> {
        let mut all: Vec<Message> = self
            .shared
            .read(|state| state.channels.keys().flat_map(|id| public(state, *id)).cloned().collect());
        all.sort_by_key(|message| message.id);
        all
    }

    /// The next message of a channel that this function has not given yet.
    pub async fn next_message(&self, channel: ChannelId) -> Result<Message, Waited> {
        self.next_message_within(channel, PATIENCE).await
    }

    /// The next message of a channel that has not been given yet, if it comes in time.
    pub async fn next_message_within(
        &self,
        channel: ChannelId,
        at_most: Duration,
    ) -> Result<Message, Waited> {
        let next = self
            .shared
            .wait_until(at_most, |shared| {
                let (at, message) = shared.read(|state| unread(state, channel))?;
                shared.take(channel, at);
                Some(message)
            })
            .await;
        next.ok_or_else(|| self.waited("the next message", channel))
    }

    /// The message with this number, counted from 0, of all that were posted in a channel.
    pub async fn nth_message(&self, channel: ChannelId, number: usize) -> Result<Message, Waited> {
        let found = |shared: &Shared| shared.read(|state| public(state, channel).nth(number).cloned());
        let message = self.shared.wait_until(PATIENCE, found).await;
        message.ok_or_else(|| self.waited(&format!("message number {number}"), channel))
    }

    /// The first message, in any channel, that was posted after this one; the very first if none is named.
    pub async fn posted_after(&self, seen: Option<MessageId>, at_most: Duration) -> Result<Message, Waited> {
        let found = |shared: &Shared| {
            shared.read(|state| {
                let later = |message: &&Message| Some(message.id) > seen;
                let first_of_each = state.channels.keys().filter_map(|id| public(state, *id).find(later));
                first_of_each.min_by_key(|message| message.id).cloned()
            })
        };
        let next = self.shared.wait_until(at_most, found).await;
        next.ok_or_else(|| Waited { wanted: "a message".to_owned(), history: self.history_of_all() })
    }

    /// Waits until a message of a channel satisfies the condition.
    pub async fn message_where(
        &self,
        channel: ChannelId,
        condition: impl Fn(&Message) -> bool,
    ) -> Result<Message, Waited> {
        let found = |shared: &Shared| {
            shared.read(|state| public(state, channel).find(|message| condition(message)).cloned())
        };
        let message = self.shared.wait_until(PATIENCE, found).await;
        message.ok_or_else(|| self.waited("such a message", channel))
    }

    /// Waits until something about the stand-in is so: the condition is looked at after every change.
    pub async fn wait_for(
        &self,
        wanted: &str,
        at_most: Duration,
        condition: impl Fn(&Self) -> bool,
    ) -> Result<(), Waited> {
        let found = self.shared.wait_until(at_most, |_| condition(self).then_some(())).await;
        found.ok_or_else(|| Waited { wanted: wanted.to_owned(), history: self.history_of_all() })
    }

    /// What stands in a channel, in plain text.
    pub fn history(&self, channel: ChannelId) -> String {
        let name = self.channel_name(channel).unwrap_or_default();
        let lines = self.posted(channel).iter().map(told).collect::<Vec<_>>();
        if lines.is_empty() { format!("#{name}: nothing\n") } else { format!("#{name}:\n{}", lines.concat()) }
    }

    fn history_of_all(&self) -> String {
        let channels: Vec<ChannelId> = self.shared.read(|state| state.channels.keys().copied().collect());
        channels.into_iter().map(|channel| self.history(channel)).collect()
    }

    fn waited(&self, wanted: &str, channel: ChannelId) -> Waited {
        Waited { wanted: wanted.to_owned(), history: self.history(channel) }
    }
}

impl Shared {
    /// Marks a message as given. Wakes nobody: nothing has changed for those who wait.
    fn take(&self, channel: ChannelId, at: usize) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = state.channels.get_mut(&channel) {
            channel.handed_out = at + 1;
        }
    }
}

fn told(message: &Message) -> String {
    let mark = if message.is_deleted() { " (deleted)" } else { "" };
    format!("{}{mark}\n{}\n", message.id, message.render())
}

fn is_public(message: &Message) -> bool {
    !message.is_ephemeral() && !message.is_loading()
}

fn public(state: &State, channel: ChannelId) -> impl Iterator<Item = &Message> {
    let messages = state.channels.get(&channel).map(|channel| channel.messages.iter());
    messages.into_iter().flatten().filter(|message| is_public(message))
}

fn unread(state: &State, channel: ChannelId) -> Option<(usize, Message)> {
    let channel = state.channels.get(&channel)?;
    let mut rest = channel.messages.iter().enumerate().skip(channel.handed_out);
    rest.find(|(_, message)| is_public(message)).map(|(at, message)| (at, message.clone()))
}

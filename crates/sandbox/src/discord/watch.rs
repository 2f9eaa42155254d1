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

/// The messages of one channel.
#[derive(Clone, Copy, Debug)]
pub struct MessagesHandle<'a> {
    pub(super) discord: &'a Discord,
    pub(super) channel: ChannelId,
}

/// The messages of all channels together.
#[derive(Clone, Copy, Debug)]
pub struct AllMessagesHandle<'a> {
    pub(super) discord: &'a Discord,
}

impl Discord {
    /// The messages of one channel.
    pub fn messages(&self, channel: ChannelId) -> MessagesHandle<'_> {
        MessagesHandle { discord: self, channel }
    }

    /// The messages of all channels together.
    pub fn all_messages(&self) -> AllMessagesHandle<'_> {
        AllMessagesHandle { discord: self }
    }

    /// Waits until something about the stand-in is so: the condition is looked at after every change.
    pub async fn wait_for(
        &self,
        wanted: &str,
        at_most: Duration,
        condition: impl Fn(&Self) -> bool,
    ) -> Result<(), Waited> {
        let found = self.shared.wait_until(at_most, |_| condition(self).then_some(())).await;
        found.ok_or_else(|| Waited { wanted: wanted.to_owned(), history: self.all_messages().history() })
    }
}

impl MessagesHandle<'_> {
    /// The messages that people see in the channel, oldest first; ephemeral replies and deleted messages are not among
    /// them.
    pub fn visible(self) -> Vec<Message> {
        let mut posted = self.posted();
        posted.retain(|message| !message.is_deleted());
        posted
    }

    /// Everything that was ever posted in the channel, what was deleted too, oldest first; ephemeral replies are not
    /// among it.
    pub fn posted(self) -> Vec<Message> {
        self.discord.shared.read(|state| public(state, self.channel).cloned().collect())
    }

    /// The next message of the channel that this function has not given yet.
    pub async fn next(self) -> Result<Message, Waited> {
        self.next_within(PATIENCE).await
    }

    /// The next message of the channel that has not been given yet, if it comes in time.
    pub async fn next_within(self, at_most: Duration) -> Result<Message, Waited> {
        let next = self
            .discord
            .shared
            .wait_until(at_most, |shared| {
                let (at, message) = shared.read(|state| unread(state, self.channel))?;
                shared.take(self.channel, at);
                Some(message)
            })
            .await;
        next.ok_or_else(|| self.waited("the next message"))
    }

    /// The message with this number, counted from 0, of all that were posted in the channel.
    pub async fn nth(self, number: usize) -> Result<Message, Waited> {
        let found = |shared: &Shared| shared.read(|state| public(state, self.channel).nth(number).cloned());
        let message = self.discord.shared.wait_until(PATIENCE, found).await;
        message.ok_or_else(|| self.waited(&format!("message number {number}")))
    }

    /// Waits until a message of the channel satisfies the condition.
    pub async fn first_where(self, condition: impl Fn(&Message) -> bool) -> Result<Message, Waited> {
        let found = |shared: &Shared| {
            shared.read(|state| public(state, self.channel).find(|message| condition(message)).cloned())
        };
        let message = self.discord.shared.wait_until(PATIENCE, found).await;
        message.ok_or_else(|| self.waited("such a message"))
    }

    /// What stands in the channel, in plain text.
    pub fn history(self) -> String {
        let name = self.discord.channel(self.channel).name().unwrap_or_default();
        let lines = self.posted().iter().map(told).collect::<Vec<_>>();
        if lines.is_empty() { format!("#{name}: nothing\n") } else { format!("#{name}:\n{}", lines.concat()) }
    }

    fn waited(self, wanted: &str) -> Waited {
        Waited { wanted: wanted.to_owned(), history: self.history() }
    }
}

impl AllMessagesHandle<'_> {
    /// Everything that was ever posted in any channel, in the order in which it was posted.
    pub fn posted(self) -> Vec<Message> {
        let mut all: Vec<Message> = self
            .discord
            .shared
            .read(|state| state.channels.keys().flat_map(|id| public(state, *id)).cloned().collect());
        all.sort_by_key(|message| message.id);
        all
    }

    /// The first message, in any channel, that was posted after this one; the very first if none is named.
    pub async fn posted_after(self, seen: Option<MessageId>, at_most: Duration) -> Result<Message, Waited> {
        let found = |shared: &Shared| {
            shared.read(|state| {
                let later = |message: &&Message| Some(message.id) > seen;
                let first_of_each = state.channels.keys().filter_map(|id| public(state, *id).find(later));
                first_of_each.min_by_key(|message| message.id).cloned()
            })
        };
        let next = self.discord.shared.wait_until(at_most, found).await;
        next.ok_or_else(|| Waited { wanted: "a message".to_owned(), history: self.history() })
    }

    fn history(self) -> String {
        let channels: Vec<ChannelId> =
            self.discord.shared.read(|state| state.channels.keys().copied().collect());
        channels.into_iter().map(|channel| self.discord.messages(channel).history()).collect()
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

//! The layout of the keys: a scope, whose it is, what it is, and its place.
//!
//! A key is a tuple written so that the order of the bytes is the order of the tuple and no two tuples collide:
//! numbers are big-endian with the sign flipped, text is closed by `00 01` and a zero within it becomes `00 FF`.
//! Every key begins with the workspace, server, channel or application that it belongs to, so that a store of
//! many machines can divide by it. The letters are part of the stored format: never change or reuse one.

pub(crate) mod audit;
pub(crate) mod channel;
pub(crate) mod connection;
pub(crate) mod edit;
pub(crate) mod erasure;
pub(crate) mod former;
pub(crate) mod inbox;
mod meaning;
pub(crate) mod roll_up;

use std::ops::Range;

use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::event::{EventId, EventKind};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    ApplicationId, ChannelId, ContactId, GuildId, JournalNumber, MessageId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::store::Stream;
use deskbell_domain::time::{Timestamp, UnixMillis};

use crate::engine::KeyRange;

pub(crate) use self::meaning::{
    is_former_button, is_former_dead_letter, kind_of, sealed_place, workspace_of,
};

/// A key, or the common beginning of some.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(Vec<u8>);

impl Key {
    fn new(scope: u8) -> Self {
        Self(vec![scope])
    }

    fn tag(mut self, tag: u8) -> Self {
        self.0.push(tag);
        self
    }

    fn number(mut self, number: u64) -> Self {
        self.0.extend(number.to_be_bytes());
        self
    }

    fn signed(self, number: i64) -> Self {
        self.number(number.cast_unsigned() ^ (1 << 63))
    }

    fn text(mut self, text: &str) -> Self {
        for byte in text.bytes() {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(0xFF);
            }
        }
        self.0.extend([0, 1]);
        self
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// The keys that are this one with a number from `first` on.
    fn numbers_from(self, first: JournalNumber) -> KeyRange {
        KeyRange { end: self.below().end, start: self.number(first.0).into_bytes() }
    }

    /// The keys that are this one with one of these numbers.
    fn numbers_between(self, numbers: Range<JournalNumber>) -> KeyRange {
        let end = self.clone().number(numbers.end.0).into_bytes();
        KeyRange { start: self.number(numbers.start.0).into_bytes(), end }
    }

    /// The keys that begin with this one.
    pub(crate) fn below(&self) -> KeyRange {
        KeyRange::with_prefix(&self.0)
    }
}

/// The number that a key ends with.
pub(crate) fn last_number(key: &[u8]) -> u64 {
    key.last_chunk::<8>().map_or(0, |bytes| u64::from_be_bytes(*bytes))
}

pub(crate) fn schema() -> Key {
    Key::new(b'm').tag(b'v')
}

/// What earlier versions counted subscriptions with; nothing writes it any more.
pub(crate) fn former_subscription_counter() -> Key {
    Key::new(b'm').tag(b's')
}

/// Set once no value of an earlier form is left.
pub(crate) fn converted() -> Key {
    Key::new(b'm').tag(b'e')
}

/// Where the content of this store goes, or went.
pub(crate) fn departure() -> Key {
    Key::new(b'm').tag(b'd')
}

/// From where the content of this store comes.
pub(crate) fn arrival() -> Key {
    Key::new(b'm').tag(b'a')
}

/// What [`StoreHealth::probe`](deskbell_domain::port::store::StoreHealth::probe) writes.
pub(crate) fn probe() -> Key {
    Key::new(b'm').tag(b'p')
}

// ------------------------------------------------------------------------------------------------- of a workspace

fn workspace(id: &WorkspaceId, tag: u8) -> Key {
    Key::new(b'w').text(id.as_str()).tag(tag)
}

pub(crate) fn head(id: &WorkspaceId) -> Key {
    workspace(id, b'h')
}

fn pages(id: &WorkspaceId) -> Key {
    workspace(id, b'e')
}

/// A page of entries, by the last of its numbers.
pub(crate) fn page(id: &WorkspaceId, last: JournalNumber) -> Key {
    pages(id).number(last.0)
}

/// The pages that may have entries with this number or later ones; the first has it, if any does.
pub(crate) fn pages_from(id: &WorkspaceId, first: JournalNumber) -> KeyRange {
    pages(id).numbers_from(first)
}

fn amendments(id: &WorkspaceId) -> Key {
    workspace(id, b'r')
}

/// What was learnt of an entry after it was journaled.
pub(crate) fn amendment(id: &WorkspaceId, number: JournalNumber) -> Key {
    amendments(id).number(number.0)
}

/// Those of the entries with these numbers.
pub(crate) fn amendments_between(id: &WorkspaceId, numbers: Range<JournalNumber>) -> KeyRange {
    amendments(id).numbers_between(numbers)
}

/// The number of the last amendment.
pub(crate) fn last_amendment(id: &WorkspaceId) -> Key {
    workspace(id, b'v')
}

fn all_unnamed(id: &WorkspaceId) -> Key {
    workspace(id, b'q')
}

/// The mark of an entry of which something is to be learnt yet.
pub(crate) fn unnamed(id: &WorkspaceId, number: JournalNumber) -> Key {
    all_unnamed(id).number(number.0)
}

/// From this number on.
pub(crate) fn unnamed_from(id: &WorkspaceId, first: JournalNumber) -> KeyRange {
    all_unnamed(id).numbers_from(first)
}

/// Those of the entries with these numbers.
pub(crate) fn unnamed_between(id: &WorkspaceId, numbers: Range<JournalNumber>) -> KeyRange {
    all_unnamed(id).numbers_between(numbers)
}

fn kind_lists(id: &WorkspaceId, kind: EventKind) -> Key {
    workspace(id, b'k').tag(kind.spec().letter)
}

/// A list of the entries of a kind, by the last of its numbers.
pub(crate) fn kind_list(id: &WorkspaceId, kind: EventKind, last: JournalNumber) -> Key {
    kind_lists(id, kind).number(last.0)
}

/// The lists that may have this number or later ones; the first has it, if any does.
pub(crate) fn kind_lists_from(id: &WorkspaceId, kind: EventKind, first: JournalNumber) -> KeyRange {
    kind_lists(id, kind).numbers_from(first)
}

pub(crate) fn newest(id: &WorkspaceId, kind: EventKind) -> Key {
    workspace(id, b'n').tag(kind.spec().letter)
}

pub(crate) fn seen(id: &WorkspaceId, event: &EventId) -> Key {
    workspace(id, b's').text(event.as_str())
}

/// Seen-keys that outlived their entry, by the event's own time.
pub(crate) fn left_over(id: &WorkspaceId) -> Key {
    workspace(id, b'o')
}

pub(crate) fn left_over_seen(id: &WorkspaceId, at: Timestamp, event: &EventId) -> Key {
    left_over(id).signed(at.0).text(event.as_str())
}

/// The own time in a key of [`left_over_seen`].
pub(crate) fn left_over_time(id: &WorkspaceId, key: &[u8]) -> Timestamp {
    let time = key.get(left_over(id).0.len()..).and_then(<[u8]>::first_chunk::<8>);
    Timestamp(time.map_or(i64::MAX, |bytes| (u64::from_be_bytes(*bytes) ^ (1 << 63)).cast_signed()))
}

pub(crate) fn snapshots(id: &WorkspaceId) -> Key {
    workspace(id, b'p')
}

pub(crate) fn snapshots_of_epoch(id: &WorkspaceId, epoch: u32) -> Key {
    snapshots(id).number(u64::from(epoch))
}

pub(crate) fn snapshot(id: &WorkspaceId, epoch: u32, contact: &ContactId) -> Key {
    snapshots_of_epoch(id, epoch).text(contact.as_str())
}

pub(crate) fn baseline(id: &WorkspaceId) -> Key {
    workspace(id, b'b')
}

/// The states of all streams.
pub(crate) fn streams(id: &WorkspaceId) -> Key {
    workspace(id, b'm')
}

pub(crate) fn stream(id: &WorkspaceId, stream: Stream) -> Key {
    streams(id).tag(match stream {
        Stream::Contacts => b'p',
        Stream::Conversations => b'm',
        Stream::UserUpdates => b'c',
    })
}

pub(crate) fn actors(id: &WorkspaceId) -> Key {
    workspace(id, b'a')
}

pub(crate) fn actor(id: &WorkspaceId, contact: &ContactId) -> Key {
    actors(id).text(contact.as_str())
}

/// The index of posted messages.
pub(crate) fn posted_messages(id: &WorkspaceId) -> Key {
    workspace(id, b'x')
}

pub(crate) fn posted_about(id: &WorkspaceId, contact: &ContactId) -> Key {
    posted_messages(id).text(contact.as_str())
}

/// The message in a key of [`posted`].
pub(crate) fn posted_message(id: &WorkspaceId, key: &[u8]) -> Option<MessageId> {
    let below = key.get(posted_messages(id).0.len()..)?;
    let contact_ends = below.windows(2).position(|pair| pair == [0, 1])? + 2;
    let message = below.get(contact_ends..)?.first_chunk::<8>()?;
    Some(MessageId(u64::from_be_bytes(*message)))
}

pub(crate) fn posted(
    id: &WorkspaceId,
    contact: &ContactId,
    channel: ChannelId,
    message: MessageId,
    event: &EventId,
) -> Key {
    posted_about(id, contact).number(message.0).number(channel.0).text(event.as_str())
}

/// Since when a subscription to the workspace cannot be read.
pub(crate) fn unreadable_since(id: &WorkspaceId) -> Key {
    workspace(id, b'u')
}

/// The dead letters of all servers of a workspace.
pub(crate) fn all_dead_letters(id: &WorkspaceId) -> Key {
    workspace(id, b'd')
}

/// Those of servers from this one on.
pub(crate) fn dead_letters_from(id: &WorkspaceId, server: GuildId) -> KeyRange {
    let all = all_dead_letters(id);
    KeyRange { end: all.below().end, start: all.number(server.0).into_bytes() }
}

/// The server of a dead letter, from its key.
pub(crate) fn server_of_dead_letter(id: &WorkspaceId, key: &[u8]) -> Option<GuildId> {
    let below = key.strip_prefix(all_dead_letters(id).as_bytes())?;
    Some(GuildId(u64::from_be_bytes(*below.first_chunk()?)))
}

pub(crate) fn dead_letters(home: &Home) -> Key {
    all_dead_letters(&home.workspace).number(home.guild.0)
}

pub(crate) fn dead_letter(home: &Home, letter: DeadLetterId) -> Key {
    dead_letters(home).number(letter.0)
}

pub(crate) fn kept_in(id: &WorkspaceId, key: &str) -> Key {
    workspace(id, b't').text(key)
}

pub(crate) fn subscribers(id: &WorkspaceId) -> Key {
    workspace(id, b'i')
}

pub(crate) fn subscriber(id: &WorkspaceId, subscription: SubscriptionId) -> Key {
    subscribers(id).number(subscription.0)
}

// ---------------------------------------------------------------------------------------------------- of a server

fn guild(id: GuildId, tag: u8) -> Key {
    Key::new(b'g').number(id.0).tag(tag)
}

pub(crate) fn subscriptions(id: GuildId) -> Key {
    guild(id, b's')
}

pub(crate) fn subscription(id: GuildId, subscription: SubscriptionId) -> Key {
    subscriptions(id).number(subscription.0)
}

pub(crate) fn progress(id: GuildId, subscription: SubscriptionId) -> Key {
    guild(id, b'p').number(subscription.0)
}

pub(crate) fn dead_letter_counter(id: GuildId) -> Key {
    guild(id, b'c')
}

pub(crate) fn days(id: GuildId) -> Key {
    guild(id, b'n')
}

pub(crate) fn day(id: GuildId, day: &str) -> Key {
    days(id).text(day)
}

pub(crate) fn access(id: GuildId) -> Key {
    guild(id, b'a')
}

// ------------------------------------------------------------------------------------------------------ of others

pub(crate) fn registered_commands(id: ApplicationId) -> Key {
    Key::new(b'a').number(id.0).tag(b'h')
}

/// A text that belongs to no workspace, or tells nothing of anybody.
pub(crate) fn kept(key: &str) -> Key {
    Key::new(b'k').tag(b't').text(key)
}

/// The kept texts by the time until which they are kept.
pub(crate) fn kept_times() -> Key {
    Key::new(b'k').tag(b'u')
}

/// Before this key stand those that are kept until `now` or less.
pub(crate) fn kept_up_to(now: UnixMillis) -> Key {
    kept_times().signed(now.0.saturating_add(1))
}

pub(crate) fn kept_until(until: UnixMillis, key: &str) -> Key {
    kept_times().signed(until.0).text(key)
}

pub(crate) fn kept_in_until(until: UnixMillis, id: &WorkspaceId, key: &str) -> Key {
    kept_times().signed(until.0).text(id.as_str()).text(key)
}

#[cfg(test)]
mod tests;

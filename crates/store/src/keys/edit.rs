//! The keys of the messages that live on.

use deskbell_domain::ids::{ChannelId, JournalNumber, MessageId, WorkspaceId};

use super::{Key, workspace};
use crate::engine::KeyRange;

/// Where a message stands.
pub(crate) type Place = (ChannelId, MessageId);

/// The shapes of messages, in the order in which they were posted: an id of Discord's ascends with time.
pub(crate) fn shapes(id: &WorkspaceId) -> Key {
    workspace(id, b'f')
}

pub(crate) fn shape(id: &WorkspaceId, (channel, message): Place) -> Key {
    shapes(id).number(message.0).number(channel.0)
}

/// Those of messages before this one.
pub(crate) fn shapes_before(id: &WorkspaceId, message: MessageId) -> KeyRange {
    let end = shapes(id).number(message.0).into_bytes();
    KeyRange { start: shapes(id).into_bytes(), end }
}

/// The messages that show an entry.
pub(crate) fn all_showing(id: &WorkspaceId, number: JournalNumber) -> Key {
    workspace(id, b'g').number(number.0)
}

pub(crate) fn showing(id: &WorkspaceId, number: JournalNumber, (channel, message): Place) -> Key {
    all_showing(id, number).number(channel.0).number(message.0)
}

/// The messages of a channel that no longer show what is true.
pub(crate) fn all_wanted(id: &WorkspaceId, channel: ChannelId) -> Key {
    workspace(id, b'l').number(channel.0)
}

pub(crate) fn wanted(id: &WorkspaceId, (channel, message): Place) -> Key {
    all_wanted(id, channel).number(message.0)
}

/// The place in a key of [`shape`].
pub(crate) fn place_of_shape(key: &[u8]) -> Option<Place> {
    let (message, channel) = last_two(key)?;
    Some((ChannelId(channel), MessageId(message)))
}

/// The place in a key of [`showing`], and in one of [`wanted`].
pub(crate) fn place(key: &[u8]) -> Option<Place> {
    let (channel, message) = last_two(key)?;
    Some((ChannelId(channel), MessageId(message)))
}

fn last_two(key: &[u8]) -> Option<(u64, u64)> {
    let (rest, last) = key.split_last_chunk::<8>()?;
    Some((u64::from_be_bytes(*rest.last_chunk::<8>()?), u64::from_be_bytes(*last)))
}

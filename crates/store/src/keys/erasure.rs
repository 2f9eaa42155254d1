//! The keys of what is kept of contacts that were erased, and of messages that are to be deleted.

use deskbell_domain::event::EventId;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, MessageId, WorkspaceId};
use deskbell_domain::port::store::Unwanted;

use super::{Key, seen, snapshots, workspace};
use crate::engine::KeyRange;

fn erasures(id: &WorkspaceId, tag: u8) -> Key {
    workspace(id, b'E').tag(tag)
}

/// The secret with which ids are hidden.
pub(crate) fn hider(id: &WorkspaceId) -> Key {
    erasures(id, b'k')
}

/// A contact that was erased, by the digest of its id.
pub(crate) fn erased(id: &WorkspaceId, digest: &str) -> Key {
    erasures(id, b'c').text(digest)
}

/// That an event was seen of which nobody is to know, by the digest of its id.
pub(crate) fn seen_hidden(id: &WorkspaceId, digest: &str) -> Key {
    erasures(id, b's').text(digest)
}

/// Erasures that are not at their end.
pub(crate) fn all_unfinished(id: &WorkspaceId) -> Key {
    erasures(id, b'u')
}

/// The same of a contact: here alone its id stands, until the end.
pub(crate) fn unfinished(id: &WorkspaceId, contact: &ContactId) -> Key {
    all_unfinished(id).text(contact.as_str())
}

/// The seen-keys of all changes of a user.
pub(crate) fn seen_changes(id: &WorkspaceId, contact: &ContactId) -> KeyRange {
    let first = seen(id, &EventId::user_updated(contact, 0)).into_bytes();
    // What stands behind the last colon is the revision and the end of the text.
    let prefix = first.iter().rposition(|byte| *byte == b':').map_or(first.len(), |colon| colon + 1);
    KeyRange::with_prefix(&first[..prefix])
}

/// All seen-keys of a workspace begin with it; what stands behind it, up to the end of the text, is the event's id.
pub(crate) fn all_seen(id: &WorkspaceId) -> Key {
    workspace(id, b's')
}

/// The epoch of a snapshot, from its key.
pub(crate) fn epoch_of_snapshot(id: &WorkspaceId, key: &[u8]) -> Option<u32> {
    let below = key.strip_prefix(snapshots(id).as_bytes())?;
    u32::try_from(u64::from_be_bytes(*below.first_chunk()?)).ok()
}

/// The contact of a key of [`posted`](super::posted), from the index of posted messages.
pub(crate) fn contact_of_posted<'a>(id: &WorkspaceId, key: &'a [u8]) -> Option<&'a [u8]> {
    let below = key.strip_prefix(super::posted_messages(id).as_bytes())?;
    let end = below.windows(2).position(|pair| pair == [0, 1])?;
    below.get(..end)
}

/// The texts that are kept for a workspace.
pub(crate) fn all_kept_in(id: &WorkspaceId) -> Key {
    workspace(id, b't')
}

/// The messages that are to be deleted.
pub(crate) fn all_unwanted() -> Key {
    Key::new(b'd')
}

/// Those of a server.
pub(crate) fn unwanted_in(guild: GuildId) -> Key {
    all_unwanted().number(guild.0)
}

/// A message that is to be deleted.
pub(crate) fn unwanted(of: Unwanted) -> Key {
    unwanted_in(of.guild).number(of.channel.0).number(of.message.0)
}

/// The message of a key of [`unwanted`].
pub(crate) fn read_unwanted(key: &[u8]) -> Option<Unwanted> {
    let (numbers, rest) = key.strip_prefix(all_unwanted().as_bytes())?.as_chunks::<8>();
    let [guild, channel, message] = numbers else { return None };
    let number = |bytes: &[u8; 8]| u64::from_be_bytes(*bytes);
    rest.is_empty().then(|| Unwanted {
        guild: GuildId(number(guild)),
        channel: ChannelId(number(channel)),
        message: MessageId(number(message)),
    })
}

/// The text that stands behind the common beginning of some keys, at the end of one of them.
pub(crate) fn text_below(above: &Key, key: &[u8]) -> Option<String> {
    let text = key.strip_prefix(above.as_bytes())?.strip_suffix(&[0, 1])?;
    String::from_utf8(text.iter().copied().filter(|byte| *byte != 0xFF).collect()).ok()
}

//! The messages of ours that are remembered in a channel.

use deskbell_domain::ids::{ChannelId, MessageId};
use deskbell_domain::port::store::Stored;

use crate::keys;
use crate::reader::load_or_skip;
use crate::write_batch::WriteBatch;

/// How many messages of ours are remembered in a channel.
const OWN_MESSAGES: usize = 5;

pub(super) fn remember(writes: &mut WriteBatch<'_>, channel: ChannelId, message: MessageId) -> Stored<()> {
    let key = keys::channel::own_messages(channel);
    let known: Vec<MessageId> = load_or_skip(writes, &key)?.unwrap_or_default();
    if !known.contains(&message) {
        writes.put(key, &with(known, message));
    }
    Ok(())
}

/// Those that are remembered from now on, newest first.
pub fn with(known: Vec<MessageId>, message: MessageId) -> Vec<MessageId> {
    let mut messages: Vec<_> = std::iter::once(message).chain(known).collect();
    messages.sort_unstable_by(|one, other| other.cmp(one));
    messages.dedup();
    messages.truncate(OWN_MESSAGES);
    messages
}

//! The keys of what is kept for a server of workspaces that it had before.

use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, MessageId, WorkspaceId};
use deskbell_domain::port::store::Unwanted;

use super::erasure::text_below;
use super::{Key, guild};

/// The workspaces that a server had before.
pub(crate) fn formers(id: GuildId) -> Key {
    guild(id, b'f')
}

/// A server had this workspace before.
pub(crate) fn former(home: &Home) -> Key {
    formers(home.guild).text(home.workspace.as_str())
}

/// The workspace of a key of [`former`].
pub(crate) fn read_former(id: GuildId, key: &[u8]) -> Option<WorkspaceId> {
    text_below(&formers(id), key).map(WorkspaceId::new)
}

/// Where cards stand whose workspace is erased.
pub(crate) fn cards(id: GuildId) -> Key {
    guild(id, b'm')
}

/// A message with such cards.
pub(crate) fn card(of: Unwanted) -> Key {
    cards(of.guild).number(of.channel.0).number(of.message.0)
}

/// The message of a key of [`card`].
pub(crate) fn read_card(id: GuildId, key: &[u8]) -> Option<Unwanted> {
    let (numbers, rest) = key.strip_prefix(cards(id).as_bytes())?.as_chunks::<8>();
    let [channel, message] = numbers else { return None };
    let number = |bytes: &[u8; 8]| u64::from_be_bytes(*bytes);
    rest.is_empty().then(|| Unwanted {
        guild: id,
        channel: ChannelId(number(channel)),
        message: MessageId(number(message)),
    })
}

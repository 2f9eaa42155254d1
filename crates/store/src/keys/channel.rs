//! The keys of what is kept of a channel.

use deskbell_domain::ids::ChannelId;
use deskbell_domain::mention::Called;

use super::Key;

fn channel(id: ChannelId, tag: u8) -> Key {
    Key::new(b'c').number(id.0).tag(tag)
}

pub(crate) fn own_messages(id: ChannelId) -> Key {
    channel(id, b'o')
}

/// When each was last called there.
pub(crate) fn calls(id: ChannelId) -> Key {
    channel(id, b'q')
}

pub(crate) fn call(id: ChannelId, to: Called) -> Key {
    match to {
        Called::Role(role) => calls(id).tag(b'r').number(role.0),
        Called::Member(member) => calls(id).tag(b'm').number(member.0),
    }
}

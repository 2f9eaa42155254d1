//! The parts of a key, one after the other.

use deskbell_domain::ids::{ChannelId, MemberId, MessageId, RoleId};
use deskbell_domain::mention::Called;

/// What is left of a key.
#[derive(Clone)]
pub(super) struct KeyParts<'a>(&'a [u8]);

impl<'a> KeyParts<'a> {
    pub(super) fn of(key: &'a [u8]) -> Self {
        Self(key)
    }

    pub(super) fn tag(&mut self) -> Option<u8> {
        let (tag, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*tag)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        let (number, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(u64::from_be_bytes(*number))
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        self.number().map(|number| (number ^ (1 << 63)).cast_signed())
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let end = self.0.windows(2).position(|pair| pair == [0, 1])?;
        let (text, rest) = self.0.split_at(end);
        self.0 = &rest[2..];
        String::from_utf8(text.iter().copied().filter(|byte| *byte != 0xFF).collect()).ok()
    }

    pub(super) fn channel_then_message(&mut self) -> Option<(ChannelId, MessageId)> {
        Some((ChannelId(self.number()?), MessageId(self.number()?)))
    }

    pub(super) fn called(&mut self) -> Option<Called> {
        match self.tag()? {
            b'r' => Some(Called::Role(RoleId(self.number()?))),
            b'm' => Some(Called::Member(MemberId(self.number()?))),
            _ => None,
        }
    }
}

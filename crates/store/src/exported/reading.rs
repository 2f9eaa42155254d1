//! Which row stands under a key.

use deskbell_domain::ids::{ApplicationId, ChannelId, GuildId};
use deskbell_domain::port::store::Departure;

use super::key_parts::KeyParts;
use super::{Exported, Pass, of_server, of_workspace};
use crate::codec::decode_or_skip;
use crate::keys::erasure::read_unwanted;
use crate::records::KeptRecord;

/// When the row of a key is to be written.
pub(crate) fn pass_of(key: &[u8]) -> Pass {
    let mut parts = KeyParts::of(key);
    match parts.tag() {
        Some(b'w') => match (parts.text(), parts.tag()) {
            (_, Some(b's' | b'o')) => Pass::Seen,
            (_, Some(b'q' | b'l')) => Pass::Rest,
            _ => Pass::Main,
        },
        Some(b'l') => Pass::Main,
        Some(b'g') => match (parts.number(), parts.tag()) {
            (_, Some(b's')) => Pass::Main,
            _ => Pass::Rest,
        },
        _ => Pass::Rest,
    }
}

/// What a row says whose value is opened; nothing where it only helps to find others, or cannot be read.
pub(crate) fn export(key: &[u8], value: &[u8]) -> Vec<Exported> {
    let mut parts = KeyParts::of(key);
    let one = |row: Option<Exported>| row.into_iter().collect();
    match parts.tag() {
        Some(b'w') => of_workspace::export(key, value),
        Some(b'g' | b'l' | b'x' | b'u') => one(of_server::export(key, value)),
        _ => one(of_others(key, value)),
    }
}

fn of_others(key: &[u8], value: &[u8]) -> Option<Exported> {
    let mut parts = KeyParts::of(key);
    match parts.tag()? {
        b'c' => {
            let channel = ChannelId(parts.number()?);
            match parts.tag()? {
                b'o' => Some(Exported::OwnMessages(channel, decode_or_skip(key, value)?)),
                b'q' => Some(Exported::LastCall(channel, parts.called()?, decode_or_skip(key, value)?)),
                _ => None,
            }
        }
        b'a' => Some(Exported::Commands(ApplicationId(parts.number()?), decode_or_skip(key, value)?)),
        b'k' if parts.tag()? == b't' => {
            let kept: KeptRecord = decode_or_skip(key, value)?;
            Some(Exported::Kept(parts.text()?, kept.text, kept.until))
        }
        b'd' => read_unwanted(key).map(Exported::Unwanted),
        b'f' => {
            let (guild, since) = (GuildId(parts.number()?), decode_or_skip(key, value)?);
            Some(Exported::Departure(Departure { guild, since }))
        }
        _ => None,
    }
}

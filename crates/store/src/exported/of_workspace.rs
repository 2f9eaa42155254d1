//! Rows of workspaces.

use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::ids::{ContactId, ConversationId, GuildId, JournalNumber, MessageId, WorkspaceId};
use deskbell_domain::port::store::Stream;
use deskbell_domain::roll_up::Day;
use deskbell_domain::time::Timestamp;

use super::key_parts::KeyParts;
use super::{Exported, OfWorkspace};
use crate::codec::{decode_list, decode_or_skip};
use crate::records::{ActorRecord, EntryRecord, ErasedRecord, HintRecord, KeptRecord, Learnt};

pub(super) fn export(key: &[u8], value: &[u8]) -> Vec<Exported> {
    let mut parts = KeyParts::of(key);
    let workspace = parts.tag().and_then(|_| parts.text()).map(WorkspaceId::new);
    let (Some(workspace), Some(tag)) = (workspace, parts.tag()) else { return Vec::new() };
    let rows = match tag {
        b'e' => entries(key, value),
        b'E' => erasures(parts, key, value).into_iter().collect(),
        _ => {
            let journal = of_journal(tag, &mut parts.clone(), (key, value));
            let row = journal.or_else(|| of_people(tag, &mut parts.clone(), (key, value)));
            row.or_else(|| of_messages(tag, &mut parts, (key, value))).into_iter().collect()
        }
    };
    rows.into_iter().map(|row| Exported::Workspace(workspace.clone(), row)).collect()
}

/// A page of the journal.
fn entries(key: &[u8], value: &[u8]) -> Vec<OfWorkspace> {
    let entry = |EntryRecord { number, appended_at, event }: EntryRecord<Event>| {
        OfWorkspace::Entry(number, appended_at, Box::new(event))
    };
    decode_list(key, value).into_iter().map(entry).collect()
}

fn erasures(mut parts: KeyParts<'_>, key: &[u8], value: &[u8]) -> Option<OfWorkspace> {
    Some(match parts.tag()? {
        b'k' => OfWorkspace::Hider(decode_or_skip(key, value)?),
        b's' => OfWorkspace::SeenHidden(parts.text()?),
        b'c' => OfWorkspace::Erased(parts.text()?, decode_or_skip::<ErasedRecord>(key, value)?.since),
        b'u' => OfWorkspace::Unfinished(ContactId::new(parts.text()?), decode_or_skip(key, value)?),
        _ => return None,
    })
}

fn of_journal(tag: u8, parts: &mut KeyParts<'_>, (key, value): (&[u8], &[u8])) -> Option<OfWorkspace> {
    Some(match tag {
        b'h' => OfWorkspace::Head(decode_or_skip(key, value)?),
        b'v' => OfWorkspace::Amended(decode_or_skip(key, value)?),
        b'n' => OfWorkspace::Newest(kind(parts.tag()?)?, decode_or_skip(key, value)?),
        b'm' => OfWorkspace::Stream(stream(parts.tag()?)?, decode_or_skip(key, value)?),
        b'b' => OfWorkspace::Baseline(decode_or_skip(key, value)?),
        b'u' => OfWorkspace::UnreadableSince(decode_or_skip(key, value)?),
        b'q' => OfWorkspace::Unnamed(JournalNumber(parts.number()?)),
        b'r' => OfWorkspace::Learnt(JournalNumber(parts.number()?), decode_list::<Learnt>(key, value)),
        b's' => OfWorkspace::Seen(event_id(&parts.text()?)?, decode_or_skip(key, value)?),
        b'o' => {
            let (at, (event, kind)) = (Timestamp(parts.signed()?), decode_or_skip(key, value)?);
            OfWorkspace::LeftOver(event, kind, at)
        }
        b'R' => OfWorkspace::RollUp(Day(parts.signed()?), decode_or_skip(key, value)?),
        _ => return None,
    })
}

fn of_people(tag: u8, parts: &mut KeyParts<'_>, (key, value): (&[u8], &[u8])) -> Option<OfWorkspace> {
    Some(match tag {
        b'p' => OfWorkspace::Snapshot(u32::try_from(parts.number()?).ok()?, decode_or_skip(key, value)?),
        b'a' => {
            let ActorRecord { actor, since } = decode_or_skip(key, value)?;
            OfWorkspace::Actor(ContactId::new(parts.text()?), actor, since)
        }
        b'j' => OfWorkspace::Hint(decode_or_skip::<HintRecord>(key, value)?.into()),
        b'C' => OfWorkspace::Reading(ConversationId::new(parts.text()?), decode_or_skip(key, value)?),
        b'c' => OfWorkspace::Connection(GuildId(parts.number()?), decode_or_skip(key, value)?),
        b'y' => {
            let (guild, seq) = (GuildId(parts.number()?), parts.number()?);
            OfWorkspace::Target(guild, seq, decode_or_skip(key, value)?)
        }
        b'z' => OfWorkspace::AuditKey(GuildId(parts.number()?), decode_or_skip(key, value)?),
        b't' => {
            let KeptRecord { text, until } = decode_or_skip(key, value)?;
            OfWorkspace::Kept(parts.text()?, text, until)
        }
        _ => return None,
    })
}

fn of_messages(tag: u8, parts: &mut KeyParts<'_>, (key, value): (&[u8], &[u8])) -> Option<OfWorkspace> {
    Some(match tag {
        b'd' => OfWorkspace::Letter(decode_or_skip(key, value)?),
        b'x' => OfWorkspace::Posted(ContactId::new(parts.text()?), decode_or_skip(key, value)?),
        b'f' => {
            let (message, channel) =
                (MessageId(parts.number()?), deskbell_domain::ids::ChannelId(parts.number()?));
            OfWorkspace::Shape(channel, message, decode_or_skip(key, value)?)
        }
        b'g' => {
            let number = JournalNumber(parts.number()?);
            let (channel, message) = parts.channel_then_message()?;
            OfWorkspace::Showing(number, channel, message)
        }
        b'l' => {
            let (channel, message) = parts.channel_then_message()?;
            OfWorkspace::WantedEdit(channel, message, decode_or_skip(key, value)?)
        }
        _ => return None,
    })
}

fn kind(letter: u8) -> Option<EventKind> {
    EventKind::ALL.into_iter().find(|kind| kind.spec().letter == letter)
}

fn stream(tag: u8) -> Option<Stream> {
    match tag {
        b'p' => Some(Stream::Contacts),
        b'm' => Some(Stream::Conversations),
        b'c' => Some(Stream::UserUpdates),
        _ => None,
    }
}

/// An id as it stands in a key.
fn event_id(text: &str) -> Option<deskbell_domain::event::EventId> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

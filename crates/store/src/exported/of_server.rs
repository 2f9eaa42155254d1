//! Rows of servers.

use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::ids::{GuildId, SubscriptionId, WorkspaceId};

use super::key_parts::KeyParts;
use super::{Exported, OfServer};
use crate::audit::scribe::LinkRecord;
use crate::codec::decode_or_skip;
use crate::records::Unerased;

pub(super) fn export(key: &[u8], value: &[u8]) -> Option<Exported> {
    let mut parts = KeyParts::of(key);
    let scope = parts.tag()?;
    let guild = GuildId(parts.number()?);
    let row = match scope {
        b'g' => of_settings(parts, key, value)?,
        b'u' => of_audit(parts, key, value)?,
        b'l' => OfServer::Link(decode_or_skip(key, value)?),
        b'x' => {
            let (workspace, cards) = decode_or_skip::<Unerased>(key, value)?.into_parts();
            OfServer::Unerased(workspace, cards)
        }
        _ => return None,
    };
    Some(Exported::Server(guild, row))
}

fn of_settings(mut parts: KeyParts<'_>, key: &[u8], value: &[u8]) -> Option<OfServer> {
    Some(match parts.tag()? {
        b's' => OfServer::Subscription(decode_or_skip(key, value)?),
        b'p' => OfServer::Progress(SubscriptionId(parts.number()?), decode_or_skip(key, value)?),
        b'c' => OfServer::Letters(decode_or_skip::<DeadLetterId>(key, value)?.0),
        b'n' => OfServer::Day(parts.text()?, decode_or_skip(key, value)?),
        b'a' => OfServer::Access(decode_or_skip(key, value)?),
        b'f' => OfServer::Former(WorkspaceId::new(parts.text()?)),
        b'm' => {
            let (channel, message) = parts.channel_then_message()?;
            OfServer::FormerCard(channel, message)
        }
        _ => return None,
    })
}

fn of_audit(mut parts: KeyParts<'_>, key: &[u8], value: &[u8]) -> Option<OfServer> {
    Some(match parts.tag()? {
        b'b' => OfServer::Book(decode_or_skip(key, value)?),
        b'e' => {
            let LinkRecord { link, workspace } = decode_or_skip(key, value)?;
            OfServer::AuditEntry(parts.number()?, link, workspace)
        }
        b'o' => OfServer::Begun(parts.number()?, decode_or_skip(key, value)?),
        _ => return None,
    })
}

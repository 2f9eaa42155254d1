//! Cards that somebody showed in a channel. They are of no event, and still messages that show a contact.

use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, MessageId};
use deskbell_domain::port::store::Stored;

use crate::hidden::{Hidden, is_erased};
use crate::keys;
use crate::write_batch::WriteBatch;

/// Of one who was erased it is known under the digest alone.
pub(super) fn remember(
    writes: &mut WriteBatch<'_>,
    home: &Home,
    contact: &ContactId,
    (channel, message): (ChannelId, MessageId),
) -> Stored<()> {
    let workspace = &home.workspace;
    let event = EventId::shared(contact);
    let (of, event) = match Hidden::of(writes, workspace)? {
        Some(hidden) if is_erased(writes, workspace, contact)? => {
            (hidden.nobody(contact), EventId::erased(&hidden.event(&event)))
        }
        _ => (contact.clone(), event),
    };
    let key = keys::posted(workspace, &of, channel, message, &event);
    writes.put(key, &PostedMessage { guild: home.guild, channel, message, event });
    Ok(())
}

//! Which messages show whom, as rows.

use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, MessageId};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::StringDeserializer;
use tokio_postgres::Row;

use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{Call, call};
use crate::workspace;

statements!("delivery.sql": POSTED);

/// What a row says.
pub(crate) fn read(row: &Row) -> Attempt<PostedMessage> {
    Ok(PostedMessage {
        guild: GuildId(row.number("guild")?),
        channel: ChannelId(row.number("channel")?),
        message: MessageId(row.number("message")?),
        event: event_id(row)?,
    })
}

fn event_id(row: &Row) -> Attempt<EventId> {
    let text: StringDeserializer<serde::de::value::Error> = row.text("event_id")?.into_deserializer();
    EventId::deserialize(text).map_err(|_| Failure::unreadable("posted message"))
}

/// Keeps that a message shows somebody.
pub(crate) fn write(home: &Home, of: &ContactId, posted: &PostedMessage) -> Call {
    let (contacts, messages, channels) = (vec![of.clone()], vec![posted.message], vec![posted.channel]);
    let events = vec![posted.event.clone()];
    call!(POSTED, home.workspace, contacts, messages, channels, events, posted.guild)
}

/// Cards that somebody showed in a channel are of no event, and still messages that show a contact. Of one who was erased
/// it is known under the digest alone.
pub(super) async fn remember_shared(
    store: &PostgresStore,
    transaction: &Transaction,
    home: &Home,
    (contact, (channel, message)): (&ContactId, (ChannelId, MessageId)),
) -> Attempt<()> {
    let workspace = &home.workspace;
    let (held, []) = workspace::lock(store, transaction, workspace, []).await?;
    let erased = workspace::erased(transaction, workspace, held.hidden.as_ref(), [contact]).await?;
    let event = EventId::shared(contact);
    let (of, event) = match held.hidden {
        Some(hidden) if !erased.is_empty() => {
            (hidden.nobody(contact), EventId::erased(&hidden.event(&event)))
        }
        _ => (contact.clone(), event),
    };
    transaction.write(write(home, &of, &PostedMessage { guild: home.guild, channel, message, event }));
    Ok(())
}

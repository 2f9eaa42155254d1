//! The messages that show whoever is erased.

use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::ContactId;
use deskbell_domain::port::store::{Extent, Unwanted};
use deskbell_store::rules::erasure::concerns;

use super::whom::Trace;
use crate::cells::Cells as _;
use crate::deletions::delete_later;
use crate::delivery::{posted, shapes};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace::Held;

statements!("erasure.sql": POSTED_ABOUT FORGET_POSTED);

/// None of them is edited back, whatever is learnt of what it shows.
pub(super) async fn end_edits(transaction: &Transaction, trace: &Trace, held: &Held) -> Attempt<()> {
    for (_, posted) in posted(transaction, trace, held).await? {
        if concerns(&trace.begun.servers, trace.begun.extent, posted.guild) {
            for call in shapes::forget(&trace.workspace, posted.channel, posted.message) {
                transaction.write(call);
            }
        }
    }
    Ok(())
}

/// The messages of the servers that asked are to be deleted. Those of others are still known, under the digest. Answers
/// which events are known by their digest alone from then on.
pub(super) async fn forget(transaction: &Transaction, trace: &Trace, held: &Held) -> Attempt<Vec<EventId>> {
    let mut hidden_events = Vec::new();
    end_edits(transaction, trace, held).await?;
    for (of, posted) in posted(transaction, trace, held).await? {
        if trace.begun.servers.contains(&posted.guild) {
            transaction.write(delete_later(Unwanted::from(&posted)));
            transaction.write(forgotten(trace, &of, &posted));
            hidden_events.push(posted.event);
        } else if let (Extent::Workspace, Some(hidden)) = (trace.begun.extent, &held.hidden)
            && of == trace.contact
        {
            let event = EventId::erased(&hidden.event(&posted.event));
            let home = Home::new(&trace.workspace, posted.guild);
            let row = PostedMessage { event, ..posted.clone() };
            transaction.write(posted::write(&home, &hidden.nobody(&trace.contact), &row));
            transaction.write(forgotten(trace, &of, &posted));
            hidden_events.push(posted.event);
        }
    }
    Ok(hidden_events)
}

fn forgotten(trace: &Trace, of: &ContactId, posted: &PostedMessage) -> crate::value::Call {
    call!(FORGET_POSTED, trace.workspace, of, posted.message, posted.channel, posted.event)
}

/// The messages that show the contact, each under the id or digest that its row has.
async fn posted(
    transaction: &Transaction,
    trace: &Trace,
    held: &Held,
) -> Attempt<Vec<(ContactId, PostedMessage)>> {
    let mut of = vec![trace.contact.clone()];
    of.extend(held.hidden.map(|hidden| hidden.nobody(&trace.contact)));
    let mut found = Vec::new();
    for row in transaction.ask(call!(POSTED_ABOUT, trace.workspace, of)).await? {
        found.push((ContactId::new(row.text("contact")?), posted::read(&row)?));
    }
    Ok(found)
}

//! Erasing a single lead or user, in steps of which each is one transaction: a process may die between any two.
//!
//! First the contact is marked, by a digest of its id: from then on appends pass over it. What stands under its name is
//! then found by reading everything. What is on its way stays until it is settled; the mark of an unfinished erasure, in
//! which the id stands until then, leads back here.

mod kept;
mod shown;
mod trace;
mod waiting;
mod whom;

use std::collections::BTreeSet;

use async_trait::async_trait;
use deskbell_domain::contact::Role;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_domain::port::store::{Erased, Erasure, Extent, KeptOf, Stored};
use deskbell_domain::time::UnixMillis;
use deskbell_store::rules::erasure::{UnfinishedErasure, names_in};

use self::whom::Trace;
use crate::bodies::Spot;
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::short_lived::forget_with;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace::{self, Held};

statements!("erasure.sql":
    ERASE UNERASE SEE_HIDDEN FORGET_SEEN_HIDDEN UNFINISHED ALL_UNFINISHED BEGIN_ERASURE END_ERASURE
);

/// How many entries go in one write.
const ENTRIES: usize = 50;

#[async_trait]
impl Erasure for PostgresStore {
    async fn kept_of(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<KeptOf> {
        self.read(|transaction| async move { kept::of(self, &transaction, workspace, contact).await }).await
    }

    async fn begin_erasure(&self, home: &Home, contact: &ContactId, extent: Extent) -> Stored<()> {
        let how = (extent, self.clock.now());
        self.write(|transaction| async move { begin(self, &transaction, home, (contact, how)).await }).await
    }

    async fn erase_contact(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Erased> {
        let begun = self
            .read_rows(call!(UNFINISHED, workspace, contact), |rows| {
                let Some(row) = rows.first() else { return Ok(None) };
                or_skip(self.bodies.open::<UnfinishedErasure>(&spot(workspace, contact), &row.bytes("body")?))
            })
            .await?;
        let Some(begun) = begun else { return Ok(Erased::default()) };
        let trace = &Trace { workspace: workspace.clone(), contact: contact.clone(), begun };
        let mut erased = Erased::default();
        if trace.begun.extent == Extent::Workspace {
            let kept = self.kept_of(workspace, contact).await?;
            let names = &names_in(&kept, contact);
            self.write(|transaction| async move { forget_with(self, &transaction, workspace, names).await })
                .await?;
            let numbers: Vec<_> = kept.events.iter().map(|entry| entry.number).collect();
            for numbers in numbers.chunks(ENTRIES) {
                let work = |transaction| async move { trace.entries(self, &transaction, numbers).await };
                add(&mut erased, self.write_once(workspace, work).await?);
            }
        }
        let left_behind = erased.in_flight;
        let work = |transaction| async move { trace.rest(self, &transaction, left_behind).await };
        add(&mut erased, self.write_once(workspace, work).await?);
        Ok(erased)
    }

    async fn unfinished_erasures(&self, workspace: &WorkspaceId) -> Stored<Vec<ContactId>> {
        self.read_rows(call!(ALL_UNFINISHED, workspace), |rows| {
            rows.iter().map(|row| row.text("contact").map(ContactId::new)).collect()
        })
        .await
    }

    async fn take_erasure_back(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        role: Option<Role>,
    ) -> Stored<bool> {
        let whom = (contact, role);
        let work = |transaction| async move { take_back(self, &transaction, workspace, whom).await };
        self.write_once(workspace, work).await
    }
}

/// Where the mark of an unfinished erasure stands.
/// Where an erasure stands that is not at its end.
pub(crate) fn spot<'a>(workspace: &'a WorkspaceId, contact: &ContactId) -> Spot<'a> {
    Spot::new(workspace, "erasure").text("unfinished").text(contact.as_str())
}

fn add(sum: &mut Erased, more: Erased) {
    sum.events += more.events;
    sum.dropped += more.dropped;
    sum.in_flight = sum.in_flight.max(more.in_flight);
}

async fn begin(
    store: &PostgresStore,
    transaction: &Transaction,
    home: &Home,
    (contact, (extent, now)): (&ContactId, (Extent, UnixMillis)),
) -> Attempt<()> {
    let Home { workspace, guild } = home;
    let look = [call!(UNFINISHED, workspace, contact)];
    let (mut held, [rows]) = workspace::lock(store, transaction, workspace, look).await?;
    let spot = spot(workspace, contact);
    let known = rows.first().map(|row| or_skip(store.bodies.open(&spot, &row.bytes("body")?))).transpose()?;
    let mut begun = known.flatten().unwrap_or(UnfinishedErasure { extent, servers: BTreeSet::new() });
    begun.servers.insert(*guild);
    if extent == Extent::Workspace {
        begun.extent = extent;
        hide(store, transaction, workspace, (&mut held, contact, now))?;
    }
    transaction.write(call!(BEGIN_ERASURE, workspace, contact, store.bodies.seal(&spot, &begun)?));
    let trace = Trace { workspace: workspace.clone(), contact: contact.clone(), begun };
    shown::end_edits(transaction, &trace, &held).await
}

/// From now on it counts as seen that the contact was made, as whatever.
fn hide(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (held, contact, now): (&mut Held, &ContactId, UnixMillis),
) -> Attempt<()> {
    let hidden = workspace::hidden(store, transaction, workspace, held)?;
    held.hidden = Some(hidden);
    transaction.write(call!(ERASE, workspace, hidden.contact(contact), now));
    let made = [EventId::lead_created(contact), EventId::user_created(contact)];
    let digests: Vec<_> = made.iter().map(|event| hidden.event(event)).collect();
    transaction.write(call!(SEE_HIDDEN, workspace, digests));
    Ok(())
}

async fn take_back(
    store: &PostgresStore,
    transaction: &Transaction,
    workspace: &WorkspaceId,
    (contact, role): (&ContactId, Option<Role>),
) -> Attempt<bool> {
    let Some((held, [])) = workspace::lock_present(store, transaction, workspace, []).await? else {
        return Ok(false);
    };
    let Some(hidden) = held.hidden else { return Ok(false) };
    let erased = workspace::erased(transaction, workspace, Some(&hidden), [contact]).await?;
    if erased.is_empty() {
        return Ok(false);
    }
    transaction.write(call!(UNERASE, workspace, hidden.contact(contact)));
    transaction.write(call!(END_ERASURE, workspace, contact));
    if role == Some(Role::Lead) {
        let as_user = hidden.event(&EventId::user_created(contact));
        transaction.write(call!(FORGET_SEEN_HIDDEN, workspace, as_user));
    }
    Ok(true)
}

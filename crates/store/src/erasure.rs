//! Erasing a single lead or user, in steps of which each is one write: a process may die between any two.
//!
//! First the contact is marked, by a digest of its id: from then on appends pass over it. What stands under its name is
//! then found by reading everything, since an index by contact would cost every append a row. What is on its way stays
//! until it is settled; the mark of an unfinished erasure, in which the id stands until then, leads back here.

pub(crate) mod kept;
mod trace;
pub(crate) mod waiting;

use async_trait::async_trait;
use deskbell_domain::contact::Role;
use deskbell_domain::event::EventId;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{Erased, Erasure, Extent, KeptOf, Stored};
use deskbell_domain::time::UnixMillis;

use self::trace::Trace;
use crate::engine::Direction;
use crate::hidden::{self, Hidden};
use crate::keys;
use crate::reader::{Reader as _, load_or_skip};
use crate::records::{ErasedRecord, UnfinishedErasure};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// How many entries go in one write.
const ENTRIES: usize = 50;

#[async_trait]
impl Erasure for KvStore {
    async fn kept_of(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<KeptOf> {
        let (workspace, contact) = (workspace.clone(), contact.clone());
        self.read(move |reader| kept::of(reader, &workspace, &contact)).await
    }

    async fn begin_erasure(&self, home: &Home, contact: &ContactId, extent: Extent) -> Stored<()> {
        let (home, contact, random) = (home.clone(), contact.clone(), self.random.clone());
        let now = self.clock.now();
        self.write(move |writes| begin(writes, &home, &contact, (extent, now, &*random))).await
    }

    async fn erase_contact(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Erased> {
        let key = keys::erasure::unfinished(workspace, contact);
        let Some(begun) = self.peek(|reader| load_or_skip::<UnfinishedErasure>(reader, &key))? else {
            return Ok(Erased::default());
        };
        let trace = Trace { workspace: workspace.clone(), contact: contact.clone(), begun };
        let mut erased = Erased::default();
        if trace.begun.extent == Extent::Workspace {
            let (of, id) = (workspace.clone(), contact.clone());
            let (numbers, names) = self.read(move |reader| kept::traces(reader, &of, &id)).await?;
            let texts = trace.clone();
            self.write(move |writes| texts.texts(writes, &names)).await?;
            for numbers in numbers.chunks(ENTRIES) {
                let (trace, numbers) = (trace.clone(), numbers.to_vec());
                let some = self.write(move |writes| trace.entries(writes, &numbers)).await?;
                add(&mut erased, some);
            }
        }
        let left_behind = erased.in_flight;
        add(&mut erased, self.write(move |writes| trace.rest(writes, left_behind)).await?);
        Ok(erased)
    }

    async fn unfinished_erasures(&self, workspace: &WorkspaceId) -> Stored<Vec<ContactId>> {
        let all = keys::erasure::all_unfinished(workspace);
        self.read(move |reader| {
            let rows = crate::reader::Reader::range(reader, &all.below(), usize::MAX, Direction::Ascending)?;
            Ok(rows
                .iter()
                .filter_map(|(key, _)| keys::erasure::text_below(&all, key))
                .map(ContactId::new)
                .collect())
        })
        .await
    }

    async fn take_erasure_back(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        role: Option<Role>,
    ) -> Stored<bool> {
        let (workspace, contact) = (workspace.clone(), contact.clone());
        self.write(move |writes| take_back(writes, &workspace, &contact, role)).await
    }
}

fn add(sum: &mut Erased, more: Erased) {
    sum.events += more.events;
    sum.dropped += more.dropped;
    sum.in_flight = sum.in_flight.max(more.in_flight);
}

fn begin(
    writes: &mut WriteBatch<'_>,
    home: &Home,
    contact: &ContactId,
    (extent, now, random): (Extent, UnixMillis, &dyn Random),
) -> Stored<()> {
    let Home { workspace, guild } = home;
    let key = keys::erasure::unfinished(workspace, contact);
    let known: Option<UnfinishedErasure> = load_or_skip(writes, &key)?;
    let mut begun = known.unwrap_or(UnfinishedErasure { extent, servers: std::iter::empty().collect() });
    begun.servers.insert(*guild);
    if extent == Extent::Workspace {
        begun.extent = extent;
        hide(writes, workspace, contact, (now, random))?;
    }
    writes.put(key, &begun);
    Trace { workspace: workspace.clone(), contact: contact.clone(), begun }.end_edits(writes)
}

/// From now on it counts as seen that the contact was made, as whatever.
fn hide(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    contact: &ContactId,
    (now, random): (UnixMillis, &dyn Random),
) -> Stored<()> {
    let hidden = Hidden::made(writes, workspace, random)?;
    let erased = keys::erasure::erased(workspace, &hidden.contact(contact));
    if writes.get(erased.as_bytes())?.is_none() {
        writes.put(erased, &ErasedRecord { since: now });
    }
    for event in [EventId::lead_created(contact), EventId::user_created(contact)] {
        writes.put(keys::erasure::seen_hidden(workspace, &hidden.event(&event)), &());
    }
    Ok(())
}

fn take_back(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    contact: &ContactId,
    role: Option<Role>,
) -> Stored<bool> {
    if !hidden::is_erased(writes, workspace, contact)? {
        return Ok(false);
    }
    let Some(hidden) = Hidden::of(writes, workspace)? else { return Ok(false) };
    writes.delete(keys::erasure::erased(workspace, &hidden.contact(contact)));
    writes.delete(keys::erasure::unfinished(workspace, contact));
    if role == Some(Role::Lead) {
        let as_user = hidden.event(&EventId::user_created(contact));
        writes.delete(keys::erasure::seen_hidden(workspace, &as_user));
    }
    Ok(true)
}

#[cfg(test)]
mod tests;

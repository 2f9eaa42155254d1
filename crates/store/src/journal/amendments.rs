//! What was learnt of entries after they were journaled: a row for each entry, under its number, with the amendments in
//! their order; and a mark at each entry of which something is to be learnt yet, so that a process that starts finds what
//! the one before left open.
//!
//! Amendments are numbered through the workspace, so that one number says of all entries of a message which of them it
//! shows.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::Event;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Naming, Stored};

use super::gone::Gone;
use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::reader::{Reader, load_or_skip};
use crate::records::Learnt;
use crate::write_batch::WriteBatch;

/// The amendments of entries that lie side by side, as far as they count.
#[derive(Default)]
pub(super) struct Amendments(Vec<(JournalNumber, Vec<Learnt>)>);

impl Amendments {
    /// Those of the entries from `first` to `last`.
    pub(super) fn read(
        reader: &(impl Reader + ?Sized),
        workspace: &WorkspaceId,
        (first, last): (JournalNumber, JournalNumber),
        up_to: AmendmentNumber,
    ) -> Stored<Self> {
        if up_to.is_none() {
            return Ok(Self::default());
        }
        let range = keys::amendments_between(workspace, first..last.next());
        let rows = reader.range(&range, usize::MAX, Direction::Ascending)?;
        let learnt = rows.iter().map(|(key, value)| {
            let mut learnt = codec::decode_list::<Learnt>(key, value);
            learnt.retain(|(number, _)| *number <= up_to);
            (JournalNumber(keys::last_number(key)), learnt)
        });
        Ok(Self(learnt.collect()))
    }

    /// Puts what was learnt of an entry into its event.
    pub(super) fn apply(&self, number: JournalNumber, event: &mut Event) {
        let of_this = self.0.iter().filter(|(of, _)| *of == number);
        of_this.flat_map(|(_, learnt)| learnt).for_each(|(_, learnt)| event.amend(learnt));
    }
}

/// The last amendment of the workspace. One that cannot be read is none: names are worth no event.
pub(crate) fn last(reader: &(impl Reader + ?Sized), workspace: &WorkspaceId) -> Stored<AmendmentNumber> {
    Ok(load_or_skip(reader, &keys::last_amendment(workspace))?.unwrap_or_default())
}

/// Something is to be learnt of an entry that is written now.
pub(super) fn open(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, number: JournalNumber) {
    writes.put(keys::unnamed(workspace, number), &());
}

/// The first entries after a number of which something is to be learnt.
pub(super) fn unnamed(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    after: JournalNumber,
    limit: usize,
) -> Stored<Vec<JournalNumber>> {
    let rows = reader.range(&keys::unnamed_from(workspace, after.next()), limit, Direction::Ascending)?;
    Ok(rows.iter().map(|(key, _)| JournalNumber(keys::last_number(key))).collect())
}

/// Keeps what was learnt. An entry that is gone has no mark any more, and one that is done needs nothing.
pub(super) fn amend(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    number: JournalNumber,
    mut learnt: Amendment,
    naming: Naming,
) -> Stored<()> {
    let mark = keys::unnamed(workspace, number);
    if writes.get(mark.as_bytes())?.is_none() {
        return Ok(());
    }
    let key = keys::amendment(workspace, number);
    let row = writes.get(key.as_bytes())?;
    let mut all = row.map(|row| codec::decode_list::<Learnt>(key.as_bytes(), &row)).unwrap_or_default();
    for (_, known) in &all {
        learnt.remove(known);
    }
    if !learnt.is_empty() {
        let last_key = keys::last_amendment(workspace);
        let last = last(writes, workspace)?;
        let next = last.0.checked_add(1).ok_or_else(|| codec::unreadable(last_key.as_bytes()))?;
        all.push((AmendmentNumber(next), learnt));
        writes.put(last_key, &AmendmentNumber(next));
        writes.put(key, &all);
    }
    if naming == Naming::Done {
        writes.delete(mark);
    }
    Ok(())
}

/// Removes what goes with its entry.
pub(super) fn remove(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, gone: &Gone) -> Stored<()> {
    let Some(span) = gone.span() else { return Ok(()) };
    for range in [keys::amendments_between(workspace, span.clone()), keys::unnamed_between(workspace, span)] {
        for (key, _) in writes.range(&range, usize::MAX, Direction::Ascending)? {
            if gone.has(JournalNumber(keys::last_number(&key))) {
                writes.delete_raw(key);
            }
        }
    }
    Ok(())
}

//! What was learnt of entries after they were journaled: a row for each entry, under its number, with the amendments in
//! their order; and a mark at each entry of which something is to be learnt yet, so that a process that starts finds what
//! the one before left open.
//!
//! Amendments are numbered through the workspace, so that one number says of all entries of a message which of them it
//! shows.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::Event;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Learnt as News, Naming, Stored};

use super::gone::Gone;
use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::reader::{Reader, load_or_skip};
use crate::records::Learnt;
use crate::write_batch::WriteBatch;

/// How many amendments an entry has at most.
const MOST_AMENDMENTS: usize = 32;

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

/// The last amendment of these entries.
pub(super) fn last_of(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    numbers: &[JournalNumber],
) -> Stored<AmendmentNumber> {
    let mut last = AmendmentNumber::NONE;
    for number in numbers {
        let learnt = learnt(reader, workspace, *number)?;
        last = learnt.last().map_or(last, |(number, _)| last.max(*number));
    }
    Ok(last)
}

fn learnt(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    number: JournalNumber,
) -> Stored<Vec<Learnt>> {
    let key = keys::amendment(workspace, number);
    let row = reader.get(key.as_bytes())?;
    Ok(row.map(|row| codec::decode_list::<Learnt>(key.as_bytes(), &row)).unwrap_or_default())
}

/// Keeps what was learnt. An entry that is gone has no mark any more, and one that is done needs no names.
pub(super) fn amend(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    number: JournalNumber,
    learnt: Amendment,
    naming: Naming,
) -> Stored<()> {
    let mark = keys::unnamed(workspace, number);
    if writes.get(mark.as_bytes())?.is_none() {
        return Ok(());
    }
    let _ = add(writes, workspace, number, learnt)?;
    if naming == Naming::Done {
        writes.delete(mark);
    }
    Ok(())
}

/// Adds what was learnt of an entry to what is known, and wants edits of the messages that show it.
pub(super) fn add(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    number: JournalNumber,
    mut news: Amendment,
) -> Stored<News> {
    let mut all = learnt(writes, workspace, number)?;
    remove_known(&mut news, &all);
    if news.is_empty() {
        return Ok(News::Nothing);
    }
    let last_key = keys::last_amendment(workspace);
    let last = last(writes, workspace)?;
    let next = last.0.checked_add(1).ok_or_else(|| codec::unreadable(last_key.as_bytes()))?;
    push(&mut all, (AmendmentNumber(next), news));
    writes.put(last_key, &AmendmentNumber(next));
    writes.put(keys::amendment(workspace, number), &all);
    want_edits(writes, workspace, number, AmendmentNumber(next))?;
    Ok(News::News)
}

/// Every message that shows an entry is to show what was learnt of it.
fn want_edits(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    number: JournalNumber,
    learnt: AmendmentNumber,
) -> Stored<()> {
    let showing = keys::edit::all_showing(workspace, number).below();
    for (key, _) in writes.range(&showing, usize::MAX, Direction::Ascending)? {
        if let Some(place) = keys::edit::place(&key) {
            writes.put(keys::edit::wanted(workspace, place), &learnt);
        }
    }
    Ok(())
}

/// Leaves out of what was learnt what is known.
pub fn remove_known(news: &mut Amendment, all: &[Learnt]) {
    news.remove_known(all.iter().map(|(_, known)| known));
}

/// Adds what was learnt to what is known, which stays a list of a bounded length.
pub fn push(all: &mut Vec<Learnt>, news: Learnt) {
    all.push(news);
    if all.len() > MOST_AMENDMENTS {
        merge_oldest(all);
    }
}

/// Makes one of the two oldest, so that an entry that moves for years keeps a row of a bounded length. Only a message that
/// has been on its way through so many movements could be written otherwise by it.
fn merge_oldest(all: &mut Vec<Learnt>) {
    let (_, oldest) = all.remove(0);
    if let Some((_, next)) = all.first_mut() {
        next.follow(&oldest);
    }
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

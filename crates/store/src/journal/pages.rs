//! The entries of the journal, several to a row: a page is a list of entries under the last of their numbers.
//!
//! A page is written with its append and never added to. It stays so short that sixteen of them, which sled keeps
//! together, are no blob of sled's (those are not made durable); a longer entry has a page of its own.

use deskbell_domain::event::{Entry, Event};
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;

use super::amendments::Amendments;
use super::gone::Gone;
use crate::codec::{self, List, Pushed};
use crate::engine::{Direction, Row};
use crate::keys;
use crate::reader::Reader;
use crate::records::EntryRecord;
use crate::write_batch::WriteBatch;

/// How long a page of several entries may be.
const PAGE_BYTES: usize = 5 << 10;

/// Writes the entries of an append, in the order of their numbers.
pub(super) fn write(writes: &mut WriteBatch<'_>, workspace: &WorkspaceId, entries: &[EntryRecord<&Event>]) {
    let mut page = List::new(PAGE_BYTES);
    let mut last = None;
    for entry in entries {
        if let (Some(last), Pushed::Full) = (last, page.push(entry)) {
            writes.put_raw(keys::page(workspace, last).into_bytes(), page.finish());
            page.push(entry);
        }
        last = Some(entry.number);
    }
    if let Some(last) = last {
        writes.put_raw(keys::page(workspace, last).into_bytes(), page.finish());
    }
}

/// An entry of the journal, with what was learnt of it up to an amendment; none where it is gone or cannot be read.
pub(crate) fn entry(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    number: JournalNumber,
    amended: AmendmentNumber,
) -> Stored<Option<Entry>> {
    let event = PagesInOrder::of(reader, workspace, amended).event(number)?;
    Ok(event.map(|event| Entry { number, event }))
}

/// Reads entries whose numbers ascend, each page once.
pub(crate) struct PagesInOrder<'a, R: ?Sized> {
    reader: &'a R,
    workspace: &'a WorkspaceId,
    amended: AmendmentNumber,
    /// The page that was read last.
    page: Option<Page>,
}

struct Page {
    /// The last of its numbers.
    last: JournalNumber,
    /// What can be read of it.
    entries: Vec<EntryRecord<Event>>,
    amendments: Amendments,
}

impl<'a, R: Reader + ?Sized> PagesInOrder<'a, R> {
    /// With what was learnt up to an amendment.
    pub(crate) fn of(reader: &'a R, workspace: &'a WorkspaceId, amended: AmendmentNumber) -> Self {
        Self { reader, workspace, amended, page: None }
    }

    /// The event of a number above all that were asked for; none where it is gone or cannot be read.
    pub(crate) fn event(&mut self, number: JournalNumber) -> Stored<Option<Event>> {
        if self.page.as_ref().is_none_or(|page| page.last < number) {
            self.page = self.page_from(number)?;
        }
        let Some(Page { entries, amendments, .. }) = &mut self.page else { return Ok(None) };
        let Some(place) = entries.iter().position(|entry| entry.number == number) else { return Ok(None) };
        let mut event = entries.swap_remove(place).event;
        amendments.apply(number, &mut event);
        Ok(Some(event))
    }

    fn page_from(&self, number: JournalNumber) -> Stored<Option<Page>> {
        let range = keys::pages_from(self.workspace, number);
        let rows = self.reader.range(&range, 1, Direction::Ascending)?;
        let Some((key, value)) = rows.first() else { return Ok(None) };
        let last = JournalNumber(keys::last_number(key));
        let entries = codec::decode_list::<EntryRecord<Event>>(key, value);
        let amendments = Amendments::read(self.reader, self.workspace, (number, last), self.amended)?;
        Ok(Some(Page { last, entries, amendments }))
    }
}

/// Writes a page anew without what is gone of it.
pub(super) fn trim(writes: &mut WriteBatch<'_>, (key, value): Row, gone: &Gone) {
    let (mut left, mut all) = (Vec::new(), 0);
    for entry in codec::decode_list::<EntryRecord<Event>>(&key, &value) {
        all += 1;
        left.extend((!gone.has(entry.number)).then_some(entry));
    }
    if left.is_empty() {
        writes.delete_raw(key);
    } else if left.len() < all {
        writes.put_raw(key, codec::encode(&left));
    }
}

#[cfg(test)]
mod tests;

//! Learning of events by their id.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::EventId;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, WorkspaceId};
use deskbell_domain::port::store::{Learnt as News, Stored};

use super::{amendments, pages};
use crate::reader::load_or_skip;
use crate::write_batch::WriteBatch;
use crate::{hidden, keys};

/// Keeps what was learnt of an event, whether names are looked for or not.
pub(super) fn learn(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    event: &EventId,
    learnt: Amendment,
) -> Stored<News> {
    let seen: Option<JournalNumber> = load_or_skip(writes, &keys::seen(workspace, event))?;
    let Some(number) = seen else { return Ok(News::Nothing) };
    let entry = pages::entry(writes, workspace, number, AmendmentNumber::NONE)?;
    if entry.is_none_or(|entry| entry.event.id != *event) {
        return Ok(News::Nothing);
    }
    // Of whoever was erased nothing is kept, not even that somebody else was the same person.
    if let Some(into) = learnt.merged_into()
        && hidden::is_erased(writes, workspace, into)?
    {
        return Ok(News::Nothing);
    }
    let lacks_a_name = learnt.lacks_a_name();
    let news = amendments::add(writes, workspace, number, learnt)?;
    if news == News::News && lacks_a_name {
        amendments::open(writes, workspace, number);
    }
    Ok(news)
}

//! Taking single entries out of the journal, whatever their age. Their numbers are a hole from then on, as after pruning.

use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;

use super::gone::Gone;
use super::{amendments, kinds, pages};
use crate::engine::Direction;
use crate::keys;
use crate::reader::Reader as _;
use crate::write_batch::WriteBatch;

/// Takes an entry out with all that belongs to it but its seen-key.
pub(crate) fn take_out(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    number: JournalNumber,
) -> Stored<()> {
    let mut gone = Gone::default();
    gone.add(number..number.next());
    kinds::remove(writes, workspace, &gone)?;
    amendments::remove(writes, workspace, &gone)?;
    for page in writes.range(&keys::pages_from(workspace, number), 1, Direction::Ascending)? {
        pages::trim(writes, page, &gone);
    }
    Ok(())
}

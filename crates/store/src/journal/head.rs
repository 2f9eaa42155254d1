//! How far a journal goes.

use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;

use crate::keys;
use crate::reader::{Reader, load};

/// The journal's last number.
pub(crate) fn head(reader: &(impl Reader + ?Sized), workspace: &WorkspaceId) -> Stored<JournalNumber> {
    Ok(load(reader, &keys::head(workspace))?.unwrap_or(JournalNumber(0)))
}

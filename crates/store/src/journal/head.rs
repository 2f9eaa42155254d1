//! How far a journal goes.

use deskbell_desk::ids::{JournalNumber, WorkspaceId};
use deskbell_desk::port::store::Stored;

use crate::keys;
use crate::view::{View, load};

/// The journal's last number.
pub(crate) fn head(view: &(impl View + ?Sized), workspace: &WorkspaceId) -> Stored<JournalNumber> {
    Ok(load(view, &keys::head(workspace))?.unwrap_or(JournalNumber(0)))
}

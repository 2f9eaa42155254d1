//! How far a journal goes.

use deskbell_domain::ids::{JournalNumber, WorkspaceId};
use deskbell_domain::port::store::Stored;

use crate::keys;
use crate::view::{View, load};

/// The journal's last number.
pub(crate) fn head(view: &(impl View + ?Sized), workspace: &WorkspaceId) -> Stored<JournalNumber> {
    Ok(load(view, &keys::head(workspace))?.unwrap_or(JournalNumber(0)))
}

//! Contacts that were erased: their ids, and those of their events, hidden so that they are known again and cannot be told.
//!
//! A digest is the HMAC-SHA256 of an id under a secret that is made with the first erasure of a workspace and sealed like
//! all that is kept of its customers. It is not the key of the workspace itself, which changes when a store is moved: then
//! nobody who was erased would be known again.

use deskbell_domain::event::EventId;
use deskbell_domain::ids::{ContactId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::Stored;
use deskbell_domain::time::UnixMillis;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::keys;
use crate::reader::{Reader, load_or_skip};
use crate::records::ErasedRecord;
use crate::write_batch::WriteBatch;

/// As many digits as no two ids have in common.
const DIGITS: usize = 32;

/// What hides the ids of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden([u64; 4]);

impl Hidden {
    /// With a secret that was kept.
    pub fn with(secret: [u64; 4]) -> Self {
        Self(secret)
    }

    /// What is to be kept of it, sealed.
    pub fn secret(&self) -> [u64; 4] {
        self.0
    }

    /// With a secret that is drawn now.
    pub fn drawn(random: &dyn Random) -> Self {
        Self([(); 4].map(|()| random.number()))
    }

    /// None where nobody was erased yet.
    pub(crate) fn of(reader: &(impl Reader + ?Sized), workspace: &WorkspaceId) -> Stored<Option<Self>> {
        Ok(load_or_skip(reader, &keys::erasure::hider(workspace))?.map(Self))
    }

    /// The same, made where there is none.
    pub(crate) fn made(
        writes: &mut WriteBatch<'_>,
        workspace: &WorkspaceId,
        random: &dyn Random,
    ) -> Stored<Self> {
        if let Some(known) = Self::of(writes, workspace)? {
            return Ok(known);
        }
        let made = Self::drawn(random);
        writes.put(keys::erasure::hider(workspace), &made.secret());
        Ok(made)
    }

    /// In place of a contact's id.
    pub fn contact(&self, id: &ContactId) -> String {
        self.digest(b"contact", id.as_str())
    }

    /// In place of a contact's id, where one stands in a key.
    pub fn nobody(&self, id: &ContactId) -> ContactId {
        ContactId::new(format!("erased:{}", self.contact(id)))
    }

    /// In place of an event's id.
    pub fn event(&self, id: &EventId) -> String {
        self.digest(b"event", id.as_str())
    }

    fn digest(&self, what: &[u8], id: &str) -> String {
        let secret = self.0.map(u64::to_be_bytes).concat();
        let mut code = Hmac::<Sha256>::new_from_slice(&secret).expect("a secret of any length is a key");
        code.update(what);
        code.update(&[0]);
        code.update(id.as_bytes());
        let digits = code.finalize().into_bytes().into_iter().map(|byte| format!("{byte:02x}"));
        digits.collect::<String>()[..DIGITS].to_owned()
    }
}

/// When a contact was erased, if it is.
pub(crate) fn erased_since(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    hidden: &Hidden,
    contact: &ContactId,
) -> Stored<Option<UnixMillis>> {
    let key = keys::erasure::erased(workspace, &hidden.contact(contact));
    let record: Option<ErasedRecord> = load_or_skip(reader, &key)?;
    Ok(record.map(|record| record.since))
}

/// Whether an event was seen, be it that of a contact that was erased.
pub(crate) fn is_seen(
    reader: &(impl Reader + ?Sized),
    hidden: Option<&Hidden>,
    workspace: &WorkspaceId,
    id: &EventId,
) -> Stored<bool> {
    if reader.get(keys::seen(workspace, id).as_bytes())?.is_some() {
        return Ok(true);
    }
    let Some(hidden) = hidden else { return Ok(false) };
    let key = keys::erasure::seen_hidden(workspace, &hidden.event(id));
    Ok(reader.get(key.as_bytes())?.is_some())
}

/// Whether a contact was erased, and nothing is kept of it.
pub(crate) fn is_erased(
    reader: &(impl Reader + ?Sized),
    workspace: &WorkspaceId,
    contact: &ContactId,
) -> Stored<bool> {
    let Some(hidden) = Hidden::of(reader, workspace)? else { return Ok(false) };
    let key = keys::erasure::erased(workspace, &hidden.contact(contact));
    Ok(reader.get(key.as_bytes())?.is_some())
}

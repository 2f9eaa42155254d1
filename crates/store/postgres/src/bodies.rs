//! Bodies: what tells of people, sealed for the place where it stands. The form is that of the embedded store: a byte that
//! tells the version, then JSON.

use std::sync::Arc;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::sealing::{Place, Sealing};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::{Attempt, Failure};

/// The version that is written.
const VERSION: u8 = 1;

/// Where a body stands.
pub(crate) struct Spot<'a> {
    workspace: &'a WorkspaceId,
    record: &'static str,
    id: Vec<u8>,
}

impl<'a> Spot<'a> {
    /// The records of a workspace that are called so; which of them, the parts say that are added.
    pub(crate) fn new(workspace: &'a WorkspaceId, record: &'static str) -> Self {
        Self { workspace, record, id: Vec::new() }
    }

    pub(crate) fn number(mut self, number: u64) -> Self {
        self.id.extend(number.to_be_bytes());
        self
    }

    /// No two texts collide: each is closed, and what closes it stands in none.
    pub(crate) fn text(mut self, text: &str) -> Self {
        for byte in text.bytes() {
            self.id.push(byte);
            if byte == 0 {
                self.id.push(0xFF);
            }
        }
        self.id.extend([0, 1]);
        self
    }

    fn place(&self) -> Place<'_> {
        Place { workspace: self.workspace, record: self.record, id: &self.id }
    }
}

/// Whoever seals bodies and opens them.
#[derive(Clone)]
pub(crate) struct Bodies(Arc<dyn Sealing>);

impl Bodies {
    pub(crate) fn new(sealing: Arc<dyn Sealing>) -> Self {
        Self(sealing)
    }

    /// The keys themselves.
    pub(crate) fn sealing(&self) -> &dyn Sealing {
        self.0.as_ref()
    }

    pub(crate) fn seal<T: Serialize>(&self, spot: &Spot<'_>, value: &T) -> Attempt<Vec<u8>> {
        let mut plain = vec![VERSION];
        serde_json::to_writer(&mut plain, value)
            .expect("every stored type has keys that are text or numbers");
        // A key that could not be kept is no failure of the database; another attempt would fail alike.
        self.0.seal(&spot.place(), &plain).map_err(Failure::Final)
    }

    pub(crate) fn open<T: DeserializeOwned>(&self, spot: &Spot<'_>, sealed: &[u8]) -> Attempt<T> {
        let opened = self.0.open(&spot.place(), sealed).ok();
        let json = opened.as_deref().and_then(|plain| plain.strip_prefix(&[VERSION]));
        let value = json.and_then(|json| serde_json::from_slice(json).ok());
        value.ok_or_else(|| Failure::unreadable(spot.record))
    }
}

//! The key of one workspace: random, and outside of this process only ever sealed under the master key.

use std::io;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Unopened;
use zeroize::Zeroizing;

use crate::additional_data::of_key;
use crate::cipher::{Cipher, KEY_LENGTH, drawn};
use crate::master_key::MasterKey;

pub(crate) struct WorkspaceKey(Zeroizing<[u8; KEY_LENGTH]>);

impl WorkspaceKey {
    pub(crate) fn generate(random: &dyn Random) -> Self {
        Self(Zeroizing::new(drawn(random)))
    }

    /// As the file holds it, bound to its workspace.
    pub(crate) fn sealed(
        &self,
        workspace: &WorkspaceId,
        master: &MasterKey,
        random: &dyn Random,
    ) -> io::Result<Vec<u8>> {
        master.cipher().seal(&of_key(workspace), self.0.as_slice(), random)
    }

    pub(crate) fn open(workspace: &WorkspaceId, sealed: &[u8], master: &MasterKey) -> Result<Self, Unopened> {
        let bytes = Zeroizing::new(master.cipher().open(&of_key(workspace), sealed)?);
        let key = <[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map_err(|_| Unopened)?;
        Ok(Self(Zeroizing::new(key)))
    }

    pub(crate) fn cipher(&self) -> Cipher {
        Cipher::new(&self.0)
    }
}

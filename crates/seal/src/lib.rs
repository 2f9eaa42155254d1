//! Secrets at rest: what is stored is sealed under a random key of its workspace, and these keys under one master key.
//!
//! [`KeyFolder`] reads and writes what lies beside the store: `keys`, which holds the keys of the workspaces, sealed;
//! `key`, which holds the master key where none is configured; and `key.id`, which holds the fingerprint of the master
//! key in use. [`Keyring`] is the port [`Sealing`](deskbell_domain::port::sealing::Sealing) over them. Where the store is in a
//! database, the keys of the workspaces are there too ([`open_kept`]), and the master key is always configured.
//!
//! A value is sealed with XChaCha20-Poly1305 for its place, so that it opens under no other key and in no other place.
//! What this does not do: it hides neither how many values there are nor how long they are, and it cannot tell that a
//! value was replaced by an older one of the same place.

mod additional_data;
mod cipher;
mod contents;
mod files;
mod fingerprint;
mod kept_keys;
mod key_error;
mod key_folder;
mod keyring;
mod master_key;
mod read_keys;
mod sealed_keys;
#[cfg(test)]
mod testing;
mod workspace_key;

pub use contents::{GivenKeys, KeysBefore, Origin};
pub use fingerprint::{Fingerprint, NoFingerprint};
pub use kept_keys::{KeptKeysError, open_kept};
pub use key_error::{GivenKey, KeyError};
pub use key_folder::{Examined, KeyFolder, Opened};
pub use keyring::{Keep, Keyring};
pub use master_key::{MasterKey, NotAKey};
pub use read_keys::ReadKeys;

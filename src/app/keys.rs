//! The keys that what is stored is sealed with.

use std::path::Path;
use std::sync::Arc;

use deskbell_domain::port::random::Random;
use deskbell_seal::{GivenKeys, KeyFolder, KeysBefore, Opened, Origin};
use deskbell_store::Keys;

/// The keys of the store's folder, to be opened once the store is locked. A folder without any gets them.
pub fn keys(folder: &Path, given: GivenKeys, random: Arc<dyn Random>) -> Keys {
    let folder = KeyFolder::new(folder);
    Box::new(move || {
        let Opened { keyring, origin, fingerprint, before } = folder.open(&given, random)?;
        if before == KeysBefore::Previous {
            tracing::info!(%fingerprint, "the key was changed: DESKBELL_KEY_PREVIOUS is needed no longer");
        }
        match origin {
            Origin::Made => tracing::info!(
                %fingerprint,
                "a key was made for what is stored: keep a copy of the file key, apart from copies of the store"
            ),
            Origin::Configured | Origin::File => {
                tracing::debug!(%fingerprint, "the key of what is stored is there");
            }
        }
        Ok(Arc::new(keyring))
    })
}

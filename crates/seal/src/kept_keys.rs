//! Keys of workspaces that are kept in the store's database, where several machines can have them. The master key is never
//! there.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;

use crate::contents::{GivenKeys, KeysBefore, Origin};
use crate::fingerprint::Fingerprint;
use crate::key_folder::Opened;
use crate::keyring::{Keep, KeptKeys, Keyring};
use crate::master_key::MasterKey;
use crate::sealed_keys::{SealedKeys, Unusable};
use crate::workspace_key::WorkspaceKey;

/// Why kept keys cannot be used, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeptKeysError {
    /// No master key is configured.
    #[error("DESKBELL_KEY is missing: a database needs one. deskbell key new prints one")]
    Missing,
    /// They are sealed under another master key.
    #[error(
        "the database is sealed under another key: its fingerprint is {wanted}, that of DESKBELL_KEY is {given}. Set \
         DESKBELL_KEY to the right one, or to the new one with the old one in DESKBELL_KEY_PREVIOUS"
    )]
    Wrong {
        /// By what the right one is told from others.
        wanted: Fingerprint,
        /// That of the one that is configured.
        given: Fingerprint,
    },
    /// A later version wrote them.
    #[error("the keys in the database were written by a later version: run that one")]
    TooNew,
    /// They are none that Deskbell writes.
    #[error("the keys in the database cannot be read ({0}): put the backup of the database back")]
    Broken(String),
    /// They could not be sealed under the new master key.
    #[error("the keys in the database cannot be written")]
    NotWritten(#[source] io::Error),
}

impl From<Unusable> for KeptKeysError {
    fn from(why: Unusable) -> Self {
        match why {
            Unusable::TooNew => Self::TooNew,
            Unusable::Broken(why) => Self::Broken(why),
        }
    }
}

/// The keys of the workspaces, and what they were like before.
type Found = (SealedKeys, BTreeMap<WorkspaceId, WorkspaceKey>, KeysBefore);

/// Opens the keys that are kept, if there are any; those that are sealed under the previous master key are sealed under the
/// one in use, all at once.
///
/// # Errors
/// Fails where the master key is missing or another one, and where what is kept cannot be read or written.
pub fn open_kept(
    kept: Option<&[u8]>,
    given: &GivenKeys,
    keep: Keep,
    random: Arc<dyn Random>,
) -> Result<Opened, KeptKeysError> {
    let master = given.current.clone().ok_or(KeptKeysError::Missing)?;
    let fingerprint = master.fingerprint();
    let (keys, opened, before) = found(kept, given, &master, &*random)?;
    if before == KeysBefore::Previous {
        keep(&keys.to_json()).map_err(KeptKeysError::NotWritten)?;
    }
    let keyring = Keyring::new(master, KeptKeys::new(keep, keys), &opened, random);
    Ok(Opened { keyring, origin: Origin::Configured, fingerprint, before })
}

fn found(
    kept: Option<&[u8]>,
    given: &GivenKeys,
    master: &MasterKey,
    random: &dyn Random,
) -> Result<Found, KeptKeysError> {
    let anew =
        |keys: &BTreeMap<_, _>| SealedKeys::seal(keys, master, random).map_err(KeptKeysError::NotWritten);
    let Some(kept) = kept else {
        let none = BTreeMap::new();
        return Ok((anew(&none)?, none, KeysBefore::None));
    };
    let sealed = SealedKeys::parse(kept)?;
    let wanted = sealed.under();
    if wanted == master.fingerprint() {
        let opened = sealed.open(master)?;
        return Ok((sealed, opened, KeysBefore::Current));
    }
    let previous = given.previous.as_ref().filter(|key| key.fingerprint() == wanted);
    let previous = previous.ok_or(KeptKeysError::Wrong { wanted, given: master.fingerprint() })?;
    let opened = sealed.open(previous)?;
    Ok((anew(&opened)?, opened, KeysBefore::Previous))
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use deskbell_domain::port::sealing::Sealing as _;
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{Seeded, given, in_journal, workspace};

    /// What is kept, as a database would.
    #[derive(Clone, Default)]
    struct Row(Arc<Mutex<Option<Vec<u8>>>>);

    impl Row {
        fn open(&self, given: &GivenKeys, seed: u64) -> Result<Keyring, KeptKeysError> {
            let (row, kept) = (self.clone(), self.0.lock().unwrap().clone());
            let keep: Keep = Box::new(move |keys| {
                *row.0.lock().unwrap() = Some(keys.to_vec());
                Ok(())
            });
            open_kept(kept.as_deref(), given, keep, Arc::new(Seeded::new(seed))).map(|opened| opened.keyring)
        }

        fn refusal(&self, given: &GivenKeys) -> String {
            self.open(given, 9).expect_err("it is refused").to_string()
        }
    }

    #[test]
    fn what_is_sealed_opens_at_another_machine_with_the_same_master_key_until_it_is_shredded() {
        let (row, acme) = (Row::default(), workspace("acme"));
        let sealed = row.open(&given(Some(1), None), 5).unwrap().seal(&in_journal(&acme), b"Ada").unwrap();
        let other = row.open(&given(Some(1), None), 6).unwrap();
        assert_eq!(other.open(&in_journal(&acme), &sealed).as_deref(), Ok(b"Ada".as_slice()));
        other.shred(&acme).unwrap();
        assert!(row.open(&given(Some(1), None), 7).unwrap().open(&in_journal(&acme), &sealed).is_err());
    }

    #[test]
    fn a_new_master_key_takes_over_from_the_previous_one() {
        let (row, acme) = (Row::default(), workspace("acme"));
        let sealed = row.open(&given(Some(1), None), 5).unwrap().seal(&in_journal(&acme), b"Ada").unwrap();
        row.open(&given(Some(2), Some(1)), 6).unwrap();
        let now = row.open(&given(Some(2), None), 7).unwrap();
        assert_eq!(now.open(&in_journal(&acme), &sealed).as_deref(), Ok(b"Ada".as_slice()));
        assert!(row.refusal(&given(Some(1), None)).contains("sealed under another key"));
    }

    #[test]
    fn a_missing_or_wrong_key_is_told() {
        let row = Row::default();
        row.open(&given(Some(1), None), 5).unwrap().seal(&in_journal(&workspace("acme")), b"Ada").unwrap();
        assert_snapshot!(row.refusal(&given(None, None)), @"DESKBELL_KEY is missing: a database needs one. deskbell key new prints one");
        assert_snapshot!(row.refusal(&given(Some(2), Some(3))), @"the database is sealed under another key: its fingerprint is 2587afc10db7131e, that of DESKBELL_KEY is a93a7228811fe837. Set DESKBELL_KEY to the right one, or to the new one with the old one in DESKBELL_KEY_PREVIOUS");
        *row.0.lock().unwrap() = Some(b"{}".to_vec());
        assert_snapshot!(row.refusal(&given(Some(1), None)), @"the keys in the database cannot be read (missing field `form` at line 1 column 2): put the backup of the database back");
    }
}

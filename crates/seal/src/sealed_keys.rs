//! The keys of all workspaces as the file `keys` holds them.

use std::collections::BTreeMap;
use std::io;

use data_encoding::BASE64;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use serde::{Deserialize, Serialize};

use crate::fingerprint::Fingerprint;
use crate::master_key::MasterKey;
use crate::workspace_key::WorkspaceKey;

/// How the file is made; a file with a higher number was written by a later version.
const FORM: u32 = 1;

/// The keys of all workspaces, all of them sealed under the same master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealedKeys {
    under: Fingerprint,
    keys: BTreeMap<WorkspaceId, Vec<u8>>,
}

/// Why what the file holds cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// It was written by a later version.
    TooNew,
    /// Its content is none that Deskbell writes.
    Broken(String),
}

#[derive(Serialize, Deserialize)]
struct KeysFile {
    form: u32,
    sealed_under: Fingerprint,
    keys: BTreeMap<WorkspaceId, String>,
}

/// What files of every form have.
#[derive(Deserialize)]
struct AnyForm {
    form: u32,
}

impl SealedKeys {
    /// Under which master key they are sealed.
    pub(crate) fn under(&self) -> Fingerprint {
        self.under
    }

    pub(crate) fn contains(&self, workspace: &WorkspaceId) -> bool {
        self.keys.contains_key(workspace)
    }

    #[must_use]
    pub(crate) fn with(&self, workspace: &WorkspaceId, sealed: Vec<u8>) -> Self {
        let mut keys = self.clone();
        keys.keys.insert(workspace.clone(), sealed);
        keys
    }

    #[must_use]
    pub(crate) fn without(&self, workspace: &WorkspaceId) -> Self {
        let mut keys = self.clone();
        keys.keys.remove(workspace);
        keys
    }

    /// Seals these keys under a master key.
    pub(crate) fn seal(
        keys: &BTreeMap<WorkspaceId, WorkspaceKey>,
        master: &MasterKey,
        random: &dyn Random,
    ) -> io::Result<Self> {
        let sealed =
            keys.iter().map(|(id, key)| io::Result::Ok((id.clone(), key.sealed(id, master, random)?)));
        Ok(Self { under: master.fingerprint(), keys: sealed.collect::<io::Result<_>>()? })
    }

    /// Opens all of them with the master key under which they are sealed.
    pub(crate) fn open(&self, master: &MasterKey) -> Result<BTreeMap<WorkspaceId, WorkspaceKey>, Unusable> {
        let open = |(id, sealed): (&WorkspaceId, &Vec<u8>)| match WorkspaceKey::open(id, sealed, master) {
            Ok(key) => Ok((id.clone(), key)),
            Err(_) => Err(Unusable::Broken(format!("the key of workspace {id} does not open"))),
        };
        self.keys.iter().map(open).collect()
    }

    pub(crate) fn parse(text: &[u8]) -> Result<Self, Unusable> {
        let broken = |error: serde_json::Error| Unusable::Broken(error.to_string());
        let AnyForm { form } = serde_json::from_slice(text).map_err(broken)?;
        if form > FORM {
            return Err(Unusable::TooNew);
        }
        let file: KeysFile = serde_json::from_slice(text).map_err(broken)?;
        let keys = file.keys.into_iter().map(|(id, key)| match BASE64.decode(key.as_bytes()) {
            Ok(key) => Ok((id, key)),
            Err(_) => Err(Unusable::Broken(format!("the key of workspace {id} is not base64"))),
        });
        Ok(Self { under: file.sealed_under, keys: keys.collect::<Result<_, _>>()? })
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        let keys = self.keys.iter().map(|(id, key)| (id.clone(), BASE64.encode(key))).collect();
        let file = KeysFile { form: FORM, sealed_under: self.under, keys };
        let mut text = serde_json::to_vec_pretty(&file).expect("texts and a number are always JSON");
        text.push(b'\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;
    use crate::testing::{Seeded, key};

    fn keys(names: &[&str]) -> BTreeMap<WorkspaceId, WorkspaceKey> {
        let random = Seeded::new(1);
        names.iter().map(|name| (WorkspaceId::new(*name), WorkspaceKey::generate(&random))).collect()
    }

    #[test]
    fn the_files_form_is_this() {
        let sealed = SealedKeys::seal(&keys(&["acme"]), &key(1), &Seeded::new(2)).unwrap();
        assert_snapshot!(String::from_utf8(sealed.to_json()).unwrap(), @r#"
        {
          "form": 1,
          "sealed_under": "2587afc10db7131e",
          "keys": {
            "acme": "AtvSOJc6KxSKl1g13hyXVs6/yEYQC/weQve4brYycOQ6eD/gGEVj1g6uO/VaCQY7Q42OwqfLJlYqMixUujmLYk8l9N1JAzz5eQ=="
          }
        }
        "#);
        assert_eq!(SealedKeys::parse(&sealed.to_json()), Ok(sealed));
    }

    #[test]
    fn a_key_opens_for_no_other_workspace_and_under_no_other_master_key() {
        let sealed = SealedKeys::seal(&keys(&["acme", "zenith"]), &key(1), &Seeded::new(2)).unwrap();
        assert_eq!(sealed.open(&key(1)).map(|keys| keys.len()).ok(), Some(2));
        assert!(sealed.open(&key(2)).is_err());
        let acme = sealed.keys[&WorkspaceId::new("acme")].clone();
        let swapped = sealed.with(&WorkspaceId::new("zenith"), acme);
        let said = swapped.open(&key(1)).err();
        assert_eq!(said, Some(Unusable::Broken("the key of workspace zenith does not open".to_owned())));
    }

    #[test]
    fn what_another_version_or_nobody_wrote_is_told_apart() {
        assert_eq!(SealedKeys::parse(br#"{"form":2,"chests":[]}"#), Err(Unusable::TooNew));
        let said = |text: &[u8]| match SealedKeys::parse(text) {
            Err(Unusable::Broken(why)) => why,
            other => panic!("{other:?}"),
        };
        assert_snapshot!(said(b""), @"EOF while parsing a value at line 1 column 0");
        assert_snapshot!(said(br#"{"form":1}"#), @"missing field `sealed_under` at line 1 column 10");
        let no_base64 = br#"{"form":1,"sealed_under":"0123456789abcdef","keys":{"acme":"?"}}"#;
        assert_snapshot!(said(no_base64), @"the key of workspace acme is not base64");
        let no_fingerprint = br#"{"form":1,"sealed_under":"?","keys":{}}"#;
        assert_snapshot!(said(no_fingerprint), @"no fingerprint of a key at line 1 column 28");
    }
}

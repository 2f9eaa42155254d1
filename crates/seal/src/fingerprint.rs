//! By what people and files tell one master key from another, without telling the key.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// So that a fingerprint is no hash that anything else would make of the same bytes.
const PREFIX: &[u8] = b"deskbell master key\n";
const LENGTH: usize = 8;

/// The beginning of a hash of a master key: enough to tell keys apart, and nothing that helps to find one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fingerprint([u8; LENGTH]);

/// What was read has not 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no fingerprint of a key")]
pub struct NoFingerprint;

impl Fingerprint {
    pub(crate) fn of(key: &[u8]) -> Self {
        let hash = Sha256::new().chain_update(PREFIX).chain_update(key).finalize();
        let mut bytes = [0; LENGTH];
        bytes.copy_from_slice(&hash[..LENGTH]);
        Self(bytes)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl FromStr for Fingerprint {
    type Err = NoFingerprint;

    fn from_str(text: &str) -> Result<Self, NoFingerprint> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NoFingerprint)?;
        bytes.try_into().map(Self).map_err(|_| NoFingerprint)
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = NoFingerprint;

    fn try_from(text: String) -> Result<Self, NoFingerprint> {
        text.parse()
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_string()
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_key_has_the_same_fingerprint_for_ever() {
        assert_snapshot!(Fingerprint::of(&[7; 32]), @"98a1662985ec1279");
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_written() {
        let fingerprint = Fingerprint::of(&[7; 32]);
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        for text in ["", "0123", "0123456789abcdefff", "0123456789ABCDEF", "0123456789abcdeg"] {
            assert_eq!(text.parse::<Fingerprint>(), Err(NoFingerprint), "{text}");
        }
    }
}

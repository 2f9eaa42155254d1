//! The chain that ties the entries of a server's audit: each carries a code over itself and the code before, under a key
//! that only who holds the store's master key can have. Whoever changes, takes out or moves an entry cannot make the codes
//! agree again.
//!
//! What a chain alone cannot show is that its last entries were cut off: for that its head is posted where the machine
//! does not reach, once a day ([`Head::short`]).
//!
//! An entry's text is canonical JSON: names in alphabetical order, no spaces. The code is made over these bytes, so that
//! entries of later versions, with names that this one does not know, are held together like all others.

use std::fmt;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::time::UnixMillis;

/// How much of a head is posted.
const SHORT: usize = 16;

/// 32 bytes, written in hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code([u8; 32]);

impl Code {
    /// Before the first entry.
    pub const NONE: Self = Self([0; 32]);

    /// The digest of a text (SHA-256): another text has another.
    pub fn of_text(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// In digits.
    pub fn digits(&self) -> String {
        HEXLOWER.encode(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.digits())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.digits())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let bytes = HEXLOWER.decode(digits.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("no code of 64 hexadecimal digits"))
    }
}

/// The secret of a server's audit. It outlives a disconnection, so that the chain does.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AuditKey(Code);

/// Nothing of it shows.
impl fmt::Debug for AuditKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("AuditKey")
    }
}

impl AuditKey {
    /// Of random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Code(bytes))
    }

    /// The key of one entry. An export has these, so that it can be verified on another machine and yet lets nobody write
    /// the entries that come after it.
    pub fn of_entry(&self, seq: u64) -> EntryKey {
        EntryKey(keyed(&self.0, &[b"entry", &seq.to_be_bytes()]))
    }

    /// The key of the checkpoint behind an entry.
    pub fn of_checkpoint(&self, seq: u64) -> EntryKey {
        EntryKey(keyed(&self.0, &[b"checkpoint", &seq.to_be_bytes()]))
    }
}

/// The key under which the code of one entry is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryKey(Code);

fn keyed(key: &Code, parts: &[&[u8]]) -> Code {
    let mut hmac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
    for part in parts {
        hmac.update(part);
    }
    Code(hmac.finalize().into_bytes().into())
}

/// An entry as it is kept: its canonical text, and the code over that and the code before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The entry. A map of JSON values is in alphabetical order here.
    pub entry: Value,
    /// The code.
    pub mac: Code,
}

impl Link {
    /// The next link of a chain.
    pub fn after(previous: &Code, key: &EntryKey, entry: Value) -> Self {
        let mac = keyed(&key.0, &[&previous.0, entry.to_string().as_bytes()]);
        Self { entry, mac }
    }

    /// The number of the entry.
    pub fn seq(&self) -> Option<u64> {
        self.entry.get("seq")?.as_u64()
    }

    /// When it was written.
    pub fn at(&self) -> Option<UnixMillis> {
        self.entry.get("at")?.as_i64().map(UnixMillis)
    }
}

/// The last entry of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number; 0 where there is none.
    pub seq: u64,
    /// Its code.
    pub mac: Code,
}

impl Head {
    /// Of a chain without entries.
    pub const NONE: Self = Self { seq: 0, mac: Code::NONE };

    /// As much of it as is posted in a channel.
    pub fn short(&self) -> String {
        self.mac.digits()[..SHORT].to_owned()
    }
}

/// Where what is older was thrown away. It has a code of its own, so that nobody can move it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The last entry that was thrown away.
    pub head: Head,
    /// When that had been written.
    pub at: UnixMillis,
    /// The code.
    pub mac: Code,
}

impl Checkpoint {
    /// Behind an entry.
    pub fn behind(head: Head, at: UnixMillis, key: &EntryKey) -> Self {
        Self { head, at, mac: Self::code(head, at, key) }
    }

    fn code(head: Head, at: UnixMillis, key: &EntryKey) -> Code {
        keyed(&key.0, &[&head.mac.0, &head.seq.to_be_bytes(), &at.0.to_be_bytes()])
    }
}

/// Where a chain does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// The checkpoint was changed.
    #[error("the checkpoint before entry {0} was changed")]
    Checkpoint(u64),
    /// This entry is not there, or not in its place.
    #[error("entry {0} is missing or not in its place")]
    Missing(u64),
    /// This entry was changed, or one before it was taken out.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// The chain ends behind this entry, and should go on.
    #[error("what came after entry {0} is missing")]
    CutOff(u64),
}

/// Follows a chain from its beginning, entry by entry.
#[derive(Debug, Clone, Copy)]
pub struct Verifier {
    head: Head,
    first: Option<(u64, UnixMillis)>,
}

impl Verifier {
    /// From a checkpoint, or from the first entry.
    ///
    /// # Errors
    /// Where the checkpoint was changed.
    pub fn from(checkpoint: Option<&Checkpoint>, key: impl Fn(u64) -> EntryKey) -> Result<Self, Broken> {
        let Some(checkpoint) = checkpoint else { return Ok(Self { head: Head::NONE, first: None }) };
        let Checkpoint { head, at, mac } = *checkpoint;
        if Checkpoint::code(head, at, &key(head.seq)) != mac {
            return Err(Broken::Checkpoint(head.seq.saturating_add(1)));
        }
        Ok(Self { head, first: None })
    }

    /// The next entry.
    ///
    /// # Errors
    /// Where it does not belong there.
    pub fn follow(&mut self, link: &Link, key: &EntryKey) -> Result<(), Broken> {
        let expected = self.head.seq.saturating_add(1);
        if link.seq() != Some(expected) {
            return Err(Broken::Missing(expected));
        }
        if *link != Link::after(&self.head.mac, key, link.entry.clone()) {
            return Err(Broken::Changed(expected));
        }
        self.head = Head { seq: expected, mac: link.mac };
        self.first = self.first.or(Some((expected, link.at().unwrap_or_default())));
        Ok(())
    }

    /// The last entry so far.
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many entries hold, and since when.
    ///
    /// # Errors
    /// Where the chain should go on.
    pub fn end(self, head: Head) -> Result<Unbroken, Broken> {
        if self.head != head {
            return Err(Broken::CutOff(self.head.seq));
        }
        let (first, since) = self.first.map_or((head.seq + 1, None), |(first, since)| (first, Some(since)));
        Ok(Unbroken { entries: head.seq + 1 - first, since, head })
    }
}

/// A chain that holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unbroken {
    /// How many entries it has.
    pub entries: u64,
    /// When the first was written.
    pub since: Option<UnixMillis>,
    /// The last.
    pub head: Head,
}

#[cfg(test)]
mod tests;

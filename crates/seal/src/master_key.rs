//! The key of whoever runs the bot, under which all others are sealed.

use std::fmt;

use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL_NOPAD};
use deskbell_domain::port::random::Random;
use zeroize::Zeroizing;

use crate::cipher::{Cipher, KEY_LENGTH, drawn};
use crate::fingerprint::Fingerprint;

/// A master key. It shows itself nowhere but in [`MasterKey::to_base64`], and is wiped from memory when it is dropped.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; KEY_LENGTH]>);

/// Why a text is no key; it repeats nothing of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// There is nothing.
    #[error("nothing stands there")]
    Empty,
    /// It holds what base64 does not, or ends as base64 never does.
    #[error("it is not base64")]
    NotBase64,
    /// It is base64 of more or fewer bytes than a key has.
    #[error("it is {0} bytes long, and a key has 32")]
    WrongLength(usize),
}

impl MasterKey {
    /// A new one, of bytes that nobody can guess.
    pub fn generate(random: &dyn Random) -> Self {
        Self(Zeroizing::new(drawn(random)))
    }

    /// Reads base64 in either of its alphabets, with or without padding; white space around it counts for nothing.
    ///
    /// # Errors
    /// Fails on what is not 32 bytes in base64.
    pub fn parse(text: &str) -> Result<Self, NotAKey> {
        let text = text.trim().trim_end_matches('=').as_bytes();
        if text.is_empty() {
            return Err(NotAKey::Empty);
        }
        let is_for_addresses = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
        let encoding = if is_for_addresses { BASE64URL_NOPAD } else { BASE64_NOPAD };
        let length = encoding.decode_len(text.len()).map_err(|_| NotAKey::NotBase64)?;
        let mut bytes = Zeroizing::new(vec![0; length]);
        encoding.decode_mut(text, &mut bytes).map_err(|_| NotAKey::NotBase64)?;
        let key = <[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map_err(|_| NotAKey::WrongLength(length))?;
        Ok(Self(Zeroizing::new(key)))
    }

    /// As it is written into a variable or a file: standard base64 with padding.
    pub fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0.as_slice()))
    }

    /// By what it is told from others.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.0.as_slice())
    }

    pub(crate) fn cipher(&self) -> Cipher {
        Cipher::new(&self.0)
    }
}

/// Only the fingerprint shows.
impl fmt::Debug for MasterKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MasterKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{Seeded, key};

    /// A key whose base64 has all that sets the two alphabets apart.
    const STANDARD: &str = "+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/+/8=";

    #[test]
    fn a_key_is_read_however_its_base64_is_written() {
        let expected = MasterKey::parse(STANDARD).unwrap().fingerprint();
        let unpadded = STANDARD.trim_end_matches('=');
        let for_addresses = STANDARD.replace('+', "-").replace('/', "_");
        for text in
            [unpadded, &for_addresses, &format!(" {STANDARD}\r\n"), for_addresses.trim_end_matches('=')]
        {
            assert_eq!(MasterKey::parse(text).unwrap().fingerprint(), expected, "{text}");
        }
        assert_eq!(*MasterKey::parse(STANDARD).unwrap().to_base64(), STANDARD);
    }

    #[test]
    fn what_is_no_key_is_told_by_why() {
        let said = |text: &str| MasterKey::parse(text).expect_err("it is no key").to_string();
        assert_snapshot!(said(" \n"), @"nothing stands there");
        assert_snapshot!(said("correct horse battery staple"), @"it is not base64");
        assert_snapshot!(said("+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_+_8="), @"it is not base64");
        assert_snapshot!(said(&STANDARD[..40]), @"it is 30 bytes long, and a key has 32");
        assert_snapshot!(said(&"0123456789abcdef".repeat(4)), @"it is 48 bytes long, and a key has 32");
    }

    #[test]
    fn two_keys_that_are_made_differ() {
        let random = Seeded::new(1);
        let (one, other) = (MasterKey::generate(&random), MasterKey::generate(&random));
        assert_ne!(one.fingerprint(), other.fingerprint());
    }

    #[test]
    fn debug_output_shows_the_fingerprint_alone() {
        let key = key(1);
        assert_eq!(format!("{key:?}"), format!("MasterKey({})", key.fingerprint()));
    }

    proptest! {
        #[test]
        fn every_key_is_read_as_it_is_written(bytes: [u8; KEY_LENGTH]) {
            let key = MasterKey(Zeroizing::new(bytes));
            prop_assert_eq!(*MasterKey::parse(&key.to_base64()).unwrap().0, bytes);
        }

        #[test]
        fn no_text_makes_the_reading_of_a_key_panic(text in "\\PC{0,60}") {
            let _ = MasterKey::parse(&text);
        }
    }
}

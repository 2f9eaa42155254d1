//! One key at work: XChaCha20-Poly1305 with a nonce that is drawn for each value.

use std::io;

use chacha20poly1305::{AeadInOut as _, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Unopened;

/// How long every key is.
pub(crate) const KEY_LENGTH: usize = 32;
/// The first byte of a sealed value, which tells how the rest is made.
const FORM: u8 = 2;
const NONCE_LENGTH: usize = 24;
const TAG_LENGTH: usize = 16;
const TEXT_START: usize = 1 + NONCE_LENGTH;

/// Seals and opens with one key, which is wiped from memory when this is dropped.
pub(crate) struct Cipher(XChaCha20Poly1305);

impl Cipher {
    pub(crate) fn new(key: &[u8; KEY_LENGTH]) -> Self {
        Self(XChaCha20Poly1305::new(key.into()))
    }

    /// The form, the nonce, the text that nobody can read, and the tag by which a change is found.
    pub(crate) fn seal(&self, place: &[u8], plain: &[u8], random: &dyn Random) -> io::Result<Vec<u8>> {
        let nonce: [u8; NONCE_LENGTH] = drawn(random);
        let mut sealed = Vec::with_capacity(TEXT_START + plain.len() + TAG_LENGTH);
        sealed.push(FORM);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(plain);
        let text = (&mut sealed[TEXT_START..]).into();
        let tag = self.0.encrypt_inout_detached(&XNonce::from(nonce), place, text).map_err(too_long)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Unopened> {
        let rest = sealed.strip_prefix(&[FORM]).ok_or(Unopened)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(Unopened)?;
        let (text, tag) = rest.split_last_chunk::<TAG_LENGTH>().ok_or(Unopened)?;
        let mut plain = text.to_vec();
        self.0
            .decrypt_inout_detached(
                &XNonce::from(*nonce),
                place,
                plain.as_mut_slice().into(),
                &Tag::from(*tag),
            )
            .map_err(|_| Unopened)?;
        Ok(plain)
    }
}

/// The cipher takes 256 GB, and no value has a thousandth of that.
fn too_long(_: chacha20poly1305::Error) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, "a value is too long to be sealed")
}

/// Bytes that nobody can guess.
pub(crate) fn drawn<const LENGTH: usize>(random: &dyn Random) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    for chunk in bytes.chunks_mut(size_of::<u64>()) {
        chunk.copy_from_slice(&random.number().to_be_bytes()[..chunk.len()]);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Mutex;

    use data_encoding::HEXLOWER;

    use super::*;
    use crate::testing::Seeded;

    /// Gives these numbers, the last first.
    struct Given(Mutex<Vec<u64>>);

    impl Random for Given {
        fn number(&self) -> u64 {
            self.0.lock().expect("nothing panics").pop().expect("no more is asked for")
        }
    }

    fn cipher() -> Cipher {
        Cipher::new(&[9; KEY_LENGTH])
    }

    #[test]
    fn what_is_sealed_is_what_the_description_of_the_cipher_says() {
        // draft-irtf-cfrg-xchacha-03, A.3.1: https://datatracker.ietf.org/doc/html/draft-irtf-cfrg-xchacha-03
        let key: [u8; KEY_LENGTH] = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce =
            Given(Mutex::new(vec![0x5051_5253_5455_5657, 0x4849_4a4b_4c4d_4e4f, 0x4041_4243_4445_4647]));
        let place = HEXLOWER.decode(b"50515253c0c1c2c3c4c5c6c7").unwrap();
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the \
                      future, sunscreen would be it.";
        let sealed = Cipher::new(&key).seal(&place, plain, &nonce).unwrap();
        let (text, tag) = sealed[TEXT_START..].split_at(plain.len());
        assert_eq!(HEXLOWER.encode(&text[..16]), "bd6d179d3e83d43b9576579493c0e939");
        assert_eq!(HEXLOWER.encode(tag), "c0875924c1c7987947deafd8780acf49");
        assert_eq!(
            HEXLOWER.encode(&sealed[..TEXT_START]),
            "02404142434445464748494a4b4c4d4e4f5051525354555657"
        );
        assert_eq!(Cipher::new(&key).open(&place, &sealed).as_deref(), Ok(plain.as_slice()));
    }

    #[test]
    fn what_is_long_or_empty_opens_as_it_was() {
        for length in [0, 1, 63, 64, 65, 100_000] {
            let plain = vec![b'x'; length];
            let sealed = cipher().seal(b"place", &plain, &Seeded::new(1)).unwrap();
            assert_eq!(sealed.len(), 41 + length);
            assert_eq!(cipher().open(b"place", &sealed).as_deref(), Ok(plain.as_slice()));
        }
    }

    #[test]
    fn a_changed_byte_breaks_the_seal_wherever_it_is() {
        let sealed = cipher().seal(b"place", b"Ada", &Seeded::new(1)).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(cipher().open(b"place", &changed), Err(Unopened), "byte {at}");
        }
    }

    #[test]
    fn a_value_that_was_cut_or_made_longer_does_not_open() {
        let sealed = cipher().seal(b"place", b"Ada", &Seeded::new(1)).unwrap();
        for length in 0..sealed.len() {
            assert_eq!(cipher().open(b"place", &sealed[..length]), Err(Unopened), "{length} bytes");
        }
        assert_eq!(cipher().open(b"place", &[&sealed[..], b"x"].concat()), Err(Unopened));
    }

    #[test]
    fn another_place_or_another_key_opens_nothing() {
        let sealed = cipher().seal(b"place", b"Ada", &Seeded::new(1)).unwrap();
        assert_eq!(cipher().open(b"other", &sealed), Err(Unopened));
        assert_eq!(Cipher::new(&[8; KEY_LENGTH]).open(b"place", &sealed), Err(Unopened));
    }

    #[test]
    fn no_nonce_is_used_twice() {
        let random = Seeded::new(1);
        let sealed = (0..1000).map(|_| cipher().seal(b"place", b"Ada", &random).unwrap());
        let nonces: BTreeSet<_> = sealed.map(|sealed| sealed[1..TEXT_START].to_vec()).collect();
        assert_eq!(nonces.len(), 1000);
    }
}

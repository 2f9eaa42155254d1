//! Values that are too long to stand among others, in pieces.
//!
//! sled keeps up to seventeen rows together in a leaf, and a leaf of more than 128 kB in a file of its own, which it
//! never syncs: after a power cut the file is not there, and with it go rows that were acknowledged long before. So
//! a long value is stored in pieces, under keys that nobody else uses, and its row only says where they are.
//!
//! The pieces of a value are written and removed in the batch of its row, and their number is never used again while
//! the database is open: a reader finds the pieces of the value that it saw, or none, and then reads the row again.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// How long a value or a piece may be: seventeen of them with their keys are far from 128 kB.
const PIECE_BYTES: usize = 6 << 10;

/// The first byte of a row that only says where its value is. A value that begins with it counts as long.
const ELSEWHERE: u8 = u8::MAX;

/// The first byte of the keys of pieces; all others are after it.
const PIECES: u8 = 0;

/// How often a row is read again whose pieces are gone because it has just been written anew.
const TRIES: u32 = 16;

/// The first key that is not a piece's.
pub(super) const FIRST_KEY: [u8; 1] = [PIECES + 1];

/// The long values of a database.
pub(super) struct LongValues {
    /// The last number that was given to one; 0 while there is none.
    last: AtomicU64,
}

impl LongValues {
    pub(super) fn of(db: &sled::Db) -> io::Result<Self> {
        let pieces = [PIECES].as_slice()..FIRST_KEY.as_slice();
        let last = db.range(pieces).next_back().transpose()?;
        let number = last.and_then(|(key, _)| Some(u64::from_be_bytes(*key.get(1..)?.first_chunk()?)));
        Ok(Self { last: AtomicU64::new(number.unwrap_or(0)) })
    }

    /// Adds a write to a batch, with the pieces that come and go with it.
    pub(super) fn write(
        &self,
        db: &sled::Db,
        batch: &mut sled::Batch,
        key: Vec<u8>,
        value: Option<Vec<u8>>,
    ) -> io::Result<()> {
        if self.last.load(Ordering::Relaxed) > 0 {
            let old = db.get(&key)?.and_then(|row| Elsewhere::read(&row));
            old.iter().flat_map(Elsewhere::keys).for_each(|piece| batch.remove(piece));
        }
        match value {
            None => batch.remove(key),
            Some(value) if value.len() <= PIECE_BYTES && value.first() != Some(&ELSEWHERE) => {
                batch.insert(key, value);
            }
            Some(value) => {
                let pieces = value.chunks(PIECE_BYTES);
                let count = u32::try_from(pieces.len()).map_err(io::Error::other)?;
                let place = Elsewhere { number: self.last.fetch_add(1, Ordering::Relaxed) + 1, count };
                place.keys().zip(pieces).for_each(|(key, piece)| batch.insert(key, piece));
                batch.insert(key, place.row());
            }
        }
        Ok(())
    }
}

/// The value of a row, wherever it is; none where the row is gone meanwhile.
pub(super) fn value(db: &sled::Db, key: &[u8], row: sled::IVec) -> io::Result<Option<Vec<u8>>> {
    let mut row = row;
    for _ in 0..TRIES {
        let Some(place) = Elsewhere::read(&row) else { return Ok(Some(row.to_vec())) };
        if let Some(value) = place.value(db)? {
            return Ok(Some(value));
        }
        match db.get(key)? {
            None => return Ok(None),
            Some(new) => row = new,
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "a part of a stored value is missing"))
}

/// Where a value is.
struct Elsewhere {
    number: u64,
    count: u32,
}

impl Elsewhere {
    fn read(row: &[u8]) -> Option<Self> {
        let (number, count) = row.strip_prefix(&[ELSEWHERE])?.split_first_chunk()?;
        let count = u32::from_be_bytes(count.try_into().ok()?);
        Some(Self { number: u64::from_be_bytes(*number), count })
    }

    fn row(&self) -> Vec<u8> {
        [[ELSEWHERE].as_slice(), &self.number.to_be_bytes(), &self.count.to_be_bytes()].concat()
    }

    fn keys(&self) -> impl Iterator<Item = Vec<u8>> + use<> {
        let number = self.number.to_be_bytes();
        (0..self.count).map(move |piece| [[PIECES].as_slice(), &number, &piece.to_be_bytes()].concat())
    }

    fn value(&self, db: &sled::Db) -> io::Result<Option<Vec<u8>>> {
        let mut value = Vec::new();
        for key in self.keys() {
            let Some(piece) = db.get(key)? else { return Ok(None) };
            value.extend_from_slice(&piece);
        }
        Ok(Some(value))
    }
}

#[cfg(test)]
mod tests;

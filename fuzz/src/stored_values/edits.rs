//! What the bytes do to the rows: up to four edits, each of which replaces a value, cuts something into it, or puts
//! another row's value in its place.

use deskbell_store::engine::Row;

use super::base::{ACME, NEIGHBOUR, STRANGER, UMBRA};

const MOST_EDITS: usize = 4;

/// The rows after the edits.
pub(super) struct Broken {
    pub(super) rows: Vec<Row>,
    /// Whether neither entries nor the lists of them nor the last number were edited.
    pub(super) journal_is_whole: bool,
}

/// Reads edits off the bytes and applies them.
pub(super) fn apply(rows: &[Row], data: &[u8]) -> Broken {
    let mut broken = Broken { rows: rows.to_vec(), journal_is_whole: true };
    let editable: Vec<usize> = (0..rows.len()).filter(|place| !is_of_others(&rows[*place].0)).collect();
    let mut bytes = Bytes(data);
    for _ in 0..MOST_EDITS {
        let (Some(row), Some(how)) = (bytes.one(), bytes.one()) else { break };
        let place = editable[usize::from(row) % editable.len()];
        let (key, value) = &mut broken.rows[place];
        broken.journal_is_whole &= !is_of_journal(key);
        match how % 4 {
            0 => *value = bytes.some().to_vec(),
            1 => *value = [&[1], bytes.some()].concat(),
            2 => {
                let start = bytes.two() % (value.len() + 1);
                let end = value.len().min(start + bytes.one().map_or(0, usize::from));
                value.splice(start..end, bytes.some().iter().copied());
            }
            _ => value.clone_from(&rows[bytes.two() % rows.len()].1),
        }
    }
    broken
}

/// The edits as they come.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn one(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn two(&mut self) -> usize {
        let [high, low] = [self.one(), self.one()].map(|byte| usize::from(byte.unwrap_or(0)));
        (high << 8) | low
    }

    /// As many as the next byte says; all where it says 255.
    fn some(&mut self) -> &'a [u8] {
        let length = match self.one() {
            Some(u8::MAX) => self.0.len(),
            length => usize::from(length.unwrap_or(0)).min(self.0.len()),
        };
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

fn beginning(scope: u8, number: u64) -> Vec<u8> {
    [&[scope][..], &number.to_be_bytes()].concat()
}

fn of_workspace(name: &str, letter: Option<u8>) -> Vec<u8> {
    let letter = letter.as_slice();
    [b"w", name.as_bytes(), &[0, 1], letter].concat()
}

/// What belongs to a server or workspace whose values stay whole, and by what such a server is found.
fn is_of_others(key: &[u8]) -> bool {
    let whole = [beginning(b'g', NEIGHBOUR.0), beginning(b'g', STRANGER.0), of_workspace(UMBRA, None)];
    whole.iter().any(|beginning| key.starts_with(beginning))
        || key.starts_with(&of_workspace(ACME, Some(b'i')))
}

fn is_of_journal(key: &[u8]) -> bool {
    [b'e', b'k', b'h'].iter().any(|letter| key.starts_with(&of_workspace(ACME, Some(*letter))))
}

//! Filling a store with values that are sealed anew.

use std::collections::BTreeMap;
use std::io;

use deskbell_domain::port::sealing::{Place, Sealing, Unopened};

use super::departing::Departing;
use crate::engine::{Batch, Engine};
use crate::keys;
use crate::move_marks::is_mark;
use crate::sealed;

/// How many rows are written in one commit.
const ROWS: usize = 100;

/// Opens what was sealed with the old keys.
pub type Opener = Box<dyn Fn(&Place<'_>, &[u8]) -> Result<Vec<u8>, Unopened>>;

/// Copies everything but the marks.
pub(super) fn copy(
    from: &impl Departing,
    old: &Opener,
    to: &impl Engine,
    new: &dyn Sealing,
) -> io::Result<()> {
    let mut writes = BTreeMap::new();
    from.rows(&mut |key, value| {
        if !is_mark(&key) {
            let value = value.map(|value| sealed_anew(&key, value, old, new)).transpose()?;
            writes.insert(key, value);
        }
        if writes.len() < ROWS { Ok(()) } else { commit(to, &mut writes) }
    })?;
    commit(to, &mut writes)?;
    to.sync()
}

fn commit(to: &impl Engine, writes: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>) -> io::Result<()> {
    let writes: Vec<_> = std::mem::take(writes).into_iter().collect();
    if writes.is_empty() { Ok(()) } else { to.commit(Batch { writes }) }
}

/// A value that does not open stays as it is: it is as unreadable in the new store as it was in the old one, and what
/// earlier forms left in the clear is sealed when the new store is brought into the present form.
fn sealed_anew(key: &[u8], value: Vec<u8>, old: &Opener, new: &dyn Sealing) -> io::Result<Vec<u8>> {
    match keys::sealed_place(key, |place| old(place, &value)) {
        Some(Ok(plain)) => sealed::seal(new, key, plain),
        Some(Err(_)) | None => Ok(value),
    }
}

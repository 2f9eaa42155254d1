//! The rows of a store without its marks: handed over, taken out, counted.

use std::io;

use deskbell_domain::port::sealing::Sealing;

use crate::engine::{Batch, Direction, Engine, KeyRange, Row};
use crate::keys;
use crate::move_marks::{Counts, is_mark};

/// How many rows are read at a time, and removed in one commit.
const ROWS: usize = 100;

/// Hands over all rows, some at a time.
pub(crate) fn each(engine: &impl Engine, mut take: impl FnMut(Vec<Row>) -> io::Result<()>) -> io::Result<()> {
    let mut range = KeyRange::everything();
    loop {
        let mut rows = engine.range(&range, ROWS, Direction::Ascending)?;
        let Some((last, _)) = rows.last() else { return Ok(()) };
        range = range.after(last);
        rows.retain(|(key, _)| !is_mark(key));
        if !rows.is_empty() {
            take(rows)?;
        }
    }
}

/// Takes all of them out.
pub(super) fn clear(engine: &impl Engine) -> io::Result<()> {
    each(engine, |rows| {
        let writes = rows.into_iter().map(|(key, _)| (key, None)).collect();
        engine.commit(Batch { writes })
    })
}

/// How many there are.
pub(super) fn number(engine: &impl Engine) -> io::Result<u64> {
    let mut number = 0;
    each(engine, |rows| {
        number += rows.len() as u64;
        Ok(())
    })?;
    Ok(number)
}

/// How many there are of each kind, and how many of these do not open.
pub(super) fn counted(engine: &impl Engine, sealing: &dyn Sealing) -> io::Result<Counts> {
    let mut counts = Counts::default();
    each(engine, |rows| {
        for (key, value) in rows {
            *counts.values.entry(keys::kind_of(&key).to_owned()).or_default() += 1;
            let opened = keys::sealed_place(&key, |place| sealing.open(place, &value));
            counts.unopened += u64::from(opened.is_some_and(|opened| opened.is_err()));
        }
        Ok(())
    })?;
    Ok(counts)
}

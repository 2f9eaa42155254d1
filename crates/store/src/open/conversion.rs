//! From forms 1 and 2, in which nothing was sealed, to form 3.
//!
//! Entries, what was learnt of them, snapshots and actors are sealed where they stand. Dead letters move to their
//! workspace. What stood behind the buttons of replies is thrown away: it is a day old at most, and whoever presses such a
//! button is told to type the command again. All of it may be broken off anywhere and begun again.

use std::collections::BTreeMap;
use std::io;

use deskbell_domain::delivery::DeadLetter;
use deskbell_domain::home::Home;
use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::subscription::Subscription;

use crate::codec;
use crate::engine::{Batch, Direction, Engine, KeyRange};
use crate::keys::{self, Key};
use crate::sealed;

/// How many rows are converted in one commit.
const ROWS: usize = 100;
/// The first byte of a value of the earlier forms.
const PLAIN: u8 = 1;

type Writes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// The mark that nothing of an earlier form is left.
pub(super) fn end_mark() -> (Key, Vec<u8>) {
    (keys::converted(), codec::encode(&()))
}

/// Whether the mark stands.
pub(super) fn is_done(engine: &impl Engine) -> io::Result<bool> {
    Ok(engine.get(keys::converted().as_bytes())?.is_some())
}

/// Seals what is not sealed yet.
pub(super) fn seal_everything(engine: &impl Engine, sealing: &dyn Sealing) -> io::Result<()> {
    let mut range = KeyRange::everything();
    loop {
        let rows = engine.range(&range, ROWS, Direction::Ascending)?;
        let Some((last, _)) = rows.last() else { return engine.sync() };
        range = range.after(last);
        let mut writes = Writes::new();
        for (key, value) in rows {
            convert(engine, sealing, key, value, &mut writes)?;
        }
        engine.commit(Batch { writes: writes.into_iter().collect() })?;
    }
}

fn convert(
    engine: &impl Engine,
    sealing: &dyn Sealing,
    key: Vec<u8>,
    value: Vec<u8>,
    writes: &mut Writes,
) -> io::Result<()> {
    if keys::is_former_dead_letter(&key) {
        if let Some((new_key, new_value)) = moved_letter(engine, &key, &value)? {
            writes.insert(new_key.clone(), Some(sealed::seal(sealing, &new_key, new_value)?));
        }
        writes.insert(key, None);
    } else if keys::is_former_button(&key) {
        writes.insert(key, None);
    } else if value.first() == Some(&PLAIN) && keys::sealed_place(&key, |_| ()).is_some() {
        let value = sealed::seal(sealing, &key, value)?;
        writes.insert(key, Some(value));
    }
    Ok(())
}

/// A dead letter under its workspace, which its notification names. One without a notification can be posted by nobody.
fn moved_letter(engine: &impl Engine, key: &[u8], value: &[u8]) -> io::Result<Option<(Vec<u8>, Vec<u8>)>> {
    let Some(letter) = codec::decode_or_skip::<DeadLetter>(key, value) else { return Ok(None) };
    let of = keys::subscription(letter.guild, letter.subscription);
    let subscription = engine.get(of.as_bytes())?;
    let subscription =
        subscription.and_then(|value| codec::decode_or_skip::<Subscription>(of.as_bytes(), &value));
    let Some(subscription) = subscription else { return Ok(None) };
    let home = Home::new(&subscription.workspace, letter.guild);
    Ok(Some((keys::dead_letter(&home, letter.id).into_bytes(), codec::encode(&letter))))
}

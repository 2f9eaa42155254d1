//! Dead letters, as rows.

use deskbell_domain::delivery::{DeadLetter, DeadLetterId};
use deskbell_domain::home::Home;
use tokio_postgres::Row;

use crate::bodies::Spot;
use crate::cells::{Cells as _, or_skip};
use crate::failure::Attempt;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::value::{Call, call};

statements!("delivery.sql": LETTER SET_ASIDE FORGET_LETTER);

/// Looks for a letter.
pub(crate) fn asked(home: &Home, id: DeadLetterId) -> Call {
    call!(LETTER, home.workspace, home.guild, id)
}

/// What a row says.
pub(crate) fn read(store: &PostgresStore, home: &Home, row: &Row) -> Attempt<DeadLetter> {
    let id = DeadLetterId(row.number("id")?);
    store.bodies.open(&spot(home, id), &row.bytes("body")?)
}

/// Those that can be read.
pub(crate) fn read_all(store: &PostgresStore, home: &Home, rows: &[Row]) -> Attempt<Vec<DeadLetter>> {
    let mut letters = Vec::new();
    for row in rows {
        letters.extend(or_skip(read(store, home, row))?);
    }
    Ok(letters)
}

/// Writes a letter.
pub(crate) fn write(store: &PostgresStore, home: &Home, letter: &DeadLetter) -> Attempt<Call> {
    let body = store.bodies.seal(&spot(home, letter.id), letter)?;
    let at = letter.event.at;
    let since = letter.since.max(at);
    Ok(call!(SET_ASIDE, home.workspace, home.guild, letter.id, letter.subscription, since, at, body))
}

/// Throws a letter away.
pub(crate) fn forget(home: &Home, id: DeadLetterId) -> Call {
    call!(FORGET_LETTER, home.workspace, home.guild, id)
}

fn spot(home: &Home, id: DeadLetterId) -> Spot<'_> {
    Spot::new(&home.workspace, "dead letter").number(home.guild.0).number(id.0)
}

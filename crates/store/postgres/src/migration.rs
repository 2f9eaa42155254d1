//! The tables, made and changed by numbered steps. Each statement may be repeated, so that a process that died between two
//! of them, or another that starts at once, does no harm.

use deadpool_postgres::Object;
use tokio_postgres::Client;

use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::sql::statements;
use crate::transaction::typed;
use crate::value::call;

statements!("migration.sql": VERSIONS VERSION REACHED);

/// The steps, the first of them with number 1.
const STEPS: [&str; 3] = [
    include_str!("../migrations/0001.sql"),
    include_str!("../migrations/0002.sql"),
    include_str!("../migrations/0003.sql"),
];

/// What stands in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// The tables of this version.
    Present,
    /// Those of a later one.
    TooNew { found: u64 },
}

/// The version that this process knows.
pub(crate) const KNOWN: u64 = STEPS.len() as u64;

/// Brings the tables to the present version.
pub(crate) async fn migrate(connection: &Object) -> Attempt<Schema> {
    make(connection, VERSIONS).await?;
    let found = version(connection).await?;
    if found > KNOWN {
        return Ok(Schema::TooNew { found });
    }
    for (step, number) in STEPS.iter().zip(1_u64..).filter(|(_, number)| *number > found) {
        for statement in statements_of(step) {
            make(connection, statement).await?;
        }
        typed(connection, &call!(REACHED, number)).await?;
    }
    Ok(Schema::Present)
}

/// The version of the tables that are there; 0 where there are none.
pub(crate) async fn version(connection: &Client) -> Attempt<u64> {
    let rows = typed(connection, &call!(VERSION)).await?;
    Ok(rows.first().map(|row| row.number_or_none("version")).transpose()?.flatten().unwrap_or(0))
}

/// Two that make a table at once: the second is told that it is there, although it asked to be told nothing.
async fn make(connection: &Object, statement: &str) -> Attempt<()> {
    use tokio_postgres::error::SqlState;
    let met = [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT];
    match connection.batch_execute(statement).await {
        Err(error) if error.code().is_some_and(|code| met.contains(code)) => {
            Err(Failure::Again(std::io::Error::other(error)))
        }
        done => Ok(done?),
    }
}

/// The statements of a step. None of them has a semicolon in it.
fn statements_of(step: &str) -> impl Iterator<Item = &str> {
    step.split(';').map(str::trim).filter(|statement| !statement.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_of_a_step_may_be_repeated() {
        for statement in STEPS.into_iter().flat_map(statements_of) {
            let words = statement.lines().find(|line| !line.starts_with("--") && !line.is_empty());
            assert!(words.is_some_and(|words| words.contains("if not exists")), "{statement}");
            let comments = statement.lines().filter(|line| line.trim_start().starts_with("--"));
            assert!(comments.count() < statement.lines().count(), "{statement}");
        }
    }
}

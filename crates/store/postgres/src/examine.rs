//! Looking at a database without changing anything: for `deskbell check`, beside a bot that runs.

use std::io;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::Instant;
use tokio_postgres::{Client, Row};

use crate::address::Address;
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::migration::{KNOWN, version};
use crate::open_error::{OpenError, Refusal};
use crate::pool::pool;
use crate::reach::{Trying, refused};
use crate::sql::statements;
use crate::transaction::typed;
use crate::value::call;

statements!("examine.sql": SERVER TABLES);
statements!("migration.sql": CLAIMED);

/// How long a database is tried: somebody waits.
const PATIENCE: Duration = Duration::from_secs(3);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// The version of the server, as it says it.
    pub server: String,
    /// How long one question and its answer took.
    pub round_trip: Duration,
    /// Whose the database is; none where nothing stands in it yet.
    pub contents: Option<Contents>,
}

/// What stands in a database that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The keys of the workspaces, sealed, if there are any.
    pub keys: Option<String>,
    /// The application id of its bot, if it is known.
    pub application: Option<String>,
}

/// Looks at a database.
///
/// # Errors
/// Fails where opening it would.
pub async fn examine(address: &Address) -> Result<Examined, OpenError> {
    let pool = pool(address).map_err(|source| refused(address, Failure::Final(source)))?;
    let trying = Trying { address, patience: PATIENCE };
    trying.until_done(|| look(address, &pool)).await?
}

async fn look(address: &Address, pool: &Pool) -> Attempt<Result<Examined, OpenError>> {
    let connection = pool.get().await?;
    let asked = Instant::now();
    let rows = typed(&connection, &call!(SERVER)).await?;
    let round_trip = asked.elapsed();
    let row = rows.first().ok_or_else(|| Failure::unreadable("what the database says of itself"))?;
    if let Some(refusal) = lacking(address, row)? {
        let source = io::Error::other("no table can be made");
        return Ok(Err(OpenError::Refused { refusal, source }));
    }
    let server = row.text("version")?;
    let contents = match contents(&connection).await? {
        Ok(contents) => contents,
        Err(found) => return Ok(Err(OpenError::TooNew { found, known: KNOWN })),
    };
    Ok(Ok(Examined { server, round_trip, contents }))
}

/// What the user may not do, who has to make tables.
fn lacking(address: &Address, row: &Row) -> Attempt<Option<Refusal>> {
    let (user, database) = (address.user.clone(), address.database.clone());
    Ok(if row.text_or_none("place")?.is_none() {
        Some(Refusal::NoSchema { user })
    } else if row.flag("may_make")? {
        None
    } else {
        Some(Refusal::Rights { user, database })
    })
}

/// What stands there; the version of its tables, where a later one of Deskbell made them.
async fn contents(connection: &Client) -> Attempt<Result<Option<Contents>, u64>> {
    let rows = typed(connection, &call!(TABLES)).await?;
    if rows.first().map(|row| row.number("count")).transpose()? != Some(2) {
        return Ok(Ok(None));
    }
    let found = version(connection).await?;
    if found > KNOWN {
        return Ok(Err(found));
    }
    let value = async |key: &str| -> Attempt<Option<String>> {
        let rows = typed(connection, &call!(CLAIMED, *key)).await?;
        rows.first().map(|row| row.text("value")).transpose()
    };
    let (keys, application) = (value("workspace_keys").await?, value("application").await?);
    Ok(Ok(Some(Contents { keys, application })))
}

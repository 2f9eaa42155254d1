//! Opening: the database is reached, its tables are brought to the present version, and it is found out whose it is.

use std::io;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use deskbell_domain::ids::{ApplicationId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::{Place, Sealing};
use deskbell_domain::time::Clock;

use crate::address::Address;
use crate::attempts::{Attempts, within};
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::migration::{KNOWN, Schema, migrate};
use crate::pool::pool;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::typed;
use crate::value::call;

statements!("migration.sql": CLAIM CLAIMED);

/// What a store needs beside its database.
pub struct Settings {
    /// Seals what tells of people.
    pub sealing: Arc<dyn Sealing>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws numbers.
    pub random: Arc<dyn Random>,
    /// Whose the database is; none where that is not known yet.
    pub application: Option<ApplicationId>,
}

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nobody answers, or nobody who takes writes.
    #[error("the database cannot be reached, or takes no writes")]
    NotReached(#[source] io::Error),
    /// It answers, and refuses.
    #[error("the database refuses")]
    Refused(#[source] io::Error),
    /// A later version of Deskbell made its tables.
    #[error("the database was written by a later version: its schema is {found}, this version knows {known}")]
    TooNew {
        /// The version of its tables.
        found: u64,
        /// The last that is known here.
        known: u64,
    },
    /// What stands there is sealed with other keys.
    #[error("the database is sealed with other keys")]
    OtherKeys,
    /// It belongs to another bot.
    #[error("the database belongs to the bot with the application id {0}")]
    OtherApplication(String),
}

impl PostgresStore {
    /// Opens a store, and makes its tables where there are none.
    pub async fn open(address: &Address, settings: Settings) -> Result<Self, OpenError> {
        let Settings { sealing, clock, random, application } = settings;
        let pool = pool(address).map_err(OpenError::Refused)?;
        let store = Self::over(pool, sealing, clock, random);
        let mut attempts = Attempts::begin();
        loop {
            let failure = match within(attempts.left(), prepare(&store, application)).await {
                Ok(prepared) => return prepared.map(|()| store),
                Err(failure) => failure,
            };
            let is_away = matches!(failure, Failure::Again(_));
            attempts.next(failure).await.map_err(|failure| told(failure, is_away))?;
        }
    }
}

fn told(failure: Failure, is_away: bool) -> OpenError {
    match failure {
        Failure::Again(error) | Failure::Final(error) if is_away => OpenError::NotReached(error),
        Failure::Again(error) | Failure::Final(error) => OpenError::Refused(error),
        Failure::Told(error) => OpenError::Refused(io::Error::other(error)),
    }
}

async fn prepare(
    store: &PostgresStore,
    application: Option<ApplicationId>,
) -> Attempt<Result<(), OpenError>> {
    if let Schema::TooNew { found } = migrate(&store.connection().await?).await? {
        return Ok(Err(OpenError::TooNew { found, known: KNOWN }));
    }
    if let Some(id) = application {
        let theirs = claim(store, "application", &id.to_string()).await?;
        if theirs != id.to_string() {
            return Ok(Err(OpenError::OtherApplication(theirs)));
        }
    }
    Ok(if has_our_keys(store).await? { Ok(()) } else { Err(OpenError::OtherKeys) })
}

/// Writes something that only our keys open where nothing stands yet, and tries to open what stands there.
async fn has_our_keys(store: &PostgresStore) -> Attempt<bool> {
    /// Under this name it is sealed: no workspace is called so, since it has a space in it.
    const SEALED_FOR: &str = "deskbell key check";
    let workspace = WorkspaceId::new(SEALED_FOR);
    let place = Place { workspace: &workspace, record: "key check", id: &[] };
    let connection = store.connection().await?;
    let rows = typed(&connection, &call!(CLAIMED, "key_check")).await?;
    let present = if let Some(row) = rows.first() {
        row.text("value")?
    } else {
        let ours = store.bodies.sealing().seal(&place, b"deskbell").map_err(Failure::Final)?;
        claim(store, "key_check", &HEXLOWER.encode(&ours)).await?
    };
    let sealed = HEXLOWER.decode(present.as_bytes()).ok();
    Ok(sealed.is_some_and(|sealed| store.bodies.sealing().open(&place, &sealed).is_ok()))
}

/// Writes a value where none stands yet; answers the one that stands there.
async fn claim(store: &PostgresStore, key: &str, value: &str) -> Attempt<String> {
    let connection = store.connection().await?;
    typed(&connection, &call!(CLAIM, key, value)).await?;
    let rows = typed(&connection, &call!(CLAIMED, key)).await?;
    rows.first().ok_or_else(|| Failure::unreadable("store record"))?.text("value")
}

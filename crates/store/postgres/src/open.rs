//! Opening: the database is reached, its tables are brought to the present version, and it is found out whose it is.

use std::sync::Arc;
use std::time::Duration;

use data_encoding::HEXLOWER;
use deadpool_postgres::Pool;
use deskbell_domain::ids::{ApplicationId, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::{Place, Sealing};
use deskbell_domain::time::Clock;

use crate::address::Address;
use crate::arriving::is_unfinished;
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::kept_keys::{Keep, keep};
use crate::migration::{KNOWN, Schema, migrate};
use crate::open_error::{NoKeys, OpenError};
use crate::pool::pool;
use crate::reach::{Trying, refused};
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::typed;
use crate::value::call;

statements!("migration.sql": CLAIM CLAIMED);

/// Under which name the keys of the workspaces stand in `meta`.
const KEYS: &str = "workspace_keys";

/// Under which name something stands in `meta` that only the right keys open.
const KEY_CHECK: &str = "key_check";

/// Brings the keys, from those that stand sealed in the database, if any do, and with the way to put others there.
pub type Keys = Box<dyn Fn(Option<&[u8]>, Keep) -> Result<Arc<dyn Sealing>, NoKeys> + Send + Sync>;

/// What a store needs beside its database.
pub struct Settings {
    /// Brings what seals all that tells of people.
    pub keys: Keys,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws numbers.
    pub random: Arc<dyn Random>,
    /// Whose the database is; none where that is not known yet.
    pub application: Option<ApplicationId>,
    /// How long a database is tried that is not there, or takes no writes.
    pub patience: Duration,
    /// What it is opened for.
    pub purpose: Purpose,
}

/// What a database is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A bot uses it.
    Use,
    /// It is filled with what another store had.
    Fill,
}

impl PostgresStore {
    /// Opens a store of which it is known that nobody else uses it, and makes its tables where there are none. Whoever may be
    /// one of several comes as a [`Candidate`](crate::Candidate).
    ///
    /// # Errors
    /// Fails where the database cannot be used, or is another's.
    pub async fn open(address: &Address, settings: Settings) -> Result<Self, OpenError> {
        let (pool, trying) = (prepared(address, &settings).await?, trying(address, &settings));
        store_over(&trying, &pool, &settings).await
    }
}

fn trying<'a>(address: &'a Address, settings: &Settings) -> Trying<'a> {
    Trying { address, patience: settings.patience }
}

/// Connections to a database that has its tables, is this bot's, and is not half filled.
pub(crate) async fn prepared(address: &Address, settings: &Settings) -> Result<Pool, OpenError> {
    let pool = pool(address).map_err(|source| refused(address, Failure::Final(source)))?;
    let trying = trying(address, settings);
    trying.until_done(|| prepare(&pool, settings.application)).await??;
    refuse_half_filled(&trying, &pool, settings).await?;
    Ok(pool)
}

/// Refuses a bot a database that is filled from another store, and not done.
pub(crate) async fn refuse_half_filled(
    trying: &Trying<'_>,
    pool: &Pool,
    settings: &Settings,
) -> Result<(), OpenError> {
    let mark = trying.until_done(|| value_of(pool, "arrival")).await?;
    if settings.purpose == Purpose::Use && mark.is_some_and(|mark| is_unfinished(&mark)) {
        return Err(OpenError::Unfinished);
    }
    Ok(())
}

/// The store, once there are keys that open what stands there.
pub(crate) async fn store_over(
    trying: &Trying<'_>,
    pool: &Pool,
    settings: &Settings,
) -> Result<PostgresStore, OpenError> {
    let kept = trying.until_done(|| value_of(pool, KEYS)).await?;
    let keep = keep(trying.address.clone(), kept.clone());
    let store = behind(pool, settings, kept.as_deref(), keep)?;
    let is_ours = trying.until_done(|| has_our_keys(&store, pool)).await?;
    if is_ours { Ok(store) } else { Err(OpenError::OtherKeys) }
}

/// Whether our keys open what stands there; nothing is written. Where nothing is sealed yet, it shows when this process
/// has the work.
pub(crate) async fn check_keys(
    trying: &Trying<'_>,
    pool: &Pool,
    settings: &Settings,
) -> Result<(), OpenError> {
    let kept = trying.until_done(|| value_of(pool, KEYS)).await?;
    let Some(present) = trying.until_done(|| value_of(pool, KEY_CHECK)).await? else { return Ok(()) };
    let store = behind(pool, settings, kept.as_deref(), Box::new(|_| Ok(())))?;
    if opens(&store, &present) { Ok(()) } else { Err(OpenError::OtherKeys) }
}

fn behind(
    pool: &Pool,
    settings: &Settings,
    kept: Option<&str>,
    keep: Keep,
) -> Result<PostgresStore, OpenError> {
    let sealing = (settings.keys)(kept.map(str::as_bytes), keep).map_err(OpenError::Keys)?;
    Ok(PostgresStore::over(pool.clone(), sealing, settings.clock.clone(), settings.random.clone()))
}

async fn prepare(pool: &Pool, application: Option<ApplicationId>) -> Attempt<Result<(), OpenError>> {
    if let Schema::TooNew { found } = migrate(&pool.get().await?).await? {
        return Ok(Err(OpenError::TooNew { found, known: KNOWN }));
    }
    if let Some(id) = application {
        let theirs = claim(pool, "application", &id.to_string()).await?;
        if theirs != id.to_string() {
            return Ok(Err(OpenError::OtherApplication(theirs)));
        }
    }
    Ok(Ok(()))
}

/// Writes something that only our keys open where nothing stands yet, and tries to open what stands there.
async fn has_our_keys(store: &PostgresStore, pool: &Pool) -> Attempt<bool> {
    let present = if let Some(present) = value_of(pool, KEY_CHECK).await? {
        present
    } else {
        let sealing = store.bodies.sealing();
        let ours = in_key_check(|place| sealing.seal(place, b"deskbell")).map_err(Failure::Final)?;
        claim(pool, KEY_CHECK, &HEXLOWER.encode(&ours)).await?
    };
    Ok(opens(store, &present))
}

fn opens(store: &PostgresStore, present: &str) -> bool {
    let sealed = HEXLOWER.decode(present.as_bytes()).ok();
    let sealing = store.bodies.sealing();
    sealed.is_some_and(|sealed| in_key_check(|place| sealing.open(place, &sealed)).is_ok())
}

/// Under which name it is sealed: no workspace is called so, since it has a space in it.
fn in_key_check<T>(work: impl FnOnce(&Place<'_>) -> T) -> T {
    let workspace = WorkspaceId::new("deskbell key check");
    work(&Place { workspace: &workspace, record: "key check", id: &[] })
}

/// Writes a value where none stands yet; answers the one that stands there.
async fn claim(pool: &Pool, key: &str, value: &str) -> Attempt<String> {
    let connection = pool.get().await?;
    typed(&connection, &call!(CLAIM, *key, *value)).await?;
    drop(connection);
    value_of(pool, key).await?.ok_or_else(|| Failure::unreadable("store record"))
}

async fn value_of(pool: &Pool, key: &str) -> Attempt<Option<String>> {
    let connection = pool.get().await?;
    let rows = typed(&connection, &call!(CLAIMED, *key)).await?;
    rows.first().map(|row| row.text("value")).transpose()
}

//! Opening: the database is reached, its tables are brought to the present version, it is found out whose it is, and this
//! process gets its place in it.

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
use crate::member::Who;
use crate::membership::{Membership, join, leave};
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

/// Brings the keys, from those that stand sealed in the database, if any do, and with the way to put others there.
pub type Keys = Box<dyn FnOnce(Option<&[u8]>, Keep) -> Result<Arc<dyn Sealing>, NoKeys> + Send>;

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
    /// Who this process is, where it is to be the only one that writes.
    pub who: Option<Who>,
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

/// A store that is open.
pub struct Opened {
    /// The store.
    pub store: PostgresStore,
    /// What keeps the place of this process, where it was to have one: run it for as long as the store is used.
    pub membership: Option<Membership>,
}

impl PostgresStore {
    /// Opens a store, and makes its tables where there are none. Where this process is to be the only one, it waits for the
    /// place of one that was killed.
    pub async fn open(address: &Address, settings: Settings) -> Result<Opened, OpenError> {
        let pool = pool(address).map_err(|source| refused(address, Failure::Final(source)))?;
        let trying = Trying { address, patience: settings.patience };
        trying.until_done(|| prepare(&pool, settings.application)).await??;
        let mark = trying.until_done(|| value_of(&pool, "arrival")).await?;
        if settings.purpose == Purpose::Use && mark.is_some_and(|mark| is_unfinished(&mark)) {
            return Err(OpenError::Unfinished);
        }
        let Some(who) = settings.who.clone() else {
            let store = behind(&trying, pool, settings).await?;
            return Ok(Opened { store, membership: None });
        };
        let member = join(&trying, &pool, who).await?;
        let id = member.id();
        match behind(&trying, pool.clone(), settings).await {
            Ok(store) => {
                let (store, membership) = store.in_place(member);
                Ok(Opened { store, membership: Some(membership) })
            }
            Err(error) => {
                leave(&pool, &id).await;
                Err(error)
            }
        }
    }
}

/// The store, once there are keys that open what stands there.
async fn behind(trying: &Trying<'_>, pool: Pool, settings: Settings) -> Result<PostgresStore, OpenError> {
    let Settings { keys, clock, random, .. } = settings;
    let kept = trying.until_done(|| value_of(&pool, KEYS)).await?;
    let keep = keep(trying.address.clone(), kept.clone());
    let sealing = keys(kept.as_deref().map(str::as_bytes), keep).map_err(OpenError::Keys)?;
    let store = PostgresStore::over(pool.clone(), sealing, clock, random);
    let is_ours = trying.until_done(|| has_our_keys(&store, &pool)).await?;
    if is_ours { Ok(store) } else { Err(OpenError::OtherKeys) }
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
    /// Under this name it is sealed: no workspace is called so, since it has a space in it.
    const SEALED_FOR: &str = "deskbell key check";
    let workspace = WorkspaceId::new(SEALED_FOR);
    let place = Place { workspace: &workspace, record: "key check", id: &[] };
    let present = if let Some(present) = value_of(pool, "key_check").await? {
        present
    } else {
        let ours = store.bodies.sealing().seal(&place, b"deskbell").map_err(Failure::Final)?;
        claim(pool, "key_check", &HEXLOWER.encode(&ours)).await?
    };
    let sealed = HEXLOWER.decode(present.as_bytes()).ok();
    Ok(sealed.is_some_and(|sealed| store.bodies.sealing().open(&place, &sealed).is_ok()))
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

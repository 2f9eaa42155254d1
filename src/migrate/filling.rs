//! Moving the store of a folder into a database.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::store::StoreError;
use deskbell_domain::time::Clock as _;
use deskbell_seal::{GivenKeys, KeyError, KeyFolder, open_kept};
use deskbell_store::{
    Counts, Exported, Gone, Leaving, Migrated, MigrationError, OfServer, OfWorkspace, Opener, Pass,
};
use deskbell_store_postgres::{
    ASK_EVERY, Address, Arrival, Arriving, Candidate, Filled, Holder, OpenError, Opened, Purpose, Settings,
    Sign, Turn, Who,
};
use tokio::runtime::Handle;
use tokio::time::sleep;

use crate::app::host_name;
use crate::system::{SystemClock, SystemRandom};
use crate::terminal;

/// How long a database is tried that is not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why nothing was moved, or not all of it.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotFilled {
    #[error(transparent)]
    From(#[from] MigrationError),
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Into(#[from] OpenError),
    #[error("This store moved to {0} before, and not to this database")]
    Elsewhere(String),
    #[error("there is something else in the database {0}, and it was left alone: name one that is empty")]
    OtherData(String),
    #[error("{expected:?} were to be moved, and {found:?} are in the database: run it again")]
    Miscounted { expected: Filled, found: Filled },
    #[error("it was broken off. Run it again: it begins anew by itself, and nothing is lost")]
    BrokenOff(#[from] io::Error),
    #[error("it was broken off. Run it again: it begins anew by itself, and nothing is lost")]
    NotWritten(#[from] StoreError),
}

/// What is moved, and where.
pub(super) struct Filling<'a> {
    pub(super) folder: &'a Path,
    pub(super) address: &'a Address,
    pub(super) given: &'a GivenKeys,
    /// Where the database is spoken with: reading the folder blocks.
    pub(super) runtime: &'a Handle,
}

impl Filling<'_> {
    /// Moves everything that is not moved yet; what was moved.
    pub(super) fn fill(&self) -> Result<Migrated, NotFilled> {
        let leaving = Leaving::open(self.folder, &SystemRandom, SystemClock.now())?;
        let gone = leaving.gone()?;
        let Opened { store, membership } = match (self.wait(self.open()), gone) {
            (Ok(opened), _) => opened,
            // Nobody but a bot can use it, for which it had to be done.
            (Err(OpenError::InUse(_)), Some(gone)) if gone.to == self.to() => {
                return Ok(done_before(gone.counts));
            }
            (Err(error), _) => return Err(error.into()),
        };
        let keeping = self.runtime.spawn(membership.run(|_| ()));
        let migrated = self.fill_once(&leaving, Arriving::into(store));
        // It leaves, now that nobody uses the store.
        let _ended = self.wait(keeping);
        migrated
    }

    fn fill_once(&self, leaving: &Leaving<'_>, mut arriving: Arriving) -> Result<Migrated, NotFilled> {
        let id = leaving.id()?;
        let counts = match (leaving.gone()?, self.wait(arriving.arrival())?) {
            (Some(gone), Some(arrival)) if arrival.id == id => match arrival.done {
                Some(counts) => return Ok(done_before(counts)),
                None => gone.counts,
            },
            (Some(gone), _) => return Err(NotFilled::Elsewhere(gone.to)),
            (None, Some(Arrival { id: known, done: None })) if known == id => {
                self.move_all(leaving, &mut arriving, &id)?
            }
            (None, None) if self.wait(arriving.is_empty())? => self.move_all(leaving, &mut arriving, &id)?,
            (None, _) => return Err(NotFilled::OtherData(self.to())),
        };
        self.wait(arriving.mark(&Arrival { id, done: Some(counts.clone()) }))?;
        Ok(Migrated { counts, was_done: false })
    }

    /// Up to the mark in the old store, after which that opens no more.
    fn move_all(
        &self,
        leaving: &Leaving<'_>,
        arriving: &mut Arriving,
        id: &str,
    ) -> Result<Counts, NotFilled> {
        let old = KeyFolder::new(self.folder).read(self.given)?;
        let old: Opener = Box::new(move |place, sealed| old.open(place, sealed));
        self.wait(arriving.mark(&Arrival { id: id.to_owned(), done: None }))?;
        self.wait(arriving.clear())?;
        let (mut counts, mut expected) = (Counts::default(), Filled::default());
        for pass in Pass::ALL {
            let more = leaving.hand_over(pass, &old, &mut |rows| {
                for row in &rows {
                    count(&mut expected, row);
                }
                self.wait(arriving.take(rows)).map_err(io::Error::other)
            })?;
            counts.unopened += more.unopened;
            for (kind, number) in more.values {
                *counts.values.entry(kind).or_default() += number;
            }
        }
        self.wait(arriving.finish())?;
        let found = self.wait(arriving.filled())?;
        if found != expected {
            return Err(NotFilled::Miscounted { expected, found });
        }
        leaving.leave(&Gone { to: self.to(), counts: counts.clone() })?;
        Ok(counts)
    }

    /// Waits for the work of one that was killed; one that is alive is not waited for.
    async fn open(&self) -> Result<Opened, OpenError> {
        let who = Who { host: host_name(), process: std::process::id() };
        let mut candidate = Candidate::come(self.address, self.settings(), who).await?;
        let mut is_told = false;
        loop {
            match candidate.ask().await? {
                Turn::Ours(opened) => return Ok(*opened),
                Turn::Theirs(Holder { who, sign: Sign::Seen }) => {
                    candidate.leave().await;
                    return Err(OpenError::InUse(who));
                }
                Turn::Theirs(Holder { who, .. }) if !is_told => {
                    is_told = true;
                    terminal::note(&waits(&who));
                }
                Turn::Theirs(_) | Turn::Unheard => {}
            }
            sleep(ASK_EVERY).await;
        }
    }

    fn settings(&self) -> Settings {
        let given = self.given.clone();
        Settings {
            keys: Box::new(move |kept, keep| {
                let opened = open_kept(kept, &given, keep, Arc::new(SystemRandom))?;
                Ok(Arc::new(opened.keyring))
            }),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            application: None,
            patience: PATIENCE,
            purpose: Purpose::Fill,
        }
    }

    /// The database, without who signs in.
    fn to(&self) -> String {
        format!("postgres://{}", self.address)
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

fn waits(who: &Who) -> String {
    format!(
        "Another Deskbell ({who}) stands in the database. If it was killed, this goes on within 25 s; if it runs, this ends \
         at once."
    )
}

fn done_before(counts: Counts) -> Migrated {
    Migrated { counts, was_done: true }
}

/// What has to be as much in the database as it was in the folder.
fn count(filled: &mut Filled, row: &Exported) {
    match row {
        Exported::Workspace(_, OfWorkspace::Entry(..)) => filled.entries += 1,
        Exported::Workspace(_, OfWorkspace::Snapshot(..)) => filled.snapshots += 1,
        Exported::Workspace(_, OfWorkspace::Letter(_)) => filled.letters += 1,
        Exported::Server(_, OfServer::Subscription(_)) => filled.subscriptions += 1,
        _ => {}
    }
}

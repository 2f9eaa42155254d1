//! Getting the place in a database, keeping it, and leaving it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tokio_postgres::Row;

use crate::attempts::within;
use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::member::{Member, Who, drawn_id};
use crate::open_error::OpenError;
use crate::reach::Trying;
use crate::sql::statements;
use crate::transaction::{Purpose, Transaction, typed};
use crate::value::{call, json};

statements!("member.sql": TURN MEMBERS JOIN EXPEL BEAT LEAVE);

/// How often a process shows that it is there.
const BEAT_EVERY: Duration = Duration::from_secs(3);

/// How long the database may take to confirm it: the next time is near.
const BEAT_PATIENCE: Duration = Duration::from_secs(5);

/// How long a process may be silent, in milliseconds of the database's clock, before another takes its place.
const SILENCE_MS: i64 = 20_000;

/// How often it is looked whether the place has become free.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// How long leaving may take: the process ends.
const LEAVE_PATIENCE: Duration = Duration::from_millis(500);

/// Another process that stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    id: String,
    beat: u64,
    silent_ms: i64,
    pub(crate) who: Who,
}

/// What came of showing that this process is there.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// The place is still ours, or ours again.
    Kept,
    /// The database did not answer.
    Unheard,
    /// Another process has it, and is alive.
    Taken(Who),
}

/// Keeps the place of a process until its store is used no more.
pub struct Membership {
    pool: Pool,
    member: Arc<Member>,
    /// Closed when the last handle of the store is dropped.
    users: mpsc::Receiver<Infallible>,
}

impl Membership {
    pub(crate) fn new(pool: Pool, member: Arc<Member>, users: mpsc::Receiver<Infallible>) -> Self {
        Self { pool, member, users }
    }

    /// Shows every three seconds that this process is there, and leaves when its store is used no more. `tell` hears of
    /// the process that took the place, if one does.
    pub async fn run(mut self, tell: impl FnOnce(Who) + Send) {
        let mut ticks = interval(BEAT_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tell = Some(tell);
        loop {
            tokio::select! {
                biased;
                _ = self.users.recv() => break,
                _ = ticks.tick() => {}
            }
            if let Beat::Taken(by) = self.tick().await
                && let Some(tell) = tell.take()
            {
                tell(by);
            }
        }
        leave(&self.pool, &self.member.id()).await;
    }

    /// Shows once that this process is there. One whose place is gone asks for it again.
    pub async fn tick(&self) -> Beat {
        let asked = Instant::now();
        match within(BEAT_PATIENCE, beat(&self.pool, &self.member.id())).await {
            Ok(true) => {
                self.member.holds(self.member.id(), asked);
                Beat::Kept
            }
            Ok(false) => self.begin_anew().await,
            Err(_) => Beat::Unheard,
        }
    }

    async fn begin_anew(&self) -> Beat {
        let (id, asked) = (drawn_id(), Instant::now());
        match within(BEAT_PATIENCE, ask(&self.pool, &id, &self.member.who)).await {
            Ok(None) => {
                tracing::warn!("this process had lost its place in the database, and has one again");
                self.member.holds(id, asked);
                Beat::Kept
            }
            Ok(Some(other)) if other.is_alive() => Beat::Taken(other.who),
            Ok(Some(_)) | Err(_) => Beat::Unheard,
        }
    }
}

impl Other {
    /// Whether it showed itself so lately that it cannot be gone.
    fn is_alive(&self) -> bool {
        self.silent_ms < i64::try_from(BEAT_EVERY.as_millis()).unwrap_or(i64::MAX)
    }

    fn read(row: &Row) -> Attempt<Self> {
        Ok(Self {
            id: row.text("id")?,
            beat: row.number("beat")?,
            silent_ms: row.signed("silent")?,
            who: row.json("told", "who a process is")?,
        })
    }
}

/// Asks for the place until this process has it. One that was killed is silent: its place is free 20 s after its last sign.
///
/// # Errors
/// Where another process shows that it is alive.
pub(crate) async fn join(trying: &Trying<'_>, pool: &Pool, who: Who) -> Result<Member, OpenError> {
    let (id, mut seen) = (drawn_id(), None::<Other>);
    loop {
        let asked = Instant::now();
        let Some(other) = trying.until_done(|| ask(pool, &id, &who)).await? else {
            return Ok(Member::new(who, id, asked));
        };
        let is_alive = |seen: &Other| (&seen.id, seen.beat) != (&other.id, other.beat);
        match &seen {
            Some(seen) if is_alive(seen) => return Err(OpenError::InUse(other.who)),
            Some(_) => {}
            None => tell_of_waiting(&other),
        }
        seen = Some(other);
        sleep(LOOK_EVERY).await;
    }
}

/// So that the next process need not wait.
pub(crate) async fn leave(pool: &Pool, id: &str) {
    let left = async {
        let connection = pool.get().await?;
        typed(&connection, &call!(LEAVE, *id)).await?;
        Ok(())
    };
    if within(LEAVE_PATIENCE, left).await.is_err() {
        tracing::info!("the database was not told that this process ends: the next one waits up to 25 s");
    }
}

fn tell_of_waiting(other: &Other) {
    tracing::info!(
        machine = other.who.host,
        process = other.who.process,
        last_sign_s = other.silent_ms / 1000,
        "another Deskbell used this database, and has not left it: if it was killed, its place is free within 25 s"
    );
}

/// Asks once; who has it, where it is somebody else.
async fn ask(pool: &Pool, id: &str, who: &Who) -> Attempt<Option<Other>> {
    let transaction = Transaction::over(pool.get().await?, Purpose::Writing);
    transaction.write(call!(TURN));
    let rows = transaction.ask(call!(MEMBERS)).await?;
    let all: Vec<_> = rows.iter().map(Other::read).collect::<Attempt<_>>()?;
    if all.iter().any(|one| one.id == id) {
        // What was written before was not acknowledged.
        return transaction.end().await.map(|_| None);
    }
    for other in all {
        if other.silent_ms < SILENCE_MS || !is_expelled(&transaction, &other).await? {
            return Ok(Some(other));
        }
    }
    transaction.write(call!(JOIN, *id, json(who)));
    transaction.end().await.map(|_| None)
}

/// Takes the row of one away that was silent for too long, unless it showed itself meanwhile.
async fn is_expelled(transaction: &Transaction, other: &Other) -> Attempt<bool> {
    let gone = transaction.change(call!(EXPEL, other.id, other.beat)).await?;
    Ok(!gone.is_empty())
}

/// Whether the row of this process is still there.
async fn beat(pool: &Pool, id: &str) -> Attempt<bool> {
    let connection = pool.get().await?;
    Ok(!typed(&connection, &call!(BEAT, *id)).await?.is_empty())
}

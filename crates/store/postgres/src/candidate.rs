//! A process that comes to a database, and stands by while another has the work.

use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::Instant;

use crate::address::Address;
use crate::attempts::within;
use crate::failure::Attempt;
use crate::member::{Member, Who, drawn_id};
use crate::membership::Membership;
use crate::open::{Settings, check_keys, prepared, refuse_half_filled, store_over};
use crate::open_error::OpenError;
use crate::peers::Sign;
use crate::reach::Trying;
use crate::roll::{PATIENCE, Roll};
use crate::store::PostgresStore;

/// How often a process that stands by asks for the work: often enough to have it within a few seconds of the other's end.
pub const ASK_EVERY: Duration = Duration::from_secs(1);

/// A process that wants the work of a database. Nothing of it stands there before it asks, and it has to leave.
pub struct Candidate {
    address: Address,
    settings: Settings,
    roll: Roll,
    /// Whether it was heard before, and stands by since.
    stands_by: bool,
}

/// What came of asking for the work.
pub enum Turn {
    /// It is this process's now.
    Ours(Box<Opened>),
    /// Another has it.
    Theirs(Holder),
    /// The database did not answer.
    Unheard,
}

/// Who has the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Which process.
    pub who: Who,
    /// What is known of whether it is there.
    pub sign: Sign,
}

/// A store that is open, of a process that has the work.
pub struct Opened {
    /// The store.
    pub store: PostgresStore,
    /// What keeps the work: run it for as long as the store is used.
    pub membership: Membership,
}

enum Asked {
    Ours(Member),
    Theirs(Holder),
}

impl Candidate {
    /// Comes to a database, and makes its tables where there are none.
    ///
    /// # Errors
    /// Fails where the database cannot be used, or is another bot's.
    pub async fn come(address: &Address, settings: Settings, who: Who) -> Result<Self, OpenError> {
        let pool = prepared(address, &settings).await?;
        let roll = Roll::new(pool, drawn_id(), who);
        Ok(Self { address: address.clone(), settings, roll, stands_by: false })
    }

    /// Asks for the work once. One that was killed is silent: its work is free 20 s after it was first seen so.
    ///
    /// # Errors
    /// Fails where the database cannot be used, or is sealed with other keys. Then this process has left.
    pub async fn ask(&mut self) -> Result<Turn, OpenError> {
        let asked = self.ask_or_fail().await;
        if asked.is_err() {
            self.leave().await;
        }
        asked
    }

    async fn ask_or_fail(&mut self) -> Result<Turn, OpenError> {
        let trying = Trying { address: &self.address, patience: self.settings.patience };
        let asked = if self.stands_by {
            // Whoever stands by outlives the time for which a database is away.
            let Ok(asked) = within(PATIENCE, ask(&self.roll)).await else { return Ok(Turn::Unheard) };
            asked
        } else {
            trying.until_done(|| ask(&self.roll)).await?
        };
        match asked {
            Asked::Ours(member) => self.begin(&trying, member).await,
            Asked::Theirs(holder) => {
                if !self.stands_by {
                    check_keys(&trying, self.pool(), &self.settings).await?;
                    self.stands_by = true;
                }
                Ok(Turn::Theirs(holder))
            }
        }
    }

    /// The store as it is now: whoever had the work may have made keys meanwhile.
    async fn begin(&self, trying: &Trying<'_>, member: Member) -> Result<Turn, OpenError> {
        refuse_half_filled(trying, self.pool(), &self.settings).await?;
        let store = store_over(trying, self.pool(), &self.settings).await?;
        let roll = Roll::new(self.pool().clone(), member.id.clone(), member.who.clone());
        let (store, membership) = store.with_work(roll, member);
        Ok(Turn::Ours(Box::new(Opened { store, membership })))
    }

    /// Leaves the database: nothing of this process stands there any more.
    pub async fn leave(&self) {
        self.roll.leave().await;
    }

    fn pool(&self) -> &Pool {
        &self.roll.pool
    }
}

async fn ask(roll: &Roll) -> Attempt<Asked> {
    loop {
        let asked = Instant::now();
        let called = roll.call().await?;
        match &called.owner {
            // It was taken before, and that was not acknowledged.
            Some(owner) if owner.id == roll.id => {
                called.end().await?;
                return Ok(Asked::Ours(member(roll, called.lease.epoch, asked)));
            }
            Some(owner) if roll.sign(owner) != Sign::Gone => {
                called.end().await?;
                return Ok(Asked::Theirs(Holder { who: owner.who.clone(), sign: roll.sign(owner) }));
            }
            _ => {}
        }
        // Where another was faster, it is looked again who that was.
        if let Some(epoch) = roll.take(&called).await? {
            return Ok(Asked::Ours(member(roll, epoch, asked)));
        }
    }
}

fn member(roll: &Roll, epoch: u64, asked: Instant) -> Member {
    Member::new(roll.who.clone(), roll.id.clone(), epoch, asked)
}

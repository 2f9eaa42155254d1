//! Who is on the database and who has the work, asked and changed in one transaction.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::Pool;
use tokio::time::Instant;

use crate::attempts::within;
use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::member::Who;
use crate::peers::{Peer, Sign, Watch};
use crate::sql::statements;
use crate::transaction::{Purpose, Transaction};
use crate::value::{call, json};

statements!("member.sql": SHOW MEMBERS EXPEL LEAVE SHARD LEASE TAKE GIVE_BACK);

/// How long the database may take to answer: the next time is near.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long leaving may take: the process ends.
const LEAVE_PATIENCE: Duration = Duration::from_millis(500);

/// A process on a database, and what it has seen of the others.
pub(crate) struct Roll {
    pub(crate) pool: Pool,
    pub(crate) id: String,
    pub(crate) who: Who,
    watch: Mutex<Watch>,
}

/// Who has the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lease {
    /// Under which id it stands in the database; nobody after a clean end.
    pub(crate) owner: Option<String>,
    pub(crate) epoch: u64,
}

/// What a process finds when it has shown itself.
pub(crate) struct Called {
    pub(crate) transaction: Transaction,
    pub(crate) lease: Lease,
    /// Who has the work, where it stands in the database.
    pub(crate) owner: Option<Peer>,
    /// The others that are gone and have no work.
    gone: Vec<Peer>,
}

impl Roll {
    pub(crate) fn new(pool: Pool, id: String, who: Who) -> Self {
        Self { pool, id, who, watch: Mutex::default() }
    }

    /// Shows that this process is there, and looks who else is. Nothing is written before the transaction ends.
    pub(crate) async fn call(&self) -> Attempt<Called> {
        let asked = Instant::now();
        let transaction = Transaction::over(self.pool.get().await?, Purpose::Writing);
        transaction.write(call!(SHOW, self.id, json(&self.who)));
        let [members, lease] = transaction.look([call!(MEMBERS), call!(LEASE)]).await?;
        let members: Vec<_> = members.iter().map(Peer::read).collect::<Attempt<_>>()?;
        let lease = match lease.first() {
            Some(row) => Lease { owner: row.text_or_none("owner")?, epoch: row.number("epoch")? },
            None => Lease { owner: None, epoch: 0 },
        };
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        watch.note(&members, asked);
        let is_owner = |peer: &Peer| lease.owner.as_ref() == Some(&peer.id);
        let is_gone =
            |peer: &&Peer| !is_owner(peer) && peer.id != self.id && watch.sign(&peer.id) == Sign::Gone;
        let gone = members.iter().filter(is_gone).cloned().collect();
        let owner = members.into_iter().find(is_owner);
        drop(watch);
        Ok(Called { transaction, lease, owner, gone })
    }

    /// What is known of whether another is there.
    pub(crate) fn sign(&self, of: &Peer) -> Sign {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).sign(&of.id)
    }

    /// Takes the work from nobody, or from one that is gone; in which epoch, unless another was faster, or that one has
    /// shown itself meanwhile.
    pub(crate) async fn take(&self, called: &Called) -> Attempt<Option<u64>> {
        let transaction = &called.transaction;
        if let Some(owner) = &called.owner
            && transaction.change(call!(EXPEL, owner.id, owner.beat)).await?.is_empty()
        {
            return Ok(None);
        }
        transaction.write(call!(SHARD));
        let taken = transaction.change(call!(TAKE, self.id, called.lease.epoch)).await?;
        let Some(row) = taken.first() else { return Ok(None) };
        let epoch = row.number("epoch")?;
        called.end().await?;
        Ok(Some(epoch))
    }

    /// So that the next process need not wait.
    pub(crate) async fn leave(&self) {
        let left = async {
            let transaction = Transaction::over(self.pool.get().await?, Purpose::Writing);
            transaction.write(call!(LEAVE, self.id));
            transaction.write(call!(GIVE_BACK, self.id));
            transaction.end().await
        };
        if within(LEAVE_PATIENCE, left).await.is_err() {
            tracing::info!("the database was not told that this process ends: the next one waits up to 25 s");
        }
    }
}

impl Called {
    /// Writes that this process is there, and takes the rows of those away that are gone.
    pub(crate) async fn end(&self) -> Attempt<()> {
        for peer in &self.gone {
            self.transaction.write(call!(EXPEL, peer.id, peer.beat));
        }
        self.transaction.end().await.map(drop)
    }
}

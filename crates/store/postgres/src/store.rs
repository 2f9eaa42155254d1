//! The handle that everybody holds, and the ways to ask and to write through it.

use std::sync::Arc;

use deadpool_postgres::{Object, Pool};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::port::store::{StoreError, Stored};
use deskbell_domain::time::Clock;
use tokio_postgres::Row;

use crate::attempts::{Attempts, within};
use crate::bodies::Bodies;
use crate::failure::{Attempt, Failure};
use crate::pruned_to::PrunedTo;
use crate::sql::statements;
use crate::transaction::{Ended, Purpose, Transaction, typed};
use crate::value::{Call, call};
use crate::word::Word;

statements!("transaction.sql": MARK IS_MARKED);

/// The store. A clone is another handle to the same store.
///
/// A caller that is dropped while it waits may have been heard or not: every operation may be repeated.
#[derive(Clone)]
pub struct PostgresStore {
    pool: Pool,
    pub(crate) bodies: Bodies,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) word: Word,
    /// How far pruning has looked in each workspace.
    pub(crate) pruned_to: Arc<PrunedTo>,
}

impl PostgresStore {
    pub(crate) fn over(
        pool: Pool,
        sealing: Arc<dyn Sealing>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let word = Word::new(Arc::clone(&clock));
        Self { pool, bodies: Bodies::new(sealing), clock, random, word, pruned_to: Arc::default() }
    }

    pub(crate) async fn connection(&self) -> Attempt<Object> {
        Ok(self.pool.get().await?)
    }

    /// Asks with one statement, and reads what comes.
    pub(crate) async fn read_rows<T>(
        &self,
        call: Call,
        read: impl Fn(Vec<Row>) -> Attempt<T> + Send + Sync,
    ) -> Stored<T> {
        let (call, read) = (&call, &read);
        self.try_to_read(|| async move { read(typed(&self.connection().await?, call).await?) }).await
    }

    /// Asks several times what stands there at one moment.
    pub(crate) async fn read<T, F>(&self, work: impl Fn(Transaction) -> F) -> Stored<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        let work = &work;
        self.try_to_read(|| async move {
            let transaction = Transaction::over(self.connection().await?, Purpose::Reading);
            let answer = work(transaction.clone()).await?;
            transaction.end().await?;
            Ok(answer)
        })
        .await
    }

    async fn try_to_read<T, F>(&self, attempt: impl Fn() -> F) -> Stored<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        let mut attempts = Attempts::begin();
        loop {
            let failure = match within(attempts.left(), attempt()).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if let Err(failure) = attempts.next(failure).await {
                return Err(match failure {
                    Failure::Told(error) => error,
                    Failure::Again(error) | Failure::Final(error) => StoreError::NotRead(error),
                });
            }
        }
    }

    /// Has an operation written that finds by itself what an attempt before it wrote whose acknowledgement was lost.
    pub(crate) async fn write<T, F>(&self, work: impl Fn(Transaction) -> F) -> Stored<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        self.attempt_all(None, work).await
    }

    /// The same of one that does not: its repetition would answer otherwise, or do it twice.
    pub(crate) async fn write_once<T, F>(
        &self,
        of: &WorkspaceId,
        work: impl Fn(Transaction) -> F,
    ) -> Stored<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        let id = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        self.attempt_all(Some(Mark { workspace: of.as_str(), id: &id }), work).await
    }

    async fn attempt_all<T, F>(&self, mark: Option<Mark<'_>>, work: impl Fn(Transaction) -> F) -> Stored<T>
    where
        F: Future<Output = Attempt<T>>,
    {
        let mut attempts = Attempts::begin();
        let mut lost = None;
        loop {
            let failure = match within(attempts.left(), self.attempt(mark, &mut lost, &work)).await {
                Ok((answer, ended)) => {
                    if ended == Ended::Written {
                        self.word.written();
                    }
                    return Ok(answer);
                }
                Err(failure) => failure,
            };
            if let Err(failure) = attempts.next(failure).await {
                return Err(self.not_written(failure));
            }
        }
    }

    async fn attempt<T, F>(
        &self,
        mark: Option<Mark<'_>>,
        lost: &mut Option<T>,
        work: &impl Fn(Transaction) -> F,
    ) -> Attempt<(T, Ended)>
    where
        F: Future<Output = Attempt<T>>,
    {
        let connection = self.connection().await?;
        if let Some(mark) = mark.filter(|_| lost.is_some()) {
            let is_written = !typed(&connection, &mark.is_there()).await?.is_empty();
            if let Some(answer) = lost.take().filter(|_| is_written) {
                return Ok((answer, Ended::Written));
            }
        }
        let transaction = Transaction::over(connection, Purpose::Writing);
        let answer = work(transaction.clone()).await?;
        if let Some(mark) = mark.filter(|_| transaction.has_written()) {
            transaction.write(mark.write());
        }
        // Where the end is not acknowledged the next attempt finds out whether it was written.
        *lost = Some(answer);
        let ended = transaction.end().await?;
        let answer = lost.take().ok_or_else(|| Failure::unreadable("answer"))?;
        Ok((answer, ended))
    }

    fn not_written(&self, failure: Failure) -> StoreError {
        match failure {
            Failure::Told(error) => error,
            Failure::Again(error) | Failure::Final(error) => {
                self.word.not_written(&error);
                StoreError::Unwritable(error)
            }
        }
    }
}

/// By which an operation knows again what it wrote.
#[derive(Clone, Copy)]
struct Mark<'a> {
    workspace: &'a str,
    id: &'a str,
}

impl Mark<'_> {
    fn write(self) -> Call {
        call!(MARK, self.workspace, self.id)
    }

    fn is_there(self) -> Call {
        call!(IS_MARKED, self.workspace, self.id)
    }
}

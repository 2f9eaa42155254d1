//! The handle that everybody holds, and the ways to ask and to write through it.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::{Object, Pool};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Sealing;
use deskbell_domain::port::store::{StoreError, Stored};
use deskbell_domain::time::Clock;
use futures::future::{BoxFuture, FutureExt as _};
use tokio::sync::mpsc;
use tokio_postgres::Row;

use crate::attempts::{Attempts, within};
use crate::bodies::Bodies;
use crate::failure::{Attempt, Failure};
use crate::member::Member;
use crate::membership::Membership;
use crate::pruned_to::PrunedTo;
use crate::roll::Roll;
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
    /// That this process has the work; none where nobody else can have it.
    pub(crate) member: Option<Arc<Member>>,
    /// Dropped with the last handle.
    _user: Option<mpsc::Sender<Infallible>>,
}

/// What is to be done in a transaction. It may be begun several times, and keeps its answer itself: so what surrounds it is
/// compiled once for all operations.
type Work<'a, 'b> = &'a (dyn Fn(Transaction) -> BoxFuture<'b, Attempt<()>> + Sync);

impl PostgresStore {
    pub(crate) fn over(
        pool: Pool,
        sealing: Arc<dyn Sealing>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Self {
        let word = Word::new(Arc::clone(&clock));
        let (bodies, pruned_to) = (Bodies::new(sealing), Arc::default());
        Self { pool, bodies, clock, random, word, pruned_to, member: None, _user: None }
    }

    /// Of a process that has the work, without which nothing is written from now on.
    pub(crate) fn with_work(self, roll: Roll, member: Member) -> (Self, Membership) {
        let ((user, users), member) = (mpsc::channel(1), Arc::new(member));
        let membership = Membership::new(roll, member.clone(), users);
        (Self { member: Some(member), _user: Some(user), ..self }, membership)
    }

    pub(crate) async fn connection(&self) -> Attempt<Object> {
        Ok(self.pool.get().await?)
    }

    /// Asks with one statement, and reads what comes.
    pub(crate) async fn read_rows<T: Send>(
        &self,
        call: Call,
        read: impl Fn(Vec<Row>) -> Attempt<T> + Send + Sync,
    ) -> Stored<T> {
        let (call, read) = (&call, &read);
        let ask = || async move {
            let connection = self.connection().await?;
            read(typed(&connection, call).await?)
        };
        self.try_to_read(ask).await
    }

    /// Asks several times what stands there at one moment.
    pub(crate) async fn read<T, F>(&self, work: impl Fn(Transaction) -> F + Sync) -> Stored<T>
    where
        T: Send,
        F: Future<Output = Attempt<T>> + Send,
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

    async fn try_to_read<T, F>(&self, attempt: impl Fn() -> F + Sync) -> Stored<T>
    where
        T: Send,
        F: Future<Output = Attempt<T>> + Send,
    {
        let answer = Mutex::new(None);
        let (answer, attempt) = (&answer, &attempt);
        read_at_last(&|| async move { attempt().await.map(|value| put(answer, value)) }.boxed()).await?;
        taken(answer).ok_or_else(no_answer)
    }

    /// Has an operation written that finds by itself what an attempt before it wrote whose acknowledgement was lost.
    pub(crate) async fn write<T, F>(&self, work: impl Fn(Transaction) -> F + Sync) -> Stored<T>
    where
        T: Send,
        F: Future<Output = Attempt<T>> + Send,
    {
        self.attempt_all(None, work).await
    }

    /// The same of one that does not: its repetition would answer otherwise, or do it twice.
    pub(crate) async fn write_once<T, F>(
        &self,
        of: &WorkspaceId,
        work: impl Fn(Transaction) -> F + Sync,
    ) -> Stored<T>
    where
        T: Send,
        F: Future<Output = Attempt<T>> + Send,
    {
        let id = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        self.attempt_all(Some(Mark { workspace: of.as_str(), id: &id }), work).await
    }

    async fn attempt_all<T, F>(
        &self,
        mark: Option<Mark<'_>>,
        work: impl Fn(Transaction) -> F + Sync,
    ) -> Stored<T>
    where
        T: Send,
        F: Future<Output = Attempt<T>> + Send,
    {
        let answer = Mutex::new(None);
        let (answer, work) = (&answer, &work);
        let work =
            |transaction| async move { work(transaction).await.map(|value| put(answer, value)) }.boxed();
        self.write_at_last(mark, &work).await?;
        taken(answer).ok_or_else(no_answer)
    }

    async fn write_at_last(&self, mark: Option<Mark<'_>>, work: Work<'_, '_>) -> Stored<()> {
        let mut attempts = Attempts::begin();
        let mut is_unheard = false;
        loop {
            let failure = match within(attempts.left(), self.attempt(mark, &mut is_unheard, work)).await {
                Ok(ended) => {
                    if ended == Ended::Written {
                        self.word.written();
                    }
                    return Ok(());
                }
                Err(failure) => failure,
            };
            if let Err(failure) = attempts.next(failure).await {
                return Err(self.not_written(failure));
            }
        }
    }

    /// `is_unheard` is whether an attempt before may have been written without an acknowledgement.
    async fn attempt(
        &self,
        mark: Option<Mark<'_>>,
        is_unheard: &mut bool,
        work: Work<'_, '_>,
    ) -> Attempt<Ended> {
        if let Some(member) = &self.member {
            member.may_write().map_err(Failure::Final)?;
        }
        let connection = self.connection().await?;
        if let Some(mark) = mark.filter(|_| *is_unheard) {
            if !typed(&connection, &mark.is_there()).await?.is_empty() {
                return Ok(Ended::Written);
            }
            *is_unheard = false;
        }
        let transaction = Transaction::over(connection, Purpose::Writing);
        work(transaction.clone()).await?;
        if transaction.has_written() {
            let last = [mark.map(Mark::write), self.member.as_ref().map(|member| member.held())];
            for call in last.into_iter().flatten() {
                transaction.write(call);
            }
        }
        *is_unheard = true;
        transaction.end().await
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

/// Reads until it is read, or cannot be.
async fn read_at_last<'a>(attempt: &(dyn Fn() -> BoxFuture<'a, Attempt<()>> + Sync)) -> Stored<()> {
    let mut attempts = Attempts::begin();
    loop {
        let failure = match within(attempts.left(), attempt()).await {
            Ok(()) => return Ok(()),
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

fn put<T>(answer: &Mutex<Option<T>>, value: T) {
    *answer.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
}

fn taken<T>(answer: &Mutex<Option<T>>) -> Option<T> {
    answer.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn no_answer() -> StoreError {
    StoreError::Unreadable { key: "answer".to_owned() }
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

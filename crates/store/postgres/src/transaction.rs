//! One transaction: statements are sent together, and waited for together.
//!
//! What is to be written is gathered, and goes along with the next look or with the commit. So an operation that looks once
//! and then writes waits twice: for its look, and for its commit.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use deadpool_postgres::Object;
use futures::future::{FutureExt as _, MaybeDone, maybe_done, poll_fn};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Row};

use crate::failure::Attempt;
use crate::sql::statements;
use crate::value::Call;

statements!("transaction.sql": BEGIN SNAPSHOT COMMIT ROLLBACK);

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It reads several times what stands there at one moment.
    Reading,
    /// It locks, looks and writes.
    Writing,
}

/// Whether a transaction changed anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Nothing,
    Written,
}

/// A transaction. It begins with its first statement; one that is dropped unended takes its connection along.
#[derive(Clone)]
pub(crate) struct Transaction(Arc<Inner>);

struct Inner {
    connection: Option<Object>,
    purpose: Purpose,
    begun: AtomicBool,
    ended: AtomicBool,
    wrote: AtomicBool,
    pending: Mutex<Vec<Call>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let is_open = self.begun.load(Ordering::Acquire) && !self.ended.load(Ordering::Acquire);
        if let Some(connection) = self.connection.take_if(|_| is_open) {
            drop(Object::take(connection));
        }
    }
}

impl Transaction {
    pub(crate) fn over(connection: Object, purpose: Purpose) -> Self {
        Self(Arc::new(Inner {
            connection: Some(connection),
            purpose,
            begun: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            wrote: AtomicBool::new(false),
            pending: Mutex::default(),
        }))
    }

    /// Writes, with what is looked at next or with the commit.
    pub(crate) fn write(&self, call: Call) {
        self.0.wrote.store(true, Ordering::Release);
        self.pending().push(call);
    }

    /// Whether anything is written.
    pub(crate) fn has_written(&self) -> bool {
        self.0.wrote.load(Ordering::Acquire)
    }

    /// Looks, all statements at once; the rows of each.
    pub(crate) async fn look<const COUNT: usize>(&self, calls: [Call; COUNT]) -> Attempt<[Vec<Row>; COUNT]> {
        let pending = std::mem::take(&mut *self.pending());
        let skipped = pending.len() + usize::from(!self.0.begun.load(Ordering::Acquire));
        let calls: Vec<_> = pending.into_iter().chain(calls).collect();
        let rows = self.send(&calls, None).await?;
        let mut rows = rows.into_iter().skip(skipped);
        Ok(std::array::from_fn(|_| rows.next().unwrap_or_default()))
    }

    /// Looks with one statement.
    pub(crate) async fn ask(&self, call: Call) -> Attempt<Vec<Row>> {
        let [rows] = self.look([call]).await?;
        Ok(rows)
    }

    /// Writes with one statement, and hears what it wrote.
    pub(crate) async fn change(&self, call: Call) -> Attempt<Vec<Row>> {
        self.0.wrote.store(true, Ordering::Release);
        self.ask(call).await
    }

    /// Ends it: with what is still to be written, if there is anything.
    pub(crate) async fn end(&self) -> Attempt<Ended> {
        let pending = std::mem::take(&mut *self.pending());
        let ended = if self.has_written() {
            self.send(&pending, Some(COMMIT)).await?;
            Ended::Written
        } else {
            if self.0.begun.load(Ordering::Acquire) {
                self.send(&[], Some(ROLLBACK)).await?;
            }
            Ended::Nothing
        };
        self.0.ended.store(true, Ordering::Release);
        Ok(ended)
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Vec<Call>> {
        self.0.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn send(&self, calls: &[Call], end: Option<&'static str>) -> Attempt<Vec<Vec<Row>>> {
        let begin = match self.0.purpose {
            Purpose::Reading => SNAPSHOT,
            Purpose::Writing => BEGIN,
        };
        let begin = (!self.0.begun.swap(true, Ordering::AcqRel)).then_some(begin);
        let plain = |statement: &'static str| self.plain(statement).boxed();
        let first = begin.into_iter().map(plain);
        let middle = calls.iter().map(|call| self.typed(call).boxed());
        let sent = first.chain(middle).chain(end.into_iter().map(plain)).map(maybe_done).collect();
        Ok(in_order(sent).await.into_iter().collect::<Result<_, _>>()?)
    }

    fn connection(&self) -> &Object {
        self.0.connection.as_ref().expect("it is taken away only when the transaction is dropped")
    }

    async fn plain(&self, statement: &str) -> Result<Vec<Row>, Error> {
        self.connection().batch_execute(statement).await.map(|()| Vec::new())
    }

    async fn typed(&self, call: &Call) -> Result<Vec<Row>, Error> {
        typed(self.connection(), call).await
    }
}

/// Sends one statement.
pub(crate) async fn typed(connection: &Client, call: &Call) -> Result<Vec<Row>, Error> {
    let values: Vec<_> =
        call.values.iter().map(|value| (value as &(dyn ToSql + Sync), value.kind())).collect();
    connection.query_typed(call.statement, &values).await
}

/// Begins all in their order before it waits for the first: a statement is on its way with the first look at its future.
async fn in_order<F: Future + Unpin>(mut all: Vec<MaybeDone<F>>) -> Vec<F::Output> {
    poll_fn(|context| {
        let mut is_ready = true;
        for one in &mut all {
            is_ready &= pin!(one).poll(context).is_ready();
        }
        if is_ready { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    all.iter_mut().filter_map(|one| std::pin::Pin::new(one).take_output()).collect()
}

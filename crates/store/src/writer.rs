//! The one writer: it takes what stands in the queue, makes one batch of it, commits, syncs, and then answers.
//!
//! Operations are computed inside the writer against the present state, so a read followed by a write needs no lock
//! and no compare-and-swap of bytes. There is no timer: while one group is being written the next one gathers.
//! If the commit fails, every caller of the group is told so and nothing is changed, or a repetition finds it done.

use std::io;
use std::sync::Arc;

use deskbell_domain::port::store::{StoreError, Stored};
use deskbell_domain::status::StoreState;
use deskbell_domain::time::Clock;
use tokio::sync::{mpsc, oneshot, watch};

use crate::engine::{Engine, LostWrites, Placement};
use crate::write_batch::WriteBatch;

/// How many operations wait at most; beyond it callers wait to be let in.
const QUEUE: usize = 256;

/// How many operations are written at once at most.
const GROUP: usize = 64;

/// An operation in the queue.
trait Job: Send {
    /// Computes it and writes into the writes.
    fn run(&mut self, writes: &mut WriteBatch<'_>);

    /// Answers the caller, once the group is durable or has failed.
    fn answer(self: Box<Self>, failure: Option<&io::Error>);
}

struct Operation<T, F> {
    compute: Option<F>,
    result: Option<Stored<T>>,
    reply: oneshot::Sender<Stored<T>>,
}

impl<T, F> Job for Operation<T, F>
where
    T: Send,
    F: FnOnce(&mut WriteBatch<'_>) -> Stored<T> + Send,
{
    fn run(&mut self, writes: &mut WriteBatch<'_>) {
        let Some(compute) = self.compute.take() else { return };
        let result = compute(writes);
        match &result {
            Ok(_) => writes.accept(),
            Err(_) => writes.reject(),
        }
        self.result = Some(result);
    }

    fn answer(self: Box<Self>, failure: Option<&io::Error>) {
        let result = match (failure, self.result) {
            (None, Some(result)) | (Some(_), Some(result @ Err(_))) => result,
            (Some(error), _) => Err(StoreError::Unwritable(copy_of(error))),
            (None, None) => Err(StoreError::Closed),
        };
        // A caller that was dropped meanwhile has nobody to answer; it may repeat.
        let _ = self.reply.send(result);
    }
}

fn copy_of(error: &io::Error) -> io::Error {
    error
        .raw_os_error()
        .map_or_else(|| io::Error::new(error.kind(), error.to_string()), io::Error::from_raw_os_error)
}

/// The way into the queue.
#[derive(Clone)]
pub(crate) struct Queue {
    jobs: mpsc::Sender<Box<dyn Job>>,
    state: watch::Receiver<StoreState>,
}

impl Queue {
    /// Has an operation computed and written. What it answers is durable.
    pub(crate) async fn write<T, F>(&self, compute: F) -> Stored<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut WriteBatch<'_>) -> Stored<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let operation = Operation { compute: Some(compute), result: None, reply };
        self.jobs.send(Box::new(operation)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(crate) fn state(&self) -> watch::Receiver<StoreState> {
        self.state.clone()
    }
}

/// The task that writes. It must run, or no write is ever answered.
#[must_use = "without its writer a store answers no write"]
pub struct Writer {
    engine: Arc<dyn Engine>,
    jobs: mpsc::Receiver<Box<dyn Job>>,
    word: Word,
}

/// A writer over an engine, and the way into its queue.
pub(crate) fn writer_over(engine: Arc<dyn Engine>, clock: Arc<dyn Clock>) -> (Queue, Writer) {
    let (sender, jobs) = mpsc::channel(QUEUE);
    let (state, watched) = watch::channel(StoreState::Writable);
    let word = Word { state, clock };
    (Queue { jobs: sender, state: watched }, Writer { engine, jobs, word })
}

impl Writer {
    /// Writes until every handle of the store is gone. Dropping it ends the store: what is still asked for is
    /// answered with `Closed`, though a commit that has begun is brought to its end. It ends by itself where the disk
    /// lost what was written.
    pub async fn run(mut self) {
        let mut group = Vec::with_capacity(GROUP);
        while self.jobs.recv_many(&mut group, GROUP).await > 0 {
            if self.write(std::mem::take(&mut group)).await == Disk::Lost {
                return;
            }
        }
    }

    async fn write(&self, group: Vec<Box<dyn Job>>) -> Disk {
        let (engine, word) = (Arc::clone(&self.engine), self.word.clone());
        match engine.placement() {
            Placement::Inline => write_group(engine.as_ref(), &word, group),
            Placement::Blocking => {
                let work = move || write_group(engine.as_ref(), &word, group);
                tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| {
                    tracing::error!(%error, "a group of writes was given up");
                    Disk::Holds
                })
            }
        }
    }
}

/// Whether the disk still holds what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disk {
    /// It does, whether or not there is room for more.
    Holds,
    /// Nobody knows.
    Lost,
}

fn write_group(engine: &dyn Engine, word: &Word, mut group: Vec<Box<dyn Job>>) -> Disk {
    let outcome = engine.recover().and_then(|()| compute_and_commit(engine, &mut group));
    // Whoever is answered finds the state of the store as it is after this write.
    match &outcome {
        Ok(Committed::Batch) => word.written(),
        Ok(Committed::Nothing) => {}
        Err(error) => word.not_written(error, group.len()),
    }
    for job in group {
        job.answer(outcome.as_ref().err());
    }
    if outcome.is_err_and(|error| LostWrites::is(&error)) {
        tracing::error!(
            "the disk failed while the store was being written; the bot ends, so that it finds what is there"
        );
        return Disk::Lost;
    }
    Disk::Holds
}

/// What a group of operations came to.
enum Committed {
    /// None of them changed anything, which says nothing of the disk.
    Nothing,
    /// A batch, which is durable.
    Batch,
}

fn compute_and_commit(engine: &dyn Engine, group: &mut [Box<dyn Job>]) -> io::Result<Committed> {
    let mut writes = WriteBatch::new(engine);
    for job in group {
        job.run(&mut writes);
    }
    let batch = writes.into_batch();
    if batch.is_empty() {
        return Ok(Committed::Nothing);
    }
    engine.commit(batch).and_then(|()| engine.sync()).map(|()| Committed::Batch)
}

/// What the store says of itself: nobody else says whether it can be written.
#[derive(Clone)]
struct Word {
    state: watch::Sender<StoreState>,
    clock: Arc<dyn Clock>,
}

impl Word {
    fn written(&self) {
        let before = self.state.send_replace(StoreState::Writable);
        if before != StoreState::Writable {
            tracing::info!("the store can be written again; polling and posting go on");
        }
    }

    /// Told once; what is tried while it lasts is no news.
    fn not_written(&self, error: &io::Error, operations: usize) {
        if *self.state.borrow() != StoreState::Writable {
            return tracing::debug!(%error, "the store still cannot be written");
        }
        self.state.send_replace(StoreState::Unwritable { since: self.clock.now() });
        tracing::error!(
            %error,
            operations,
            "the store cannot be written: polling and posting stand still until it can"
        );
    }
}

#[cfg(test)]
mod tests;

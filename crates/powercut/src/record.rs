//! The recorder: one list for the whole process, into which the calls of every thread are written in their order.

use std::os::fd::RawFd;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::event::Event;

/// Whether there is a recording: asked at every call, before the lock.
static RECORDING: AtomicBool = AtomicBool::new(false);

static RECORD: Mutex<Option<Record>> = Mutex::new(None);

/// One recording at a time.
static TURN: Mutex<()> = Mutex::new(());

struct Record {
    folder: PathBuf,
    events: Vec<Event>,
}

/// A recording that is going on; it ends when it is dropped.
pub struct Recording {
    _turn: MutexGuard<'static, ()>,
}

/// Begins to record the calls that change what is below a folder, which must be there.
pub fn record(folder: &Path) -> Recording {
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = folder.canonicalize().expect("the folder to be recorded is there");
    *lock() = Some(Record { folder, events: Vec::new() });
    RECORDING.store(true, Ordering::SeqCst);
    Recording { _turn: turn }
}

impl Recording {
    /// Writes a mark between the calls.
    pub fn mark(&self, mark: usize) {
        if let Some(record) = &mut *lock() {
            record.events.push(Event::Marked(mark));
        }
    }

    /// Ends it; answers what was recorded.
    pub fn end(self) -> Vec<Event> {
        lock().take().map(|record| record.events).unwrap_or_default()
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        RECORDING.store(false, Ordering::SeqCst);
        lock().take();
    }
}

fn lock() -> MutexGuard<'static, Option<Record>> {
    RECORD.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The list, held while a call is made, so that no other call comes between it and its line.
pub(crate) struct Pen(MutexGuard<'static, Option<Record>>);

/// The pen, while there is a recording.
pub(crate) fn pen() -> Option<Pen> {
    if !RECORDING.load(Ordering::SeqCst) {
        return None;
    }
    let record = lock();
    record.is_some().then_some(Pen(record))
}

impl Pen {
    /// A path below the recorded folder, relative to it.
    pub(crate) fn inside(&self, path: &Path) -> Option<PathBuf> {
        let folder = &self.0.as_ref()?.folder;
        path.strip_prefix(folder).ok().map(Path::to_owned)
    }

    /// The file behind a descriptor, if it is below the recorded folder and has a name still.
    pub(crate) fn file(&self, descriptor: RawFd) -> Option<PathBuf> {
        let path = std::fs::read_link(format!("/proc/self/fd/{descriptor}")).ok()?;
        let gone = path.to_string_lossy().ends_with(" (deleted)");
        if gone { None } else { self.inside(&path) }
    }

    pub(crate) fn note(&mut self, event: Event) {
        if let Some(record) = &mut *self.0 {
            record.events.push(event);
        }
    }
}

#[cfg(test)]
mod tests;

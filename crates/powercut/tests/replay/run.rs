//! The run that is recorded.

use deskbell_powercut::{Disk, Event, Recording, record};

use crate::picture::Picture;
use crate::{perform, plan};

/// What was done, what was called for it, and what the store held after each operation.
pub(crate) struct Run {
    pub(crate) events: Vec<Event>,
    pub(crate) pictures: Vec<Picture>,
}

/// Performs the plan, and records what is called for it.
pub(crate) fn run() -> Run {
    let folder = tempfile::tempdir().unwrap();
    let recording = record(folder.path());
    let plan = plan::plan();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let pictures = runtime.block_on(perform::perform(&plan, folder.path(), &recording));
    let events = Recording::end(recording);
    let mut disk = Disk::default();
    for event in &events {
        disk.apply(event);
    }
    assert!(disk.matches(folder.path()), "every call that changes the folder is recorded");
    Run { events, pictures }
}

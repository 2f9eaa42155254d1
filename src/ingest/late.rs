//! Names that were not known when an event was journaled, looked for later. What is learnt is kept beside the event, so
//! that whoever reads it from then on finds it there; it is never another event.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::Entry;
use deskbell_domain::ids::JournalNumber;
use deskbell_domain::port::store::{Naming, Stored};
use tokio::sync::Mutex;

use super::names::LookUps;
use super::pause::{FOR_NAMES, Pause};
use super::recorder::Recorder;

/// How many events are looked at in a poll.
const MOST: usize = 500;
/// So long after its own time, in seconds, nothing more is looked for.
const GIVEN_UP_AFTER: i64 = 3 * 24 * 3600;

/// The names that events in the journal lack.
pub(super) struct LateNames {
    /// Whether there may be such events: until they were looked for nobody knows what the process before left.
    may_lack: AtomicBool,
    sweep: Mutex<Sweep>,
}

/// Where the next look begins, and what it passes over.
struct Sweep {
    after: JournalNumber,
    /// When Intercom is asked again for what an event lacks.
    pauses: BTreeMap<JournalNumber, Pause>,
}

impl LateNames {
    pub(super) fn new() -> Self {
        let sweep = Sweep { after: JournalNumber(0), pauses: BTreeMap::new() };
        Self { may_lack: AtomicBool::new(true), sweep: Mutex::new(sweep) }
    }

    /// An event that lacks a name has been journaled.
    pub(super) fn expect(&self) {
        self.may_lack.store(true, Ordering::Release);
    }

    /// Looks for them.
    pub(super) async fn look(&self, recorder: &Recorder, look_ups: &mut LookUps<'_>) -> Stored<()> {
        // Each stream has polls of its own, and one at a time is enough.
        let Ok(mut sweep) = self.sweep.try_lock() else { return Ok(()) };
        // Cleared before the store is read: whoever has journaled something sets it afterwards.
        if !self.may_lack.swap(false, Ordering::AcqRel) {
            return Ok(());
        }
        let outcome = sweep.look(recorder, look_ups).await;
        if !matches!(outcome, Ok(Lacking::None)) {
            self.expect();
        }
        outcome.map(|_| ())
    }
}

/// Whether any event lacks a name.
enum Lacking {
    None,
    Some,
}

impl Sweep {
    async fn look(&mut self, recorder: &Recorder, look_ups: &mut LookUps<'_>) -> Stored<Lacking> {
        let from = self.after;
        let entries = recorder.journal.unnamed(&recorder.workspace, from, MOST).await?;
        let is_all = from == JournalNumber(0) && entries.is_empty();
        self.after =
            entries.last().filter(|_| entries.len() == MOST).map_or(JournalNumber(0), |last| last.number);
        self.forget(from, &entries);
        for entry in entries {
            self.name(&entry, recorder, look_ups).await?;
        }
        Ok(if is_all { Lacking::None } else { Lacking::Some })
    }

    /// Drops the pauses of what was passed over and lacks nothing any more.
    fn forget(&mut self, from: JournalNumber, entries: &[Entry]) {
        let (open, until): (BTreeSet<_>, _) =
            (entries.iter().map(|entry| entry.number).collect(), self.after);
        let is_passed =
            |number: &JournalNumber| *number > from && (until == JournalNumber(0) || *number <= until);
        self.pauses.retain(|number, _| open.contains(number) || !is_passed(number));
    }

    async fn name(&mut self, entry: &Entry, recorder: &Recorder, look_ups: &mut LookUps<'_>) -> Stored<()> {
        let mut record = entry.event.record.clone();
        let naming = match self.pauses.get_mut(&entry.number) {
            Some(pause) if pause.is_over() && look_ups.may_ask() => {
                pause.again();
                look_ups.record(&mut record).await
            }
            Some(_) => look_ups.known(&mut record),
            // It was looked for when the event was journaled, by this process or by one before.
            None => {
                self.pauses.insert(entry.number, Pause::first(FOR_NAMES));
                look_ups.known(&mut record)
            }
        };
        let given_up = recorder.server_time.now().seconds().minus(GIVEN_UP_AFTER) > entry.event.at;
        let naming = if given_up { Naming::Done } else { naming };
        let learnt = Amendment::learnt(&entry.event.record, &record);
        if !learnt.is_empty() || naming == Naming::Done {
            recorder.amend(entry, &learnt, naming).await?;
        }
        Ok(())
    }
}

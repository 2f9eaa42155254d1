//! Writes what was found: in pieces that are each atomic, ascending by time and id, the mark in the last one.
//!
//! A crash between two pieces costs a re-read: what was written is known by its seen-key, and the mark stands where it
//! stood. Delivery is told after each piece, so the first card need not wait for the last.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::bounds::EVENTS_A_WRITE;
use deskbell_domain::event::{Entry, Event, EventKind};
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Hinted, Journal, Learnt, Naming, StoreError, Stored, StreamMove,
};
use deskbell_domain::time::ServerTime;

use super::judge::Finding;

/// What stands in the last write of what was read together.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Closing {
    /// The stream's new state.
    pub(crate) stream: Option<StreamMove>,
    /// The new state of the walk over all users.
    pub(crate) baseline: Option<Baseline>,
}

/// What was new of what was read together.
#[derive(Debug, Default)]
pub struct Appended {
    /// How many events of each kind.
    pub kinds: BTreeMap<EventKind, u64>,
    /// The records that they are about.
    pub records: Vec<Hinted>,
}

impl Appended {
    fn add(&mut self, kind: EventKind, of: Hinted) {
        *self.kinds.entry(kind).or_default() += 1;
        self.records.push(of);
    }

    /// Adds what was new elsewhere.
    pub(super) fn join(&mut self, other: Self) {
        for (kind, count) in other.kinds {
            *self.kinds.entry(kind).or_default() += count;
        }
        self.records.extend(other.records);
    }
}

/// Who wants to know that the journal grew. Called by whoever writes: must not wait.
pub trait JournalListener: Send + Sync {
    /// New events of these kinds stand in the journal, or something was learnt of some that stood there.
    fn appended(&self, workspace: &WorkspaceId, kinds: &BTreeSet<EventKind>);
}

/// Why something was not written.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The store did not do its part.
    #[error("the store did not do its part")]
    Store(#[from] StoreError),
    /// Somebody else moved the stream meanwhile.
    #[error("the stream was moved by somebody else")]
    Conflict,
    /// Intercom did not give what has to be known of a record first.
    #[error("intercom did not give what has to be known of a record")]
    Intercom(#[from] IntercomError),
}

/// Writes into the journal of one workspace.
pub(super) struct Recorder {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) workspace: WorkspaceId,
    pub(super) server_time: Arc<ServerTime>,
    pub(super) listener: Arc<dyn JournalListener>,
}

impl Recorder {
    /// Writes the findings and then the closing, and counts the events that were new.
    pub(super) async fn write(
        &self,
        mut findings: Vec<Finding>,
        closing: Closing,
        appended: &mut Appended,
    ) -> Result<(), RecordError> {
        findings.sort_by(|a, b| place(a).cmp(&place(b)));
        let mut pieces: Vec<Vec<Finding>> = Vec::new();
        for finding in findings {
            match pieces.last_mut() {
                Some(piece) if piece.len() < EVENTS_A_WRITE => piece.push(finding),
                _ => pieces.push(vec![finding]),
            }
        }
        let last = pieces.pop().unwrap_or_default();
        for piece in pieces {
            self.write_piece(piece, Closing::default(), appended).await?;
        }
        self.write_piece(last, closing, appended).await
    }

    async fn write_piece(
        &self,
        findings: Vec<Finding>,
        closing: Closing,
        appended: &mut Appended,
    ) -> Result<(), RecordError> {
        let open = findings.iter().filter(|finding| finding.naming == Naming::Open);
        let unnamed = open.filter_map(|finding| Some(finding.event.as_ref()?.id.clone())).collect();
        let (mut events, mut aliases, mut snapshots) = (Vec::<Event>::new(), Vec::new(), Vec::new());
        for finding in findings {
            events.extend(finding.event);
            aliases.extend(finding.alias);
            snapshots.extend(finding.snapshot);
        }
        let about: Vec<_> = events.iter().map(|event| (event.kind(), Hinted::from(&event.record))).collect();
        let append = Append {
            workspace: self.workspace.clone(),
            events,
            unnamed,
            aliases,
            snapshots,
            stream: closing.stream,
            baseline: closing.baseline,
            at: self.server_time.now(),
        };
        match self.journal.append(append).await? {
            AppendOutcome::Conflict => Err(RecordError::Conflict),
            AppendOutcome::Appended { numbers } => {
                if !numbers.is_empty() {
                    self.tell_appended(about, appended);
                }
                Ok(())
            }
        }
    }

    /// Keeps what was learnt of an event, and has whoever holds it read it anew.
    pub(super) async fn amend(&self, entry: &Entry, learnt: &Amendment, naming: Naming) -> Stored<()> {
        self.journal.amend(&self.workspace, entry.number, learnt, naming).await?;
        if !learnt.is_empty() {
            self.listener.appended(&self.workspace, &BTreeSet::from([entry.event.kind()]));
        }
        Ok(())
    }

    /// Keeps what was learnt of an event, whether names are looked for or not.
    pub(super) async fn learn(&self, event: &Event, learnt: &Amendment) -> Stored<()> {
        if self.journal.learn(&self.workspace, &event.id, learnt).await? == Learnt::News {
            self.listener.appended(&self.workspace, &BTreeSet::from([event.kind()]));
        }
        Ok(())
    }

    fn tell_appended(&self, about: Vec<(EventKind, Hinted)>, appended: &mut Appended) {
        let kinds: BTreeSet<_> = about.iter().map(|(kind, _)| *kind).collect();
        for (kind, of) in about {
            appended.add(kind, of);
        }
        self.listener.appended(&self.workspace, &kinds);
    }
}

/// Events by time and id, then the snapshots that come alone.
fn place(
    finding: &Finding,
) -> (bool, Option<(deskbell_domain::time::Timestamp, &deskbell_domain::event::EventId)>) {
    (finding.event.is_none(), finding.event.as_ref().map(|event| (event.at, &event.id)))
}

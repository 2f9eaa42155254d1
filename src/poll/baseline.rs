//! The walk over all users that takes the first snapshots, in the background.
//!
//! It goes by `created_at` ascending, a page at a time, and can be taken up again at the `created_at` it had come to: two
//! days before it, because the search compares whole days. It never overwrites a snapshot, and only users that did not
//! move since the walk began are for it; one that moved is judged by the rule for every user (design section 4), so
//! that no user is without a snapshot once the walk has ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use deskbell_desk::contact::{Contact, Role};
use deskbell_desk::difference::{Snapshot, StoredSnapshot};
use deskbell_desk::ids::ContactId;
use deskbell_desk::port::intercom::{
    ContactFilter, ContactSearch, ContactSort, IntercomError, Page, PageCursor, PageRequest,
};
use deskbell_desk::port::store::{
    Baseline, SnapshotMode, SnapshotWrite, StoreError, Stored, Stream, StreamMove,
};
use deskbell_desk::status::StoreState;
use deskbell_desk::time::Timestamp;

use super::WorkspacePoll;
use super::append::Closing;
use super::demand::Demand;
use super::finding::Finding;
use super::names::LookUps;
use super::trouble::Gate;
use super::walk::{PAGE_SIZE, WalkError};

/// How far before its position the walk is taken up again: whole days, in any zone and season.
const DAY_MARGIN: i64 = 48 * 3600;

/// What one step of the walk over all users did.
#[derive(Debug)]
#[must_use]
pub enum BaselineStep {
    /// There is nothing to do: nobody subscribes to users, or the walk has ended.
    Idle,
    /// The token is refused or the store cannot be written: later.
    Held,
    /// A page was read; there are more.
    Page,
    /// The last page was read.
    Finished,
    /// The page could not be read or written; it is read again later.
    Failed(WalkError),
}

/// Where the walk stands within the present run. Lost with the process, which costs a re-read only.
#[derive(Default)]
pub(super) struct Position {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    epoch: u32,
    /// The position at which this run was taken up: a cursor belongs to the query it came with.
    origin: Option<Timestamp>,
    cursor: Option<PageCursor>,
    cursors: BTreeSet<PageCursor>,
    last_page: BTreeSet<ContactId>,
}

impl Position {
    /// From which position this run was taken up, and where its next page begins.
    fn next_page(&self, baseline: &Baseline) -> (Timestamp, Option<PageCursor>) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.epoch != baseline.epoch {
            *inner = Inner { epoch: baseline.epoch, ..Inner::default() };
        }
        let origin = *inner.origin.get_or_insert(baseline.position);
        (origin, inner.cursor.clone())
    }

    fn start_anew(&self) {
        *self.inner.lock().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }

    fn advance(&self, page: &Page<Contact>) -> Result<(), WalkError> {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let ids: BTreeSet<_> = page.items.iter().map(|user| user.id.clone()).collect();
        if let Some(next) = &page.next
            && (ids.is_subset(&inner.last_page) || !inner.cursors.insert(next.clone()))
        {
            *inner = Inner::default();
            return Err(WalkError::Repeated);
        }
        inner.last_page = ids;
        inner.cursor.clone_from(&page.next);
        Ok(())
    }
}

impl WorkspacePoll {
    /// Reads the next page of the walk over all users, if one is under way.
    pub async fn baseline_step(&self) -> BaselineStep {
        if self.parts.board.store() != StoreState::Writable || self.trouble.gate() != Gate::Open {
            return BaselineStep::Held;
        }
        match self.try_baseline_step().await {
            Ok(step) => step,
            Err(error) => {
                self.note_baseline_failure(&error);
                BaselineStep::Failed(error)
            }
        }
    }

    async fn try_baseline_step(&self) -> Result<BaselineStep, WalkError> {
        let demand = self.demand().await?;
        let Some(baseline) = self.begun_baseline().await?.filter(|known| !known.finished) else {
            return Ok(BaselineStep::Idle);
        };
        if demand.users_since().is_none() {
            return Ok(BaselineStep::Idle);
        }
        let mut look_ups = LookUps::of_baseline(&self.directory, &*self.parts.background);
        look_ups.tags().await;
        let page = self.baseline_page(&baseline).await?;
        let _users = self.users.lock().await;
        if self.begun_baseline().await? != Some(baseline) {
            return Ok(BaselineStep::Idle);
        }
        let next = after(&baseline, &page);
        let findings = self.baseline_findings(&page, &baseline, &demand, &mut look_ups).await?;
        let closing = Closing { baseline: Some(next), stream: None };
        self.write(findings, closing, &mut BTreeMap::new()).await?;
        if next.finished {
            return Ok(BaselineStep::Finished);
        }
        self.position.advance(&page)?;
        Ok(BaselineStep::Page)
    }

    async fn baseline_page(&self, baseline: &Baseline) -> Result<Page<Contact>, IntercomError> {
        let (origin, cursor) = self.position.next_page(baseline);
        let filter = match origin {
            Timestamp(..=0) => ContactFilter::None,
            origin => ContactFilter::CreatedAfter(origin.minus(DAY_MARGIN)),
        };
        let search = ContactSearch { role: Some(Role::User), filter, sort: ContactSort::CreatedAscending };
        let request = PageRequest { size: PAGE_SIZE, cursor };
        let answer = self.parts.background.search_contacts(&search, &request).await;
        if matches!(answer, Err(IntercomError::Invalid { .. } | IntercomError::Missing)) {
            self.position.start_anew();
        }
        answer
    }

    async fn baseline_findings(
        &self,
        page: &Page<Contact>,
        baseline: &Baseline,
        demand: &Demand,
        look_ups: &mut LookUps<'_>,
    ) -> Stored<Vec<Finding>> {
        let unread = Timestamp::default();
        let (mut resting, mut moved) = (Vec::new(), BTreeMap::new());
        for user in page.items.iter().filter(|user| user.updated_at != unread) {
            if user.updated_at < baseline.started {
                resting.push(self.first_snapshot(user.clone(), baseline));
            } else if user.created_at < baseline.started {
                moved.insert(user.id.clone(), user.clone());
            }
        }
        let moved = moved.into_values().collect();
        resting.extend(self.find_users(moved, demand, look_ups).await?);
        Ok(resting)
    }

    fn first_snapshot(&self, mut user: Contact, baseline: &Baseline) -> Finding {
        self.directory.resolve(&mut user);
        let (contact, revision) = (user.id.clone(), baseline.first_revision());
        let snapshot = StoredSnapshot { contact, revision, snapshot: Snapshot::of(&user) };
        let mode = SnapshotMode::KeepExisting;
        Finding { event: None, snapshot: Some(SnapshotWrite { epoch: baseline.epoch, snapshot, mode }) }
    }

    /// The walk over all users, if one was begun for the present subscribers.
    pub(super) async fn begun_baseline(&self) -> Stored<Option<Baseline>> {
        Ok(self.stored_baseline().await?.filter(is_begun))
    }

    /// A record that cannot be read is as good as none: the walk begins anew, and revisions that were used are skipped.
    async fn stored_baseline(&self) -> Stored<Option<Baseline>> {
        match self.parts.journal.baseline(&self.workspace).await {
            Err(StoreError::Unreadable { key }) => {
                tracing::error!(workspace = %self.workspace, key, "the walk over all users begins anew");
                Ok(None)
            }
            known => known,
        }
    }

    /// Begins a walk over all users where somebody subscribed to them, and ends it where nobody does any more.
    pub(super) async fn follow_demand_for_users(&self, demand: &Demand) -> Result<(), WalkError> {
        let _users = self.users.lock().await;
        let stored = self.stored_baseline().await?;
        match demand.users_since() {
            Some(floor) if !stored.as_ref().is_some_and(is_begun) => {
                let epoch = stored.map_or(1, |known| known.epoch);
                self.write_baseline(Baseline { epoch, started: floor, ..unbegun(epoch) }, None).await
            }
            None if stored.as_ref().is_some_and(is_begun) => {
                let state = self.parts.journal.stream(&self.workspace, Stream::UserUpdates).await?;
                let leave = StreamMove { stream: Stream::UserUpdates, expected: state, next: None };
                let next = unbegun(stored.map_or(0, |known| known.epoch) + 1);
                self.write_baseline(next, state.map(|_| leave)).await
            }
            _ => Ok(()),
        }
    }

    async fn write_baseline(&self, next: Baseline, stream: Option<StreamMove>) -> Result<(), WalkError> {
        let closing = Closing { stream, baseline: Some(next) };
        self.write(Vec::new(), closing, &mut BTreeMap::new()).await
    }
}

/// The next epoch, before anybody asks for it: the snapshots of the one before are as good as gone, and no event id can
/// come again.
fn unbegun(epoch: u32) -> Baseline {
    Baseline { epoch, started: Timestamp::default(), position: Timestamp::default(), finished: false }
}

fn is_begun(baseline: &Baseline) -> bool {
    baseline.started > Timestamp::default()
}

/// Where the walk stands after a page. If the order that was asked for does not hold, the position stays, and only the
/// cursor leads on.
fn after(baseline: &Baseline, page: &Page<Contact>) -> Baseline {
    let times: Vec<_> = page.items.iter().map(|user| user.created_at).collect();
    let newest = times.last().copied().filter(|_| times.is_sorted());
    let finished = page.next.is_none() || newest.is_some_and(|newest| newest >= baseline.started);
    Baseline { position: baseline.position.max(newest.unwrap_or_default()), finished, ..*baseline }
}

//! The walk over all users that takes the first snapshots, in the background.
//!
//! It goes by `created_at` ascending, a page at a time, and can be taken up again at the `created_at` it had come to: two
//! days before it, because the search compares whole days. It never overwrites a snapshot, and only users that did not
//! move since the walk began are for it; one that moved is judged by the rule for every user, so
//! that no user is without a snapshot once the walk has ended.
//!
//! A page that does not come is asked for smaller. Where a single user cannot be given three times, while others can,
//! the rest is read in parts by how ids end, and a part that does not come is divided; whoever is left alone in one is
//! passed over and counted. Where Intercom refuses to search like that, the rest is read newest first, and ends at the
//! next user who cannot be given.

mod position;

use std::collections::BTreeMap;

use deskbell_desk::contact::Contact;
use deskbell_desk::difference::{Snapshot, StoredSnapshot};
use deskbell_desk::port::intercom::{IntercomError, Page, PageRequest, Unanswered};
use deskbell_desk::port::store::{
    Baseline, SnapshotMode, SnapshotWrite, StoreError, Stored, Stream, StreamMove,
};
use deskbell_desk::status::StoreState;
use deskbell_desk::time::Timestamp;
use deskbell_desk::trouble::Part;

use super::WorkspacePoll;
use super::append::Closing;
use super::demand::Demand;
use super::finding::Finding;
use super::names::LookUps;
use super::trouble::Gate;
use super::walk::WalkError;
pub(super) use position::Position;
use position::{Blocked, Place, Way};

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

impl WorkspacePoll {
    /// Reads the next page of the walk over all users, if one is under way.
    pub async fn baseline_step(&self) -> BaselineStep {
        if self.parts.board.store() != StoreState::Writable
            || self.troubles.gate(Part::AllUsers) != Gate::Open
        {
            return BaselineStep::Held;
        }
        match self.try_baseline_step().await {
            Ok(step) => step,
            Err(error) => {
                self.note_failure(Part::AllUsers, &error);
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
        let place = self.position.next_page(&baseline);
        let Some(page) = self.baseline_page(&place).await? else { return Ok(BaselineStep::Page) };
        let _users = self.users.lock().await;
        if self.begun_baseline().await? != Some(baseline) {
            return Ok(BaselineStep::Idle);
        }
        let next = after(&baseline, &place, &page);
        let findings = self.baseline_findings(&page, &baseline, &demand, &mut look_ups).await?;
        let closing = Closing { baseline: Some(next), stream: None };
        self.write(findings, closing, &mut BTreeMap::new()).await?;
        if next.finished {
            return Ok(BaselineStep::Finished);
        }
        self.position.advance(&page)?;
        Ok(BaselineStep::Page)
    }

    /// The page that begins there; none where it did not come and is looked for in another way.
    async fn baseline_page(&self, place: &Place) -> Result<Option<Page<Contact>>, IntercomError> {
        let answer = self.parts.background.search_contacts(&place.search(), &place.request).await;
        match answer {
            Err(IntercomError::Invalid { .. } | IntercomError::Missing) => self.position.start_otherwise(),
            Err(IntercomError::Unavailable(how)) if matches!(place.way, Way::Parts(_)) => {
                return self.past_what_blocks(place, how).await;
            }
            Err(IntercomError::Unavailable(_)) if place.request.size > 1 => self.position.shrink(),
            Err(IntercomError::Unavailable(how)) => return self.past_what_blocks(place, how).await,
            _ => {}
        }
        answer.map(Some)
    }

    async fn past_what_blocks(
        &self,
        place: &Place,
        how: Unanswered,
    ) -> Result<Option<Page<Contact>>, IntercomError> {
        let control = PageRequest { size: 1, cursor: None };
        let mut others = Err(IntercomError::Unavailable(how));
        for search in place.controls() {
            if others.is_err() {
                others = self.parts.background.search_contacts(&search, &control).await;
            }
        }
        others?;
        match self.position.block() {
            Blocked::Again => Err(IntercomError::Unavailable(how)),
            Blocked::Elsewhere => Ok(None),
            Blocked::PassOver => {
                self.parts.board.count_unreadable(1);
                tracing::warn!(workspace = %self.workspace, "a user whom intercom could not give three times is passed over");
                Ok(Some(Page { items: Vec::new(), total: None, next: None }))
            }
        }
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
/// cursor leads on. The way down ends where the way up came to. It moves no position, and parts do not either: taken up
/// again, they begin anew.
fn after(baseline: &Baseline, place: &Place, page: &Page<Contact>) -> Baseline {
    let times: Vec<_> = page.items.iter().map(|user| user.created_at).collect();
    let (last, ends) = (times.last().copied(), place.ends_with(page.next.as_ref()));
    match place.way {
        Way::Up => {
            let newest = last.filter(|_| times.is_sorted());
            let finished = ends || newest.is_some_and(|newest| newest >= baseline.started);
            Baseline { position: baseline.position.max(newest.unwrap_or_default()), finished, ..*baseline }
        }
        Way::Parts(_) => Baseline { finished: ends, ..*baseline },
        Way::Down => {
            let is_sorted = times.is_sorted_by(|one, next| one >= next);
            let met = is_sorted && last.is_some_and(|last| last < baseline.position);
            Baseline { finished: ends || met, ..*baseline }
        }
    }
}

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

use std::sync::Arc;

use deskbell_domain::contact::Contact;
use deskbell_domain::port::intercom::{IntercomError, Page, PageRequest, Unanswered};
use deskbell_domain::port::store::Baseline;

use super::source::Source;
use super::walk::WalkError;
use position::{Blocked, NextPage, Position, Way};

use crate::ingest::names::{List, LookUps, LookedUpFor};
use crate::ingest::{Step, Taken};

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

/// The walk over all users of a workspace.
pub(super) struct BaselineWalk {
    source: Arc<Source>,
    position: Position,
}

impl BaselineWalk {
    /// It begins, or goes on, where the store says that it had come to.
    pub(super) fn of(source: Arc<Source>) -> Self {
        Self { source, position: Position::default() }
    }

    /// Reads the next page, if the walk is under way.
    pub(super) async fn step(&self) -> Result<BaselineStep, WalkError> {
        let demand = self.source.demand().await?;
        let Some(baseline) = self.source.ingest.baseline().await?.filter(|known| !known.finished) else {
            return Ok(BaselineStep::Idle);
        };
        if demand.users_since().is_none() {
            return Ok(BaselineStep::Idle);
        }
        let mut look_ups =
            LookUps::of(LookedUpFor::AllUsers, self.source.ingest.names(), &*self.source.background);
        look_ups.list(List::Tags).await;
        let place = self.position.next_page(&baseline);
        let Some(page) = self.page(&place).await? else { return Ok(BaselineStep::Page) };
        let next = after(&baseline, &place, &page);
        let step = Step { baseline, next };
        let demand = self.source.demand().await?;
        match self.source.ingest.take_all_users(&page.items, step, &demand, &mut look_ups).await? {
            Taken::Superseded => return Ok(BaselineStep::Idle),
            Taken::Written if next.finished => return Ok(BaselineStep::Finished),
            Taken::Written => {}
        }
        self.position.advance(&page)?;
        Ok(BaselineStep::Page)
    }

    /// The page that begins there; none where it did not come and is looked for in another way.
    async fn page(&self, place: &NextPage) -> Result<Option<Page<Contact>>, IntercomError> {
        let answer = self.source.background.search_contacts(&place.search(), &place.request).await;
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
        place: &NextPage,
        how: Unanswered,
    ) -> Result<Option<Page<Contact>>, IntercomError> {
        let control = PageRequest { size: 1, cursor: None };
        let mut others = Err(IntercomError::Unavailable(how));
        for search in place.controls() {
            if others.is_err() {
                others = self.source.background.search_contacts(&search, &control).await;
            }
        }
        others?;
        match self.position.block() {
            Blocked::Again => Err(IntercomError::Unavailable(how)),
            Blocked::Elsewhere => Ok(None),
            Blocked::PassOver => {
                self.source.board.count_unreadable(1);
                tracing::warn!(workspace = %self.source.workspace, "a user whom intercom could not give three times is passed over");
                Ok(Some(Page { items: Vec::new(), total: None, next: None }))
            }
        }
    }
}

/// Where the walk stands after a page. If the order that was asked for does not hold, the position stays, and only the
/// cursor leads on. The way down ends where the way up came to. It moves no position, and parts do not either: taken up
/// again, they begin anew.
fn after(baseline: &Baseline, place: &NextPage, page: &Page<Contact>) -> Baseline {
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

//! How far the lists of a workspace were read, and when they may be read again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How long a list that comes in one call counts as fresh: an id that it lacks may belong to something that is gone.
const AGE: Duration = Duration::from_secs(15);
/// How long one that is read page by page does: who was active last stands first in it, so that the next reading rarely
/// goes beyond its first page.
const AGE_OF_PAGES: Duration = Duration::from_mins(10);
/// How long nobody asks for a page that was not given.
const PAUSE: Duration = Duration::from_mins(2);
/// How many pages are read of it; beyond them single calls are fewer.
const MOST_PAGES: u32 = 10;

/// A list that comes in one call: when it was asked for last.
#[derive(Default)]
pub(super) struct Whole(Mutex<Option<Instant>>);

impl Whole {
    /// Whether it is time to ask for it, which is taken for done.
    pub(super) fn is_due(&self) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = !is_younger(*asked, AGE);
        if due {
            *asked = Some(Instant::now());
        }
        due
    }
}

/// A list that is read page by page, as far as is needed.
#[derive(Default)]
pub(super) struct Pages(Mutex<PagesState>);

#[derive(Default)]
struct PagesState {
    began: Option<Instant>,
    /// When it was not given last.
    missed: Option<Instant>,
    /// How many pages were read since.
    read: u32,
    is_whole: bool,
}

impl Pages {
    /// The next page, counted from 1; none where it was read as far as it is, or as far as it may be for now.
    pub(super) fn next(&self) -> Option<u32> {
        let mut state = self.lock();
        if !is_younger(state.began, AGE_OF_PAGES) {
            *state = PagesState { began: Some(Instant::now()), ..PagesState::default() };
        }
        let may_go_on = !state.is_whole && state.read < MOST_PAGES && !is_younger(state.missed, PAUSE);
        may_go_on.then_some(state.read + 1)
    }

    /// The next page was not given: for a while nobody asks for it.
    pub(super) fn was_not_read(&self) {
        self.lock().missed = Some(Instant::now());
    }

    /// A page came; whether it was the last.
    pub(super) fn was_read(&self, page: u32, more: bool) {
        let mut state = self.lock();
        state.read = state.read.max(page);
        state.is_whole |= !more;
    }

    fn lock(&self) -> MutexGuard<'_, PagesState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_younger(moment: Option<Instant>, age: Duration) -> bool {
    moment.is_some_and(|moment| moment.elapsed() < age)
}

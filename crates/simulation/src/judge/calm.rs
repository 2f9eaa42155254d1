//! When the bot could be expected to look: what was there only for a while must have been seen if it was there for so
//! long a time in which nothing was wrong.

use deskbell_domain::event::EventKind;
use deskbell_domain::time::UnixMillis;

use crate::intercom::Route;
use crate::ledger::Disturbance;
use crate::time::{MINUTE, SECOND};

/// Two polls, and the time that walks take: a poll that began just before something was shown may have missed it. The
/// deepest one, past eight records that cannot be given and that no walk of this process has met, takes six minutes.
const LONG_ENOUGH: i64 = 12 * MINUTE;
/// So much later a poll comes where webhooks tell.
pub(super) const RARELY: i64 = 10 * MINUTE;
/// An index that lags by less than the mark trails is made up for by the next poll; else by a deeper walk, some time.
const SHORT_LAG: i64 = 270 * SECOND;

/// The spans in which something was wrong.
pub(super) struct Calm {
    disturbed: Vec<(i64, i64)>,
    long_enough: i64,
}

impl Calm {
    /// For the events of a kind, from spans in any order: what fails beside the routes by which they are found is no
    /// excuse.
    pub(super) fn of(disturbed: &[Disturbance], kind: EventKind) -> Self {
        let concerned =
            disturbed.iter().filter(|span| span.of.is_none_or(|of| Route::of(kind).contains(&of)));
        let mut disturbed: Vec<_> = concerned.map(|span| (span.from.0, span.to.0)).collect();
        disturbed.sort_unstable();
        Self { disturbed, long_enough: LONG_ENOUGH }
    }

    /// Where webhooks tell, polls may come rarely.
    pub(super) fn with_rare_polls(self) -> Self {
        Self { long_enough: LONG_ENOUGH + 2 * RARELY, ..self }
    }

    /// Whether what was shown from then to then, with that lag, must have been seen.
    pub(super) fn must_see(&self, from: UnixMillis, to: Option<UnixMillis>, lag_ms: i64) -> bool {
        let Some(to) = to else { return true };
        lag_ms <= SHORT_LAG && self.has_stretch(from.0, to.0)
    }

    fn has_stretch(&self, from: i64, to: i64) -> bool {
        let mut free_from = from;
        for (begin, end) in &self.disturbed {
            if *begin >= to {
                break;
            }
            if *begin - free_from >= self.long_enough {
                return true;
            }
            free_from = free_from.max(*end);
        }
        to - free_from >= self.long_enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calm(disturbed: &[(i64, i64)]) -> Calm {
        Calm::of(&spans(None, disturbed), EventKind::NewLead)
    }

    fn spans(of: Option<Route>, all: &[(i64, i64)]) -> Vec<Disturbance> {
        let span = |(from, to): &(i64, i64)| Disturbance { of, from: UnixMillis(*from), to: UnixMillis(*to) };
        all.iter().map(span).collect()
    }

    #[test]
    fn a_stream_that_fails_is_no_excuse_for_another() {
        let spans = spans(Some(Route::Conversations), &[(0, 60 * MINUTE)]);
        let must = |kind| Calm::of(&spans, kind).must_see(UnixMillis(0), Some(UnixMillis(30 * MINUTE)), 0);
        assert!(must(EventKind::NewLead) && must(EventKind::UserUpdated));
        assert!(!must(EventKind::NewConversation));
    }

    #[test]
    fn what_was_shown_for_long_in_peace_must_have_been_seen() {
        let calm = calm(&[(25 * MINUTE, 35 * MINUTE), (5 * MINUTE, 10 * MINUTE)]);
        let must = |from: i64, to| calm.must_see(UnixMillis(from * MINUTE), Some(UnixMillis(to * MINUTE)), 0);
        assert!(must(11, 23));
        assert!(must(12, 30), "until the next fault");
        assert!(!must(15, 35));
        assert!(!must(0, 5));
        assert!(must(30, 47));
        assert!(calm.must_see(UnixMillis(0), None, i64::MAX), "what stays is found in the end");
    }
}

//! When a conversation was put off or closed, as far as its parts tell: nobody waits then.

use super::stretch::Stretch;
use super::{Part, Speaker, State};
use crate::time::Timestamp;

/// The times in which it was not open, of one that moved last then. Where nothing tells what opened it again, it was
/// whatever moved it last: rather told late than counted from before it was put off, which would be old news.
pub(super) fn times_away(parts: &[Part], moved: Timestamp) -> Vec<Stretch> {
    let (mut all, mut since) = (Vec::new(), None);
    for part in parts {
        match stands(part) {
            Some(State::Open) => all.extend(since.take().map(|from| Stretch { from, until: part.at })),
            Some(State::Snoozed | State::Closed) => _ = since.get_or_insert(part.at),
            None => {}
        }
    }
    all.extend(since.map(|from| Stretch { from, until: moved.max(from) }));
    all
}

fn stands(part: &Part) -> Option<State> {
    part.stands.or_else(|| part.is_said_by(Speaker::Customer).then_some(State::Open))
}

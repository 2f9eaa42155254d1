//! When a conversation was put off or closed, as far as its parts tell: nobody waits then.

use super::stretch::Stretch;
use super::{Part, Speaker, State, Thread};

/// The times in which it was not open, of one that is open by now. Where nothing tells what opened it again, it was whatever
/// moved it last: rather told late than counted from before it was put off, which would be old news.
pub(super) fn times_away(thread: &Thread) -> Vec<Stretch> {
    let (mut all, mut since) = (Vec::new(), None);
    for part in &thread.parts {
        match stands(part) {
            Some(State::Open) => all.extend(since.take().map(|from| Stretch { from, until: part.at })),
            Some(State::Snoozed | State::Closed) => _ = since.get_or_insert(part.at),
            None => {}
        }
    }
    let moved = thread.conversation.updated_at;
    all.extend(since.map(|from| Stretch { from, until: moved.max(from) }));
    all
}

fn stands(part: &Part) -> Option<State> {
    part.stands.or_else(|| part.is_said_by(Speaker::Customer).then_some(State::Open))
}

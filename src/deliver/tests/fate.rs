//! What becomes of requests in the stories.

use std::time::Duration;

/// What happens to one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is answered.
    Answered,
    /// It is done, but the answer is lost.
    AnswerLost,
    /// It is done, and of the answer no more can be read than that.
    AnswerCut,
    /// It is not done, and nobody says so.
    Down,
    /// Too many requests, of everybody.
    LimitedEverywhere(Duration),
    /// Too many requests, of this channel.
    LimitedHere(Duration),
    /// It is refused for what stands in it.
    Refused,
    /// It is refused with a code that nobody knows.
    Unexplained,
    /// What stands before Discord turns it away.
    TurnedAway(Option<Duration>),
    /// The bot dies before it is done.
    CrashBefore,
    /// The bot dies when it is done.
    CrashAfter,
}

/// Which messages of the first channel do not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocking {
    /// Those with the text of this event.
    Text(u64),
    /// Those too that show one event and no text.
    TextAndPlainCards(u64),
    /// All of them.
    Everything,
}

//! The processes on a database as one of them sees them, and which of them are gone.
//!
//! Whoever watches counts by its own clock for how long the beat of another has not changed, and compares no times of the
//! database: its clock is another after a failover. While a process could not look, nobody could show itself either, so
//! all watches begin anew after that.

use std::collections::BTreeMap;
use std::mem;
use std::time::Duration;

use tokio::time::Instant;
use tokio_postgres::Row;

use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::member::Who;

/// For how long the beat of a process does not change before it counts as gone. It has stopped writing five seconds before.
pub(crate) const SILENCE: Duration = Duration::from_secs(20);

/// So often at least it was looked meanwhile.
const LOOKS: u32 = 5;

/// A longer time without a look, and what was seen before counts no more.
const LONGEST_GAP: Duration = Duration::from_secs(6);

/// A process that stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Peer {
    pub(crate) id: String,
    pub(crate) beat: u64,
    pub(crate) who: Who,
}

impl Peer {
    pub(crate) fn read(row: &Row) -> Attempt<Self> {
        Ok(Self {
            id: row.text("id")?,
            beat: row.number("beat")?,
            who: row.json("told", "who a process is")?,
        })
    }
}

/// What is known of whether a process is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Nothing yet.
    None,
    /// It has shown itself while it was watched.
    Seen,
    /// It was silent for too long: it is gone.
    Gone,
}

/// What one process has seen of the others.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    seen: BTreeMap<String, Seen>,
    last: Option<Instant>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    beat: u64,
    /// When it was known at the latest that the beat is this one.
    since: Instant,
    silent: Duration,
    looks: u32,
    has_changed: bool,
}

impl Watch {
    /// Takes note of who is there, by the answer to what was asked then.
    pub(crate) fn note(&mut self, peers: &[Peer], asked: Instant) {
        let answered = Instant::now();
        let is_gap = self.last.is_none_or(|last| answered.saturating_duration_since(last) > LONGEST_GAP);
        let before = mem::take(&mut self.seen);
        let before = |id: &str| before.get(id).filter(|_| !is_gap);
        let note = |peer: &Peer| (peer.id.clone(), seen(before(&peer.id), peer.beat, (asked, answered)));
        self.seen = peers.iter().map(note).collect();
        self.last = Some(answered);
    }

    /// What is known of a process.
    pub(crate) fn sign(&self, id: &str) -> Sign {
        match self.seen.get(id) {
            Some(seen) if seen.looks >= LOOKS && seen.silent >= SILENCE => Sign::Gone,
            Some(seen) if seen.has_changed => Sign::Seen,
            _ => Sign::None,
        }
    }
}

fn seen(before: Option<&Seen>, beat: u64, (asked, answered): (Instant, Instant)) -> Seen {
    match before {
        Some(before) if before.beat == beat => Seen {
            silent: asked.saturating_duration_since(before.since),
            looks: before.looks.saturating_add(1),
            ..*before
        },
        _ => Seen { beat, since: answered, silent: Duration::ZERO, looks: 1, has_changed: before.is_some() },
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    fn peer(beat: u64) -> [Peer; 1] {
        let who = Who { host: "there".to_owned(), process: 7 };
        [Peer { id: "a".to_owned(), beat, who }]
    }

    /// Looks after so many seconds, at once answered.
    async fn look(watch: &mut Watch, after: u64, beat: u64) -> Sign {
        advance(Duration::from_secs(after)).await;
        watch.note(&peer(beat), Instant::now());
        watch.sign("a")
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_change_for_twenty_seconds_of_looks_is_gone() {
        let mut watch = Watch::default();
        assert_eq!(look(&mut watch, 0, 3).await, Sign::None);
        for _ in 0..6 {
            assert_eq!(look(&mut watch, 3, 3).await, Sign::None);
        }
        assert_eq!(look(&mut watch, 2, 3).await, Sign::Gone);
        assert_eq!(look(&mut watch, 1, 4).await, Sign::Seen, "it was paused");
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_time_without_looks_nobody_is_gone() {
        let mut watch = Watch::default();
        for _ in 0..6 {
            look(&mut watch, 3, 3).await;
        }
        assert_eq!(
            look(&mut watch, 7, 3).await,
            Sign::None,
            "the database was silent, or this process stood still"
        );
        for _ in 0..6 {
            assert_eq!(look(&mut watch, 3, 3).await, Sign::None);
        }
        assert_eq!(look(&mut watch, 3, 3).await, Sign::Gone);
    }

    #[tokio::test(start_paused = true)]
    async fn a_beat_that_goes_back_is_one_that_changes() {
        let mut watch = Watch::default();
        look(&mut watch, 0, 9).await;
        assert_eq!(
            look(&mut watch, 3, 8).await,
            Sign::Seen,
            "another machine of the database has lost the last ones"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn few_looks_tell_nothing() {
        let mut watch = Watch::default();
        look(&mut watch, 0, 3).await;
        for _ in 0..3 {
            assert_eq!(look(&mut watch, 6, 3).await, Sign::None);
        }
        assert_eq!(look(&mut watch, 6, 3).await, Sign::Gone);
    }
}

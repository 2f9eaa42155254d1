//! The work of a database, which one process has at a time: the row of shard 0 names it, with an epoch that is another
//! whenever the work changes hands.
//!
//! Others take the work only when this process has not shown itself for 20 s by their own clocks. So whoever was not heard
//! for 10 s sends nothing more, and for 15 s writes nothing more; and whoever was stopped for longer than that, and does not
//! know, writes nothing either: every write breaks off where the work is another's. Nothing is sent without a write before.

use std::fmt;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::sql::statements;
use crate::value::{Call, call};

statements!("member.sql": HELD);

/// How long a process may write after it asked for the last change of its row that was confirmed.
const LEASE: Duration = Duration::from_secs(15);

/// So long before that it sends nothing more: what is sent takes its time.
const TO_SEND: Duration = Duration::from_secs(5);

/// Who a process is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The name of its machine.
    pub host: String,
    /// Its number there.
    pub process: u32,
}

impl fmt::Display for Who {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "on {}, process {}", self.host, self.process)
    }
}

/// A process that has the work.
pub(crate) struct Member {
    pub(crate) who: Who,
    /// Under which id it stands in the database.
    pub(crate) id: String,
    /// In which epoch it has the work.
    pub(crate) epoch: u64,
    until: Mutex<Instant>,
}

impl Member {
    /// A process that has the work since it asked for it then.
    pub(crate) fn new(who: Who, id: String, epoch: u64, asked: Instant) -> Self {
        Self { who, id, epoch, until: Mutex::new(asked + LEASE) }
    }

    /// It still has the work, as the answer to what it asked then says.
    pub(crate) fn holds(&self, asked: Instant) {
        *self.until() = asked + LEASE;
    }

    /// Whether it may write, as far as it knows.
    ///
    /// # Errors
    /// Where the database has not confirmed for too long that it has the work.
    pub(crate) fn may_write(&self) -> io::Result<()> {
        self.is_confirmed(Duration::ZERO, "the database has not answered for 15 s")
    }

    /// Whether it may send something to Discord, as far as it knows.
    ///
    /// # Errors
    /// Where the database has not confirmed for too long that it has the work.
    pub(crate) fn may_send(&self) -> io::Result<()> {
        self.is_confirmed(TO_SEND, "the database has not answered for 10 s")
    }

    fn is_confirmed(&self, before: Duration, why_not: &'static str) -> io::Result<()> {
        if Instant::now() + before < *self.until() {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, why_not))
    }

    /// Goes along with every commit, and breaks it off where the work is another's.
    pub(crate) fn held(&self) -> Call {
        call!(HELD, self.id, self.epoch)
    }

    fn until(&self) -> MutexGuard<'_, Instant> {
        self.until.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id that no other process has.
pub(crate) fn drawn_id() -> String {
    let hex = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_is_not_confirmed_sends_nothing_after_ten_seconds_and_writes_nothing_after_fifteen() {
        let who = Who { host: "here".to_owned(), process: 7 };
        let member = Member::new(who, drawn_id(), 1, Instant::now());
        tokio::time::advance(Duration::from_millis(9_999)).await;
        assert!(member.may_send().is_ok());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(member.may_send().is_err() && member.may_write().is_ok());
        tokio::time::advance(Duration::from_millis(4_999)).await;
        assert!(member.may_write().is_ok());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(member.may_write().is_err());
        member.holds(Instant::now());
        assert!(member.may_send().is_ok() && member.may_write().is_ok());
    }

    #[test]
    fn an_id_has_the_form_that_the_database_asks_for() {
        let lengths: Vec<_> = drawn_id().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}

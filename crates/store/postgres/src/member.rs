//! The place of this process in its database, which one process has at a time: a row that it changes every three seconds.
//!
//! Others take the place only when that row was not changed for 20 s by the database's clock, and take the row away. So
//! whoever cannot change it for 15 s writes nothing more by itself, and whoever was stopped for longer than that, and does
//! not know, writes nothing either: every write breaks off where the row is gone. Nothing is sent without a write before.

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

/// Who a process is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    /// The name of its machine.
    pub host: String,
    /// Its number there.
    pub process: u32,
}

/// The place of this process.
pub(crate) struct Member {
    pub(crate) who: Who,
    state: Mutex<State>,
}

struct State {
    id: String,
    until: Instant,
}

impl Member {
    /// A process that has its place since it asked for it then.
    pub(crate) fn new(who: Who, id: String, asked: Instant) -> Self {
        Self { who, state: Mutex::new(State { id, until: asked + LEASE }) }
    }

    /// Under which id it stands in the database.
    pub(crate) fn id(&self) -> String {
        self.state().id.clone()
    }

    /// It still has its place, as the answer to what it asked then says; or has one again, under another id.
    pub(crate) fn holds(&self, id: String, asked: Instant) {
        *self.state() = State { id, until: asked + LEASE };
    }

    /// Whether it may write, as far as it knows.
    ///
    /// # Errors
    /// Where the database has not confirmed its place for too long.
    pub(crate) fn may_write(&self) -> io::Result<()> {
        if Instant::now() < self.state().until {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::TimedOut, "the database has not answered for 15 s"))
    }

    /// Goes along with every commit, and breaks it off where the place is gone.
    pub(crate) fn held(&self) -> Call {
        call!(HELD, self.id())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
    async fn whoever_is_not_confirmed_for_fifteen_seconds_writes_nothing_until_it_is() {
        let who = Who { host: "here".to_owned(), process: 7 };
        let member = Member::new(who, drawn_id(), Instant::now());
        tokio::time::advance(Duration::from_millis(14_999)).await;
        assert!(member.may_write().is_ok());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(member.may_write().is_err());
        member.holds(member.id(), Instant::now());
        assert!(member.may_write().is_ok());
    }

    #[test]
    fn an_id_has_the_form_that_the_database_asks_for() {
        let lengths: Vec<_> = drawn_id().split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12]);
    }
}

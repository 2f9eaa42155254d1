//! What the heartbeat says of a process that stands by while another serves the bot.

use std::io;
use std::path::Path;

use deskbell_domain::time::UnixMillis;
use serde::{Deserialize, Serialize};

use super::{Heartbeat, Lock, StoreKind, minute, read, write};

/// For whom a process stands by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandsBy {
    /// Who serves the bot: the machine and the number of its process, in words.
    pub whom: String,
    /// Since when this process waits for it, in milliseconds since 1970.
    pub since: UnixMillis,
}

impl StandsBy {
    /// What to tell.
    pub(super) fn sentence(&self) -> String {
        format!(
            "ok: the bot stands by since {}: another Deskbell ({}) serves, and this one takes over by itself.",
            minute(self.since),
            self.whom
        )
    }
}

/// Writes the file of a process that stands by; `is_heard` is whether the database answers it.
pub fn stand_by(
    folder: &Path,
    by: &StandsBy,
    (is_heard, lock): (bool, Lock),
    now: UnixMillis,
) -> io::Result<()> {
    write(
        folder,
        &Heartbeat {
            at: now,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            store_writable: is_heard,
            store: StoreKind::Database,
            ended: false,
            locked: lock == Lock::Held,
            stands_by: Some(by.clone()),
            // What was taken before counts at the next start too.
            only_server: read(folder).and_then(|last| last.only_server),
            waiting_since: None,
            troubles: Vec::new(),
            unconnected_since: None,
            unposted: None,
            unserved: None,
            deskbell_possible_duplicates_total: 0,
        },
    )
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use super::*;
    use crate::system::SystemClock;
    use deskbell_domain::time::Clock as _;
    use insta::assert_snapshot;

    fn said(is_heard: bool) -> (String, bool) {
        let folder = tempfile::tempdir().unwrap();
        let by = StandsBy { whom: "on db7, process 12".to_owned(), since: UnixMillis(1_795_132_800_000) };
        stand_by(folder.path(), &by, (is_heard, Lock::Free), SystemClock.now()).unwrap();
        let health = examine(folder.path(), &SystemClock);
        (health.sentence(), health.is_well())
    }

    #[test]
    fn one_that_stands_by_is_well_and_says_for_whom() {
        let (sentence, is_well) = said(true);
        assert!(is_well);
        assert_snapshot!(sentence, @"ok: the bot stands by since 2026-11-20 00:00 UTC: another Deskbell (on db7, process 12) serves, and this one takes over by itself.");
    }

    #[test]
    fn one_that_stands_by_without_a_database_is_not_well() {
        assert!(!said(false).1);
    }
}

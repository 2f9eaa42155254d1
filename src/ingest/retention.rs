//! Throws away what is older than `RETENTION`, a bounded piece at a time. What must stay, the store knows.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{JournalStore, Pruned, Stored};
use deskbell_domain::time::{Clock, UnixMillis};
use tokio_util::sync::CancellationToken;

/// How often it is looked at.
const EVERY: Duration = Duration::from_mins(5);
/// How many pieces are thrown away in a row, so that a long backlog does not keep the store busy.
const PIECES: u32 = 20;

/// The loop that prunes one workspace.
pub struct Retention {
    journal: Arc<dyn JournalStore>,
    clock: Arc<dyn Clock>,
    workspace: WorkspaceId,
    keep: Duration,
}

impl Retention {
    /// Keeps what is younger than `keep`.
    pub fn new(
        journal: Arc<dyn JournalStore>,
        clock: Arc<dyn Clock>,
        workspace: WorkspaceId,
        keep: Duration,
    ) -> Self {
        Self { journal, clock, workspace, keep }
    }

    /// Prunes until nothing is left to do, or enough was done for now.
    pub async fn tick(&self) -> Stored<Pruned> {
        let keep_ms = i64::try_from(self.keep.as_millis()).unwrap_or(i64::MAX);
        let keep_from = UnixMillis(self.clock.now().0.saturating_sub(keep_ms));
        let mut sum = Pruned::default();
        for _ in 0..PIECES {
            let piece = self.journal.prune(&self.workspace, keep_from).await?;
            sum.entries += piece.entries;
            sum.seen += piece.seen;
            sum.unserved += piece.unserved;
            sum.more = piece.more;
            if !piece.more {
                break;
            }
        }
        Ok(sum)
    }

    /// Prunes every few minutes until shutdown. Being dropped in the middle costs nothing: pruning may be repeated.
    pub async fn run(&self, shutdown: &CancellationToken) {
        loop {
            let next = tokio::time::Instant::now() + EVERY;
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                outcome = self.tick() => self.tell(&outcome),
            }
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    fn tell(&self, outcome: &Stored<Pruned>) {
        match outcome {
            Ok(pruned) if pruned.unserved > 0 => tracing::warn!(
                workspace = %self.workspace,
                dropped = pruned.unserved,
                "events waited longer than RETENTION for a notification on hold and were dropped"
            ),
            Ok(pruned) => tracing::debug!(
                workspace = %self.workspace,
                entries = pruned.entries,
                seen = pruned.seen,
                "old entries were thrown away"
            ),
            Err(error) => tracing::warn!(
                workspace = %self.workspace,
                error = error as &dyn std::error::Error,
                "old entries could not be thrown away; it is tried again"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::port::store::MockJournalStore;
    use deskbell_domain::time::MockClock;

    use super::*;

    fn retention(pieces_left: u64) -> Retention {
        let mut journal = MockJournalStore::new();
        let left = std::sync::atomic::AtomicU64::new(pieces_left);
        journal.expect_prune().returning(move |_, keep_from| {
            assert_eq!(keep_from, UnixMillis(9_000_000), "what is younger than RETENTION stays");
            let before = left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Pruned { entries: 10, more: before > 1, ..Pruned::default() })
        });
        let mut clock = MockClock::new();
        clock.expect_now().returning(|| UnixMillis(10_000_000));
        Retention::new(Arc::new(journal), Arc::new(clock), WorkspaceId::new("w"), Duration::from_secs(1000))
    }

    #[tokio::test]
    async fn pruning_goes_on_until_nothing_is_left() {
        let pruned = retention(3).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (30, false));
    }

    #[tokio::test]
    async fn pruning_a_long_backlog_is_bounded() {
        let pruned = retention(1000).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (200, true));
    }
}

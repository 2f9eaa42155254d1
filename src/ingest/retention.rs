//! Throws away what is older than `RETENTION`, a bounded piece at a time. What must stay, the store knows.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{Journal, Pruned, ShortLived, Stored};
use deskbell_domain::time::{Clock, UnixMillis};
use tokio_util::sync::CancellationToken;

/// How often it is looked at.
const EVERY: Duration = Duration::from_mins(5);
/// How many pieces are thrown away in a row, so that a long backlog does not keep the store busy.
const PIECES: u32 = 20;

/// The loop that prunes one workspace.
pub struct Retention {
    journal: Arc<dyn Journal>,
    short_lived: Arc<dyn ShortLived>,
    clock: Arc<dyn Clock>,
    workspace: WorkspaceId,
    keep: Duration,
}

impl Retention {
    /// Keeps what is younger than `keep`.
    pub fn new(
        journal: Arc<dyn Journal>,
        short_lived: Arc<dyn ShortLived>,
        clock: Arc<dyn Clock>,
        workspace: WorkspaceId,
        keep: Duration,
    ) -> Self {
        Self { journal, short_lived, clock, workspace, keep }
    }

    /// Prunes until nothing is left to do, or enough was done for now.
    pub async fn tick(&self) -> Stored<Pruned> {
        let now = self.clock.now();
        self.prune_kept(now).await?;
        let keep_ms = i64::try_from(self.keep.as_millis()).unwrap_or(i64::MAX);
        let keep_from = UnixMillis(now.0.saturating_sub(keep_ms));
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

    /// Texts whose time is over go whosever they are: most ticks find none, and those of several workspaces are no harm.
    async fn prune_kept(&self, now: UnixMillis) -> Stored<()> {
        for _ in 0..PIECES {
            if !self.short_lived.prune_kept(now).await?.more {
                break;
            }
        }
        Ok(())
    }

    /// Prunes every few minutes until shutdown. Being dropped in the middle costs nothing: pruning may be repeated.
    pub async fn run(&self, shutdown: &CancellationToken) {
        loop {
            let next = tokio::time::Instant::now() + EVERY;
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                // Boxed, so that the many workspaces that wait for the next hour do not each keep room for it.
                outcome = Box::pin(self.tick()) => self.tell(&outcome),
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
    use deskbell_domain::port::store::{MockJournal, MockShortLived, PrunedKept};
    use deskbell_domain::time::MockClock;

    use super::*;

    fn retention(pieces_left: u64, texts: MockShortLived) -> Retention {
        let mut journal = MockJournal::new();
        let left = std::sync::atomic::AtomicU64::new(pieces_left);
        journal.expect_prune().returning(move |_, keep_from| {
            assert_eq!(keep_from, UnixMillis(9_000_000), "what is younger than RETENTION stays");
            let before = left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Pruned { entries: 10, more: before > 1, ..Pruned::default() })
        });
        let mut clock = MockClock::new();
        clock.expect_now().returning(|| UnixMillis(10_000_000));
        Retention::new(
            Arc::new(journal),
            Arc::new(texts),
            Arc::new(clock),
            WorkspaceId::new("w"),
            Duration::from_secs(1000),
        )
    }

    /// Texts whose time is over, of which so many calls leave some.
    fn expired(calls: usize) -> MockShortLived {
        let mut short_lived = MockShortLived::new();
        let mut left = calls;
        short_lived.expect_prune_kept().times(calls + 1).returning(move |now| {
            assert_eq!(now, UnixMillis(10_000_000));
            let more = left > 0;
            left = left.saturating_sub(1);
            Ok(PrunedKept { texts: 1, more })
        });
        short_lived
    }

    #[tokio::test]
    async fn texts_whose_time_is_over_go_too() {
        assert_eq!(retention(1, expired(3)).tick().await.unwrap().entries, 10);
    }

    #[tokio::test]
    async fn pruning_goes_on_until_nothing_is_left() {
        let pruned = retention(3, expired(0)).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (30, false));
    }

    #[tokio::test]
    async fn pruning_a_long_backlog_is_bounded() {
        let pruned = retention(1000, expired(0)).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (200, true));
    }
}

//! Throws away what is older than `RETENTION`, a bounded piece at a time. What must stay, the store knows.
//!
//! What is old is reckoned by Intercom's clock: were this machine's set ahead by mistake, all that waits for a paused
//! notification would be gone at once. Before Intercom has told the time nothing of the journal is thrown away.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{Journal, Pruned, ShortLived, Stored};
use deskbell_domain::status::{StatusBoard, UnreadableNotifications};
use deskbell_domain::time::{ServerTime, UnixMillis};
use tokio_util::sync::CancellationToken;

/// How often it is looked at.
const EVERY: Duration = Duration::from_mins(5);
/// How many pieces are thrown away in a row, so that a long backlog does not keep the store busy.
const PIECES: u32 = 20;

/// The loop that prunes one workspace.
pub struct Retention {
    journal: Arc<dyn Journal>,
    short_lived: Arc<dyn ShortLived>,
    time: Arc<ServerTime>,
    workspace: WorkspaceId,
    /// Where it is told which notifications cannot be read.
    board: Arc<StatusBoard>,
    keep: Duration,
}

impl Retention {
    /// Keeps what is younger than `keep`.
    pub fn new(
        journal: Arc<dyn Journal>,
        short_lived: Arc<dyn ShortLived>,
        time: Arc<ServerTime>,
        workspace: WorkspaceId,
        board: Arc<StatusBoard>,
        keep: Duration,
    ) -> Self {
        Self { journal, short_lived, time, workspace, board, keep }
    }

    /// Prunes until nothing is left to do, or enough was done for now.
    pub async fn tick(&self) -> Stored<Pruned> {
        self.prune_kept(self.time.local()).await?;
        let Some(now) = self.time.told() else { return Ok(Pruned::default()) };
        let keep_ms = i64::try_from(self.keep.as_millis()).unwrap_or(i64::MAX);
        let keep_from = UnixMillis(now.0.saturating_sub(keep_ms));
        let mut sum = Pruned::default();
        for _ in 0..PIECES {
            let piece = self.journal.prune(&self.workspace, keep_from).await?;
            sum.entries += piece.entries;
            sum.seen += piece.seen;
            sum.unserved += piece.unserved;
            sum.letters += piece.letters;
            sum.messages += piece.messages;
            sum.unreadable = piece.unreadable;
            sum.more = piece.more;
            if !piece.more {
                break;
            }
        }
        self.board.set_unreadable_notifications(sum.unreadable);
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
        if let Ok(Pruned { unreadable: UnreadableNotifications::SetAside(notifications), .. }) = outcome {
            tracing::error!(
                workspace = %self.workspace,
                notifications,
                "a stored notification cannot be read since days; events are no longer kept for it: set it up again"
            );
        }
        if let Some(pruned) = outcome.as_ref().ok().filter(|pruned| pruned.letters > 0) {
            tracing::warn!(
                workspace = %self.workspace,
                dropped = pruned.letters,
                "events that could not be posted are older than RETENTION and were dropped"
            );
        }
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
                messages = pruned.messages,
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
    use deskbell_domain::time::{MockClock, Timestamp};

    use super::*;

    /// Intercom says that ten thousand seconds have passed; this machine's clock is so much ahead, in milliseconds.
    fn told(ahead_ms: i64) -> Arc<ServerTime> {
        let time = untold(ahead_ms);
        // An answer that says an earlier time than the machine is believed at once.
        let now = time.steady();
        time.observe(Timestamp(10_000), now, now);
        time
    }

    fn untold(ahead_ms: i64) -> Arc<ServerTime> {
        let mut clock = MockClock::new();
        clock.expect_now().returning(move || UnixMillis(10_000_000 + ahead_ms));
        Arc::new(ServerTime::new(Arc::new(clock)))
    }

    fn retention(pieces_left: u64, texts: MockShortLived, time: Arc<ServerTime>) -> Retention {
        let mut journal = MockJournal::new();
        let left = std::sync::atomic::AtomicU64::new(pieces_left);
        journal.expect_prune().returning(move |_, keep_from| {
            let seconds = keep_from.seconds().0;
            assert!((8_998..=9_000).contains(&seconds), "what is younger than RETENTION stays: {seconds}");
            let before = left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
            Ok(Pruned { entries: 10, more: before > 1, ..Pruned::default() })
        });
        let (journal, texts) = (Arc::new(journal), Arc::new(texts));
        let (workspace, board) = (WorkspaceId::new("w"), Arc::default());
        Retention::new(journal, texts, time, workspace, board, Duration::from_secs(1000))
    }

    /// Texts whose time is over, of which so many calls leave some.
    fn expired(calls: usize) -> MockShortLived {
        let mut short_lived = MockShortLived::new();
        let mut left = calls;
        short_lived.expect_prune_kept().times(calls + 1).returning(move |_| {
            let more = left > 0;
            left = left.saturating_sub(1);
            Ok(PrunedKept { texts: 1, more })
        });
        short_lived
    }

    #[tokio::test(start_paused = true)]
    async fn a_notification_that_cannot_be_read_is_told_where_people_look() {
        for found in [UnreadableNotifications::Awaited(1), UnreadableNotifications::SetAside(2)] {
            let mut journal = MockJournal::new();
            journal
                .expect_prune()
                .returning(move |_, _| Ok(Pruned { unreadable: found, ..Pruned::default() }));
            let board = Arc::<StatusBoard>::default();
            let (journal, texts, workspace) =
                (Arc::new(journal), Arc::new(expired(0)), WorkspaceId::new("w"));
            let keep = Duration::from_secs(1000);
            let retention = Retention::new(journal, texts, told(0), workspace, board.clone(), keep);
            retention.tick().await.unwrap();
            assert_eq!(board.unreadable_notifications(), found);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn texts_whose_time_is_over_go_too() {
        assert_eq!(retention(1, expired(3), told(0)).tick().await.unwrap().entries, 10);
    }

    #[tokio::test(start_paused = true)]
    async fn pruning_goes_on_until_nothing_is_left() {
        let pruned = retention(3, expired(0), told(0)).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (30, false));
    }

    #[tokio::test(start_paused = true)]
    async fn pruning_a_long_backlog_is_bounded() {
        let pruned = retention(1000, expired(0), told(0)).tick().await.unwrap();
        assert_eq!((pruned.entries, pruned.more), (200, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_machine_whose_clock_is_a_year_ahead_throws_nothing_away_early() {
        let year = 365 * 24 * 3600 * 1000;
        assert_eq!(retention(1, expired(0), told(year)).tick().await.unwrap().entries, 10);
        let before_any_answer = retention(1, expired(0), untold(year)).tick().await.unwrap();
        assert_eq!(before_any_answer.entries, 0);
    }
}

//! What is done about audits by itself: what is old enough goes, and the head of each is posted once a day where somebody
//! chose a channel for it.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::port::store::{Store, Stored};
use deskbell_domain::service::audit::{is_due, post_anchor};
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_text as text;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::Workspaces;
use crate::supervisor::Pulse;

/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_mins(10);

/// The care for the audits of all servers.
pub(super) struct AuditCare {
    pub(super) store: Arc<dyn Store>,
    pub(super) workspaces: Arc<Workspaces>,
    pub(super) clock: Arc<dyn Clock>,
    /// How long entries are kept.
    pub(super) retention: Duration,
}

impl AuditCare {
    pub(super) async fn run(self, stop: CancellationToken, pulse: Pulse) {
        let mut ticks = interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            pulse.beat();
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = self.tick(&pulse) => if let Err(error) = done {
                    tracing::warn!(%error, "the audits could not be looked at");
                },
            }
            pulse.rest();
        }
    }

    async fn tick(&self, pulse: &Pulse) -> Stored<()> {
        let now = self.clock.now();
        // What cannot be thrown away keeps no head from being posted.
        let pruned = self.prune(now, pulse).await;
        self.post_heads(now, pulse).await.and(pruned)
    }

    async fn prune(&self, now: UnixMillis, pulse: &Pulse) -> Stored<()> {
        let kept = i64::try_from(self.retention.as_millis()).unwrap_or(i64::MAX);
        while self.store.prune_audit(UnixMillis(now.0.saturating_sub(kept))).await?.more {
            pulse.beat();
        }
        Ok(())
    }

    async fn post_heads(&self, now: UnixMillis, pulse: &Pulse) -> Stored<()> {
        for (guild, book) in self.store.audit_books().await? {
            let Some(workspace) = self.workspaces.runtime(guild) else { continue };
            if !is_due(&book, now) {
                continue;
            }
            pulse.beat();
            let outbox = &**workspace.outbox();
            let posting = post_anchor(&*self.store, outbox, (guild, &book), now, text::audit::anchor);
            if let Err(cause) = posting.await {
                tracing::warn!(%cause, guild.id = %guild, "the head of an audit could not be posted; it is tried again");
            }
        }
        Ok(())
    }
}

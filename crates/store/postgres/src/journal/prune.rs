//! Pruning: throwing away what is older than `RETENTION`, some 500 rows a call.
//!
//! What stays, whatever its age: an entry that an active subscription has not been served, or that is in a batch in
//! flight; a seen-key that a walk could need; snapshots of the present epoch. An entry that only subscriptions on hold
//! still waited for goes, and is counted for each of them.

use deskbell_domain::bounds::CARDS_LIVE;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{JournalNumber, MessageId};
use deskbell_domain::port::store::Pruned;
use deskbell_domain::status::UnreadableNotifications;
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::rules::delivery::ProgressRecord;
use deskbell_store::rules::prune::{Claim, Claims, Judged, Order, SET_ASIDE_MS, SeenLimits};
use deskbell_store::rules::records::ACTOR_KEPT_MS;
use deskbell_store::rules::roll_ups::first_kept;
use tokio_postgres::Row;

use super::letters;
use crate::cells::Cells as _;
use crate::failure::Attempt;
use crate::progress_rows;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::subscription_rows;
use crate::transaction::Transaction;
use crate::value::call;
use crate::workspace::{self, Held};

statements!("prune.sql":
    SUBSCRIPTIONS PROGRESS OLDEST TAKE_OUT TAKE_OUT_LEARNT SEEN_OF FORGET_SEEN OUTLIVE LEFT_OVER OLD_SNAPSHOTS OLD_ACTORS
    OLD_READINGS OLD_MESSAGES OLD_SHAPES FORGET_SHAPES FORGET_SHOWING OLD_ROLL_UPS UNREADABLE_SINCE
);

statements!("transaction.sql": FORGET_MARKS_OF);

/// How many rows a call looks at: a commit stays short, and others get their turn.
const ROWS: usize = 500;

/// Answers behind which entry the next call goes on, too.
pub(super) async fn prune(
    store: &PostgresStore,
    transaction: &Transaction,
    order: &Order,
) -> Attempt<(Pruned, Option<JournalNumber>)> {
    let workspace = &order.workspace;
    let position = store.pruned_to.of(workspace);
    let look = [
        call!(SUBSCRIPTIONS, workspace),
        call!(PROGRESS, workspace),
        call!(OLDEST, workspace, position, ROWS as u64),
    ];
    let Some((held, [subscriptions, progress, entries])) =
        workspace::lock_present(store, transaction, workspace, look).await?
    else {
        return Ok((Pruned::default(), None));
    };
    let (subscriptions, unreadable) = subscription_rows::read(&subscriptions)?;
    let paired = progress_rows::paired(subscriptions, &progress)?;
    let limits = SeenLimits::with(&held.streams);
    let mut sweep = Sweep {
        transaction,
        order,
        held: &held,
        limits,
        left: ROWS,
        pruned: Pruned::default(),
        position: None,
    };
    if sweep.may_wait(unreadable) {
        tracing::error!(%workspace, "no old events are thrown away: a stored notification cannot be read");
    } else {
        let claims = Claims::of(paired.iter().cloned().map(or_at_its_beginning).collect());
        sweep.entries(claims, &entries).await?;
    }
    sweep.others().await?;
    let letters = letters::prune(transaction, order, paired).await?;
    sweep.pruned.letters = letters.count;
    sweep.pruned.more |= letters.more;
    sweep.messages().await?;
    transaction.write(call!(OLD_ROLL_UPS, workspace, first_kept(order.now)));
    transaction.write(call!(FORGET_MARKS_OF, workspace));
    Ok((sweep.pruned, sweep.position))
}

type Claimant = (deskbell_domain::subscription::Subscription, Option<ProgressRecord>);

/// Without its progress nobody knows what a subscription was served: everything it wants stays.
fn or_at_its_beginning(
    (subscription, progress): Claimant,
) -> (deskbell_domain::subscription::Subscription, ProgressRecord) {
    let progress = progress.unwrap_or_else(|| ProgressRecord::starting_at(subscription.after));
    (subscription, progress)
}

/// One call's work: how many rows it may still look at, and what it did.
struct Sweep<'a> {
    transaction: &'a Transaction,
    order: &'a Order,
    held: &'a Held,
    limits: SeenLimits,
    left: usize,
    pruned: Pruned,
    position: Option<JournalNumber>,
}

impl Sweep<'_> {
    /// Whether everything must stay for notifications that cannot be read. For some days it does: a store that was damaged
    /// may be put right from a copy. After that it would only grow for ever.
    fn may_wait(&mut self, unreadable: u64) -> bool {
        let (workspace, since) = (&self.order.workspace, self.held.unreadable_since);
        if unreadable == 0 {
            if since.is_some() {
                self.transaction.write(call!(UNREADABLE_SINCE, workspace, None::<UnixMillis>));
            }
            return false;
        }
        self.pruned.unreadable = UnreadableNotifications::Awaited(unreadable);
        if since.is_none() {
            self.transaction.write(call!(UNREADABLE_SINCE, workspace, self.order.now));
        }
        if since.is_none_or(|since| self.order.now.since(since) < SET_ASIDE_MS) {
            return true;
        }
        self.pruned.unreadable = UnreadableNotifications::SetAside(unreadable);
        false
    }

    /// Judges entries in their order, up to the first that is recent.
    async fn entries(&mut self, mut claims: Claims, rows: &[Row]) -> Attempt<()> {
        let (mut gone, mut last) = (Vec::new(), None);
        for row in rows {
            let entry = judged(row)?;
            let appended_at = UnixMillis(row.signed("appended_at")?);
            let own = Timestamp(row.signed("at")?);
            if self.order.written_at(appended_at, own) >= self.order.keep_from {
                last = None;
                break;
            }
            self.left = self.left.saturating_sub(1);
            last = Some(entry.number);
            if claims.claim(&entry) == Claim::Goes {
                gone.push(entry.number);
            }
        }
        if last.is_some() && rows.len() == ROWS {
            self.position = last;
            self.pruned.more = true;
        }
        self.pruned.entries = gone.len() as u64;
        for (subscription, progress, dropped) in claims.dropped() {
            self.pruned.unserved += dropped;
            self.transaction.write(progress_rows::save(&self.order.workspace, subscription.id, &progress));
        }
        if gone.is_empty() { Ok(()) } else { self.take_out(&gone).await }
    }

    async fn take_out(&mut self, gone: &[JournalNumber]) -> Attempt<()> {
        let workspace = &self.order.workspace;
        let (mut forgotten, mut outliving) = (Vec::new(), Vec::new());
        for row in self.transaction.ask(call!(SEEN_OF, workspace, gone)).await? {
            let id = row.text("event_id")?;
            if self.seen_may_go(&row)? { forgotten.push(id) } else { outliving.push(id) }
        }
        self.pruned.seen += forgotten.len() as u64;
        self.transaction.write(call!(FORGET_SEEN, workspace, forgotten));
        self.transaction.write(call!(OUTLIVE, workspace, outliving));
        self.transaction.write(call!(TAKE_OUT_LEARNT, workspace, gone));
        self.transaction.write(call!(TAKE_OUT, workspace, gone));
        Ok(())
    }

    fn seen_may_go(&self, row: &Row) -> Attempt<bool> {
        let at = Timestamp(row.signed("at")?);
        Ok(at < self.limits.of(row.kind("kind")?) && at < self.order.keep_from.seconds())
    }

    /// Seen-keys that outlived their entries, snapshots of earlier epochs, who made what, and readings.
    async fn others(&mut self) -> Attempt<()> {
        let workspace = &self.order.workspace;
        let rows = self.transaction.ask(call!(LEFT_OVER, workspace, self.left as u64)).await?;
        self.left -= rows.len();
        let mut forgotten = Vec::new();
        for row in &rows {
            if self.seen_may_go(row)? {
                forgotten.push(row.text("event_id")?);
            }
        }
        if !forgotten.is_empty() {
            self.pruned.seen += forgotten.len() as u64;
            self.transaction.write(call!(FORGET_SEEN, workspace, forgotten));
        }
        if let Some(baseline) = self.held.baseline {
            let old = call!(OLD_SNAPSHOTS, workspace, baseline.epoch, self.left as u64);
            self.left -= self.transaction.change(old).await?.len();
        }
        let actors_before = UnixMillis(self.order.now.0.saturating_sub(ACTOR_KEPT_MS));
        self.transaction.write(call!(OLD_ACTORS, workspace, actors_before));
        let before = self.limits.of(EventKind::CustomerReplied);
        let readings = self.transaction.change(call!(OLD_READINGS, workspace, before, ROWS as u64)).await?;
        self.pruned.more |= self.left == 0 || readings.len() == ROWS;
        Ok(())
    }

    /// The ids of messages that were posted too long ago, and the shapes of those that live no longer; when that was, an id
    /// says by Discord's clock.
    async fn messages(&mut self) -> Attempt<()> {
        let Order { workspace, keep_from, now } = self.order;
        let live_from = UnixMillis(now.0.saturating_sub(CARDS_LIVE * 1000)).max(*keep_from);
        let posted = call!(OLD_MESSAGES, workspace, MessageId::earliest_at(*keep_from), ROWS as u64);
        let shapes = call!(OLD_SHAPES, workspace, MessageId::earliest_at(live_from), ROWS as u64);
        let posted = self.transaction.change(posted).await?;
        let shapes = self.transaction.ask(shapes).await?;
        self.pruned.messages = posted.len() as u64;
        self.pruned.more |= posted.len() == ROWS || shapes.len() == ROWS;
        let gone = shapes.iter().map(|row| row.number("message")).collect::<Attempt<Vec<_>>>()?;
        if !gone.is_empty() {
            self.transaction.write(call!(FORGET_SHOWING, workspace, gone));
            self.transaction.write(call!(FORGET_SHAPES, workspace, gone));
        }
        Ok(())
    }
}

fn judged(row: &Row) -> Attempt<Judged> {
    let threshold = row.signed_or_none("threshold")?.and_then(|seconds| u32::try_from(seconds).ok());
    Ok(Judged {
        number: JournalNumber(row.number("number")?),
        kind: row.kind("told_by")?,
        threshold: threshold.and_then(Threshold::of_seconds),
        at: Timestamp(row.signed("compared_at")?),
    })
}

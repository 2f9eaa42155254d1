//! What a lane reads: its subscriptions and how far they have come, what waits for them, and, when nothing does, the
//! cursors that can be moved on.

use std::collections::BTreeMap;
use std::time::Duration;

use deskbell_desk::ids::{JournalNumber, SubscriptionId};
use deskbell_desk::port::store::{DeliveryOutcome, Progress, StoreError, Stored};
use deskbell_desk::subscription::Subscription;
use tokio::time::Instant;

use super::{Lane, LaneStep, Loaded};
use crate::deliver::batch::LOOK_AHEAD;
use crate::deliver::binding;
use crate::deliver::door::Working;
use crate::deliver::privacy::shows_personal_data;
use crate::deliver::seat::{BacklogLine, Bound, Look, Seat};
use crate::deliver::wall;

/// A cursor is moved over as many events that are not for it at once, or over fewer after a while, so that pruning
/// can go on.
const ADVANCE_OVER: u64 = 100;
const ADVANCE_EVERY: Duration = Duration::from_mins(5);

impl Lane {
    /// Takes what happened since the last step.
    pub(super) async fn read_news(&mut self) -> Stored<()> {
        let news = self.door.take_news();
        if news.journal {
            self.seats.iter_mut().for_each(|seat| seat.look = None);
        }
        if news.settings {
            self.loaded = Loaded::No;
            self.conflicts = 0;
            self.hold.probe_now(Instant::now());
        }
        if news.access {
            self.audience.forget();
            self.look_at_access().await;
        }
        if self.loaded == Loaded::No {
            self.reload().await?;
            self.loaded = Loaded::Yes;
        }
        Ok(())
    }

    async fn reload(&mut self) -> Stored<()> {
        let mut read = Vec::new();
        for subscription in self.subscriptions().await? {
            let subscription = binding::bind(&self.shared, subscription).await?;
            if let Some(progress) = self.progress(&subscription).await? {
                read.push((subscription, progress));
            }
        }
        let now = Instant::now();
        let former = std::mem::replace(&mut self.seats, Vec::with_capacity(read.len()));
        let mut former: BTreeMap<SubscriptionId, Seat> =
            former.into_iter().map(|seat| (seat.subscription.id, seat)).collect();
        for (subscription, progress) in read {
            let known = former.remove(&subscription.id);
            let mut seat = Seat::new(subscription, progress, known, now);
            if self.shared.misbinding(&seat.subscription).is_some() {
                seat.bound = Bound::Elsewhere;
            }
            self.seats.push(seat);
        }
        self.read_dead_letters().await?;
        self.hold.plan(&self.seats, self.shared.parts.clock.now(), now);
        self.show_standing();
        self.note_audience_at_first().await;
        Ok(())
    }

    async fn subscriptions(&self) -> Stored<Vec<Subscription>> {
        let settings = &self.shared.parts.settings;
        let all = match self.door.guild() {
            Some(guild) => settings.guild_subscriptions(guild).await?,
            None => settings.workspace_subscriptions(&self.shared.parts.workspace.id).await?,
        };
        let here: Vec<_> = all.into_iter().filter(|one| one.channel == self.door.channel).collect();
        if let Some(first) = here.first() {
            self.door.belongs_to(first.guild);
        }
        Ok(here)
    }

    /// A progress that cannot be read holds up its own subscription only.
    async fn progress(&self, subscription: &Subscription) -> Stored<Option<Progress>> {
        match self.shared.parts.deliveries.progress(subscription.guild, subscription.id).await {
            Err(StoreError::Unreadable { key }) => {
                tracing::error!(
                    subscription.id = subscription.id.0,
                    key,
                    "a notification cannot be served: its stored progress cannot be read"
                );
                Ok(None)
            }
            answer => answer,
        }
    }

    async fn read_dead_letters(&mut self) -> Stored<()> {
        let Some(guild) = self.seats.first().map(|seat| seat.subscription.guild) else { return Ok(()) };
        for letter in self.shared.parts.deliveries.dead_letters(guild).await? {
            let mut seats = self.seats.iter_mut();
            if let Some(seat) = seats.find(|seat| letter.retry && seat.subscription.id == letter.subscription)
            {
                seat.try_again.push(letter);
            }
        }
        Ok(())
    }

    /// Says at the door whether this channel takes messages.
    pub(crate) fn show_standing(&self) {
        let working = self.seats.iter().any(Seat::is_serving);
        if !working {
            wall::forget_channel(&self.shared, self.door.channel);
        }
        self.door.set_working(if working { Working::Yes } else { Working::No });
    }

    /// Looks up what waits, where that is not known.
    pub(super) async fn look(&mut self) -> Stored<()> {
        if self.seats.iter().all(|seat| seat.look.is_some()) {
            return Ok(());
        }
        // The head first: what is appended while we look lies beyond it, and no cursor is moved over it.
        let head = self.shared.parts.journal.head(&self.shared.parts.workspace.id).await?;
        for seat in self.seats.iter_mut().filter(|seat| seat.look.is_none()) {
            if seat.bound == Bound::Elsewhere {
                seat.look = Some(Look { head, waiting: Vec::new() });
                continue;
            }
            let store = &self.shared.parts.deliveries;
            let waiting = store.waiting(&seat.subscription, seat.cursor, LOOK_AHEAD).await?;
            if waiting.is_empty() {
                seat.backlog_line = BacklogLine::Due;
            }
            seat.look = Some(Look { head, waiting });
        }
        Ok(())
    }

    /// Nothing is to be sent: moves cursors on, and tells when to look again.
    pub(super) async fn rest(&mut self, now: Instant) -> Stored<LaneStep> {
        if self.seats.is_empty() {
            return Ok(self.retire_when_empty(now));
        }
        self.empty_since = None;
        self.conflicts = 0;
        for index in 0..self.seats.len() {
            if self.advance(index, now).await? == DeliveryOutcome::Conflict {
                return Ok(self.conflict());
            }
        }
        let look = self.audience.next_look();
        let watched = shows_personal_data(&self.seats);
        if let (Some(guild), true) = (watched, look.is_some_and(|at| at <= now)) {
            self.audience.look(&self.shared, &self.door, guild).await;
            return Ok(LaneStep::Again);
        }
        let advances = self.seats.iter().filter_map(next_advance).map(|(_, due)| due);
        let next = advances.chain(self.hold.probe_at()).chain(watched.and(look)).min();
        Ok(next.map_or(LaneStep::Idle, LaneStep::WaitUntil))
    }

    async fn advance(&mut self, index: usize, now: Instant) -> Stored<DeliveryOutcome> {
        let seat = &self.seats[index];
        let Some((head, due)) = next_advance(seat) else { return Ok(DeliveryOutcome::Done) };
        if now < due && head.0 - seat.cursor.0 < ADVANCE_OVER {
            return Ok(DeliveryOutcome::Done);
        }
        let (guild, id) = (seat.subscription.guild, seat.subscription.id);
        let moved = self.shared.parts.deliveries.advance(guild, id, head).await;
        let outcome = moved?;
        if outcome == DeliveryOutcome::Done {
            let seat = &mut self.seats[index];
            seat.cursor = seat.cursor.max(head);
            seat.advanced = now;
        }
        Ok(outcome)
    }
}

/// Where a seat's cursor can be moved to, and when; none where it stands there, or something is for it.
fn next_advance(seat: &Seat) -> Option<(JournalNumber, Instant)> {
    let look = seat.look.as_ref().filter(|look| look.waiting.is_empty() && seat.flight.is_none())?;
    let can_move = seat.bound == Bound::Here && look.head > seat.cursor;
    can_move.then_some((look.head, seat.advanced + ADVANCE_EVERY))
}

//! What a lane is told to do between two messages.

use deskbell_desk::channel::Obstacle;
use deskbell_desk::delivery::{Source, Verdict};
use deskbell_desk::ids::SubscriptionId;
use deskbell_desk::port::store::{DeliveryOutcome, Stored};
use tokio::time::Instant;

use super::Lane;
use crate::deliver::door::Order;

impl Lane {
    /// Obeys what stands in the letter box. An order that fails for the store's sake is kept.
    pub(super) async fn follow_orders(&mut self) -> Stored<()> {
        while let Some(order) = self.door.next_order() {
            match self.follow(&order).await {
                Ok(skipped) => answer(order, skipped),
                Err(error) => {
                    self.door.put_back_order(order);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn follow(&mut self, order: &Order) -> Stored<u64> {
        match order {
            Order::GuildGone(guild) if self.door.guild() == Some(*guild) => {
                self.suspend(Obstacle::NotInGuild).await?;
            }
            Order::GuildGone(_) => {}
            Order::Close(obstacle) => self.suspend(obstacle.clone()).await?,
            Order::Told => self.mark_told().await?,
            Order::ChannelChanged => self.hold.channel_changed(&self.seats, Instant::now()),
            Order::SkipToNow { id, .. } => return self.skip_to_now(*id).await,
        }
        Ok(0)
    }

    /// Drops what waits for a subscription; answers how many events that were. A batch of the journal in flight
    /// counts among them: if it was posted after all, nobody who asked to skip it is harmed.
    async fn skip_to_now(&mut self, id: SubscriptionId) -> Stored<u64> {
        let Some(index) = self.seats.iter().position(|seat| seat.subscription.id == id) else { return Ok(0) };
        let seat = &self.seats[index];
        let head = self.shared.parts.journal.head(&seat.subscription.workspace).await?;
        let skipped = self.shared.parts.deliveries.backlog(&seat.subscription, seat.cursor).await?.count;
        match self.seats[index].flight.as_ref().map(|flight| flight.record.source) {
            Some(Source::DeadLetter(_)) => {
                self.seats[index].skip_to = Some(head);
                return Ok(skipped);
            }
            Some(Source::Journal) => {
                self.settle(index, Verdict::Vanished).await?;
            }
            None => {}
        }
        self.seats[index].skip_to = Some(head);
        self.finish_skip(index).await?;
        tracing::info!(subscription.id = id.0, skipped, "what waited for a notification was skipped");
        Ok(skipped)
    }

    /// Moves the cursor where a skip wants it, unless a batch is in flight.
    pub(super) async fn finish_skip(&mut self, index: usize) -> Stored<()> {
        let seat = &self.seats[index];
        let Some(to) = seat.skip_to.filter(|_| seat.flight.is_none()) else { return Ok(()) };
        let (guild, id) = (seat.subscription.guild, seat.subscription.id);
        let moved = self.shared.parts.deliveries.advance(guild, id, to).await;
        if moved? == DeliveryOutcome::Conflict {
            self.conflict();
            return Ok(());
        }
        let seat = &mut self.seats[index];
        seat.cursor = seat.cursor.max(to);
        seat.skip_to = None;
        seat.look = None;
        Ok(())
    }
}

fn answer(order: Order, skipped: u64) {
    if let Order::SkipToNow { answer, .. } = order {
        // The command may have given up waiting; the skip is done all the same.
        let _nobody = answer.send(skipped);
    }
}

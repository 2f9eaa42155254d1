//! What a worker is told to do between two messages.

use deskbell_domain::channel::Obstacle;
use deskbell_domain::delivery::{Source, Verdict};
use deskbell_domain::ids::SubscriptionId;
use deskbell_domain::port::store::Stored;
use tokio::time::Instant;

use super::consumers::Consumers;
use super::inbox::Control;
use super::probes::ProbeSchedule;
use super::sender::Sender;
use super::{settle, suspend};

/// Follows all controls that came. One that fails for the store's sake is kept.
pub(crate) async fn follow_all(
    sender: &mut Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
) -> Stored<()> {
    while let Some(control) = sender.handle.inbox.next_control() {
        match follow(sender, consumers, probes, &control).await {
            Ok(skipped) => answer(control, skipped),
            Err(error) => {
                sender.handle.inbox.put_back_control(control);
                return Err(error);
            }
        }
    }
    Ok(())
}

async fn follow(
    sender: &mut Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
    control: &Control,
) -> Stored<u64> {
    match control {
        Control::GuildGone(guild) if sender.handle.guild() == Some(*guild) => {
            suspend::suspend(sender, consumers, probes, Obstacle::NotInGuild).await?;
        }
        Control::GuildGone(_) => {}
        Control::Close(obstacle) => suspend::suspend(sender, consumers, probes, obstacle.clone()).await?,
        Control::SuspensionTold => suspend::mark_told(sender, consumers).await?,
        Control::ChannelChanged => probes.channel_changed(&consumers.all, Instant::now()),
        Control::SkipToNow { id, .. } => return skip_to_now(sender, consumers, probes, *id).await,
    }
    Ok(0)
}

/// Drops what waits for a subscription; answers how many events that were. A batch of the journal in flight counts among
/// them: if it was posted after all, nobody who asked to skip it is harmed.
async fn skip_to_now(
    sender: &Sender,
    consumers: &mut Consumers,
    probes: &mut ProbeSchedule,
    id: SubscriptionId,
) -> Stored<u64> {
    let Some(index) = consumers.position(id) else { return Ok(0) };
    let consumer = &mut consumers.all[index];
    let parts = &sender.shared.parts;
    let head = parts.journal.head(&consumer.subscription.workspace).await?;
    let skipped = parts.deliveries.backlog(&consumer.subscription, consumer.cursor).await?.count;
    match consumer.state.flight().map(|flight| flight.record.source) {
        Some(Source::DeadLetter(_)) => {
            consumer.skip_to = Some(head);
            return Ok(skipped);
        }
        Some(Source::Journal) => {
            let _written_here = settle::settle(sender, consumer, Verdict::Vanished);
            settle::write(sender, consumers, probes).await?;
        }
        None => {}
    }
    consumers.all[index].skip_to = Some(head);
    settle::finish_skip(sender, consumers, index).await?;
    tracing::info!(subscription.id = id.0, skipped, "what waited for a notification was skipped");
    Ok(skipped)
}

fn answer(control: Control, skipped: u64) {
    if let Control::SkipToNow { answer, .. } = control {
        // The command may have given up waiting; the skip is done all the same.
        let _nobody = answer.send(skipped);
    }
}

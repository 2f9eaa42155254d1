//! Whom a batch calls, decided when it is begun and frozen in its record: a repetition calls the same, once.

use deskbell_domain::event::Entry;
use deskbell_domain::mention::{Call, Called};
use deskbell_domain::port::channels::RoleCall;
use deskbell_domain::port::store::Stored;
use deskbell_domain::ring::Ring;
use deskbell_domain::subscription::Subscription;

use super::consumer::Consumer;
use super::sender::Sender;

/// Whom a new batch calls: nobody where it is silent, where the same was called lately in this channel, for this
/// notification or another, or where a call would reach nobody.
pub(crate) async fn decided(
    sender: &Sender,
    consumer: &Consumer,
    ring: Ring,
    entries: &[Entry],
) -> Stored<Option<Call>> {
    let subscription = &consumer.subscription;
    let Some(mention) = subscription.mention.filter(|_| ring == Ring::Loud) else { return Ok(None) };
    let (parts, home) = (&sender.shared.parts, subscription.home());
    let access = parts.access.access(&home).await?;
    let events: Vec<_> = entries.iter().map(|entry| &entry.event).collect();
    let Some(to) = mention.called(subscription.guild, &access, &subscription.workspace, &events) else {
        return Ok(None);
    };
    let at = parts.clock.now();
    let last = parts.deliveries.last_call(&home, subscription.channel, to).await?;
    let calls = mention.every.is_over(last, at) && reaches(sender, subscription, to).await;
    Ok(calls.then_some(Call { to, at }))
}

/// Whether anybody is called by it, as far as Discord tells: where it tells nothing the role is most likely as it was
/// when it was chosen.
async fn reaches(sender: &Sender, subscription: &Subscription, to: Called) -> bool {
    let Called::Role(role) = to else { return true };
    let channels = &sender.shared.parts.channels;
    let told = channels.role_call(subscription.guild, subscription.channel, role).await;
    told.unwrap_or(RoleCall::Rings) == RoleCall::Rings
}

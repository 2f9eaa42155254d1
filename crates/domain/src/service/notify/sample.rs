//! `/notify test`: a sample in the channel of each notification that is meant, and what became of it.

use crate::card::chosen::CardFields;
use crate::channel::{Audience, Permission};
use crate::ids::ChannelId;
use crate::port::messenger::PostOutcome;
use crate::service::audience::readers;
use crate::service::notify::run::{Target, meant};
use crate::service::posting::{lacking, remember};
use crate::service::request::{NotDone, Request, SampleOf};
use crate::subscription::{Alert, Detail, Subscription};
use crate::workspace::Workspace;

/// A sample for a notification, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// For which.
    pub subscription: Subscription,
    /// What became of it.
    pub attempt: Attempt,
}

/// What became of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attempt {
    /// It was handed over, and ended so.
    Sent(PostOutcome),
    /// It was not: whoever asked lacks this there themselves.
    Forbidden(Vec<Permission>),
}

/// Posts the samples. They ring as the notification would, so that a phone can be tried; of several only one rings.
pub async fn test(
    request: &Request<'_>,
    workspace: &Workspace,
    fields: &CardFields,
    target: Target,
) -> Result<Vec<Tried>, NotDone> {
    let (mut tried, mut rung) = (Vec::new(), false);
    for subscription in meant(request, target).await? {
        let alert = if rung { Alert::Silent } else { subscription.alert };
        let lacking = lacking(request, subscription.channel).await?;
        let attempt = if lacking.is_empty() {
            let kind = subscription.kind;
            let detail = shown_detail(request, &subscription).await;
            let mention = subscription.mention;
            let sample = SampleOf { kind, detail, alert, mention, workspace_name: &workspace.name, fields };
            post(request, subscription.channel, &sample).await
        } else {
            Attempt::Forbidden(lacking)
        };
        rung |= alert != Alert::Silent && matches!(attempt, Attempt::Sent(PostOutcome::Posted { .. }));
        tried.push(Tried { subscription, attempt });
    }
    Ok(tried)
}

async fn post(request: &Request<'_>, channel: ChannelId, sample: &SampleOf<'_>) -> Attempt {
    let outcome = request.outbox.post_once(channel, (request.messages.sample)(sample)).await;
    if let PostOutcome::Posted { message: Some(message), .. } = outcome {
        remember(request, channel, message).await;
    }
    Attempt::Sent(outcome)
}

/// What a card would show: a channel that a crowd can read (or that cannot be looked at) gets no personal data.
async fn shown_detail(request: &Request<'_>, subscription: &Subscription) -> Detail {
    if !subscription.depends_on_audience() {
        return subscription.detail;
    }
    let audience = readers(request.channels, request.access, subscription).await;
    subscription.detail_for(audience.unwrap_or(Audience::Everyone))
}

#[cfg(test)]
mod tests;

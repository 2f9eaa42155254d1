//! `/notify test`: a sample in the channel of each notification that is meant, and what became of it.

use crate::card::chosen::CardFields;
use crate::channel::{Audience, Permission};
use crate::ids::{ChannelId, RoleId};
use crate::mention::Whom;
use crate::port::channels::{NamedRole, RoleCall};
use crate::port::messenger::PostOutcome;
use crate::service::audience::readers;
use crate::service::notify::role_call;
use crate::service::notify::run::{Target, meant};
use crate::service::posting::{lacking, remember};
use crate::service::request::{NotDone, Request, SampleCalls, SampleOf};
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

/// What came of asking for samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Samples {
    /// Nothing is posted yet: a real message would call this role, and nobody said whether a sample shall. None where
    /// there are several, or Discord does not tell what it is called.
    ToDecide(Option<NamedRole>),
    /// They were tried.
    Tried(Vec<Tried>),
}

/// Posts the samples. They ring as the notification would, so that a phone can be tried; of several only one rings, and
/// calls the role that it is to call.
pub async fn test(
    request: &Request<'_>,
    workspace: &Workspace,
    fields: &CardFields,
    target: Target,
    calls: Option<SampleCalls>,
) -> Result<Samples, NotDone> {
    let meant = meant(request, target).await?;
    let callers = callers(request, &meant).await;
    let calls = match calls {
        Some(calls) => calls,
        None if callers.is_empty() => SampleCalls::Nobody,
        None => return Ok(Samples::ToDecide(only_role(request, &callers).await)),
    };
    let (mut tried, mut rung) = (Vec::new(), false);
    for subscription in meant {
        let may_ring = calls == SampleCalls::Nobody || callers.is_empty() || callers.contains(&subscription);
        let alert = if rung || !may_ring { Alert::Silent } else { subscription.alert };
        let lacking = lacking(request, subscription.channel).await?;
        let attempt = if lacking.is_empty() {
            let kind = subscription.kind;
            let detail = shown_detail(request, &subscription).await;
            let mention = subscription.mention;
            let calls = if alert == Alert::Silent { SampleCalls::Nobody } else { calls };
            let workspace_name = &workspace.name;
            let sample = SampleOf { kind, detail, alert, mention, calls, workspace_name, fields };
            post(request, subscription.channel, &sample).await
        } else {
            Attempt::Forbidden(lacking)
        };
        rung |= alert != Alert::Silent && matches!(attempt, Attempt::Sent(PostOutcome::Posted { .. }));
        tried.push(Tried { subscription, attempt });
    }
    Ok(Samples::Tried(tried))
}

/// Those of which a message would call a role now.
async fn callers(request: &Request<'_>, meant: &[Subscription]) -> Vec<Subscription> {
    let mut callers = Vec::new();
    for one in meant.iter().filter(|one| one.alert.ever_rings(one.kind)) {
        if role_call(request.channels, one).await == Some(RoleCall::Rings) {
            callers.push(one.clone());
        }
    }
    callers
}

/// The role that they all call, as people know it.
async fn only_role(request: &Request<'_>, callers: &[Subscription]) -> Option<NamedRole> {
    let first = role(callers.first()?)?;
    if callers.iter().any(|one| role(one) != Some(first)) {
        return None;
    }
    let named = request.channels.named_roles(request.home.guild).await.ok()?;
    named.into_iter().find(|one| one.id == first)
}

fn role(one: &Subscription) -> Option<RoleId> {
    match one.mention?.whom {
        Whom::Role(role) => Some(role),
        Whom::WhoeverHasIt => None,
    }
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

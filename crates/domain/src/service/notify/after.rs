//! After how long the waits of a notification are told, changed where it stands: its cards go on saying how each wait
//! ended.

use crate::audit::Action;
use crate::ids::SubscriptionId;
use crate::service::notify::run::written;
use crate::service::notify::{Edited, Standing, edit, standing};
use crate::service::request::{NotDone, Request};
use crate::subscription::Subscription;
use crate::threshold::Threshold;

/// How such a change ended, where nothing refused it.
#[derive(Debug)]
pub enum AfterChanged {
    /// Waits whose time is over from now on are told then.
    Done(Subscription),
    /// They were told after so long already.
    Already(Subscription),
    /// Another one of this channel tells them then: nothing is changed.
    AlreadyThere(Subscription),
    /// Some that were to be told before are not posted yet, and would be dropped: nothing is changed.
    Unposted(Box<Standing>),
}

/// Changes after how long a notification tells waits.
pub async fn change_after(
    request: &Request<'_>,
    id: SubscriptionId,
    after: Threshold,
) -> Result<AfterChanged, NotDone> {
    let all = request.subscriptions.guild_subscriptions(&request.home).await?;
    let found = all.iter().find(|one| one.id == id);
    let was = found.ok_or(NotDone::UnknownNotification)?;
    if was.waits.is_none_or(|waits| waits == after) {
        return Ok(AfterChanged::Already(was.clone()));
    }
    let is_that = |one: &&Subscription| one.channel == was.channel && one.takes(was.kind, Some(after));
    if let Some(there) = all.iter().find(is_that) {
        return Ok(AfterChanged::AlreadyThere(there.clone()));
    }
    let standing = standing(request.deliveries, was.clone()).await?;
    if standing.waiting.count > 0 {
        return Ok(AfterChanged::Unposted(Box::new(standing)));
    }
    let by = request.by(Action::Changed);
    let now = request.time.now().seconds();
    let edited =
        edit(request.subscriptions, &request.home, id, Some(by), |one| one.tell_after(after, now)).await?;
    let is_new = matches!(edited, Edited::Done(_));
    let present = written(request, edited)?;
    if !is_new {
        return Ok(AfterChanged::Already(present));
    }
    request.did(&by.deed(&present));
    Ok(AfterChanged::Done(present))
}

//! The settings of a notification that is there, each changed alone: how much it shows, whether it rings, and where.
//!
//! Whether a crowd would come to see personal data is decided on the record that is written, so that of two people who
//! change the same at once neither gets past the question by what the other wrote meanwhile.

use crate::audit::Action;
use crate::channel::{Audience, ChannelView};
use crate::ids::{ChannelId, SubscriptionId};
use crate::mention::{Every, Mention, Whom};
use crate::port::store::Leftover;
use crate::service::audience::{remember_told, view_now};
use crate::service::notify::add::{Addition, PublicDecision, SubscribePoint, Wanted, Wish, add};
use crate::service::notify::run::{take_away, written};
use crate::service::notify::{Edited, edit, find, standing};
use crate::service::request::{NotDone, Request};
use crate::subscription::{Alert, Detail, Subscription};
use crate::workspace::Workspace;

/// What is to be different; what is left out stays as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Change {
    /// How much is shown.
    pub detail: Option<Detail>,
    /// Whether it rings.
    pub alert: Option<Alert>,
}

impl Change {
    /// Another detail.
    pub fn of_detail(detail: Detail) -> Self {
        Self { detail: Some(detail), alert: None }
    }

    /// Another alert.
    pub fn of_alert(alert: Alert) -> Self {
        Self { detail: None, alert: Some(alert) }
    }

    /// As a part of a `custom_id`.
    pub fn code(self) -> String {
        format!("{}:{}", self.detail.map_or("-", Detail::code), self.alert.map_or("-", Alert::word))
    }

    /// Reads such a part.
    pub fn read(detail: &str, alert: &str) -> Option<Self> {
        let detail = if detail == "-" { None } else { Some(detail.parse().ok()?) };
        let alert = if alert == "-" { None } else { Some(alert.parse().ok()?) };
        Some(Self { detail, alert })
    }

    /// Whether these readers, a crowd, see nothing personal now and would afterwards.
    fn opens(self, one: &Subscription, readers: Audience) -> bool {
        let shows = self.detail.is_some_and(|detail| detail != Detail::Private);
        shows && readers.is_public() && one.detail_for(readers) == Detail::Private
    }

    fn apply(self, one: &mut Subscription) {
        one.detail = self.detail.unwrap_or(one.detail);
        one.alert = self.alert.unwrap_or(one.alert);
    }
}

/// How a change ended, where nothing refused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is so from now on.
    Done(Subscription),
    /// It was so already.
    Already(Subscription),
    /// A crowd would come to see personal data: nothing is changed before a person has chosen.
    ToDecide(Subscription, Audience),
}

/// Changes settings of a notification. What is on its way keeps the shape in which it was begun.
pub async fn change(
    request: &Request<'_>,
    id: SubscriptionId,
    change: Change,
    decision: PublicDecision,
) -> Result<Changed, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    let present = found.ok_or(NotDone::UnknownNotification)?;
    let readers = readers_now(request, &present).await;
    let must_ask = |one: &Subscription| decision == PublicDecision::Open && change.opens(one, readers);
    if must_ask(&present) {
        return Ok(Changed::ToDecide(present, readers));
    }
    let decides = decision != PublicDecision::Open && change.detail.is_some() && readers.is_public();
    if decides {
        // Whoever decides knows who reads the channel: nobody needs to be told there.
        let (channel, now) = (present.channel, request.time.local());
        remember_told(request.short_lived, &request.home, channel, readers, now).await?;
    }
    let is_open = decision == PublicDecision::Everything && change.opens(&present, readers);
    let by = request.by(if is_open { Action::Opened } else { Action::Changed });
    let edited = edit(request.subscriptions, &request.home, id, Some(by), |one| {
        if must_ask(one) {
            return;
        }
        change.apply(one);
        if decides {
            one.public = decision.choice();
        }
    });
    let edited = edited.await?;
    let is_new = matches!(edited, Edited::Done(_));
    let present = written(request, edited)?;
    if is_new {
        request.did(&by.deed(&present));
        return Ok(Changed::Done(present));
    }
    Ok(if must_ask(&present) { Changed::ToDecide(present, readers) } else { Changed::Already(present) })
}

/// Who is to be called; what is left out stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calling {
    /// Somebody, or nobody, as often as before.
    Whom(Option<Whom>),
    /// As often at most.
    Every(Every),
}

impl Calling {
    fn apply(self, one: &mut Subscription) {
        match self {
            Self::Whom(None) => one.mention = None,
            Self::Whom(Some(whom)) if whom.fits(one.kind) => {
                let every = one.mention.map(|before| before.every).unwrap_or_default();
                one.mention = Some(Mention { whom, every });
            }
            Self::Every(every) => one.mention = one.mention.map(|before| Mention { every, ..before }),
            Self::Whom(Some(_)) => {}
        }
    }
}

/// Changes whom a notification calls. It is decided anew for each message that is begun from then on.
pub async fn change_calling(
    request: &Request<'_>,
    id: SubscriptionId,
    calling: Calling,
) -> Result<Changed, NotDone> {
    let by = request.by(Action::Changed);
    let edited = edit(request.subscriptions, &request.home, id, Some(by), |one| calling.apply(one)).await?;
    let is_new = matches!(edited, Edited::Done(_));
    let present = written(request, edited)?;
    if is_new {
        request.did(&by.deed(&present));
        return Ok(Changed::Done(present));
    }
    Ok(Changed::Already(present))
}

/// Who can read a notification's channel, for a person who decides by it. Where Discord does not tell, it may be a crowd.
async fn readers_now(request: &Request<'_>, one: &Subscription) -> Audience {
    let view = view_now(request.channels, request.access, &request.home, one.channel).await;
    view.map_or(Audience::Crowd(None), |view| view.audience)
}

/// How a move ended, where nothing refused it.
#[derive(Debug)]
pub enum Moved {
    /// It is posted there now.
    Done {
        /// As it was.
        was: Box<Subscription>,
        /// What takes its place.
        now: Box<Subscription>,
        /// What was dropped because it came in meanwhile.
        dropped: Leftover,
    },
    /// The channel is the one that it is in.
    SameChannel,
    /// It has events that are not in its channel, and would be dropped: nothing is moved.
    Unposted(Box<Subscription>, Leftover),
    /// One of its kind is there already: nothing is moved.
    AlreadyThere(Box<Subscription>),
    /// A crowd can read the other channel: nothing is moved before a person has chosen.
    ToDecide(ChannelView),
}

/// Moves a notification to another channel.
pub async fn move_to(
    request: &Request<'_>,
    workspace: &Workspace,
    id: SubscriptionId,
    (channel, decision): (ChannelId, PublicDecision),
    point: SubscribePoint,
) -> Result<Moved, NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    let was = found.ok_or(NotDone::UnknownNotification)?;
    if was.channel == channel {
        return Ok(Moved::SameChannel);
    }
    // What is not posted there would go with the old notification.
    let leftover = standing(request.deliveries, was.clone()).await?.leftover();
    if leftover.count() > 0 {
        return Ok(Moved::Unposted(Box::new(was), leftover));
    }
    Ok(match relocate(request, workspace, &was, (channel, decision), point).await? {
        Relocated::Done { now, dropped } => Moved::Done { was: Box::new(was), now, dropped },
        Relocated::AlreadyThere(there) => Moved::AlreadyThere(there),
        Relocated::ToDecide(view) => Moved::ToDecide(view),
    })
}

/// How a move ended that nothing was in the way of.
pub(super) enum Relocated {
    /// It is posted there now.
    Done { now: Box<Subscription>, dropped: Leftover },
    /// One of its kind is there already.
    AlreadyThere(Box<Subscription>),
    /// A crowd can read the other channel.
    ToDecide(ChannelView),
}

/// Makes a notification as this one is in another channel, and ends this one. It is made there before it ends here, so
/// that no event falls between the two.
pub(super) async fn relocate(
    request: &Request<'_>,
    workspace: &Workspace,
    one: &Subscription,
    (channel, decision): (ChannelId, PublicDecision),
    point: SubscribePoint,
) -> Result<Relocated, NotDone> {
    let wish = Wish::of(one);
    // What happened before the press and was not found yet belongs to the notification wherever it stands.
    let (point, state) = (point.since(one.floor), one.state_of_successor());
    let wanted = Wanted { workspace, wish, channel, decision, point, state: Some(&state) };
    match add(request, wanted).await? {
        Addition::Added(now, _) => end_here(request, one, *now).await,
        Addition::AlreadyThere(there, _) => Ok(Relocated::AlreadyThere(there)),
        Addition::ToDecide(view) => Ok(Relocated::ToDecide(view)),
    }
}

/// Ends the old one, now that the new one is there. Posting in the other channel takes a while: what somebody changed of
/// the old one meanwhile holds for the new one, and where somebody removed or moved it, that is what holds.
async fn end_here(
    request: &Request<'_>,
    was: &Subscription,
    now: Subscription,
) -> Result<Relocated, NotDone> {
    let latest = find(request.subscriptions, &request.home, was.id).await?;
    let now = match &latest {
        Some(latest) if latest.version != was.version => as_it_is(request, now, latest).await?,
        _ => now,
    };
    match take_away(request, latest.unwrap_or_else(|| was.clone())).await {
        Ok(removed) => Ok(Relocated::Done { now: Box::new(now), dropped: removed.dropped }),
        Err(NotDone::UnknownNotification) => {
            take_away(request, now).await?;
            Err(NotDone::UnknownNotification)
        }
        Err(why) => Err(why),
    }
}

async fn as_it_is(
    request: &Request<'_>,
    now: Subscription,
    latest: &Subscription,
) -> Result<Subscription, NotDone> {
    let edited = edit(request.subscriptions, &request.home, now.id, None, |one| {
        (one.detail, one.alert, one.mention) = (latest.detail, latest.alert, latest.mention);
        one.state = latest.state_of_successor();
    });
    written(request, edited.await?)
}

#[cfg(test)]
mod tests;

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
use crate::service::notify::add::{Addition, Exposure, PublicDecision, SubscribePoint, Wanted, Wish, add};
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
    /// Whom it calls.
    pub mention: Option<Mention>,
}

impl Change {
    /// Another detail.
    pub fn of_detail(detail: Detail) -> Self {
        Self { detail: Some(detail), ..Self::default() }
    }

    /// Another alert.
    pub fn of_alert(alert: Alert) -> Self {
        Self { alert: Some(alert), ..Self::default() }
    }

    /// Somebody else is called, as often at most as before.
    pub fn of_whom(one: &Subscription, whom: Whom) -> Self {
        let every = one.mention.map(|before| before.every).unwrap_or_default();
        Self { mention: Some(Mention { whom, every }), ..Self::default() }
    }

    /// As a part of a `custom_id`.
    pub fn code(self) -> String {
        let (detail, alert) = (self.detail.map_or("-", Detail::code), self.alert.map_or("-", Alert::word));
        let mention = self.mention.map(|mention| format!(":{}", mention.code())).unwrap_or_default();
        format!("{detail}:{alert}{mention}")
    }

    /// Reads such a part.
    pub fn read(parts: &[&str]) -> Option<Self> {
        let [detail, alert, mention @ ..] = parts else { return None };
        let detail = if *detail == "-" { None } else { Some(detail.parse().ok()?) };
        let alert = if *alert == "-" { None } else { Some(alert.parse().ok()?) };
        let mention = match mention {
            [] => None,
            [mention] => Some(Mention::read(mention)?),
            _ => return None,
        };
        Some(Self { detail, alert, mention })
    }

    /// What these readers would come to see of it that is to be asked about.
    fn exposes(self, one: &Subscription, readers: Audience) -> Option<Exposure> {
        let calls = self.mention.and_then(|mention| calls_anew(mention.whom, one, readers));
        Exposure::of(self.opens(one, readers), calls)
    }

    /// Whether these readers, a crowd, see nothing personal now and would afterwards.
    fn opens(self, one: &Subscription, readers: Audience) -> bool {
        let shows = self.detail.is_some_and(|detail| detail != Detail::Private);
        shows && readers.is_public() && one.detail_for(readers) == Detail::Private
    }

    fn apply(self, one: &mut Subscription) {
        one.detail = self.detail.unwrap_or(one.detail);
        one.alert = self.alert.unwrap_or(one.alert);
        one.mention = self.mention.filter(|mention| mention.whom.fits(one.kind)).or(one.mention);
    }
}

/// Whom a crowd would see called from then on.
fn calls_anew(whom: Whom, one: &Subscription, readers: Audience) -> Option<Whom> {
    let is_new = one.mention.map(|before| before.whom) != Some(whom);
    (is_new && whom.fits(one.kind) && readers.is_public()).then_some(whom)
}

/// How a change ended, where nothing refused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// It is so from now on.
    Done(Subscription),
    /// It was so already.
    Already(Subscription),
    /// A crowd would come to see this: nothing is changed before a person has chosen.
    ToDecide(Subscription, Audience, Exposure),
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
    let must_ask =
        |one: &Subscription| change.exposes(one, readers).filter(|_| decision == PublicDecision::Open);
    if let Some(exposure) = must_ask(&present) {
        return Ok(Changed::ToDecide(present, readers, exposure));
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
        if must_ask(one).is_some() {
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
    Ok(match must_ask(&present) {
        Some(exposure) => Changed::ToDecide(present, readers, exposure),
        None => Changed::Already(present),
    })
}

/// What is to be different of whom a notification calls already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calling {
    /// Nobody is called.
    Nobody,
    /// As often at most.
    Every(Every),
}

impl Calling {
    fn apply(self, one: &mut Subscription) {
        one.mention = match self {
            Self::Nobody => None,
            Self::Every(every) => one.mention.map(|before| Mention { every, ..before }),
        };
    }
}

/// Changes how a notification calls whom it calls. It is decided anew for each message that is begun from then on.
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

/// Has somebody else called, as often at most as before.
pub async fn change_whom(
    request: &Request<'_>,
    id: SubscriptionId,
    whom: Whom,
) -> Result<(Change, Changed), NotDone> {
    let found = find(request.subscriptions, &request.home, id).await?;
    let wanted = Change::of_whom(&found.ok_or(NotDone::UnknownNotification)?, whom);
    Ok((wanted, change(request, id, wanted, PublicDecision::Open).await?))
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
    /// A crowd can read the other channel, and would see this: nothing is moved before a person has chosen.
    ToDecide(ChannelView, Exposure),
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
        Relocated::ToDecide(view, exposure) => Moved::ToDecide(view, exposure),
    })
}

/// How a move ended that nothing was in the way of.
pub(super) enum Relocated {
    /// It is posted there now.
    Done { now: Box<Subscription>, dropped: Leftover },
    /// One of its kind is there already.
    AlreadyThere(Box<Subscription>),
    /// A crowd can read the other channel, and would see this.
    ToDecide(ChannelView, Exposure),
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
        Addition::ToDecide(view, exposure) => Ok(Relocated::ToDecide(view, exposure)),
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

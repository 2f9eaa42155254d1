//! `/notify add`: from a wish to a notification, or to the reason why not.
//!
//! Nothing is kept before the channel has taken a message of ours, and before a person has chosen what everyone in the
//! server may read. Nothing is posted before all is checked: the channel, whether the notification is there already,
//! and whether whoever asks may post there. The floor is taken by the caller, at the very start: what happens from then
//! on is posted.

use std::sync::Arc;

use crate::audit::{Action, Notification};
use crate::being_made::BeingMade;
use crate::channel::ChannelView;
use crate::event::EventKind;
use crate::ids::{ChannelId, JournalNumber, MessageId, SubscriptionId};
use crate::mention::{Mention, Whom};
use crate::port::messenger::PostOutcome;
use crate::port::store::{NewSubscription, Stored, SubscriptionAdded};
use crate::service::as_before::{self, Settings};
use crate::service::audience::remember_told;
use crate::service::posting::{fit_channel, may_post, posted, remember};
use crate::service::request::{NotDone, Request};
use crate::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use crate::threshold::Threshold;
use crate::time::{Timestamp, UnixMillis, earliest_floor};
use crate::workspace::Workspace;

/// What somebody wants to see; what was left open has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// Which events.
    pub kind: EventKind,
    /// How much of them.
    pub detail: Option<Detail>,
    /// Whether they ring.
    pub alert: Option<Alert>,
    /// After how long, of waits.
    pub waits: Option<Threshold>,
    /// Whom it calls.
    pub mention: Option<Mention>,
}

impl Wish {
    /// A kind with everything as it is by default.
    pub fn plain(kind: EventKind) -> Self {
        Self { kind, detail: None, alert: None, waits: None, mention: None }
    }

    /// One that is there, with all its settings.
    pub(crate) fn of(one: &Subscription) -> Self {
        let Subscription { kind, detail, alert, waits, mention, .. } = *one;
        Self { kind, detail: Some(detail), alert: Some(alert), waits, mention }
    }

    /// With what was left open as it was before.
    fn or_as_before(self, before: Option<&Settings>) -> Self {
        let Some(before) = before else { return self };
        let detail = self.detail.or(Some(before.detail));
        let alert = self.alert.or(Some(before.alert));
        Self { detail, alert, mention: self.mention.or(before.mention), ..self }
    }

    /// Whether a notification is no other than this alone would have made it: settings and a pause may come back from one
    /// that was removed.
    pub fn is_as_in(self, made: &Subscription) -> bool {
        (self.detail(), self.alert(), self.mention) == (made.detail, made.alert, made.mention)
            && !made.is_paused()
    }

    /// How much is shown.
    pub fn detail(self) -> Detail {
        self.detail.unwrap_or(Detail::USUAL)
    }

    /// After how long it is told, where it is of waits.
    pub fn waits(self) -> Option<Threshold> {
        self.kind.has_thresholds().then(|| self.waits.unwrap_or(Threshold::USUAL))
    }

    /// Whether it rings.
    pub fn alert(self) -> Alert {
        self.alert.unwrap_or(Alert::DEFAULT)
    }
}

/// What was decided about a channel that a crowd can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicDecision {
    /// Nothing yet: ask.
    Open,
    /// To leave personal data out.
    WithoutPersonalData,
    /// To show everything anyway.
    Everything,
}

impl PublicDecision {
    /// As the notification keeps it.
    pub(super) fn choice(self) -> PublicChoice {
        match self {
            Self::Everything => PublicChoice::Everything,
            Self::Open | Self::WithoutPersonalData => PublicChoice::WithoutPersonalData,
        }
    }
}

/// The moment at which somebody asked for a notification: what happens from then on is posted, however long it takes to
/// make it. While one of these lives, what is read is judged as if the notification were there.
#[derive(Debug, Clone)]
pub struct SubscribePoint {
    floor: Timestamp,
    head: JournalNumber,
    _making: Arc<BeingMade>,
}

impl SubscribePoint {
    /// The point of this request, to be taken before anything else is waited for. `asked_at` is when it was made, by
    /// Discord's clock.
    pub async fn of(request: &Request<'_>, workspace: &Workspace, asked_at: UnixMillis) -> Stored<Self> {
        let making = Arc::new(request.outbox.making(earliest_floor(asked_at)));
        let head = request.journal.head(&workspace.id).await?;
        Ok(Self { head, floor: request.time.at_request(asked_at), _making: making })
    }

    /// The same for a notification that goes on in another channel: events are for it from its own beginning on.
    #[must_use]
    pub fn since(self, floor: Timestamp) -> Self {
        Self { floor, ..self }
    }
}

/// A notification that is to be made.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The workspace whose events it shows.
    pub workspace: &'a Workspace,
    /// What it shows.
    pub wish: Wish,
    /// Where.
    pub channel: ChannelId,
    /// What was decided, should a crowd be able to read the channel.
    pub decision: PublicDecision,
    /// From when on.
    pub point: SubscribePoint,
    /// Whether it runs, where another's place is taken; else as the last one of this kind in this channel did.
    pub state: Option<&'a SubscriptionState>,
}

/// What a crowd would come to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// Personal data; and that somebody is called, if somebody is.
    PersonalData(Option<Whom>),
    /// That somebody is called.
    Call(Whom),
}

impl Exposure {
    /// None where there is nothing to ask.
    pub(super) fn of(opens: bool, calls: Option<Whom>) -> Option<Self> {
        if opens { Some(Self::PersonalData(calls)) } else { calls.map(Self::Call) }
    }
}

/// How an attempt to add a notification ended, where nothing refused it.
#[derive(Debug)]
pub enum Addition {
    /// It is made.
    Added(Box<Subscription>, ChannelView),
    /// One of this kind stands in this channel already.
    AlreadyThere(Box<Subscription>, ChannelView),
    /// A crowd can read the channel, and would see this; nothing is kept.
    ToDecide(ChannelView, Exposure),
}

/// Adds a notification: checks, posts its first message, keeps it, and wakes its channel.
pub async fn add(request: &Request<'_>, wanted: Wanted<'_>) -> Result<Addition, NotDone> {
    let (wish, channel, decision) = (wanted.wish, wanted.channel, wanted.decision);
    let view = fit_channel(request, channel).await?;
    let present = request.subscriptions.guild_subscriptions(&request.home).await?;
    if let Some(there) =
        present.into_iter().find(|one| one.channel == channel && one.takes(wish.kind, wish.waits()))
    {
        return Ok(Addition::AlreadyThere(Box::new(there), view));
    }
    may_post(request, channel).await?;
    let before = as_before::settings(request, (wish.kind, wish.waits()), channel).await;
    let made = subscription(request, &wanted, before.as_ref());
    let cautious = Subscription { public: PublicChoice::WithoutPersonalData, ..made.clone() };
    let is_public = cautious.is_held_back_from(view.audience);
    let calls = wish.mention.map(|mention| mention.whom).filter(|_| view.audience.is_public());
    let exposure = Exposure::of(is_public, calls).filter(|_| decision == PublicDecision::Open);
    if let Some(exposure) = exposure {
        return Ok(Addition::ToDecide(view, exposure));
    }
    if is_public {
        // Whoever asked knows who reads the channel: nobody needs to be told there.
        remember_told(request.short_lived, &request.home, channel, view.audience, request.time.local())
            .await?;
    }
    let notice = (request.messages.first)(&made, &wanted.workspace.name);
    let outcome = request.outbox.post_once(channel, notice).await;
    if let Some(message) = first_message(outcome, channel)? {
        remember(request, channel, message).await;
    }
    let is_open = is_public && decision == PublicDecision::Everything;
    let notification = Notification::from(&made);
    let added = if is_open { Action::AddedOpen(notification) } else { Action::Added(notification) };
    let deed = request.deed(added);
    let new = NewSubscription { subscription: made, head: Some(wanted.point.head), by: Some(deed.clone()) };
    match request.subscriptions.add_subscription(new).await? {
        SubscriptionAdded::Added(made) => {
            request.outbox.wake(channel);
            request.did(&deed.with(|action| action.made(made.id)));
            Ok(Addition::Added(Box::new(made), view))
        }
        SubscriptionAdded::AlreadyThere(there) => Ok(Addition::AlreadyThere(Box::new(there), view)),
    }
}

fn subscription(request: &Request<'_>, wanted: &Wanted<'_>, before: Option<&Settings>) -> Subscription {
    let wish = wanted.wish.or_as_before(before);
    let state = wanted.state.or(before.map(|before| &before.state));
    Subscription {
        id: SubscriptionId(0),
        guild: request.home.guild,
        workspace: wanted.workspace.id.clone(),
        channel: wanted.channel,
        kind: wish.kind,
        detail: wish.detail(),
        alert: wish.alert(),
        waits: wish.waits(),
        steps_before: Vec::new(),
        mention: wish.mention,
        floor: wanted.point.floor,
        after: JournalNumber(0),
        made_by: request.member,
        public: wanted.decision.choice(),
        state: state.cloned().unwrap_or_default(),
        version: 0,
    }
}

/// The first message's id, if it stands in the channel for certain.
fn first_message(outcome: PostOutcome, channel: ChannelId) -> Result<Option<MessageId>, NotDone> {
    match outcome {
        PostOutcome::Unknown => Err(NotDone::FirstMessageUnclear(channel)),
        other => posted(other, channel),
    }
}

#[cfg(test)]
mod tests;

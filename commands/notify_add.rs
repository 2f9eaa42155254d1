//! `/notify add`: from a wish to a notification, or to the reason why not.
//!
//! Nothing is kept before the channel has taken a message of ours, and before a person has chosen what everyone in the
//! server may read. The floor is taken by the caller, at the very start: what happens from then on is posted.

use deskbell_desk::announcement::set_up_notice;
use deskbell_desk::channel::{Audience, ChannelView, Permission};
use deskbell_desk::event::EventKind;
use deskbell_desk::ids::{ChannelId, JournalNumber, MessageId, SubscriptionId, WorkspaceId};
use deskbell_desk::port::messenger::PostOutcome;
use deskbell_desk::port::store::{NewSubscription, SubscriptionAdded};
use deskbell_desk::service::audience::remember_told;
use deskbell_desk::service::notify::{Edited, edit};
use deskbell_desk::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_desk::time::Timestamp;

use crate::audit::{self, Action};
use crate::desk::Desk;
use crate::error::{CommandError, Refusal};
use crate::guard::Asker;
use crate::notify_run;
use crate::reply::notify::{self as sentences, Added};
use crate::reply::{self, Reply};
use crate::rights::may_post;
use crate::share::{fit_channel, posted};

/// The command that errors name.
const AGAIN: &str = "notify add";

/// What somebody wants to see; what was left open has a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wish {
    pub(crate) kind: EventKind,
    pub(crate) detail: Option<Detail>,
    pub(crate) alert: Option<Alert>,
}

impl Wish {
    /// A kind with everything as it is by default.
    pub(crate) fn plain(kind: EventKind) -> Self {
        Self { kind, detail: None, alert: None }
    }

    pub(crate) fn detail(self) -> Detail {
        self.detail.unwrap_or(Detail::Full)
    }

    pub(crate) fn alert(self) -> Alert {
        self.alert.unwrap_or_else(|| Alert::default_for(self.kind))
    }
}

/// What was decided about a channel that a crowd can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PublicDecision {
    /// Nothing yet: ask.
    Open,
    /// To leave personal data out.
    WithoutPersonalData,
    /// To show everything anyway.
    Everything,
}

/// The moment at which somebody asked for a notification: what happens from then on is posted, however long it takes to
/// make it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    floor: Timestamp,
    head: JournalNumber,
}

impl Moment {
    /// The moment of this request, to be taken before anything else is waited for.
    pub(crate) async fn of(desk: &Desk, asker: &Asker) -> Result<Self, CommandError> {
        let head = desk.ports.store.head(desk.connection.workspace_id()?).await?;
        Ok(Self { head, floor: desk.ports.time.at_request(asker.asked_at) })
    }

    /// The same for a notification that goes on in another channel: events are for it from its own beginning on.
    pub(crate) fn since(self, floor: Timestamp) -> Self {
        Self { floor, ..self }
    }
}

/// How an attempt to add a notification ended, where nothing refused it.
#[derive(Debug)]
pub(crate) enum Addition {
    /// It is made.
    Added(Box<Subscription>, ChannelView),
    /// One of this kind stands in this channel already.
    AlreadyThere(Box<Subscription>, ChannelView),
    /// A crowd can read the channel; nothing is kept.
    ToDecide(ChannelView),
}

/// Adds a notification and says how that went.
pub(crate) async fn add(
    desk: &Desk,
    asker: &Asker,
    wish: Wish,
    channel: ChannelId,
    decision: PublicDecision,
    moment: Moment,
) -> Result<Reply, CommandError> {
    match try_to_add(desk, asker, wish, channel, decision, moment).await? {
        Addition::ToDecide(view) => Ok(sentences::ask_about_public(wish, view.id, view.audience)),
        Addition::AlreadyThere(subscription, view) => {
            let reply = sentences::already_there(desk.around(), &subscription, wish, view.audience);
            Err(Refusal::Said { kind: "already there", reply: Box::new(reply) }.into())
        }
        Addition::Added(subscription, view) => {
            let lacks_history =
                view.lacking.iter().flatten().any(|lacked| *lacked == Permission::ReadMessageHistory);
            Ok(sentences::added(&Added {
                subscription: &subscription,
                workspace_name: &desk.connection.workspace()?.name,
                audience: view.audience,
                interval: desk.facts.poll_interval,
                next_check: desk.ports.board.poll().next_check.filter(|next| *next > desk.now()),
                lacks_history,
            }))
        }
    }
}

/// The same without a word.
pub(crate) async fn try_to_add(
    desk: &Desk,
    asker: &Asker,
    wish: Wish,
    channel: ChannelId,
    decision: PublicDecision,
    moment: Moment,
) -> Result<Addition, CommandError> {
    let workspace = desk.connection.workspace()?;
    let view = fit_channel(desk, asker.guild, channel, AGAIN).await?;
    let present = desk.ports.store.guild_subscriptions(asker.guild).await?;
    if let Some(there) = present.into_iter().find(|one| one.channel == channel && one.kind == wish.kind) {
        return Ok(Addition::AlreadyThere(Box::new(there), view));
    }
    may_post(desk, asker, channel).await?;
    let is_public = view.audience.is_public() && wish.detail() != Detail::Private;
    if is_public && decision == PublicDecision::Open {
        return Ok(Addition::ToDecide(view));
    }
    if is_public {
        // Whoever asked knows who reads the channel: nobody needs to be told there.
        remember_told(&*desk.ports.store, channel, view.audience, desk.now()).await?;
    }
    let wanted = wanted(workspace.id.clone(), asker, wish, channel, decision, moment);
    let notice = set_up_notice(wish.kind, &workspace.name, asker.member);
    let outcome = desk.ports.courier.hand_over(channel, notice).await;
    if let Some(message) = verified(desk, outcome, channel)? {
        remember(desk, channel, message).await;
    }
    match desk
        .ports
        .store
        .add_subscription(NewSubscription { subscription: wanted, head: Some(moment.head) })
        .await?
    {
        SubscriptionAdded::Added(subscription) => {
            desk.ports.courier.wake(channel);
            let is_open = is_public && decision == PublicDecision::Everything;
            audit::log(
                asker,
                if is_open { Action::AddedOpen(subscription.id) } else { Action::Added(subscription.id) },
            );
            Ok(Addition::Added(Box::new(subscription), view))
        }
        SubscriptionAdded::AlreadyThere(there) => Ok(Addition::AlreadyThere(Box::new(there), view)),
    }
}

fn wanted(
    workspace: WorkspaceId,
    asker: &Asker,
    wish: Wish,
    channel: ChannelId,
    decision: PublicDecision,
    moment: Moment,
) -> Subscription {
    Subscription {
        id: SubscriptionId(0),
        guild: asker.guild,
        workspace,
        channel,
        kind: wish.kind,
        detail: wish.detail(),
        alert: wish.alert(),
        floor: moment.floor,
        after: JournalNumber(0),
        made_by: asker.member,
        public: match decision {
            PublicDecision::Everything => PublicChoice::Everything,
            PublicDecision::Open | PublicDecision::WithoutPersonalData => PublicChoice::WithoutPersonalData,
        },
        state: SubscriptionState::Active,
        version: 0,
    }
}

/// A message known to be ours lets a later search tell an unreadable history from an empty one.
pub(crate) async fn remember(desk: &Desk, channel: ChannelId, message: MessageId) {
    if let Err(cause) = desk.ports.store.remember_own_message(channel, message).await {
        tracing::warn!(%cause, "a message of ours could not be remembered");
    }
}

/// The test message's id, if it stands in the channel for certain.
fn verified(
    desk: &Desk,
    outcome: PostOutcome,
    channel: ChannelId,
) -> Result<Option<MessageId>, CommandError> {
    match outcome {
        PostOutcome::Posted { message, .. } => Ok(message),
        PostOutcome::Unknown => {
            let reply = sentences::test_unclear(desk.around(), channel);
            Err(Refusal::Said { kind: "test message unclear", reply: Box::new(reply) }.into())
        }
        other => posted(other, channel, AGAIN).map(|()| None),
    }
}

/// [Use these settings].
pub(crate) async fn change(
    desk: &Desk,
    asker: &Asker,
    id: SubscriptionId,
    detail: Detail,
    alert: Alert,
) -> Result<Reply, CommandError> {
    let settings = &*desk.ports.store;
    let edited = edit(settings, asker.guild, id, |one| {
        one.detail = detail;
        one.alert = alert;
    });
    let subscription = written(desk, edited.await?)?;
    audit::log(asker, Action::Changed(id));
    Ok(sentences::changed(&subscription))
}

/// [Post everything anyway], of a notification that is there.
pub(crate) async fn show_all(desk: &Desk, asker: &Asker, id: SubscriptionId) -> Result<Reply, CommandError> {
    let settings = &*desk.ports.store;
    let edited = edit(settings, asker.guild, id, |one| one.public = PublicChoice::Everything);
    let subscription = written(desk, edited.await?)?;
    audit::log(asker, Action::Opened(id));
    let audience = notify_run::audience(desk, &subscription).await.unwrap_or(Audience::Everyone);
    Ok(reply::audience::shows_everything(&[subscription], audience))
}

/// The notification as it is now; its channel is told to look at it anew.
pub(crate) fn written(desk: &Desk, edited: Edited) -> Result<Subscription, CommandError> {
    match edited {
        Edited::Done(subscription) | Edited::Needless(subscription) => {
            desk.ports.courier.wake(subscription.channel);
            Ok(subscription)
        }
        Edited::Gone => Err(gone(desk)),
        Edited::Contended => Err(Refusal::Busy.into()),
    }
}

/// A notification that is not there (any more).
pub(crate) fn gone(desk: &Desk) -> CommandError {
    let reply = sentences::no_such_notification(desk.around());
    Refusal::Said { kind: "unknown notification", reply: Box::new(reply) }.into()
}

#[cfg(test)]
mod tests;

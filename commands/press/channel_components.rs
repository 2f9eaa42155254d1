//! The controls below notifications: `[Show]`, "Show one in full…" and [Skip to now].

use deskbell_domain::access::Needed;
use deskbell_domain::event::Record;
use deskbell_domain::press::{ChannelPress, ShownEvent, parse_conversation};
use deskbell_domain::service::look_up::shown_event;
use deskbell_text::refusal::{Forbidden, Settings};

use crate::contact;
use crate::conversation;
use crate::desk;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::notify::audience;
use crate::notify::run as notify_run;
use crate::press::contact_components::one;
use crate::press::given::Given;

/// Answers a press below a notification.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: ChannelPress,
    given: &Given,
) -> Result<(), CommandError> {
    let chosen = &given.chosen;
    match press {
        ChannelPress::Show(id) => {
            may_see_this(session).await?;
            contact::open(session, &id).await
        }
        ChannelPress::ShowConversation(id) => {
            may_see_this(session).await?;
            conversation::show(session, &id).await
        }
        ChannelPress::ShowOne => {
            may_see_this(session).await?;
            contact::open(session, &one(chosen)?).await
        }
        ChannelPress::ShowOneConversation => {
            may_see_this(session).await?;
            let id = chosen.first().and_then(|id| parse_conversation(id)).ok_or(Refusal::OldButton)?;
            conversation::show(session, &id).await
        }
        ChannelPress::ReadOneConversation => {
            may_see_this(session).await?;
            let id = chosen.first().and_then(|id| parse_conversation(id)).ok_or(Refusal::OldButton)?;
            conversation::read(session, &id).await
        }
        ChannelPress::ShowEvent(shown) => {
            may_see_this(session).await?;
            show_event(session, &shown).await
        }
        ChannelPress::ShowOneEvent(subscription) => {
            may_see_this(session).await?;
            let shown = chosen.first().and_then(|option| ShownEvent::of_option(subscription, option));
            show_event(session, &shown.ok_or(Refusal::OldButton)?).await
        }
        ChannelPress::SkipToNow(id) => {
            guard::may_set_up(&session.asker, Settings::Notifications)?;
            session.answer.begin().await?;
            let (context, asker) = (&session.context, &session.asker);
            session.answer.give(notify_run::ask_before_skipping(context, asker, id).await?).await
        }
        ChannelPress::Audience(held, choice) => audience::choose(session, held, choice).await,
        ChannelPress::Desk(press) => desk::pressed(session, press, given).await,
    }
}

/// What a message without personal data keeps from the channel.
async fn show_event(session: &Session<'_>, shown: &ShownEvent) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let context = &session.context;
    let event = shown_event(context.store(), context.workspace.id(), shown).await?;
    let mut record = event.ok_or(Refusal::NoLongerKept)?.record;
    session.sight().limit(&mut record);
    match record {
        Record::Lead { contact }
        | Record::Identified { contact }
        | Record::User { contact, .. }
        | Record::Update { contact, .. } => contact::open_known(session, &contact).await,
        Record::Conversation { conversation, .. } => conversation::show(session, &conversation.id).await,
    }
}

/// The same rule as for the commands, in the words of a button.
async fn may_see_this(session: &Session<'_>) -> Result<(), CommandError> {
    guard::may(&session.context, &session.asker, Needed::Look).await.map_err(|failure| match failure {
        CommandError::Refused(Refusal::NoAccess { team, .. }) => {
            Refusal::NoAccess { what: Forbidden::LookAtThis, team }.into()
        }
        other => other,
    })
}

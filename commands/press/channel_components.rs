//! The controls below notifications: `[Show]`, "Show one in full…" and [Skip to now].

use deskbell_domain::access::Grant;
use deskbell_domain::ids::{ConversationId, SubscriptionId};
use deskbell_domain::press::{ChannelPress, parse_conversation};
use deskbell_domain::service::notify::run;
use deskbell_domain::service::request::NotDone;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::refusal::{Look, Settings};

use crate::contact;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::request;
use crate::interaction::session::Session;
use crate::notify::audience;
use crate::press::contact_components::one;

/// Answers a press.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: ChannelPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    match press {
        ChannelPress::Show(id) => {
            may_see_this(session).await?;
            contact::open(session, &id).await
        }
        ChannelPress::ShowConversation(id) => {
            may_see_this(session).await?;
            show_conversation(session, &id).await
        }
        ChannelPress::ShowOne => {
            may_see_this(session).await?;
            contact::open(session, &one(chosen)?).await
        }
        ChannelPress::ShowOneConversation => {
            may_see_this(session).await?;
            let id = chosen.first().and_then(|id| parse_conversation(id)).ok_or(Refusal::OldButton)?;
            show_conversation(session, &id).await
        }
        ChannelPress::SkipToNow(id) => {
            guard::may_set_up(&session.asker, Settings::Notifications)?;
            skip_to_now(session, id).await
        }
        ChannelPress::Audience(held, choice) => audience::choose(session, held, choice).await,
    }
}

/// What a message without personal data keeps from the channel.
async fn show_conversation(session: &Session<'_>, id: &ConversationId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let found = session.answer.patiently(session.intercom.conversation(id)).await?;
    let Some(conversation) = found else { return Err(Refusal::UnknownConversation.into()) };
    session.answer.give(text::conversation::card(contact::shown(&session.context), conversation)).await
}

/// The same rule as for the commands, in the words of a button.
async fn may_see_this(session: &Session<'_>) -> Result<(), CommandError> {
    guard::may_look(&session.context, &session.asker, Grant::Look).await.map_err(|failure| match failure {
        CommandError::Refused(Refusal::NoAccess { roles, .. }) => {
            Refusal::NoAccess { what: Look::This, roles }.into()
        }
        other => other,
    })
}

/// Drops what waits for a notification. Its channel's own task does it, between two messages.
async fn skip_to_now(session: &Session<'_>, id: SubscriptionId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let (context, asker) = (&session.context, &session.asker);
    let skipped =
        run::skip_to_now(&request::of(context, asker), id).await.map_err(|not_done| match not_done {
            NotDone::UnknownNotification => Refusal::OldButton.into(),
            other => request::refused(context, CommandName::NotifyList, other),
        })?;
    session.answer.give(text::channel::skipped(skipped.count, skipped.subscription.channel)).await
}

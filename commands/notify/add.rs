//! `/notify add` as people see it: what became of a wish, and changes of a notification that is there.

use deskbell_domain::channel::{Audience, Permission};
use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::message::Message;
use deskbell_domain::service::notify::add::{
    self as service, Addition, PublicDecision, SubscribePoint, Wanted, Wish,
};
use deskbell_domain::service::notify::{role_call, run};
use deskbell_domain::service::request::NotDone;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::notify::{self as sentences, Added};

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::refusal::Said;
use crate::interaction::request;
use crate::notify::run as notify_run;

/// The command that errors name.
const AGAIN: CommandName = CommandName::NotifyAdd;

/// Adds a notification and says how that went.
pub(crate) async fn add(
    context: &CommandContext,
    asker: &Asker,
    wish: Wish,
    channel: ChannelId,
    decision: PublicDecision,
    point: SubscribePoint,
) -> Result<Message, CommandError> {
    match try_to_add(context, asker, wish, channel, decision, point).await? {
        Addition::ToDecide(view, exposure) => {
            Ok(sentences::ask_about_public(wish, view.id, view.audience, exposure))
        }
        Addition::AlreadyThere(subscription, view) => {
            let reply = sentences::already_there(context.around(), &subscription, wish, view.audience);
            Err(Refusal::Said { kind: Said::AlreadyThere, reply: Box::new(reply) }.into())
        }
        Addition::Added(subscription, view) => {
            let lacks_history =
                view.lacking.iter().flatten().any(|lacked| *lacked == Permission::ReadMessageHistory);
            Ok(sentences::added(
                context.around(),
                &Added {
                    wish,
                    subscription: &subscription,
                    audience: view.audience,
                    interval: context.bot.facts.poll_interval,
                    lacks_history,
                    role_call: role_call(context.channels(), &subscription).await,
                },
            ))
        }
    }
}

/// The same without a word.
pub(crate) async fn try_to_add(
    context: &CommandContext,
    asker: &Asker,
    wish: Wish,
    channel: ChannelId,
    decision: PublicDecision,
    point: SubscribePoint,
) -> Result<Addition, CommandError> {
    let workspace = &context.workspace.workspace;
    let wanted = Wanted { workspace, wish, channel, decision, point, state: None };
    let added = service::add(&request::of(context, asker), wanted).await;
    added.map_err(|not_done| request::refused(context, AGAIN, not_done))
}

/// [Post everything anyway], of a notification that is there.
pub(crate) async fn show_all(
    context: &CommandContext,
    asker: &Asker,
    id: SubscriptionId,
) -> Result<Message, CommandError> {
    let shown = run::show_everything(&request::of(context, asker), id).await;
    let shown = shown.map_err(|not_done| request::refused(context, AGAIN, not_done))?;
    let audience = notify_run::audience(context, &shown).await.unwrap_or(Audience::Everyone);
    Ok(text::audience::shows_everything(&[shown], audience))
}

/// A notification that is not there (any more).
pub(crate) fn gone(context: &CommandContext) -> CommandError {
    request::refused(context, AGAIN, NotDone::UnknownNotification)
}

#[cfg(test)]
mod tests;

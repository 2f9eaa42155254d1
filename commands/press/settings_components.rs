//! Answers the controls below what `/notify`, `/access` and `/setup` show. Every press is authorised again, since the
//! message may be old and the presser's rights may be gone.

use std::str::FromStr;

use deskbell_domain::delivery::DeadLetterId;
use deskbell_domain::press::set_up::SetUpPress;
use deskbell_domain::service::notify::add::PublicDecision;
use deskbell_domain::service::notify::run::Target;
use deskbell_text as text;
use deskbell_text::refusal::Settings;

use crate::access;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::request::subscribe_point;
use crate::interaction::session::Session;
use crate::notify::add as notify_add;
use crate::notify::audience;
use crate::notify::failed as notify_failed;
use crate::notify::panel;
use crate::notify::run as notify_run;
use crate::setup;

/// Answers a press below what `/notify`, `/access` and `/setup` show.
pub(crate) async fn answer(
    session: &Session<'_>,
    press: SetUpPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    let (context, asker) = (&session.context, &session.asker);
    guard::may_set_up(asker, settings(&press))?;
    let point = subscribe_point(context, asker).await?;
    session.answer.begin().await?;
    let reply = match press {
        SetUpPress::Channels(kind, shown) => {
            return setup::channels(session, kind, shown, chosen, point).await;
        }
        SetUpPress::Roles(version) => return setup::roles(session, version, chosen).await,
        SetUpPress::Add(wish, channel, decision) => {
            notify_add::add(context, asker, wish, channel, decision, point).await?
        }
        SetUpPress::Elsewhere(wish) => text::notify::choose_channel(wish),
        SetUpPress::AddIn(wish) => {
            let channel = first_id(chosen)?;
            notify_add::add(context, asker, wish, channel, PublicDecision::Open, point).await?
        }
        SetUpPress::Change(id, change) => panel::change_settings(context, asker, id, change).await?,
        SetUpPress::ShowAll(id) => notify_add::show_all(context, asker, id).await?,
        SetUpPress::Sample(id) => notify_run::test(context, asker, Target::One(id), None).await?,
        SetUpPress::SampleWith(target, calls) => {
            notify_run::test(context, asker, target, Some(calls)).await?
        }
        SetUpPress::Pause(id) => notify_run::pause(context, asker, Target::One(id)).await?,
        SetUpPress::Resume(target, missed) => notify_run::resume(context, asker, target, missed).await?,
        SetUpPress::Remove(id) => notify_run::ask_before_removing(context, asker, id).await?,
        SetUpPress::RemoveNow(id) => notify_run::remove(context, asker, id).await?,
        SetUpPress::SkipNow(id) => notify_run::skip_to_now(context, asker, id).await?,
        SetUpPress::Keep => text::notify::kept(),
        SetUpPress::List(page) => notify_run::list(context, asker, page).await?,
        SetUpPress::TryNow => notify_run::try_now(context, asker).await?,
        SetUpPress::Failed(page) => notify_failed::list(context, asker, page).await?,
        SetUpPress::FailedOne => notify_failed::one(context, asker, DeadLetterId(first_id(chosen)?)).await?,
        SetUpPress::TryAgain(letters) => notify_failed::try_again(context, asker, letters).await?,
        SetUpPress::Drop(letters) => notify_failed::drop_letters(context, asker, letters).await?,
        SetUpPress::DropAllNow => notify_failed::drop_all(context, asker).await?,
        SetUpPress::Allow(role, grant) => access::allow_anyway(session, role, grant).await?,
        SetUpPress::MoveTo(held) => audience::move_to(context, asker, held, first_id(chosen)?, point).await?,
        SetUpPress::Who(press) => access::who(session, press, chosen).await?,
        SetUpPress::ActsAsNobody => access::acts_as_nobody(session, first_id(chosen)?).await?,
        SetUpPress::Team(everybody) => audience::say_who_everybody_is(context, asker, everybody).await?,
    };
    session.answer.give(reply).await
}

/// What only a manager can do with it.
fn settings(press: &SetUpPress) -> Settings {
    match press {
        SetUpPress::Roles(_)
        | SetUpPress::Allow(..)
        | SetUpPress::Team(_)
        | SetUpPress::ActsAsNobody
        | SetUpPress::Who(_) => Settings::Access,
        _ => Settings::Notifications,
    }
}

/// The first id that was chosen in a select.
fn first_id<Id: FromStr>(chosen: &[String]) -> Result<Id, CommandError> {
    let id = chosen.first().and_then(|id| id.parse().ok());
    id.ok_or_else(|| Refusal::OldButton.into())
}

#[cfg(test)]
mod tests;

//! Who a member is in Intercom: asked at their first press, kept for each server.

use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::nameable::Nameable;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::Hinted;
use deskbell_domain::press::desk::Then;
use deskbell_domain::service::desk as service;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::desk::Asking;

use crate::interaction::error::CommandError;
use crate::interaction::request;
use crate::interaction::session::Session;

/// In whose name the asker acts, if they said so.
pub(crate) async fn acts_as(session: &Session<'_>) -> Result<Option<AdminId>, CommandError> {
    let (context, member) = (&session.context, session.asker.member);
    let access = context.store().access(&context.home(session.asker.guild)).await?;
    Ok(access.teammate(member, context.workspace.id()).cloned())
}

/// Asks who somebody is; then it goes on with what was to be done.
pub(crate) async fn ask_who(session: &Session<'_>, page: u8, then: &Then) -> Result<(), CommandError> {
    let teammates = session.answer.patiently(service::teammates(&*session.intercom)).await?;
    session.answer.give(text::desk::who_are_you(&teammates, page, Asking::Unsaid, then)).await
}

/// Whether something was refused because the teammate of the asker has no seat any more. Intercom says no word of that: a
/// teammate that is gone is missing like anything else, so it is looked who is there.
pub(crate) async fn has_no_seat(session: &Session<'_>, error: &IntercomError, admin: &AdminId) -> bool {
    let may_be_theirs = matches!(
        error,
        IntercomError::Missing | IntercomError::Invalid { .. } | IntercomError::Forbidden { .. }
    );
    if !may_be_theirs {
        return false;
    }
    let teammates = session.answer.patiently(service::teammates(&*session.intercom)).await;
    teammates.is_ok_and(|all| !all.is_empty() && all.iter().all(|one| one.id != admin.as_str()))
}

/// Asks somebody anew whose teammate has no seat any more.
pub(crate) async fn ask_again(session: &Session<'_>, then: &Then) -> Result<(), CommandError> {
    let teammates = session.answer.patiently(service::teammates(&*session.intercom)).await?;
    session.answer.give(text::desk::who_are_you(&teammates, 0, Asking::Gone, then)).await
}

/// Whoever was chosen: the asker acts in that name from now on. None where that teammate has no seat any more.
pub(crate) async fn chosen(
    session: &Session<'_>,
    chosen: &[String],
) -> Result<Option<AdminId>, CommandError> {
    let teammates = session.answer.patiently(service::teammates(&*session.intercom)).await?;
    let Some(found) = teammates.into_iter().find(|admin| chosen.first() == Some(&admin.id)) else {
        return Ok(None);
    };
    let (context, asker, admin) = (&session.context, &session.asker, AdminId::new(found.id));
    let home = context.home(asker.guild);
    let said = service::act_as(context.store(), &home, asker.member, admin.clone()).await;
    said.map_err(|not_done| request::refused(context, CommandName::AccessList, not_done))?;
    Ok(Some(admin))
}

/// What a teammate is called, as far as the server's token may read it.
pub(crate) async fn name_of(session: &Session<'_>, admin: &str) -> String {
    let (of, names) = (Nameable::Admin(admin.to_owned()), &session.context.workspace.ports.names);
    let known = match names.name(&of) {
        Some(known) => Some(known),
        None => session.intercom.name(&of).await.ok().flatten(),
    };
    known.unwrap_or_else(|| text::desk::nameless().to_owned())
}

/// A conversation moved: its cards are to say so soon. Where the hint cannot be kept the next poll finds it.
pub(crate) async fn moved(session: &Session<'_>, id: &ConversationId) {
    let (context, hinted) = (&session.context, Hinted::Conversation(id.clone()));
    if let Err(cause) = context.store().hint(context.workspace.id(), &hinted).await {
        tracing::debug!(%cause, "that a conversation moved is left to the next poll");
    }
    context.workspace.ports.outbox.look_at_hints();
}

//! Finding a lead or user and showing the card: what `/lead get`, `/user get` and many presses have in common.

pub(crate) mod again;
pub(crate) mod create;
pub(crate) mod create_lead;
pub(crate) mod draft;
pub(crate) mod export;
pub(crate) mod export_file;
pub(crate) mod in_company;
pub(crate) mod join;
pub(crate) mod list;
pub(crate) mod retry;
pub(crate) mod save_user;
pub(crate) mod share;
pub(crate) mod which_company;

use deskbell_domain::access::Needed;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::ContactId;
use deskbell_domain::service::companies::resolve_names;
use deskbell_domain::service::look_up::{LookUp, announced, by_id, look_up};
use deskbell_text as text;
use deskbell_text::contact::{LegacyAnswer, Route, Shown};

use crate::contact::retry::Asked;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// What the workspace's cards need.
pub(crate) fn shown(context: &CommandContext) -> Shown<'_> {
    Shown {
        workspace_name: context.workspace.name(),
        links: &context.workspace.links,
        fields: &context.bot.facts.card_fields,
    }
}

/// Looks somebody up by what was typed or picked. The asker was checked already.
pub(crate) async fn get(session: &Session<'_>, role: Role, text: &str) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let places = session.places();
    let result = match session.answer.patiently(look_up(&places, role, text)).await {
        Ok(found) => present(session, role, text, found).await,
        Err(error) => Err(error.into()),
    };
    let Err(failure) = result else { return Ok(()) };
    let effect = retry::effect(session, &Asked::Get { role, text: text.to_owned() }, &failure).await;
    tell(session, "get", &failure, &effect).await;
    Ok(())
}

/// Opens somebody by Intercom's id. The asker was checked already.
pub(crate) async fn open(session: &Session<'_>, id: &ContactId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    match session.answer.patiently(by_id(&*session.intercom, id)).await? {
        LookUp::Unknown => {
            let (store, workspace) = (session.context.store(), session.context.workspace.id());
            let mut known = announced(store, store, workspace, id).await?.ok_or(Refusal::Gone)?;
            session.sight().limit_contact(&mut known);
            show_deleted(session, &known).await
        }
        found => present(session, Role::Lead, id.as_str(), found).await,
    }
}

/// Opens somebody of whom this is known. The asker was checked already.
pub(crate) async fn open_known(session: &Session<'_>, known: &Contact) -> Result<(), CommandError> {
    session.answer.begin().await?;
    match session.answer.patiently(by_id(&*session.intercom, &known.id)).await? {
        LookUp::Unknown => show_deleted(session, known).await,
        found => present(session, Role::Lead, known.id.as_str(), found).await,
    }
}

/// Shows what is still kept of somebody whom Intercom does not know any more.
async fn show_deleted(session: &Session<'_>, known: &Contact) -> Result<(), CommandError> {
    session.answer.give(text::contact::deleted(shown(&session.context), known)).await
}

/// Shows what a look-up found.
pub(crate) async fn present(
    session: &Session<'_>,
    role: Role,
    text: &str,
    found: LookUp,
) -> Result<(), CommandError> {
    match found {
        LookUp::Found(contact) => show(session, *contact, Route::Direct).await,
        LookUp::Merged(contact) => show(session, *contact, Route::Merged(role)).await,
        LookUp::WrongRole(contact) => Err(Refusal::WrongRole { found: contact.role, id: contact.id }.into()),
        LookUp::Several(contacts, shared) => {
            session.answer.give(text::contact::pick::one_to_open(&contacts, &shared)).await
        }
        LookUp::Unknown => Err(Refusal::Unknown { role, text: text.to_owned() }.into()),
    }
}

/// Shows a card, and only then asks for what the legacy API alone has.
async fn show(session: &Session<'_>, mut contact: Contact, route: Route) -> Result<(), CommandError> {
    let ports = &session.context.workspace.ports;
    let shown = shown(&session.context);
    session.answer.patiently(resolve_names(&*session.intercom, &ports.names, &mut contact)).await;
    let may_change = guard::may(&session.context, &session.asker, Needed::Act).await.is_ok();
    let say = if may_change { text::contact::show_to_change } else { text::contact::show };
    session.answer.give(say(shown, &contact, route, LegacyAnswer::Awaited)).await?;
    if contact.legacy.is_empty()
        && let Ok(Some(legacy)) = session.intercom.legacy(&contact.id).await
    {
        contact.legacy = legacy;
    }
    session.answer.improve(say(shown, &contact, route, LegacyAnswer::Asked)).await;
    Ok(())
}

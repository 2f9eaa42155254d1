//! Finding a lead or user and showing the card: what `/lead get`, `/user get` and many presses have in common.

pub(crate) mod export;
pub(crate) mod export_file;
pub(crate) mod list;
pub(crate) mod share;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::ContactId;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::companies::resolve_names;
use deskbell_domain::service::look_up::{LookUp, by_id, look_up};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use deskbell_text::contact::{LegacyAnswer, Route, Shown};
use deskbell_text::failure::Effect;
use serde::{Deserialize, Serialize};

use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::session::Session;
use crate::interaction::tell::tell;

/// What was looked for, kept behind [Try again]: no `Debug`, it may hold an e-mail address.
#[derive(Serialize, Deserialize)]
struct Wanted {
    role: Role,
    text: String,
}

/// What the workspace's cards need.
pub(crate) fn shown(context: &CommandContext) -> Shown<'_> {
    Shown { workspace_name: context.workspace.name(), links: &context.workspace.links }
}

/// Looks somebody up by what was typed or picked. The asker was checked already.
pub(crate) async fn get(session: &Session<'_>, role: Role, text: &str) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let intercom = &*session.intercom;
    let result = match session.answer.patiently(look_up(intercom, role, text)).await {
        Ok(found) => present(session, role, text, found).await,
        Err(error) => Err(error.into()),
    };
    let Err(failure) = result else { return Ok(()) };
    let effect = Effect::Read { again: again(session, role, text, &failure).await };
    tell(session, "get", &failure, &effect).await;
    Ok(())
}

/// [Try again], where that may help and what was looked for could be kept.
async fn again(session: &Session<'_>, role: Role, text: &str, failure: &CommandError) -> Option<String> {
    if !may_be_repeated(failure) {
        return None;
    }
    let key = new_key(&session.context);
    let wanted = Wanted { role, text: text.to_owned() };
    keep(&session.context, &session.asker, &key, &wanted).await.ok()?;
    Some(LookPress::LookAgain(key).to_custom_id())
}

/// Whether [Try again] may help. Whoever asked too much is told when more is allowed instead: to keep something for each
/// of such commands would let one person fill the store.
pub(crate) fn may_be_repeated(failure: &CommandError) -> bool {
    matches!(
        failure,
        CommandError::Intercom(IntercomError::Unavailable(_) | IntercomError::RateLimited { .. })
    )
}

/// [Try again] was pressed.
pub(crate) async fn get_again(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    match kept::<Wanted>(&session.context, session.asker.guild, key).await? {
        Some(wanted) => get(session, wanted.role, &wanted.text).await,
        None => Err(Refusal::ChoiceExpired { command: CommandName::LeadGet }.into()),
    }
}

/// Opens somebody by Intercom's id. The asker was checked already.
pub(crate) async fn open(session: &Session<'_>, id: &ContactId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let found = session.answer.patiently(by_id(&*session.intercom, id)).await?;
    present(session, Role::Lead, id.as_str(), found).await
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
        LookUp::Several(contacts) => {
            let all_are = contacts.iter().all(|contact| contact.role == role);
            session.answer.give(text::contact::pick_one_to_open(all_are.then_some(role), &contacts)).await
        }
        LookUp::Unknown => Err(Refusal::Unknown { role, text: text.to_owned() }.into()),
    }
}

/// Shows a card, and only then asks for what the legacy API alone has.
async fn show(session: &Session<'_>, mut contact: Contact, route: Route) -> Result<(), CommandError> {
    let ports = &session.context.workspace.ports;
    let shown = shown(&session.context);
    session.answer.patiently(resolve_names(&*session.intercom, &ports.names, &mut contact)).await;
    session.answer.give(text::contact::show(shown, &contact, route, LegacyAnswer::Awaited)).await?;
    if contact.legacy.is_empty()
        && let Ok(Some(legacy)) = session.intercom.legacy(&contact.id).await
    {
        contact.legacy = legacy;
    }
    session.answer.improve(text::contact::show(shown, &contact, route, LegacyAnswer::Asked)).await;
    Ok(())
}

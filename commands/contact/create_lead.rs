//! `/lead create`: the lead is made and shown, then others with its address. Where Intercom's answer is lost the lead is
//! looked for, and the answer edited.

use std::time::Duration;

use deskbell_domain::contact::{Company, Contact};
use deskbell_domain::creations::BeingCreated;
use deskbell_domain::event::Actor;
use deskbell_domain::port::intercom::ContactFields;
use deskbell_domain::service::lead::{self as service, LeadCreation};
use deskbell_domain::time::Timestamp;
use deskbell_text as text;
use deskbell_text::command::CommandName;

use crate::contact::shown;
use crate::interaction::audit::{self, Action, Begun, Outcome};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::session::Session;

/// How long after a lost answer the lead is looked for: Intercom's search lags by seconds, at times by minutes.
const LOOKS_AFTER: [Duration; 2] = [Duration::from_secs(15), Duration::from_secs(60)];

/// Makes the lead, and puts it into the company.
pub(crate) async fn create(
    session: &Session<'_>,
    fields: &ContactFields,
    company: Option<Company>,
) -> Result<(), CommandError> {
    let email = fields.email.as_deref().unwrap_or_default();
    let being = session.context.workspace.ports.creations.begin(email);
    let asked = session.context.workspace.ports.time.now().seconds();
    let begun = audit::begin(session, Action::Created).await?;
    match session.answer.patiently(service::create(&*session.intercom, fields)).await {
        Ok(LeadCreation::Created(lead)) => created(session, (begun, Some(being)), *lead, company).await,
        Ok(LeadCreation::Exists(id)) => {
            audit::end(session, begun, Outcome::Failed).await;
            Err(Refusal::LeadExists(id).into())
        }
        Ok(LeadCreation::Unclear) => {
            // Finding it takes long, if it is found, and its card is not to wait for that.
            drop(being);
            look_for_it(session, begun, fields, (asked, company)).await
        }
        Err(failure) => {
            audit::end(session, begun, Outcome::Failed).await;
            Err(failure.into())
        }
    }
}

async fn created(
    session: &Session<'_>,
    (begun, being): (Begun, Option<BeingCreated>),
    mut lead: Contact,
    company: Option<Company>,
) -> Result<(), CommandError> {
    audit::end(session, begun.turned_out(Action::Created, &lead.id), Outcome::Done).await;
    remember_actor(session, &lead, CommandName::LeadCreate).await;
    drop(being);
    let shown = shown(&session.context);
    let attaching = service::put_into(&*session.intercom, &mut lead, company.as_ref());
    let attached = session.answer.patiently(attaching).await;
    session.context.workspace.ports.names.resolve(&mut lead);
    let created = text::contact::lead_created(shown, &lead, &attached);
    session.answer.give(created.clone()).await?;
    let namesakes = service::namesakes(&*session.intercom, &lead).await;
    if !namesakes.is_empty() {
        session.answer.improve(text::contact::with_namesakes(created, shown, &namesakes)).await;
    }
    Ok(())
}

/// Nobody knows whether it was made. It is said at once; then it is looked for a few times, as long as the bot runs.
async fn look_for_it(
    session: &Session<'_>,
    begun: Begun,
    fields: &ContactFields,
    (asked, company): (Timestamp, Option<Company>),
) -> Result<(), CommandError> {
    crate::interaction::tell::log(&session.context.bot, "create", &Refusal::LeadUnclear.into());
    let around = session.context.around();
    session.answer.give(text::contact::unclear::looking(around)).await?;
    let mut waited = Duration::ZERO;
    for after in LOOKS_AFTER {
        let pause = tokio::time::sleep(after.saturating_sub(waited));
        if session.context.bot.stopping.run_until_cancelled(pause).await.is_none() {
            return Ok(());
        }
        waited = after;
        if let Some(lead) = service::made_since(&*session.intercom, fields, asked).await {
            return created(session, (begun, None), lead, company).await;
        }
    }
    audit::end(session, begun, Outcome::Unknown).await;
    session.answer.give(text::contact::unclear::not_found(around)).await
}

/// Who made it stands on the card that will ring. The record is made already: a failure here is only logged.
pub(crate) async fn remember_actor(session: &Session<'_>, contact: &Contact, command: CommandName) {
    let workspace = session.context.workspace.id();
    let actor = Actor { member: session.asker.member, command: command.typed() };
    if let Err(cause) = session.context.store().remember_actor(workspace, &contact.id, &actor).await {
        tracing::warn!(%cause, "who made a record could not be remembered");
    }
}

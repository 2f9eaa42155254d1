//! [Make it a user] and [Merge…] below the card of a lead or user: asked once more, since neither can be undone.

use std::collections::BTreeMap;

use deskbell_domain::access::Needed;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::ContactId;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::{Found, IntercomError, Likeness};
use deskbell_domain::press::join::JoinPress;
use deskbell_domain::service::merge::{self as service, Ended, Lead, Pair};
use deskbell_domain::service::privacy::meant;
use deskbell_text as text;
use deskbell_text::command::CommandName;
use serde::{Deserialize, Serialize};

use crate::contact::shown;
use crate::interaction::audit::{self, Action, Outcome};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::session::Session;
use crate::press::contact_components::one;
use crate::press::given::Given;
use crate::press::place::AnswerPlace;

/// Who is to be merged, as somebody was told of them.
#[derive(Serialize, Deserialize)]
struct ToMerge {
    lead: ContactId,
    user: ContactId,
    alike: bool,
}

/// Whether the answer replaces the message that was pressed: never a card.
pub(crate) fn place(press: &JoinPress) -> AnswerPlace {
    match press {
        JoinPress::AskConvert(_) | JoinPress::AskMerge(_) | JoinPress::Typed(_) => AnswerPlace::New,
        JoinPress::Convert(_) | JoinPress::One(_) | JoinPress::Merge(_) => AnswerPlace::Same,
    }
}

/// Answers such a press.
pub(crate) async fn pressed(
    session: &Session<'_>,
    press: JoinPress,
    given: &Given,
) -> Result<(), CommandError> {
    guard::may(&session.context, &session.asker, Needed::Act).await?;
    if let JoinPress::AskMerge(id) = &press {
        return session.answer.open(text::join::form(id)).await;
    }
    session.answer.begin().await?;
    let reply = match press {
        JoinPress::AskConvert(id) => ask_to_convert(session, &id).await?,
        JoinPress::Convert(id) => convert(session, &id).await?,
        JoinPress::Typed(id) => typed(session, &id, &given.filled).await?,
        JoinPress::One(id) => ask_to_merge(session, &id, &one(&given.chosen)?).await?,
        JoinPress::Merge(key) => merge(session, &key).await?,
        JoinPress::AskMerge(_) => return Err(Refusal::OldButton.into()),
    };
    session.answer.give(reply).await
}

async fn ask_to_convert(session: &Session<'_>, id: &ContactId) -> Result<Message, CommandError> {
    match session.answer.patiently(service::lead(&*session.intercom, id)).await? {
        Lead::Still(lead) => Ok(text::join::ask_to_convert(shown(&session.context), &lead)),
        other => no_lead_any_more(session, &other),
    }
}

async fn convert(session: &Session<'_>, id: &ContactId) -> Result<Message, CommandError> {
    let begun = audit::begin_about(session, Action::MadeUser, id).await?;
    let made = session.answer.patiently(service::make_a_user(&*session.intercom, id)).await;
    audit::end(session, begun, outcome(&made)).await;
    match made? {
        Ended::Done(user) => Ok(text::join::converted(shown(&session.context), &user)),
        Ended::Before(lead) => no_lead_any_more(session, &lead),
    }
}

fn outcome(ended: &Result<Ended, IntercomError>) -> Outcome {
    match ended {
        Ok(Ended::Done(_)) => Outcome::Done,
        Err(IntercomError::OutcomeUnknown) => Outcome::Unknown,
        Ok(Ended::Before(_)) | Err(_) => Outcome::Failed,
    }
}

fn no_lead_any_more(session: &Session<'_>, lead: &Lead) -> Result<Message, CommandError> {
    let told = text::join::no_lead_any_more(shown(&session.context), lead);
    told.ok_or_else(|| Refusal::Gone.into())
}

/// Whom somebody meant: of the other role than the one below whose card it was pressed.
async fn typed(
    session: &Session<'_>,
    id: &ContactId,
    filled: &BTreeMap<String, String>,
) -> Result<Message, CommandError> {
    let typed = filled.get(text::join::FIELD).map(|text| text.trim()).unwrap_or_default();
    if typed.is_empty() {
        return Err(Refusal::OldButton.into());
    }
    let this = session.answer.patiently(read(session, id)).await?;
    let mut found = session.answer.patiently(meant(&session.places(), typed)).await?;
    let other = if this.role == Role::Lead { Role::User } else { Role::Lead };
    found.retain(|one| one.role == other);
    match found.as_slice() {
        [] => Ok(text::join::nobody(&this)),
        [only] => asked(session, this, only.clone()).await,
        several => Ok(text::join::which(id, several)),
    }
}

async fn ask_to_merge(
    session: &Session<'_>,
    id: &ContactId,
    other: &ContactId,
) -> Result<Message, CommandError> {
    let this = session.answer.patiently(read(session, id)).await?;
    let other = session.answer.patiently(read(session, other)).await?;
    asked(session, this, other).await
}

async fn asked(session: &Session<'_>, this: Contact, other: Contact) -> Result<Message, CommandError> {
    let Some(pair) = Pair::of(this, other.clone()) else { return Ok(text::join::nobody(&other)) };
    let to_merge = ToMerge {
        lead: pair.lead.id.clone(),
        user: pair.user.id.clone(),
        alike: pair.likeness() == Likeness::Alike,
    };
    let key = new_key(&session.context);
    keep(&session.context, &session.asker, &key, &to_merge).await?;
    Ok(text::join::ask_to_merge(shown(&session.context), &pair, key))
}

async fn read(session: &Session<'_>, id: &ContactId) -> Result<Contact, CommandError> {
    match session.intercom.contact(id).await? {
        Found::Contact(contact) | Found::Merged(contact) => Ok(*contact),
        Found::Missing => Err(Refusal::Gone.into()),
    }
}

async fn merge(session: &Session<'_>, key: &str) -> Result<Message, CommandError> {
    let kept = kept::<ToMerge>(&session.context, session.asker.guild, key).await?;
    let ToMerge { lead, user, alike } =
        kept.ok_or(Refusal::ChoiceExpired { command: CommandName::LeadGet })?;
    let likeness = if alike { Likeness::Alike } else { Likeness::Unlike };
    let begun = audit::begin_about(session, Action::Merged, &lead).await?;
    let merging = service::merge(&*session.intercom, (&lead, &user), likeness);
    let merged = session.answer.patiently(merging).await;
    audit::end(session, begun, outcome(&merged)).await;
    match merged? {
        Ended::Done(user) => Ok(text::join::merged(shown(&session.context), &user)),
        Ended::Before(lead) => no_lead_any_more(session, &lead),
    }
}

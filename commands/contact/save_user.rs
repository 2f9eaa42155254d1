//! `/user create`: a user is made, or the one with this e-mail is updated. Where only a lead has it, whoever asked decides
//! whether that lead becomes the user.

use deskbell_domain::contact::{Company, Contact};
use deskbell_domain::creations::BeingCreated;
use deskbell_domain::ids::{CompanyId, ContactId};
use deskbell_domain::port::intercom::{ContactFields, IntercomError};
use deskbell_domain::service::companies::{Attachment, attach, is_in};
use deskbell_domain::service::draft::Draft;
use deskbell_domain::service::user::{Leads, Upsert, convert, update_picked, upsert};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use serde::{Deserialize, Serialize};

use crate::contact::create_lead::remember_actor;
use crate::contact::draft::{read, typed_before};
use crate::contact::shown;
use crate::interaction::audit::{self, Action, Begun, Outcome};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::refusal::Said;
use crate::interaction::session::Session;

/// Makes or updates the user.
pub(crate) async fn save(
    session: &Session<'_>,
    draft: Draft,
    fields: &ContactFields,
    company: Option<Company>,
) -> Result<(), CommandError> {
    save_beside(session, draft, fields, company, Leads::AskFirst).await
}

async fn save_beside(
    session: &Session<'_>,
    draft: Draft,
    fields: &ContactFields,
    company: Option<Company>,
    leads: Leads,
) -> Result<(), CommandError> {
    let email = fields.email.as_deref().unwrap_or_default();
    let being = session.context.workspace.ports.creations.begin(email);
    let upserting = upsert(&*session.intercom, fields, leads);
    let saved = session.answer.patiently(finish(session, upserting, (company, Some(being)))).await?;
    tell(session, saved, fields, Some(draft)).await
}

/// [Create a user all the same] was pressed. The asker was checked already.
pub(crate) async fn beside_leads(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let draft = typed_before(session, key).await?;
    let (fields, company) = read(session, &draft).await?;
    save_beside(session, draft, &fields, company, Leads::LeaveAlone).await
}

/// [Make that lead a user] was pressed, or one of several leads was picked. The asker was checked already.
pub(crate) async fn make_lead_a_user(
    session: &Session<'_>,
    key: &str,
    picked: Option<ContactId>,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let Some(kept) = kept::<OfLeads>(&session.context, session.asker.guild, key).await? else {
        return Err(Refusal::ChoiceExpired { command: CommandName::UserCreate }.into());
    };
    let lead = picked.or(kept.lead).ok_or(Refusal::OldButton)?;
    let (fields, company) = read(session, &kept.draft).await?;
    let converting = convert(&*session.intercom, &lead, &fields);
    let saved = session.answer.patiently(finish(session, converting, (company, None))).await?;
    tell(session, saved, &fields, Some(kept.draft)).await
}

/// What is to be changed of a lead that has the e-mail: no `Debug`, it holds personal data.
#[derive(Serialize, Deserialize)]
struct OfLeads {
    draft: Draft,
    /// Which; none where one of several is picked.
    lead: Option<ContactId>,
}

/// What is to be changed, kept until somebody picked the user: no `Debug`, it holds personal data.
#[derive(Serialize, Deserialize)]
struct Pending {
    email: Option<String>,
    name: Option<String>,
    phone: Option<String>,
    company: Option<(CompanyId, Option<String>)>,
}

/// One of several users with an e-mail was picked. The asker was checked already.
pub(crate) async fn picked(session: &Session<'_>, key: &str, id: &ContactId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let Some(pending) = kept::<Pending>(&session.context, session.asker.guild, key).await? else {
        return Err(Refusal::ChoiceExpired { command: CommandName::UserCreate }.into());
    };
    let fields = ContactFields {
        email: pending.email,
        name: pending.name,
        phone: pending.phone,
        ..ContactFields::default()
    };
    let company = pending.company.map(|(id, name)| Company { id, company_id: None, name });
    let updating = update_picked(&*session.intercom, id, &fields);
    let saved = session.answer.patiently(finish(session, updating, (company, None))).await?;
    tell(session, saved, &fields, None).await
}

/// What came of it.
struct Saved {
    outcome: Upsert,
    attached: Attachment,
    company: Option<Company>,
}

/// Saves a user, writes that down, and puts them into the company; says nothing yet.
async fn finish(
    session: &Session<'_>,
    saving: impl Future<Output = Result<Upsert, IntercomError>>,
    (company, being): (Option<Company>, Option<BeingCreated>),
) -> Result<Saved, CommandError> {
    let begun = audit::begin(session, Action::Updated).await?;
    let saved = saving.await;
    let unchanged = end_saving(session, begun, &saved).await;
    let mut outcome = saved?;
    if let Upsert::Created(user) = &outcome {
        remember_actor(session, user, CommandName::UserCreate).await;
    }
    drop(being);
    let user = match &mut outcome {
        Upsert::Created(user) | Upsert::Converted(user) | Upsert::Unchanged(user) => Some(&mut **user),
        Upsert::Updated(update) => Some(&mut update.after),
        Upsert::OnlyRestored { .. } | Upsert::Several(_) | Upsert::LeadsHave(_) => None,
    };
    let mut attached = Attachment::NotAsked;
    if let Some(user) = user {
        attached = put_into(session, user, company.as_ref()).await;
        if let Some(begun) = unchanged {
            audit::end(session, begun.turned_out(Action::Updated, &user.id), joined(&attached)).await;
        }
        session.context.workspace.ports.names.resolve(user);
    }
    Ok(Saved { outcome, attached, company })
}

/// Writes down how saving ended. A user who is not changed may still be put into a company, and how that goes is then how it
/// ended: the deed is given back.
async fn end_saving(
    session: &Session<'_>,
    begun: Begun,
    saved: &Result<Upsert, IntercomError>,
) -> Option<Begun> {
    match saved.as_ref().map(done) {
        Ok(Some((action, user))) => {
            audit::end(session, begun.turned_out(action, user), Outcome::Done).await;
        }
        Ok(None) if matches!(saved, Ok(Upsert::Unchanged(_))) => return Some(begun),
        Err(IntercomError::OutcomeUnknown) => audit::end(session, begun, Outcome::Unknown).await,
        Ok(None) | Err(_) => audit::end(session, begun, Outcome::Failed).await,
    }
    None
}

/// What came of a deed that only puts a user into a company.
fn joined(attached: &Attachment) -> Outcome {
    match attached {
        Attachment::Attached => Outcome::Done,
        Attachment::Failed(IntercomError::OutcomeUnknown) => Outcome::Unknown,
        Attachment::NotAsked | Attachment::Gone | Attachment::LimitReached | Attachment::Failed(_) => {
            Outcome::Failed
        }
    }
}

/// What was done to whom, where something was.
fn done(outcome: &Upsert) -> Option<(Action, &ContactId)> {
    match outcome {
        Upsert::Created(user) => Some((Action::Created, &user.id)),
        Upsert::Converted(user) => Some((Action::Updated, &user.id)),
        Upsert::Updated(update) => Some((Action::Updated, &update.after.id)),
        Upsert::OnlyRestored { user, .. } => Some((Action::Updated, user)),
        Upsert::Unchanged(_) | Upsert::Several(_) | Upsert::LeadsHave(_) => None,
    }
}

/// Tells it. Without a draft there is no way to go on with a lead: who was picked as a user has become none meanwhile.
async fn tell(
    session: &Session<'_>,
    saved: Saved,
    fields: &ContactFields,
    draft: Option<Draft>,
) -> Result<(), CommandError> {
    let shown = shown(&session.context);
    match (&saved.outcome, draft) {
        (Upsert::Several(users), _) => ask_which(session, users, fields, saved.company).await,
        (Upsert::LeadsHave(leads), Some(draft)) => ask_about_leads(session, leads, draft).await,
        (Upsert::LeadsHave(leads), None) => {
            let lead = leads.first().map(|lead| lead.id.clone());
            Err(lead.map_or(Refusal::OldButton, Refusal::IsLead).into())
        }
        (Upsert::OnlyRestored { user, cause }, _) => {
            let reply = text::contact::only_restored(session.context.around(), user, cause);
            Err(Refusal::Said { kind: Said::OnlyRestored, reply: Box::new(reply) }.into())
        }
        (Upsert::Created(_) | Upsert::Converted(_) | Upsert::Updated(_) | Upsert::Unchanged(_), _) => {
            session.answer.give(text::contact::user_saved(shown, &saved.outcome, &saved.attached)).await
        }
    }
}

async fn ask_about_leads(session: &Session<'_>, leads: &[Contact], draft: Draft) -> Result<(), CommandError> {
    let context = &session.context;
    let [convert, beside] = [new_key(context), new_key(context)];
    let lead = if let [only] = leads { Some(only.id.clone()) } else { None };
    keep(context, &session.asker, &beside, &draft).await?;
    keep(context, &session.asker, &convert, &OfLeads { draft, lead }).await?;
    let reply = Box::new(text::contact::leads::leads_have_it(shown(context), leads, convert, beside));
    Err(Refusal::Said { kind: Said::LeadsHaveIt, reply }.into())
}

/// A user who is in the company already stays as they are: "Nothing to change".
async fn put_into(session: &Session<'_>, user: &mut Contact, company: Option<&Company>) -> Attachment {
    match company {
        Some(company) if is_in(user, &company.id) => Attachment::NotAsked,
        _ => attach(&*session.intercom, user, company).await,
    }
}

async fn ask_which(
    session: &Session<'_>,
    users: &[Contact],
    fields: &ContactFields,
    company: Option<Company>,
) -> Result<(), CommandError> {
    let key = new_key(&session.context);
    let pending = Pending {
        email: fields.email.clone(),
        name: fields.name.clone(),
        phone: fields.phone.clone(),
        company: company.map(|company| (company.id, company.name)),
    };
    keep(&session.context, &session.asker, &key, &pending).await?;
    let reply = Box::new(text::contact::pick_user_to_change(key, users));
    Err(Refusal::Said { kind: Said::SeveralUsers, reply }.into())
}

//! `/user`: create or update a user, and show one.

use deskbell_domain::access::Grant;
use deskbell_domain::contact::{Company, Contact, Role};
use deskbell_domain::ids::{CompanyId, ContactId};
use deskbell_domain::port::intercom::ContactFields;
use deskbell_domain::service::companies::{Attachment, attach, is_in};
use deskbell_domain::service::user::{Upsert, update_picked, upsert};
use deskbell_text as text;
use deskbell_text::command::CommandName;
use serde::{Deserialize, Serialize};

use crate::contact::{self, shown};
use crate::interaction::audit::{self, Action};
use crate::interaction::complete::{complete_company, complete_user};
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::refusal::Said;
use crate::interaction::session::Session;
use crate::lead::{chosen_company, remember_actor, typed_fields};

/// Create, update and show users
#[poise::command(slash_command, guild_only, subcommands("create", "get"))]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn user(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// Create a user, or update the one with this e-mail
#[poise::command(slash_command, guild_only)]
async fn create(
    ctx: Ctx<'_>,
    #[description = "E-mail address"]
    #[max_length = 254]
    email: String,
    #[description = "Full name"]
    #[max_length = 255]
    name: Option<String>,
    #[description = "Phone number with the country, like +49 30 1234567"]
    #[max_length = 40]
    phone: Option<String>,
    #[description = "Company: pick one while typing"]
    #[max_length = 100]
    #[autocomplete = "complete_company"]
    company: Option<String>,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    let fields = typed_fields(&email, name.as_deref(), phone.as_deref(), None)?;
    session.answer.begin().await?;
    let work = async {
        let company = chosen_company(&session, company.as_deref()).await?;
        let outcome = upsert(&*session.intercom, &fields).await?;
        Ok::<_, CommandError>(finish(&session, outcome, company).await)
    };
    let saved = session.answer.patiently(work).await?;
    tell(&session, saved, &fields).await
}

/// Show a user
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give an id, an external id or an e-mail"]
    #[max_length = 255]
    #[autocomplete = "complete_user"]
    user: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    contact::get(&session, Role::User, &user).await
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
    let work = async {
        let outcome = update_picked(&*session.intercom, id, &fields).await?;
        Ok::<_, CommandError>(finish(session, outcome, company).await)
    };
    let saved = session.answer.patiently(work).await?;
    tell(session, saved, &fields).await
}

/// What came of it.
struct Saved {
    outcome: Upsert,
    attached: Attachment,
    company: Option<Company>,
}

/// Puts a saved user into the company; says nothing yet.
async fn finish(session: &Session<'_>, mut outcome: Upsert, company: Option<Company>) -> Saved {
    let user = match &mut outcome {
        Upsert::Created(user) => {
            audit::log(&session.asker, Action::Created(&user.id));
            remember_actor(session, user, CommandName::UserCreate).await;
            Some(&mut **user)
        }
        Upsert::Updated(update) => {
            audit::log(&session.asker, Action::Updated(&update.after.id));
            Some(&mut update.after)
        }
        Upsert::Unchanged(user) => Some(&mut **user),
        Upsert::OnlyRestored { user, .. } => {
            audit::log(&session.asker, Action::Updated(user));
            None
        }
        Upsert::Several(_) | Upsert::IsLead(_) => None,
    };
    let mut attached = Attachment::NotAsked;
    if let Some(user) = user {
        attached = put_into(session, user, company.as_ref()).await;
        session.context.workspace.ports.names.resolve(user);
    }
    Saved { outcome, attached, company }
}

async fn tell(session: &Session<'_>, saved: Saved, fields: &ContactFields) -> Result<(), CommandError> {
    let shown = shown(&session.context);
    match &saved.outcome {
        Upsert::Several(users) => ask_which(session, users, fields, saved.company).await,
        Upsert::IsLead(lead) => Err(Refusal::IsLead(lead.id.clone()).into()),
        Upsert::OnlyRestored { user, cause } => {
            let reply = text::contact::only_restored(session.context.around(), user, cause);
            Err(Refusal::Said { kind: Said::OnlyRestored, reply: Box::new(reply) }.into())
        }
        Upsert::Created(_) | Upsert::Updated(_) | Upsert::Unchanged(_) => {
            session.answer.give(text::contact::user_saved(shown, &saved.outcome, &saved.attached)).await
        }
    }
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

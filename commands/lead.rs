//! `/lead`: create, get, list and export leads.

use deskbell_domain::access::Grant;
use deskbell_domain::contact::{Company, Contact, Role};
use deskbell_domain::event::Actor;
use deskbell_domain::port::intercom::ContactFields;
use deskbell_domain::service::companies::{Attachment, Chosen};
use deskbell_domain::service::input::{self, Email, ImageUrl, Phone};
use deskbell_domain::service::lead::{self as service, LeadCreation};
use deskbell_domain::service::list::ListQuery;
use deskbell_text as text;
use deskbell_text::command::CommandName;

use crate::contact::export;
use crate::contact::export_file::Format;
use crate::contact::list;
use crate::contact::{self, shown};
use crate::interaction::audit::{self, Action};
use crate::interaction::complete::{complete_company, complete_lead};
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;

/// Create, show, list and export leads
#[poise::command(slash_command, guild_only, subcommands("create", "get", "list_leads", "export_leads"))]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn lead(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// Create a lead
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
    #[description = "Address of a picture; it starts with https://"]
    #[max_length = 2000]
    image_url: Option<String>,
    #[description = "Company: pick one while typing"]
    #[max_length = 100]
    #[autocomplete = "complete_company"]
    company: Option<String>,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    let fields = typed_fields(&email, name.as_deref(), phone.as_deref(), image_url.as_deref())?;
    session.answer.begin().await?;
    create_lead(&session, &fields, company.as_deref()).await
}

/// Show a lead
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give an id, an external id or an e-mail"]
    #[max_length = 255]
    #[autocomplete = "complete_lead"]
    lead: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    contact::get(&session, Role::Lead, &lead).await
}

/// List leads, newest first
#[poise::command(slash_command, guild_only, rename = "list")]
async fn list_leads(
    ctx: Ctx<'_>,
    #[description = "Only leads of this company: pick one while typing"]
    #[max_length = 100]
    #[autocomplete = "complete_company"]
    company: Option<String>,
    #[description = "Only leads whose name or e-mail contains this"]
    #[max_length = 100]
    search: Option<String>,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::Look).await?;
    session.answer.begin().await?;
    let company = chosen_company(&session, company.as_deref()).await?;
    let query = ListQuery {
        role: Role::Lead,
        company_name: company.as_ref().map(|company| company_label(&session, company)),
        company: company.map(|company| company.id),
        search: search.as_deref().and_then(input::line),
    };
    list::begin(&session, query).await
}

/// How an export is written; append only, Discord keeps the index.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum FormatChoice {
    #[name = "CSV"]
    Csv,
    #[name = "JSON"]
    Json,
}

impl From<FormatChoice> for Format {
    fn from(choice: FormatChoice) -> Self {
        match choice {
            FormatChoice::Csv => Self::Csv,
            FormatChoice::Json => Self::Json,
        }
    }
}

/// Export all leads as a file
#[poise::command(slash_command, guild_only, rename = "export")]
async fn export_leads(
    ctx: Ctx<'_>,
    #[description = "CSV for a spreadsheet (the default), JSON for programs"] format: Option<FormatChoice>,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_look(&session.context, &session.asker, Grant::LookAndExport).await?;
    let format = format.map_or(Format::Csv, Format::from);
    export::export(&session, ListQuery::all(Role::Lead), format).await
}

/// What was typed, or the first thing that is wrong with it.
pub(crate) fn typed_fields(
    email: &str,
    name: Option<&str>,
    phone: Option<&str>,
    image_url: Option<&str>,
) -> Result<ContactFields, CommandError> {
    let email = Email::parse(email).ok_or_else(|| Refusal::Email(email.trim().to_owned()))?;
    let phone = phone
        .map(|text| Phone::parse(text).ok_or_else(|| Refusal::Phone(text.trim().to_owned())))
        .transpose()?;
    let image_url = image_url
        .map(|text| ImageUrl::parse(text).ok_or_else(|| Refusal::ImageUrl(text.trim().to_owned())))
        .transpose()?;
    Ok(ContactFields {
        email: Some(email.into_string()),
        phone: phone.map(Phone::into_string),
        name: name.and_then(input::line),
        image_url: image_url.map(ImageUrl::into_string),
        external_id: None,
    })
}

/// The company that was picked or typed; a typed one that nobody knows is refused before anything is made.
pub(crate) async fn chosen_company(
    session: &Session<'_>,
    text: Option<&str>,
) -> Result<Option<Company>, CommandError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let context = &session.context;
    match context.workspace.companies.choose(&*session.intercom, text).await? {
        Chosen::Company(company) => Ok(Some(company)),
        Chosen::Unknown => Err(Refusal::UnknownCompany(text.to_owned()).into()),
    }
}

fn company_label(session: &Session<'_>, company: &Company) -> String {
    let known = company.name.clone().or_else(|| session.context.workspace.ports.names.company(&company.id));
    known.or_else(|| company.company_id.clone()).unwrap_or_else(|| company.id.to_string())
}

/// Makes the lead and puts it into the company; says nothing yet.
async fn make_lead(
    session: &Session<'_>,
    fields: &ContactFields,
    company: Option<&str>,
) -> Result<(Contact, Attachment), CommandError> {
    let intercom = &*session.intercom;
    let company = chosen_company(session, company).await?;
    let mut lead = match service::create(intercom, fields).await? {
        LeadCreation::Created(lead) => *lead,
        LeadCreation::Exists(id) => return Err(Refusal::LeadExists(id).into()),
        LeadCreation::Unclear => return Err(Refusal::LeadUnclear.into()),
    };
    audit::log(&session.asker, Action::Created(&lead.id));
    remember_actor(session, &lead, CommandName::LeadCreate).await;
    let attached = service::put_into(intercom, &mut lead, company.as_ref()).await;
    session.context.workspace.ports.names.resolve(&mut lead);
    Ok((lead, attached))
}

async fn create_lead(
    session: &Session<'_>,
    fields: &ContactFields,
    company: Option<&str>,
) -> Result<(), CommandError> {
    let shown = shown(&session.context);
    let (lead, attached) = session.answer.patiently(make_lead(session, fields, company)).await?;
    let created = text::contact::lead_created(shown, &lead, &attached);
    session.answer.give(created.clone()).await?;
    let namesakes = service::namesakes(&*session.intercom, &lead).await;
    if namesakes.count > 0 {
        session.answer.improve(text::contact::with_namesakes(created, shown, &namesakes)).await;
    }
    Ok(())
}

/// Who made it stands on the card that will ring. The record is made already: a failure here is only logged.
pub(crate) async fn remember_actor(session: &Session<'_>, contact: &Contact, command: CommandName) {
    let workspace = session.context.workspace.id();
    let actor = Actor { member: session.asker.member, command: command.typed() };
    if let Err(cause) = session.context.store().remember_actor(workspace, &contact.id, &actor).await {
        tracing::warn!(%cause, "who made a record could not be remembered");
    }
}

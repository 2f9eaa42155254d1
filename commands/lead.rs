//! `/lead`: create, get, list and export leads.

use deskbell_domain::access::Needed;
use deskbell_domain::contact::Role;
use deskbell_domain::service::draft::Draft;
use deskbell_domain::service::list::ListQuery;

use crate::contact;
use crate::contact::create::create as create_drafted;
use crate::contact::export;
use crate::contact::export_file::Format;
use crate::contact::list;
use crate::interaction::complete::{complete_company, complete_lead};
use crate::interaction::context::Ctx;
use crate::interaction::error::CommandError;
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
    guard::may(&session.context, &session.asker, Needed::Act).await?;
    let draft = Draft { role: Role::Lead, email, name, phone, image_url, company };
    create_drafted(&session, draft).await
}

/// Show a lead
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give a name, an e-mail, a phone number or an id"]
    #[max_length = 255]
    #[autocomplete = "complete_lead"]
    lead: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
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
    #[description = "Only leads with this in their name, e-mail, phone number or id"]
    #[max_length = 100]
    search: Option<String>,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
    list::ask(&session, Role::Lead, company, search).await
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
    guard::may(&session.context, &session.asker, Needed::Export).await?;
    let format = format.map_or(Format::Csv, Format::from);
    export::export(&session, ListQuery::all(Role::Lead), format).await
}

//! `/user`: create or update a user, and show one.

use deskbell_domain::access::Needed;
use deskbell_domain::contact::Role;
use deskbell_domain::service::draft::Draft;

use crate::contact;
use crate::contact::create::create as create_drafted;
use crate::interaction::complete::{complete_company, complete_user};
use crate::interaction::context::Ctx;
use crate::interaction::error::CommandError;
use crate::interaction::guard;
use crate::interaction::session::Session;

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
    guard::may(&session.context, &session.asker, Needed::Act).await?;
    let draft = Draft { role: Role::User, email, name, phone, image_url: None, company };
    create_drafted(&session, draft).await
}

/// Show a user
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give a name, an e-mail, a phone number or an id"]
    #[max_length = 255]
    #[autocomplete = "complete_user"]
    user: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
    contact::get(&session, Role::User, &user).await
}

//! `/lead`: create, get, list and export leads.

use crate::Ctx;
use crate::error::CommandError;

/// Work with leads
#[poise::command(slash_command, guild_only, subcommands("get"))]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn lead(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// Show a lead
#[poise::command(slash_command, guild_only)]
async fn get(
    ctx: Ctx<'_>,
    #[description = "Pick one, or give an id, an external id or an e-mail"] lead: String,
) -> Result<(), CommandError> {
    let session = crate::session::Session::of_command(ctx)?;
    drop((lead, session));
    Ok(())
}

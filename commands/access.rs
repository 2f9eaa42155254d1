//! `/access`.
use crate::Ctx;
use crate::error::CommandError;

/// access
#[poise::command(slash_command, guild_only)]
pub(crate) async fn access(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

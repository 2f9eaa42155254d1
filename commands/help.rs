//! `/help`.
use crate::Ctx;
use crate::error::CommandError;

/// help
#[poise::command(slash_command, guild_only)]
pub(crate) async fn help(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

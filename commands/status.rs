//! `/status`.
use crate::Ctx;
use crate::error::CommandError;

/// status
#[poise::command(slash_command, guild_only)]
pub(crate) async fn status(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

//! `/notify`.
use crate::Ctx;
use crate::error::CommandError;

/// notify
#[poise::command(slash_command, guild_only)]
pub(crate) async fn notify(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

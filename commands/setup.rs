//! `/setup`.
use crate::Ctx;
use crate::error::CommandError;

/// setup
#[poise::command(slash_command, guild_only)]
pub(crate) async fn setup(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

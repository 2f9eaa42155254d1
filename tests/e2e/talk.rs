//! What the manager types, and what the bot answers.

use crate::stage::Stage;

/// Types a command in #support and reads the answer.
pub(crate) async fn ask(stage: &Stage, command: &str) -> String {
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    let reply = mark.slash(stage.guild.support, command).expect("the command is registered");
    reply.text().await.expect("the bot answers")
}

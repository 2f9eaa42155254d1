//! What `/connection` shows of a server that whoever runs the bot linked.

use deskbell_domain::card::text::Text;
use deskbell_domain::ids::GuildId;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::Usage;
use deskbell_domain::workspace::{Region, Workspace};

use super::workspace_name;
use crate::around::Around;
use crate::command::CommandName;

/// The operator's workspace, as a server has it.
pub struct Operators<'a> {
    /// It.
    pub workspace: &'a Workspace,
    /// Where it is.
    pub region: Region,
    /// Its calls.
    pub usage: Usage,
}

/// Who linked the server, with what, and whom to ask for something else; nothing is to be pressed, since nothing can be
/// changed from here. Before Intercom has told the workspace there is none.
pub fn operators(around: Around<'_>, guild: GuildId, shown: Option<&Operators<'_>>) -> Message {
    let [set_up, status] = [CommandName::Setup, CommandName::Status].map(|name| around.mention(name));
    let text = match shown {
        Some(Operators { workspace, region, usage }) => workspace_name(workspace, *region).and(format!(
            " · linked by whoever runs this bot, with a token of theirs · {} of {} calls in the last minute\nNothing is left \
             to connect here: {set_up} chooses the channels, {status} says how it goes.",
            usage.last_minute, usage.limit
        )),
        None => Text::ours(format!(
            "This server is linked by whoever runs this bot, and Intercom has not told yet with which workspace: {status} \
             says why."
        )),
    };
    Message::of(text).small(Text::ours(format!(
        "To renew the token, to link another workspace or none, ask them: it stands in `INTERCOM_ACCESS_TOKEN` and \
         `DISCORD_GUILD_ID` (this server is `{guild}`), and `deskbell check` tells them what the token may."
    )))
}

//! Which servers may connect a workspace of their own, and whether that leaves anything to do without a token.

use super::guild_id::guild;
use super::list::members;
use super::mistake::{missing, wrong};
use super::secrets::where_from;
use super::values::{Connect, Mistake};
use super::variables::Variables;

const TOKEN: &str = "INTERCOM_ACCESS_TOKEN";

/// `off`, `anyone`, or servers; left out it is `off` where the operator has a workspace, else `anyone`.
pub(super) fn connect(variables: &Variables, has_token: bool) -> Result<Connect, Mistake> {
    const NAME: &str = "CONNECT";
    let Some(text) = variables.get(NAME) else {
        return Ok(if has_token { Connect::Off } else { Connect::Anyone });
    };
    match text.trim().to_lowercase().as_str() {
        "off" if has_token => return Ok(Connect::Off),
        "off" => {
            let from = where_from(TOKEN);
            let sentence =
                format!("{TOKEN} is missing, and with CONNECT=off no server can bring its own. {from}");
            return Err(missing(TOKEN, sentence));
        }
        "anyone" => return Ok(Connect::Anyone),
        _ => {}
    }
    let servers = members(text, guild).map_err(|strangers| {
        let are = if strangers.is_one { "is not a server's id" } else { "are not servers' ids" };
        let sentence =
            format!("{NAME} {} {are}. Write off, anyone, or ids of servers with commas.", strangers.quoted);
        wrong(NAME, sentence)
    })?;
    Ok(Connect::Servers(servers.into_iter().collect()))
}

/// What is set beside Intercom's token.
pub(super) struct Beside {
    /// `DISCORD_TOKEN`.
    pub(super) discord_token: bool,
    /// `DISCORD_GUILD_ID`.
    pub(super) servers: bool,
    /// `CONNECT`.
    pub(super) connect: bool,
}

/// Servers that are listed see the operator's workspace: without its token there is none. And whoever has set nothing yet
/// hears of both tokens at once.
pub(super) fn missing_token(beside: &Beside) -> Result<(), Mistake> {
    let from = where_from(TOKEN);
    let otherwise = match beside {
        Beside { servers: true, .. } => {
            "Or take DISCORD_GUILD_ID out: then each server connects its own workspace with /connection."
        }
        Beside { discord_token: false, connect: false, .. } => {
            "Or set CONNECT=anyone: then each server connects its own workspace with /connection."
        }
        _ => return Ok(()),
    };
    Err(missing(TOKEN, format!("{TOKEN} is missing. {from} {otherwise}")))
}

//! Who may do what. Everything is judged by what the interaction itself says of the member, so no call is needed but
//! the store's; autocomplete and presses pass here too.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::access::{Access, ManageServer, Needed};
use deskbell_domain::ids::RoleId;
use deskbell_domain::port::connector::Linkage;
use deskbell_domain::service::audience::strangers_may_ask;
use deskbell_text::refusal::{Forbidden, Settings, Team};

use crate::interaction::asker::Asker;
use crate::interaction::bot::BotContext;
use crate::interaction::context::CommandContext;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::workspace::Connected;

/// How long it may take to find out who reads the server's channels: Discord waits 3 s for an answer.
const LOOKS_FOR: Duration = Duration::from_secs(1);

/// The server must be connected to a workspace that Intercom has told.
pub(crate) fn connected(bot: &Arc<BotContext>, asker: &Asker) -> Result<CommandContext, Refusal> {
    match bot.dependencies.workspaces.of(asker.guild) {
        Connected::To(workspace) => Ok(CommandContext { bot: Arc::clone(bot), workspace }),
        Connected::Waiting(waiting) => Err(Refusal::WorkspaceUnknown(waiting)),
        Connected::No => Err(match bot.dependencies.connector.linkage(asker.guild) {
            Linkage::OwnAllowed => Refusal::NotConnected { manage: asker.manage },
            Linkage::ByOperator | Linkage::OwnForbidden => {
                Refusal::NotLinked { guild: asker.guild, manage: asker.manage }
            }
        }),
    }
}

/// The asker must be allowed to see customers (or to create, or to export them).
pub(crate) async fn may(context: &CommandContext, asker: &Asker, needed: Needed) -> Result<(), CommandError> {
    if asker.manage == ManageServer::Holds {
        return Ok(());
    }
    let access = context.store().access(&context.home(asker.guild)).await?;
    if allows(&access, asker, needed) {
        return Ok(());
    }
    let looks = allows(&access, asker, Needed::Look);
    let is_stranger = !looks && strangers_read_along(context, asker).await;
    let team = if is_stranger { Team::Unnamed } else { Team::Roles(roles_with(&access, asker, needed)) };
    Err(Refusal::NoAccess { what: forbidden(needed), team }.into())
}

fn forbidden(needed: Needed) -> Forbidden {
    match needed {
        Needed::Look => Forbidden::Look,
        Needed::Act => Forbidden::Act,
        Needed::Export => Forbidden::Export,
    }
}

fn allows(access: &Access, asker: &Asker, needed: Needed) -> bool {
    access.allows(asker.guild, &asker.roles, asker.manage, needed)
}

fn roles_with(access: &Access, asker: &Asker, needed: Needed) -> Vec<RoleId> {
    let allowing = access.roles.iter().filter(|(_, grant)| grant.allows(needed)).map(|(role, _)| *role);
    allowing.filter(|role| *role != asker.guild.everyone()).collect()
}

/// Whether everyone in the server can read what is posted there, or the channel in which it is asked. What is not known
/// in time may be so.
async fn strangers_read_along(context: &CommandContext, asker: &Asker) -> bool {
    let (store, home) = (context.store(), context.home(asker.guild));
    let looking = strangers_may_ask(context.channels(), store, store, &home, asker.channel);
    tokio::time::timeout(LOOKS_FOR, looking).await.map_or(true, |found| found.unwrap_or(true))
}

/// What a command, named with its group, lets a manager do.
pub(crate) fn settings_of(command: &str) -> Settings {
    match command.split(' ').next() {
        Some("notify") => Settings::Notifications,
        Some("access") => Settings::Access,
        _ => Settings::All,
    }
}

/// The asker must be allowed to set the bot up.
pub(crate) fn may_set_up(asker: &Asker, what: Settings) -> Result<(), Refusal> {
    match asker.manage {
        ManageServer::Holds => Ok(()),
        ManageServer::Lacks => Err(Refusal::NotManager { what }),
    }
}

/// The same as a question, for what is shown rather than done.
pub(crate) async fn looks_allowed(context: &CommandContext, asker: &Asker) -> bool {
    let access = context.store().access(&context.home(asker.guild)).await;
    access.is_ok_and(|access| allows(&access, asker, Needed::Look))
}

#[cfg(test)]
mod tests {
    use deskbell_domain::access::{Export, Grant, Level};
    use deskbell_domain::ids::{ChannelId, GuildId, MemberId};
    use deskbell_domain::time::UnixMillis;

    use super::*;
    use crate::interaction::asker::{PersonName, Rights};

    const SALES: RoleId = RoleId(2);
    const SUPPORT: RoleId = RoleId(3);
    const AUDITORS: RoleId = RoleId(4);
    const EXPORTING: Grant = Grant { level: Level::Act, export: Export::Allowed };
    const LOOKING: Grant = Grant { level: Level::Look, export: Export::Forbidden };

    fn asker(roles: &[RoleId], manage: ManageServer) -> Asker {
        let (guild, channel, member) = (GuildId(1), ChannelId(9), MemberId(5));
        let (roles, rights) = (roles.to_vec(), Rights::default());
        let name = PersonName::default();
        Asker { asked_at: UnixMillis(0), guild, channel, member, roles, manage, rights, name }
    }

    /// Sales acts, support exports, auditors look, and somebody wrote @everyone into the store.
    fn access() -> Access {
        let everyone = (GuildId(1).everyone(), EXPORTING);
        let roles = [everyone, (SALES, Grant::default()), (SUPPORT, EXPORTING), (AUDITORS, LOOKING)];
        Access { roles: roles.into(), version: 0, ..Access::default() }
    }

    fn roles_named(roles: &[RoleId], needed: Needed) -> Option<Vec<RoleId>> {
        let (access, asker) = (access(), asker(roles, ManageServer::Lacks));
        (!allows(&access, &asker, needed)).then(|| roles_with(&access, &asker, needed))
    }

    #[test]
    fn a_role_may_what_it_was_given_and_no_more() {
        assert_eq!(roles_named(&[SALES], Needed::Act), None);
        assert_eq!(roles_named(&[SUPPORT], Needed::Export), None);
        assert_eq!(roles_named(&[SALES], Needed::Export), Some(vec![SUPPORT]));
        assert_eq!(roles_named(&[AUDITORS], Needed::Look), None);
        assert_eq!(roles_named(&[AUDITORS], Needed::Act), Some(vec![SALES, SUPPORT]));
    }

    #[test]
    fn everyone_is_nobody_and_is_not_named_to_ask_for() {
        let everybody_who_may = Some(vec![SALES, SUPPORT, AUDITORS]);
        assert_eq!(roles_named(&[GuildId(1).everyone()], Needed::Look), everybody_who_may);
        assert_eq!(roles_named(&[], Needed::Look), everybody_who_may);
    }

    #[test]
    fn manage_server_needs_no_role() {
        let manager = asker(&[], ManageServer::Holds);
        assert!(allows(&Access::default(), &manager, Needed::Export));
    }
}

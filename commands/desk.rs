//! Everything a command can reach, in named parts, so that each takes what it needs and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use deskbell_desk::difference::UpdateFields;
use deskbell_desk::ids::{GuildId, MemberId, WorkspaceId};
use deskbell_desk::links::Links;
use deskbell_desk::names::Names;
use deskbell_desk::port::channels::Channels;
use deskbell_desk::port::courier::Courier;
use deskbell_desk::port::intercom::{Intercom, IntercomError, IntercomHandles, Unanswered};
use deskbell_desk::port::random::Random;
use deskbell_desk::port::store::Store;
use deskbell_desk::service::companies::CompanyBook;
use deskbell_desk::service::suggest::Suggestions;
use deskbell_desk::status::StatusBoard;
use deskbell_desk::time::{ServerTime, Timestamp, UnixMillis};
use deskbell_desk::workspace::{Region, Workspace};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::at_work::Work;
use crate::error::{CommandError, Refusal};
use crate::kept::KeptByPerson;
use crate::newest::Newest;

/// How soon the channels of a server that are on hold may be tried again.
const BETWEEN_TRIES: Duration = Duration::from_secs(10);

/// The calendar day of a moment in the workspace's time zone, such as `2026-11-23`: the key of the daily counts.
pub type DayOf = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// The ways out of a command.
#[derive(Clone)]
pub struct Ports {
    /// Intercom, for what serves everybody: the list of companies, the use of its calls.
    pub intercom: Arc<dyn Intercom>,
    /// Intercom for one person at a time.
    pub intercom_for: Arc<dyn IntercomHandles>,
    /// The store.
    pub store: Arc<dyn Store>,
    /// The channels' own tasks.
    pub courier: Arc<dyn Courier>,
    /// What is known of Discord's channels.
    pub channels: Arc<dyn Channels>,
    /// Our clock and Intercom's.
    pub time: Arc<ServerTime>,
    /// References of errors and short keys.
    pub random: Arc<dyn Random>,
    /// Names of companies and tags.
    pub names: Arc<Names>,
    /// How the loops are.
    pub board: Arc<StatusBoard>,
}

/// What `/status` tells of the bot itself, and what replies tell of its settings.
#[derive(Clone)]
pub struct Facts {
    /// Our version.
    pub version: &'static str,
    /// When this process started.
    pub started_at: UnixMillis,
    /// `POLL_INTERVAL`.
    pub poll_interval: Duration,
    /// `UPDATE_FIELDS`.
    pub update_fields: UpdateFields,
    /// Days in the workspace's time zone.
    pub day: DayOf,
}

/// Which servers see which workspace. The workspace is known once Intercom told it, which may be after the start.
pub struct Connection {
    guilds: BTreeSet<GuildId>,
    region: Region,
    workspace: OnceLock<(Workspace, Links)>,
}

impl Connection {
    /// The servers of `DISCORD_GUILD_ID`, and the region that links lead to unless the workspace names its own.
    pub fn new(guilds: impl IntoIterator<Item = GuildId>, region: Region) -> Self {
        Self { guilds: guilds.into_iter().collect(), region, workspace: OnceLock::new() }
    }

    /// Sets the workspace; only the first call counts.
    pub fn learn(&self, workspace: Workspace) {
        let links = Links::new(workspace.region.unwrap_or(self.region), workspace.id.clone());
        let _already_known = self.workspace.set((workspace, links));
    }

    /// Whether a server sees the workspace.
    pub fn is_linked(&self, guild: GuildId) -> bool {
        self.guilds.contains(&guild)
    }

    /// Where the workspace lives.
    pub fn region(&self) -> Region {
        self.workspace.get().and_then(|(workspace, _)| workspace.region).unwrap_or(self.region)
    }

    /// The workspace, if Intercom told it yet.
    pub(crate) fn workspace(&self) -> Result<&Workspace, CommandError> {
        self.workspace.get().map(|(workspace, _)| workspace).ok_or_else(not_known_yet)
    }

    /// Links into the workspace's web application.
    pub(crate) fn links(&self) -> Result<&Links, CommandError> {
        self.workspace.get().map(|(_, links)| links).ok_or_else(not_known_yet)
    }

    /// The workspace's id.
    pub(crate) fn workspace_id(&self) -> Result<&WorkspaceId, CommandError> {
        self.workspace().map(|workspace| &workspace.id)
    }
}

fn not_known_yet() -> CommandError {
    CommandError::from(IntercomError::Unavailable(Unanswered::Silent))
}

/// The ids under which Discord knows our commands: what makes `</lead get:123>` a link.
#[derive(Default)]
pub struct CommandIds(RwLock<BTreeMap<String, u64>>);

impl CommandIds {
    /// Takes the id of a top-level command.
    pub fn learn(&self, name: &str, id: u64) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), id);
    }

    /// A command as a link, or as code while its id is unknown.
    pub fn mention(&self, command: &str) -> String {
        let root = command.split(' ').next().unwrap_or(command);
        match self.0.read().unwrap_or_else(PoisonError::into_inner).get(root) {
            Some(id) => format!("</{command}:{id}>"),
            None => format!("`/{command}`"),
        }
    }
}

/// What sentences need of the world around them.
#[derive(Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) command_ids: &'a CommandIds,
    pub(crate) now: Timestamp,
}

impl Around<'_> {
    /// A command as a link.
    pub(crate) fn mention(self, command: &str) -> String {
        self.command_ids.mention(command)
    }
}

/// Everything a command can reach.
pub struct Desk {
    /// The ways out.
    pub ports: Ports,
    /// Which servers see which workspace.
    pub connection: Connection,
    /// What is told of the bot itself.
    pub facts: Facts,
    /// What makes commands clickable.
    pub command_ids: CommandIds,
    /// Commands and presses that are being worked on: waited for at shutdown.
    pub in_progress: TaskTracker,
    pub(crate) companies: CompanyBook,
    pub(crate) suggestions: Suggestions,
    pub(crate) newest: Arc<Newest>,
    pub(crate) work: Arc<Work>,
    pub(crate) kept: KeptByPerson,
    exporting: Exporting,
    tried: Mutex<BTreeMap<GuildId, Instant>>,
}

impl Desk {
    /// A desk over these ports.
    pub fn new(ports: Ports, connection: Connection, facts: Facts) -> Self {
        Self {
            ports,
            connection,
            facts,
            command_ids: CommandIds::default(),
            in_progress: TaskTracker::new(),
            companies: CompanyBook::default(),
            suggestions: Suggestions::default(),
            newest: Arc::default(),
            work: Arc::default(),
            kept: KeptByPerson::default(),
            exporting: Exporting::default(),
            tried: Mutex::default(),
        }
    }

    /// What sentences need of the world around them.
    pub(crate) fn around(&self) -> Around<'_> {
        Around { command_ids: &self.command_ids, now: self.now().seconds() }
    }

    /// Now, by our own clock.
    pub(crate) fn now(&self) -> UnixMillis {
        self.ports.time.local()
    }

    /// Whether a server's channels on hold may be tried; then it may not again for a while.
    pub(crate) fn may_try_now(&self, guild: GuildId) -> bool {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        tried.retain(|_, at| at.elapsed() < BETWEEN_TRIES);
        let may = !tried.contains_key(&guild);
        if may {
            tried.insert(guild, Instant::now());
        }
        may
    }

    /// Takes the only place for an export that a server and a person have; refused while another runs.
    pub(crate) fn begin_export(&self, guild: GuildId, member: MemberId) -> Result<ExportPlace<'_>, Refusal> {
        let mut running = self.exporting.lock().unwrap_or_else(PoisonError::into_inner);
        if running.iter().any(|(_, theirs)| *theirs == member) {
            return Err(Refusal::OwnExportRuns);
        }
        if running.iter().any(|(there, _)| *there == guild) {
            return Err(Refusal::ExportRuns);
        }
        running.insert((guild, member));
        Ok(ExportPlace { exporting: &self.exporting, place: (guild, member) })
    }
}

/// Which exports run: where, and for whom.
type Exporting = Mutex<BTreeSet<(GuildId, MemberId)>>;

/// The only place for an export that a server and a person have; free again when dropped.
#[derive(Debug)]
pub(crate) struct ExportPlace<'a> {
    exporting: &'a Exporting,
    place: (GuildId, MemberId),
}

impl Drop for ExportPlace<'_> {
    fn drop(&mut self) {
        self.exporting.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: MemberId = MemberId(1);
    const ALAN: MemberId = MemberId(2);

    #[tokio::test]
    async fn one_export_runs_for_a_person_and_in_a_server() {
        crate::fixture::run(async |world| {
            let desk = &world.desk;
            let running = desk.begin_export(GuildId(1), ADA).unwrap();
            assert!(matches!(desk.begin_export(GuildId(2), ADA), Err(Refusal::OwnExportRuns)));
            assert!(matches!(desk.begin_export(GuildId(1), ALAN), Err(Refusal::ExportRuns)));
            assert!(desk.begin_export(GuildId(2), ALAN).is_ok());
            drop(running);
            assert!(desk.begin_export(GuildId(1), ADA).is_ok());
        })
        .await;
    }
}

//! What a command can reach of one workspace, and where it is found.

use std::sync::Arc;

use deskbell_domain::connection::Holder;
use deskbell_domain::creations::Creations;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::links::Links;
use deskbell_domain::names::Names;
use deskbell_domain::port::intercom::{Intercom, IntercomHandles, OnBehalfOf};
use deskbell_domain::port::outbox::Outbox;
use deskbell_domain::service::companies::CompanyBook;
use deskbell_domain::service::conversations::RecentConversations;
use deskbell_domain::service::find::Places;
use deskbell_domain::service::suggest::Suggestions;
use deskbell_domain::sight::Sights;
use deskbell_domain::status::StatusBoard;
use deskbell_domain::time::{ServerTime, UnixMillis};
use deskbell_domain::trouble::Cause;
use deskbell_domain::webhook::Webhooks;
use deskbell_domain::workspace::{Region, Workspace};

/// The calendar day of a moment in the workspace's time zone, such as `2026-11-23`: the key of the daily counts.
pub type DayOf = Arc<dyn Fn(UnixMillis) -> String + Send + Sync>;

/// Which workspace a server is connected to. Servers and workspaces come and go while the process runs.
pub trait Workspaces: Send + Sync {
    /// The workspace of a server, as it stands now.
    fn of(&self, guild: GuildId) -> Connected;

    /// The server that was linked by itself, because the bot was in no other and none was listed.
    fn only_server(&self) -> Option<GuildId> {
        None
    }
}

/// How a server stands to a workspace.
#[derive(Clone)]
pub enum Connected {
    /// It is connected to none.
    No,
    /// It is, but Intercom has not told yet which workspace that is.
    Waiting(Waiting),
    /// It is connected to this one.
    To(Arc<WorkspaceContext>),
}

/// Why a workspace cannot be served yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When Intercom was first asked.
    pub since: UnixMillis,
    /// Why it did not tell, as the last try ended.
    pub cause: Cause,
}

/// The ways out of a command that belong to one workspace.
#[derive(Clone)]
pub struct WorkspacePorts {
    /// Intercom, for what serves everybody: the list of companies, the use of its calls.
    pub intercom: Arc<dyn Intercom>,
    /// Intercom for one person at a time.
    pub intercom_for: Arc<dyn IntercomHandles>,
    /// The channels' own tasks.
    pub outbox: Arc<dyn Outbox>,
    /// Our clock and Intercom's.
    pub time: Arc<ServerTime>,
    /// Names of companies and tags.
    pub names: Arc<Names>,
    /// The leads and users that are being made.
    pub creations: Creations,
    /// What servers see of the workspace.
    pub sights: Arc<Sights>,
    /// How the loops are.
    pub board: Arc<StatusBoard>,
    /// What webhooks told of it.
    pub webhooks: Arc<Webhooks>,
    /// Days in the workspace's time zone.
    pub day: DayOf,
}

/// One workspace, as commands reach it.
pub struct WorkspaceContext {
    pub(crate) workspace: Workspace,
    pub(crate) region: Region,
    pub(crate) links: Links,
    pub(crate) ports: WorkspacePorts,
    pub(crate) companies: CompanyBook,
    pub(crate) suggestions: Suggestions,
    pub(crate) recent: RecentConversations,
}

impl WorkspaceContext {
    /// A workspace in the region that its links lead to.
    pub fn new(workspace: Workspace, region: Region, ports: WorkspacePorts) -> Self {
        Self {
            links: Links::new(region, workspace.id.clone()),
            workspace,
            region,
            ports,
            companies: CompanyBook::default(),
            suggestions: Suggestions::default(),
            recent: RecentConversations::default(),
        }
    }

    /// The same workspace, reached with the token of this holder. What was learnt of its companies is not shared, and of
    /// the names only those that the token may read: another one may read more.
    #[must_use]
    pub fn through(&self, intercom: Arc<dyn IntercomHandles>, holder: Holder) -> Self {
        let names = match holder {
            Holder::Operator => self.ports.names.clone(),
            Holder::Server(guild) => Arc::new(self.ports.names.seen_by(guild, &self.ports.sights)),
        };
        let ports = WorkspacePorts {
            names,
            intercom: intercom.handle(OnBehalfOf::Everybody),
            intercom_for: intercom,
            ..self.ports.clone()
        };
        Self::new(self.workspace.clone(), self.region, ports)
    }

    /// Intercom, as somebody asks it.
    pub fn intercom_for(&self, whom: OnBehalfOf) -> Arc<dyn Intercom> {
        self.ports.intercom_for.handle(whom)
    }

    /// Where somebody or a company is looked for, with a handle of whoever asks.
    pub(crate) fn places<'a>(&'a self, intercom: &'a dyn Intercom) -> Places<'a> {
        Places {
            intercom,
            companies: &self.companies,
            shared: &*self.ports.intercom,
            names: &self.ports.names,
        }
    }

    pub(crate) fn id(&self) -> &WorkspaceId {
        &self.workspace.id
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.workspace.name
    }
}

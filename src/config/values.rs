//! What a configuration consists of.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::member_field::MemberField;
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_seal::GivenKeys;
use deskbell_store_postgres::Address;
use secrecy::SecretString;
use url::Url;

/// Everything that Deskbell can be told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Discord.
    pub discord: DiscordConfig,
    /// How to reach Intercom.
    pub reach: IntercomReach,
    /// The operator's own workspace, if there is one.
    pub intercom: Option<IntercomConfig>,
    /// Which servers may connect a workspace of their own.
    pub connect: Connect,
    /// Polling.
    pub poll: PollConfig,
    /// The store.
    pub store: StoreConfig,
    /// What this process keeps for others on this machine.
    pub files: ProcessFiles,
    /// The HTTP door, if there is one.
    pub http: Option<HttpConfig>,
    /// Whether every notification is paused at the start: `run --paused`.
    pub start: NotificationStart,
}

/// How to reach Discord.
#[derive(Debug, Clone)]
pub struct DiscordConfig {
    /// The bot's token.
    pub token: SecretString,
    /// The servers that the workspace belongs to; none where that is left to the bot: the only server that it is in.
    pub guilds: Option<BTreeSet<GuildId>>,
    /// What stands in place of `https://discord.com`, if anything.
    pub proxy: Option<Url>,
}

/// How to reach Intercom, whatever the workspace.
#[derive(Debug, Clone)]
pub struct IntercomReach {
    /// Where the API is.
    pub address: ApiAddress,
    /// Sent with every call.
    pub version: String,
    /// The throttle of each workspace.
    pub calls_per_minute: u32,
    /// What all workspaces of the operator's app have together.
    pub app_calls_per_minute: u32,
}

/// How to reach the workspace of a token.
#[derive(Debug, Clone)]
pub struct IntercomConfig {
    /// The workspace's token.
    pub token: SecretString,
    /// The workspace's id where `GET /me` names none.
    pub workspace: Option<WorkspaceId>,
    /// Where, in which version, how often.
    pub reach: IntercomReach,
}

/// Which servers may connect a workspace of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connect {
    /// None.
    Off,
    /// Any that the bot is invited to.
    Anyone,
    /// These.
    Servers(BTreeSet<GuildId>),
}

impl Connect {
    /// Whether this one may.
    pub fn allows(&self, guild: GuildId) -> bool {
        match self {
            Self::Off => false,
            Self::Anyone => true,
            Self::Servers(servers) => servers.contains(&guild),
        }
    }
}

/// Where Intercom's API is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiAddress {
    /// At an address that was given by hand, which is nobody's region.
    Given(Url),
    /// In the region that was given.
    In(Region),
    /// In one of the regions; which one is found out.
    Sought,
}

impl IntercomConfig {
    /// What to mend where the workspace lives elsewhere than `INTERCOM_REGION` says.
    pub fn wrong_region(&self, workspace: &Workspace) -> Option<String> {
        let ApiAddress::In(given) = self.reach.address else { return None };
        let region = workspace.region.filter(|region| *region != given)?;
        Some(format!(
            "INTERCOM_REGION is \"{}\", the workspace is in {}. Set INTERCOM_REGION={}, or take the line out.",
            given.code(),
            region.name(),
            region.code()
        ))
    }
}

/// How to poll.
#[derive(Debug, Clone)]
pub struct PollConfig {
    /// From the start of one check to the start of the next.
    pub interval: Duration,
    /// The same of what webhooks tell of.
    pub reconcile_interval: Duration,
    /// Which changes of a user are announced.
    pub update_fields: UpdateFields,
    /// Which fields cards of leads and users show beside the fixed ones.
    pub card_fields: CardFields,
    /// Which attribute of leads and users says which member of a server they are.
    pub member_field: MemberField,
}

/// Where and how long things are kept.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// Where the store is.
    pub place: StorePlace,
    /// How long the journal is kept.
    pub retention: Duration,
    /// How long it is kept who did what.
    pub audit_retention: Duration,
    /// The master keys that what is stored is sealed under.
    pub keys: GivenKeys,
}

/// Where the store is.
#[derive(Debug, Clone, PartialEq)]
pub enum StorePlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a database.
    Database(Box<Address>),
}

/// What a process keeps for others on its machine to ask it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessFiles {
    /// The file that `deskbell health` reads.
    pub heartbeat: PathBuf,
    /// Where its socket is.
    pub socket_folder: PathBuf,
}

impl ProcessFiles {
    /// Those beside a store, with the heartbeat where it was given. A database has no folder here, and its socket then
    /// is where the heartbeat is.
    pub(super) fn beside(place: &StorePlace, heartbeat: Option<PathBuf>) -> Self {
        let folder = match place {
            StorePlace::Folder(folder) => folder,
            StorePlace::Database(_) => Path::new("data"),
        };
        let heartbeat = heartbeat.unwrap_or_else(|| folder.join("heartbeat.json"));
        let socket_folder = match place {
            StorePlace::Folder(folder) => folder.clone(),
            StorePlace::Database(_) => folder_of(&heartbeat).to_owned(),
        };
        Self { heartbeat, socket_folder }
    }

    /// The folder of the heartbeat.
    pub fn heartbeat_folder(&self) -> &Path {
        folder_of(&self.heartbeat)
    }
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The HTTP door.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// What Intercom signs webhooks with; without it none are believed.
    pub client_secret: Option<SecretString>,
    /// The app that people allow in a browser, if there is one.
    pub app: Option<AppConfig>,
}

/// The operator's app, which people allow in a browser.
#[derive(Debug, Clone)]
pub struct AppConfig {
    /// Where a browser reaches the door.
    pub public_url: Url,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: SecretString,
}

/// How the notifications start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotificationStart {
    /// As they were.
    AsTheyWere,
    /// All paused.
    Paused,
}

/// How the log is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogConfig {
    /// `RUST_LOG`.
    pub filter: String,
    /// `LOG_FORMAT`.
    pub format: LogFormat,
}

/// The log's form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines: a JSON object a line.
    Json,
}

/// Something wrong with the configuration, as a sentence for the one who installs the bot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Which variable; `.env` for a line of the file that says no variable.
    pub variable: &'static str,
    /// Whether it is missing, or wrong.
    pub fault: MistakeKind,
    /// What to do about it.
    pub sentence: String,
}

/// What is wrong with a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MistakeKind {
    /// It is required and not there.
    Missing,
    /// Its value will not do.
    Wrong,
}

/// The parts of a configuration that could be read.
#[derive(Debug, Clone)]
pub struct Partial {
    /// The bot's token.
    pub discord_token: Option<SecretString>,
    /// The address of Discord.
    pub discord_proxy: Option<Url>,
    /// The servers; none where they are left to the bot, or could not be read.
    pub guilds: Option<BTreeSet<GuildId>>,
    /// The operator's workspace, where its token and address could be read.
    pub intercom: Option<IntercomConfig>,
    /// Which servers may connect a workspace of their own, where that could be read.
    pub connect: Option<Connect>,
    /// Where the store is.
    pub place: Option<StorePlace>,
    /// What the process keeps for others on this machine, where that could be read.
    pub files: Option<ProcessFiles>,
    /// The master keys that could be read.
    pub keys: GivenKeys,
    /// The HTTP door, where there is to be one and its variables fit together.
    pub http: Option<HttpConfig>,
}

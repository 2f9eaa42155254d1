//! Who is compared, and how each is started.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use tokio::process::Command as Process;

const OLDEST_NODE: u32 = 20;

/// One of the two.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Contestant {
    /// The bot of `benches/peers/discordjs`.
    Plain {
        /// What it runs on, as it names itself.
        node: String,
    },
    /// The released binary.
    Deskbell {
        /// Where it is.
        binary: PathBuf,
    },
}

/// The plain bot, with what it needs in place.
pub(crate) fn plain() -> anyhow::Result<Contestant> {
    const NEEDED: &str = "the plain bot needs Node.js 20 or later and npm: install them, then run this again";
    let asked = Command::new("node").arg("--version").output().context(NEEDED)?;
    let node = String::from_utf8_lossy(&asked.stdout).trim().to_owned();
    let major = node.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    ensure!(major.is_some_and(|major| major >= OLDEST_NODE), "{NEEDED} (here is {node})");
    let folder = folder_of_the_plain_bot();
    if !folder.join("node_modules").exists() {
        let installed = Command::new("npm").arg("ci").current_dir(&folder).status().context(NEEDED)?;
        ensure!(installed.success(), "npm ci fails in benches/peers/discordjs");
    }
    Ok(Contestant::Plain { node })
}

/// The released binary.
pub(crate) fn deskbell(binary: PathBuf) -> Contestant {
    Contestant::Deskbell { binary }
}

/// Where a contestant finds everything.
pub(crate) struct Surroundings<'a> {
    /// A folder of its own.
    pub(crate) folder: &'a Path,
    pub(crate) discord_url: String,
    pub(crate) discord_token: String,
    pub(crate) intercom_url: String,
    pub(crate) guild: String,
    pub(crate) sales: String,
    pub(crate) support: String,
    pub(crate) told: Told,
}

/// How it hears of what happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// By a poll every second.
    ByPolls,
    /// By webhooks to this address, and by the polls that are usual beside them.
    ByWebhooks(SocketAddr),
}

impl Told {
    fn poll_seconds(self) -> u32 {
        match self {
            Self::ByPolls => 1,
            Self::ByWebhooks(_) => 120,
        }
    }
}

/// What webhooks are signed with.
pub(crate) const SECRET: &str = "5bfe5f1e-1d75-4f0c-9d5e-3c1b3d8a7c10";

impl Contestant {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Plain { .. } => "plain discord.js bot",
            Self::Deskbell { .. } => "Deskbell",
        }
    }

    /// What starts it, without a throttle that would matter.
    pub(crate) fn command(&self, around: &Surroundings<'_>) -> Process {
        let mut command = match self {
            Self::Plain { .. } => plain_command(around),
            Self::Deskbell { binary } => deskbell_command(binary, around),
        };
        if let Told::ByWebhooks(_) = around.told {
            command.env("INTERCOM_CLIENT_SECRET", SECRET);
        }
        command
            .env("DISCORD_TOKEN", &around.discord_token)
            .env("INTERCOM_ACCESS_TOKEN", "sandbox-intercom-token")
            .env("INTERCOM_API_URL", &around.intercom_url)
            .current_dir(around.folder)
            .kill_on_drop(true);
        command
    }
}

fn plain_command(around: &Surroundings<'_>) -> Process {
    let mut command = Process::new("node");
    command
        .arg(folder_of_the_plain_bot().join("bot.js"))
        .env_remove("NODE_OPTIONS")
        .env("DISCORD_API_URL", format!("{}/api", around.discord_url))
        .env("POLL_SECONDS", around.told.poll_seconds().to_string())
        .env("LEADS_CHANNEL_ID", &around.sales)
        .env("USERS_CHANNEL_ID", &around.sales)
        .env("CONVERSATIONS_CHANNEL_ID", &around.support);
    if let Told::ByWebhooks(address) = around.told {
        command.env("WEBHOOK_PORT", address.port().to_string());
    }
    command
}

fn deskbell_command(binary: &Path, around: &Surroundings<'_>) -> Process {
    let mut command = Process::new(binary);
    command
        .arg("run")
        .env_clear()
        .env("DISCORD_PROXY_URL", &around.discord_url)
        .env("DISCORD_GUILD_ID", &around.guild)
        .env("STORE_URL", format!("sled:{}", around.folder.join("data").display()))
        .env("POLL_INTERVAL", format!("{}s", around.told.poll_seconds()))
        .env("INTERCOM_CALLS_PER_MINUTE", "6000");
    if let Told::ByWebhooks(address) = around.told {
        command.env("HTTP_LISTEN", address.to_string());
    }
    command
}

/// Where the plain bot lives.
fn folder_of_the_plain_bot() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/discordjs")
}

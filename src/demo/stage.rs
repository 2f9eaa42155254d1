//! The stage: both stand-ins with a made-up company in them, and the real bot between them.

use std::net::{SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::Context;
use deskbell_domain::event::EventKind;
use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::discord::actors::Person;
use deskbell_sandbox::discord::ids::{ChannelId, GuildId, RoleId};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Setup};
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::{Intercom, Mischief, WebhookAddress};
use deskbell_sandbox::recorder::Recorder;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::hearing::Hearing;
use crate::App;
use crate::app::Adapters;
use crate::config::{self, NotificationStart, Variables};
use crate::supervisor::Fatal;

/// How long the bot may take to connect and to register its commands.
const CURTAIN: Duration = Duration::from_secs(20);
/// The sandbox's token for Intercom.
const INTERCOM_TOKEN: &str = "sandbox-intercom-token";
/// With which the sandbox signs what it tells.
const CLIENT_SECRET: &str = "5f4d2f6e-sandbox-client-secret";
/// So many webhooks in a hundred come twice, as Intercom's do now and then.
const DOUBLED: u8 = 10;
/// The role of those who may see customers.
pub(super) const TEAM: &str = "Sales";
/// Seeds the made-up ids, so that a performance can be repeated.
const SEED: u64 = 1815;

/// Both services, the made-up company, and where the bot keeps its things.
pub(super) struct Stage {
    pub(super) discord: Discord,
    pub(super) intercom: Intercom,
    pub(super) guild: GuildId,
    pub(super) team: RoleId,
    pub(super) sales: ChannelId,
    pub(super) crm: ChannelId,
    pub(super) help: ChannelId,
    /// Where the bot listens, if Intercom tells by itself.
    listener: Option<SocketAddr>,
    server: Server,
    folder: TempDir,
}

/// The bot while it runs.
pub(super) struct Bot {
    stop: CancellationToken,
    ended: JoinHandle<Result<(), Fatal>>,
}

impl Stage {
    /// Sets the scene; no bot runs yet.
    pub(super) async fn set(hearing: Hearing) -> anyhow::Result<Self> {
        let recorder = Recorder::in_memory();
        let setup = Setup { recorder: recorder.clone(), ..Setup::default() };
        let discord = Discord::start(setup).await.context("no loopback port is free")?;
        let intercom = Intercom::new(Clock::system(), recorder, SEED);
        let server = intercom.serve().await.context("no loopback port is free")?;
        intercom.workspace().set_name("Acme");
        let listener = match hearing {
            Hearing::ByWebhook => Some(free_address().context("no loopback port is free")?),
            Hearing::ByPoll => None,
        };
        let folder = tempfile::tempdir().context("no temporary folder can be made")?;
        let guild = discord.create_guild("Acme HQ");
        let team = discord.guild(guild).create_role(TEAM, Permissions::NONE);
        let boss = discord.guild(guild).create_role("Boss", Permissions::MANAGE_GUILD);
        discord.guild(guild).create_member("mark", &[boss]);
        for member in ["ana", "lea"] {
            discord.guild(guild).create_member(member, &[team]);
        }
        for guest in ["bo", "cy", "dee"] {
            discord.guild(guild).create_member(guest, &[]);
        }
        let private = |name| private_channel(&discord, guild, name, &[team, boss]);
        let (sales, crm, help) = (private("sales"), private("crm"), private("help"));
        Ok(Self { discord, intercom, guild, team, sales, crm, help, listener, server, folder })
    }

    /// Starts the bot and waits until people can use it.
    pub(super) async fn start_bot(&self, check_every: Duration) -> anyhow::Result<Bot> {
        let app = App::build(self.config(check_every)?, Adapters::system()).await?;
        let stop = CancellationToken::new();
        let ended = TaskTracker::new().spawn(app.run(stop.clone()));
        let bot = Bot { stop, ended };
        let is_ready = |discord: &Discord| {
            discord.gateway().connected_sessions() > 0 && !discord.application().global_commands().is_empty()
        };
        self.discord.wait_for("the bot with its commands", CURTAIN, is_ready).await?;
        if let Some(listener) = self.listener {
            let address = WebhookAddress::new(listener, CLIENT_SECRET);
            let mischief = Mischief { doubled: DOUBLED, ..Mischief::default() };
            self.intercom.webhooks().send_to(address, mischief);
        }
        Ok(bot)
    }

    /// The whole configuration: every value stands here, none comes from outside.
    fn config(&self, check_every: Duration) -> anyhow::Result<config::Config> {
        let mut pairs = vec![
            ("DISCORD_TOKEN", self.discord.application().token()),
            ("DISCORD_GUILD_ID", self.guild.to_string()),
            ("DISCORD_PROXY_URL", self.discord.url()),
            ("INTERCOM_ACCESS_TOKEN", INTERCOM_TOKEN.to_owned()),
            ("INTERCOM_API_URL", self.server.url()),
            ("INTERCOM_CALLS_PER_MINUTE", "6000".to_owned()),
            ("POLL_INTERVAL", format!("{}s", check_every.as_secs())),
            ("RECONCILE_INTERVAL", format!("{}s", check_every.as_secs())),
            ("STORE_URL", format!("sled:{}", self.folder.path().join("data").display())),
        ];
        if let Some(listener) = self.listener {
            pairs.push(("HTTP_LISTEN", listener.to_string()));
            pairs.push(("INTERCOM_CLIENT_SECRET", CLIENT_SECRET.to_owned()));
        }
        let variables = Variables::from_pairs(pairs.iter().map(|(name, value)| (*name, value.as_str())));
        config::read(&variables, NotificationStart::AsTheyWere).map_err(|mistakes| {
            let sentences: Vec<_> = mistakes.into_iter().map(|mistake| mistake.sentence).collect();
            anyhow::anyhow!("{}", sentences.join(" "))
        })
    }

    /// How the bot hears what happens.
    pub(super) fn hearing(&self) -> Hearing {
        if self.listener.is_some() { Hearing::ByWebhook } else { Hearing::ByPoll }
    }

    /// A member of the server.
    pub(super) fn person(&self, name: &str) -> Person {
        self.discord.guild(self.guild).member(name)
    }

    /// Where events of a kind are to be posted.
    pub(super) fn channel_of(&self, kind: EventKind) -> ChannelId {
        match kind {
            EventKind::NewLead | EventKind::LeadIdentified => self.sales,
            kind if kind.is_of_conversations() => self.help,
            _ => self.crm,
        }
    }
}

/// An address of this machine on which nobody listens.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind(("127.0.0.1", 0))?.local_addr()
}

fn private_channel(discord: &Discord, guild: GuildId, name: &str, roles: &[RoleId]) -> ChannelId {
    let channel = discord.guild(guild).create_channel(name, ChannelKind::Text);
    discord.permissions(channel).make_private(roles);
    channel
}

impl Bot {
    /// Waits for the end that nobody asked for.
    pub(super) async fn broke(&mut self) -> anyhow::Error {
        match (&mut self.ended).await {
            Ok(Ok(())) => anyhow::anyhow!("the bot ended by itself"),
            Ok(Err(fatal)) => fatal.into(),
            Err(panic) => panic.into(),
        }
    }

    /// Ends the bot as SIGTERM would.
    pub(super) async fn end(self) -> anyhow::Result<()> {
        if self.ended.is_finished() {
            return Ok(());
        }
        self.stop.cancel();
        Ok(self.ended.await??)
    }
}

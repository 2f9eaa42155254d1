//! Where everything is measured: both stand-ins, servers with channels and people, and the real binary between them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use deskbell_sandbox::clock::Clock;
use deskbell_sandbox::discord::actors::Person;
use deskbell_sandbox::discord::ids::{ChannelId, GuildId};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Message, Setup};
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::Intercom;
use deskbell_sandbox::recorder::{Exchange, Recorder, Service};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::process::Process;

const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A server with the channels that are used.
#[derive(Clone, Copy)]
pub struct Guild {
    /// The server.
    pub id: GuildId,
    /// A private channel.
    pub sales: ChannelId,
    /// Another private channel, in which people type.
    pub support: ChannelId,
}

/// Everything around the binary, and the binary while it runs.
pub struct Stage {
    /// The stand-in for Discord.
    pub discord: Discord,
    /// The stand-in for Intercom.
    pub intercom: Intercom,
    /// The servers.
    pub guilds: Vec<Guild>,
    binary: PathBuf,
    folder: TempDir,
    variables: BTreeMap<&'static str, String>,
    child: Option<Child>,
    _server: Server,
}

impl Stage {
    /// The scene with so many servers, all of them linked; nothing runs yet.
    pub async fn with_servers(binary: &Path, count: usize) -> anyhow::Result<Self> {
        let recorder = Recorder::in_memory();
        let discord = Discord::start(Setup { recorder: recorder.clone(), ..Setup::default() }).await?;
        let intercom = Intercom::new(Clock::system(), recorder, 7);
        intercom.set_workspace_name("Acme");
        let server = intercom.serve().await?;
        let guilds: Vec<Guild> =
            (1..=count).map(|number| make_guild(&discord, &format!("Acme {number}"))).collect();
        let folder = tempfile::tempdir()?;
        let variables = [
            ("DISCORD_TOKEN", discord.token()),
            ("DISCORD_PROXY_URL", discord.url()),
            ("INTERCOM_ACCESS_TOKEN", "sandbox".to_owned()),
            ("INTERCOM_API_URL", server.url()),
            ("STORE_URL", format!("sled:{}", folder.path().join("data").display())),
        ];
        let mut stage = Self {
            discord,
            intercom,
            guilds,
            binary: binary.to_owned(),
            folder,
            variables: variables.into(),
            child: None,
            _server: server,
        };
        stage.link(count);
        Ok(stage)
    }

    /// Polls every second, with a throttle that does not matter.
    pub fn poll_every_second(&mut self) {
        self.variables.insert("POLL_INTERVAL", "1s".to_owned());
        self.variables.insert("INTERCOM_CALLS_PER_MINUTE", "6000".to_owned());
    }

    /// Polls so often, with the throttle that everybody has.
    pub fn poll_every(&mut self, interval: Duration) {
        self.variables.insert("POLL_INTERVAL", format!("{}s", interval.as_secs()));
        self.variables.remove("INTERCOM_CALLS_PER_MINUTE");
    }

    /// Links only the first servers.
    pub fn link(&mut self, count: usize) {
        let ids: Vec<String> = self.guilds.iter().take(count).map(|guild| guild.id.to_string()).collect();
        self.variables.insert("DISCORD_GUILD_ID", ids.join(","));
    }

    /// Starts the binary, and tells after how long it has its commands in place: it is connected and can be used.
    pub async fn start(&mut self) -> anyhow::Result<Duration> {
        // The first start asks what is registered and then registers; a later one only asks.
        let last = if self.discord.global_commands().is_empty() { "PUT" } else { "GET" };
        let spawned_ms = self.discord.clock().unix_millis();
        self.spawn()?;
        let ready = |exchange: &&Exchange| {
            exchange.received_ms >= spawned_ms
                && exchange.service == Service::Discord
                && exchange.method == last
                && exchange.path.contains("/applications/")
                && exchange.path.ends_with("/commands")
        };
        let found = timeout(PATIENCE, async {
            loop {
                if let Some(exchange) = self.exchanges().iter().find(ready) {
                    return exchange.answered_ms - spawned_ms;
                }
                sleep(LOOK_EVERY).await;
            }
        });
        let ready_ms =
            found.await.with_context(|| format!("it was never ready; its log:\n{}", self.log()))?;
        self.discord.wait_connected(PATIENCE).await?;
        Ok(Duration::from_millis(u64::try_from(ready_ms)?))
    }

    /// Starts the binary and waits for nothing.
    pub fn spawn(&mut self) -> anyhow::Result<()> {
        let child = Command::new(&self.binary)
            .arg("run")
            .env_clear()
            .envs(&self.variables)
            .current_dir(self.folder.path())
            .stderr(File::create(self.folder.path().join("log"))?)
            .kill_on_drop(true)
            .spawn()?;
        self.child = Some(child);
        Ok(())
    }

    /// Ends the binary with SIGKILL.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        // One that has ended by itself is a failure of its own.
        self.process()?;
        Ok(self.child.take().context("nothing runs")?.kill().await?)
    }

    /// What the binary wrote so far.
    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// The running binary.
    pub fn process(&self) -> anyhow::Result<Process> {
        let id = self.child.as_ref().and_then(Child::id);
        Ok(Process(id.with_context(|| format!("it has ended; its log:\n{}", self.log()))?))
    }

    /// Ends the binary with SIGTERM; tells how long that took and the exit code.
    pub async fn terminate(&mut self) -> anyhow::Result<(Duration, Option<i32>)> {
        let id = self.process()?.0.to_string();
        let mut child = self.child.take().context("nothing runs")?;
        let asked = Instant::now();
        Command::new("kill").args(["-TERM", &id]).status().await?;
        let ended = timeout(PATIENCE, child.wait()).await.context("it does not end")??;
        Ok((asked.elapsed(), ended.code()))
    }

    /// Somebody who may set things up.
    pub fn mark(&self, guild: Guild) -> Person {
        self.discord.member(guild.id, "mark")
    }

    /// Subscribes with the real command.
    pub async fn subscribe(&self, guild: Guild, event: &str, channel: &str) -> anyhow::Result<()> {
        let command = format!("/notify add event:{event} channel:{channel}");
        let text = self.mark(guild).slash(guild.support, &command)?.text().await?;
        ensure!(text.starts_with('✅'), "{command}: {text}");
        Ok(())
    }

    /// Everything that was asked so far, by time.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.discord.recorder().exchanges()
    }

    /// The messages with a card in a channel.
    pub fn cards(&self, channel: ChannelId) -> Vec<Message> {
        let posted = self.discord.posted(channel);
        posted.into_iter().filter(|message| !message.embeds.is_empty()).collect()
    }

    /// Waits until Intercom's clock shows another second: floors have no finer time.
    pub async fn next_second(&self) {
        let second = self.intercom.clock().unix_seconds();
        while self.intercom.clock().unix_seconds() == second {
            sleep(Duration::from_millis(10)).await;
        }
    }
}

/// A server with a private #sales and #support, and Mark, who manages it.
fn make_guild(discord: &Discord, name: &str) -> Guild {
    let id = discord.create_guild(name);
    let boss = discord.create_role(id, "Boss", Permissions::MANAGE_GUILD);
    discord.create_member(id, "mark", &[boss]);
    let private = |name| {
        let channel = discord.create_channel(id, name, ChannelKind::Text);
        discord.make_private(channel, &[boss]);
        channel
    };
    Guild { id, sales: private("sales"), support: private("support") }
}

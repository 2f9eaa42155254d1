//! The stage: both stand-ins with an invented company in them, a store in a temporary folder, and the bot.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use deskbell::system::SystemClock;
use deskbell_domain::time::Clock as _;
use deskbell_sandbox::discord::ids::ChannelId;
use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::Intercom;
use deskbell_sandbox::recorder::Recorder;
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::sleep;

use crate::binary::built;
use crate::bot::{Binary, Here, MovedClock};
use crate::guild::{Guild, cards_in, ids, make_guild, subscribe};
use crate::process::Process;
use crate::stand_ins::StandIns;

/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// The bot ends within it when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// Both services, the invented company, where the bot keeps its things, and the bot while it runs.
pub struct Stage {
    pub discord: Discord,
    pub intercom: Intercom,
    /// The first server.
    pub guild: Guild,
    /// All servers.
    pub guilds: Vec<Guild>,
    pub folder: TempDir,
    pub clock: MovedClock,
    /// The configuration of the next start.
    pub variables: BTreeMap<String, String>,
    binary: PathBuf,
    /// Serves until the stage is dropped.
    _stand_ins: StandIns,
    bot: Option<Bot>,
}

enum Bot {
    Here(Here),
    Process(Binary),
}

/// Kept to be held against the official descriptions, where the caller names a file for it.
fn recorder() -> Recorder {
    match std::env::var_os("DESKBELL_EXCHANGES") {
        Some(path) => Recorder::appending_to(Path::new(&path)).expect("the record can be written"),
        None => Recorder::in_memory(),
    }
}

impl Stage {
    /// The scene of a story: one server, a poll every second, and a throttle that does not matter. No bot runs yet.
    pub async fn set() -> Self {
        let mut stage = Self::with(recorder(), &["Acme HQ".to_owned()], built()).await;
        stage.poll_every_second();
        stage
    }

    /// The scene of a story with the bot running in this process.
    pub async fn with_bot() -> Self {
        let mut stage = Self::set().await;
        stage.start().await;
        stage
    }

    /// The scene of a measurement: so many servers, all of them linked, around this binary. No bot runs yet.
    pub async fn with_servers(binary: &Path, count: usize) -> Self {
        let names: Vec<String> = (1..=count).map(|number| format!("Acme {number}")).collect();
        Self::with(Recorder::in_memory(), &names, binary.to_owned()).await
    }

    async fn with(recorder: Recorder, servers: &[String], binary: PathBuf) -> Self {
        let stand_ins = StandIns::start(recorder).await;
        let guilds: Vec<Guild> = servers.iter().map(|name| make_guild(&stand_ins.discord, name)).collect();
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut stage = Self {
            discord: stand_ins.discord.clone(),
            intercom: stand_ins.intercom.clone(),
            guild: *guilds.first().expect("there is a server"),
            variables: stand_ins.variables(folder.path()),
            guilds,
            folder,
            clock: MovedClock::default(),
            binary,
            _stand_ins: stand_ins,
            bot: None,
        };
        let all = ids(&stage.guilds);
        stage.set_variable("DISCORD_GUILD_ID", &all);
        stage
    }

    /// Changes a variable for the next start.
    pub fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Polls every second, with a throttle that does not matter.
    pub fn poll_every_second(&mut self) {
        self.set_variable("POLL_INTERVAL", "1s");
        self.set_variable("INTERCOM_CALLS_PER_MINUTE", "6000");
    }

    /// Starts the bot in this process and waits until it is connected.
    pub async fn start(&mut self) {
        self.bot = Some(Bot::Here(Here::start(&self.variables, self.clock.clone()).await));
        connected(&self.discord).await;
    }

    /// Starts the real binary and waits until it is connected.
    pub async fn start_process(&mut self) {
        self.start_process_logging("warn", Stdio::inherit()).await;
    }

    /// The same with a log of this depth, which goes where one likes.
    pub async fn start_process_logging(&mut self, depth: &str, log: Stdio) {
        let mut variables = self.variables.clone();
        variables.insert("RUST_LOG".to_owned(), depth.to_owned());
        self.bot = Some(Bot::Process(Binary::spawn(&self.binary, &variables, self.folder.path(), log)));
        connected(&self.discord).await;
    }

    /// Starts the real binary and waits for nothing; its log goes to a file.
    pub fn spawn(&mut self) {
        let log = File::create(self.folder.path().join("log")).expect("the log can be written");
        let binary = Binary::spawn(&self.binary, &self.variables, self.folder.path(), log.into());
        self.bot = Some(Bot::Process(binary));
    }

    /// The running binary.
    pub fn process(&self) -> Process {
        match &self.bot {
            Some(Bot::Process(binary)) => binary.process().expect("it still runs"),
            _ => panic!("the bot is no process of its own"),
        }
    }

    /// Ends the bot as SIGTERM would; a process of its own is killed.
    pub async fn stop(&mut self) {
        match self.bot.take() {
            Some(Bot::Here(here)) => here.stop().await,
            Some(Bot::Process(binary)) => binary.kill().await,
            None => {}
        }
    }

    /// Ends the process with SIGTERM and tells its exit code; it must end within ten seconds.
    pub async fn terminate(&mut self) -> Option<i32> {
        let (took, code) = self.terminate_timed().await;
        assert!(took < ENDS_WITHIN, "it ends within ten seconds");
        code
    }

    /// Ends the process with SIGTERM; tells how long that took and the exit code.
    pub async fn terminate_timed(&mut self) -> (Duration, Option<i32>) {
        process_of(self.bot.take()).terminate().await
    }

    /// Kills the process with SIGKILL. One that has ended by itself is a failure of its own.
    pub async fn kill(&mut self) {
        self.process();
        process_of(self.bot.take()).kill().await;
    }

    /// What `deskbell health` ends with and says.
    pub async fn health(&self) -> (Option<i32>, String) {
        let mut health = Command::new(&self.binary);
        health.arg("health").env_clear().envs(&self.variables).current_dir(self.folder.path());
        let output = health.output().await.expect("the binary can be started");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Subscribes in the first server with the real command, as somebody who may.
    pub async fn subscribe(&self, event: &str, channel: &str) {
        subscribe(&self.discord, self.guild, event, channel).await;
    }

    /// Waits until Intercom's clock shows another second: floors and records have no finer time.
    pub async fn next_second(&self) {
        let second = SystemClock.now().0 / 1000;
        while SystemClock.now().0 / 1000 == second {
            sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until this many messages with a card stand in a channel.
    pub async fn cards(&self, channel: ChannelId, count: usize) -> Vec<Message> {
        self.cards_within(channel, count, PATIENCE).await
    }

    /// The same with another patience.
    pub async fn cards_within(&self, channel: ChannelId, count: usize, at_most: Duration) -> Vec<Message> {
        let enough = |discord: &Discord| cards_in(discord, channel).len() >= count;
        let waited = self.discord.wait_for("enough cards", at_most, enough).await;
        waited.unwrap_or_else(|waited| panic!("{waited}"));
        cards_in(&self.discord, channel)
    }
}

async fn connected(discord: &Discord) {
    discord.gateway().wait_connected(PATIENCE).await.expect("the bot connects");
    let registered = |discord: &Discord| !discord.application().global_commands().is_empty();
    discord.wait_for("the commands", PATIENCE, registered).await.expect("the commands are registered");
}

fn process_of(bot: Option<Bot>) -> Binary {
    match bot {
        Some(Bot::Process(binary)) => binary,
        _ => panic!("the bot is no process of its own"),
    }
}

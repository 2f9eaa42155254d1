//! The stage of every story: both stand-ins with an invented company in them, a store in a temporary folder, and the
//! real bot, either in this process (with a clock that a story can move) or as the real binary (which a story can kill).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use deskbell::App;
use deskbell::app::Adapters;
use deskbell::config::{self, Start, Variables};
use deskbell::system::{SystemClock, SystemRandom};
use deskbell_desk::time::{Clock, UnixMillis};
use deskbell_sandbox::clock::Clock as SandboxClock;
use deskbell_sandbox::discord::ids::{ChannelId, GuildId, RoleId};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Message, Setup};
use deskbell_sandbox::http::Server;
use deskbell_sandbox::intercom::Intercom;
use deskbell_sandbox::recorder::Recorder;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long a story waits for anything.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The wall clock with an offset that a story can move: the bot's own idea of the time.
#[derive(Clone, Default)]
pub(crate) struct MovedClock(Arc<AtomicI64>);

impl Clock for MovedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }
}

impl MovedClock {
    pub(crate) fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).expect("a story's jump fits"), Ordering::Relaxed);
    }
}

/// A server with the channels and roles that stories use.
pub(crate) struct Guild {
    pub(crate) id: GuildId,
    pub(crate) sales: ChannelId,
    pub(crate) support: ChannelId,
    pub(crate) general: ChannelId,
    pub(crate) team: RoleId,
}

/// Both services, the invented company, and where the bot keeps its things.
pub(crate) struct Stage {
    pub(crate) discord: Discord,
    pub(crate) intercom: Intercom,
    pub(crate) guild: Guild,
    pub(crate) folder: TempDir,
    pub(crate) clock: MovedClock,
    pub(crate) variables: BTreeMap<String, String>,
    /// Serves until the stage is dropped.
    _server: Server,
    bot: Option<Bot>,
}

enum Bot {
    Here { stop: CancellationToken, ended: JoinHandle<Result<(), deskbell::supervisor::Fatal>> },
    Process(Child),
}

/// Kept for `validate.py` where the caller names a file for it.
fn recorder() -> Recorder {
    match std::env::var_os("DESKBELL_EXCHANGES") {
        Some(path) => Recorder::appending_to(Path::new(&path)).expect("the record can be written"),
        None => Recorder::in_memory(),
    }
}

impl Stage {
    /// Sets the scene; no bot runs yet.
    pub(crate) async fn set() -> Self {
        let recorder = recorder();
        let setup = Setup { recorder: recorder.clone(), ..Setup::default() };
        let discord = Discord::start(setup).await.expect("loopback has free ports");
        let intercom = Intercom::new(SandboxClock::system(), recorder, 7);
        let server = intercom.serve().await.expect("loopback has free ports");
        intercom.set_workspace_name("Acme");
        let guild = make_guild(&discord, "Acme HQ");
        let folder = tempfile::tempdir().expect("a folder can be made");
        let variables = [
            ("DISCORD_TOKEN", discord.token()),
            ("DISCORD_GUILD_ID", guild.id.to_string()),
            ("DISCORD_PROXY_URL", discord.url()),
            ("INTERCOM_ACCESS_TOKEN", "sandbox".to_owned()),
            ("INTERCOM_API_URL", server.url()),
            ("POLL_INTERVAL", "1s".to_owned()),
            ("INTERCOM_CALLS_PER_MINUTE", "6000".to_owned()),
            ("STORE_URL", format!("sled:{}", folder.path().join("data").display())),
        ];
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self {
            discord,
            intercom,
            guild,
            folder,
            clock: MovedClock::default(),
            variables,
            _server: server,
            bot: None,
        }
    }

    /// The scene with the bot running in this process.
    pub(crate) async fn with_bot() -> Self {
        let mut stage = Self::set().await;
        stage.start().await;
        stage
    }

    /// Changes a variable for the next start.
    pub(crate) fn set_variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Starts the bot in this process and waits until it is connected.
    pub(crate) async fn start(&mut self) {
        let pairs = self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let config = config::read(&Variables::from_pairs(pairs), Start::AsTheyWere)
            .expect("the configuration is whole");
        let adapters = Adapters { clock: Arc::new(self.clock.clone()), random: Arc::new(SystemRandom) };
        let app = App::build(config, adapters).await.expect("the bot can be built");
        let stop = CancellationToken::new();
        let ended = TaskTracker::new().spawn(app.run(stop.clone()));
        self.bot = Some(Bot::Here { stop, ended });
        self.connected().await;
    }

    /// Starts the real binary and waits until it is connected.
    pub(crate) async fn start_process(&mut self) {
        self.start_process_logging("warn", Stdio::inherit()).await;
    }

    /// The same with a log of this depth, which goes where one likes.
    pub(crate) async fn start_process_logging(&mut self, depth: &str, log: Stdio) {
        let child = Command::new(env!("CARGO_BIN_EXE_deskbell"))
            .arg("run")
            .env_clear()
            .envs(&self.variables)
            .env("RUST_LOG", depth)
            .stderr(log)
            .current_dir(self.folder.path())
            .kill_on_drop(true)
            .spawn()
            .expect("the binary can be started");
        self.bot = Some(Bot::Process(child));
        self.connected().await;
    }

    async fn connected(&self) {
        self.discord.wait_connected(PATIENCE).await.expect("the bot connects");
        let registered = tokio::time::timeout(PATIENCE, async {
            while self.discord.global_commands().is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        registered.await.expect("the commands are registered");
    }

    /// Ends the bot as SIGTERM would.
    pub(crate) async fn stop(&mut self) {
        match self.bot.take() {
            Some(Bot::Here { stop, ended }) => {
                stop.cancel();
                ended.await.expect("the bot does not panic").expect("nothing was fatal");
            }
            Some(Bot::Process(mut child)) => {
                child.kill().await.expect("the process can be ended");
            }
            None => {}
        }
    }

    /// The most memory that the process held so far, in kB.
    pub(crate) fn peak_memory_kb(&self) -> u64 {
        let Some(Bot::Process(child)) = &self.bot else { panic!("the bot is no process of its own") };
        let id = child.id().expect("it still runs");
        let status =
            std::fs::read_to_string(format!("/proc/{id}/status")).expect("the process can be looked at");
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).expect("its peak is told");
        let digits = line.bytes().filter(u8::is_ascii_digit).map(char::from);
        digits.collect::<String>().parse().expect("it is a number")
    }

    /// Ends the process with SIGTERM and tells its exit code; it must end within ten seconds.
    pub(crate) async fn terminate(&mut self) -> Option<i32> {
        let Some(Bot::Process(mut child)) = self.bot.take() else {
            panic!("the bot is no process of its own")
        };
        let id = child.id().expect("it still runs").to_string();
        Command::new("kill").args(["-TERM", &id]).status().await.expect("kill can be run");
        let ended = tokio::time::timeout(Duration::from_secs(10), child.wait()).await;
        ended.expect("it ends within ten seconds").expect("it can be waited for").code()
    }

    /// Kills the process with SIGKILL.
    pub(crate) async fn kill(&mut self) {
        let Some(Bot::Process(mut child)) = self.bot.take() else {
            panic!("the bot is no process of its own")
        };
        child.kill().await.expect("the process can be killed");
    }

    /// What `deskbell health` ends with and says.
    pub(crate) async fn health(&self) -> (Option<i32>, String) {
        let mut health = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        health.arg("health").env_clear().envs(&self.variables).current_dir(self.folder.path());
        let output = health.output().await.expect("the binary can be started");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Subscribes with the real command, as somebody who may.
    pub(crate) async fn subscribe(&self, event: &str, channel: &str) {
        let mark = self.discord.member(self.guild.id, "mark");
        let command = format!("/notify add event:{event} channel:{channel}");
        let reply = mark.slash(self.guild.support, &command).expect("the command is registered");
        let text = reply.text().await.expect("the bot answers");
        assert!(text.starts_with('✅'), "{text}");
    }

    /// Waits until Intercom's clock shows another second: floors and records have no finer time.
    pub(crate) async fn next_second(&self) {
        let second = SystemClock.now().0 / 1000;
        while SystemClock.now().0 / 1000 == second {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until this many messages with a card stand in a channel.
    pub(crate) async fn cards(&self, channel: ChannelId, count: usize) -> Vec<Message> {
        self.cards_within(channel, count, PATIENCE).await
    }

    /// The same with another patience.
    pub(crate) async fn cards_within(
        &self,
        channel: ChannelId,
        count: usize,
        at_most: Duration,
    ) -> Vec<Message> {
        let enough = |discord: &Discord| cards_in(discord, channel).len() >= count;
        let waited = self.discord.wait_for("enough cards", at_most, enough).await;
        waited.unwrap_or_else(|waited| panic!("{waited}"));
        cards_in(&self.discord, channel)
    }
}

/// Makes a server with a private #sales and #support, a public #general, and a role for the team.
pub(crate) fn make_guild(discord: &Discord, name: &str) -> Guild {
    let id = discord.create_guild(name);
    let team = discord.create_role(id, "Sales", Permissions::NONE);
    discord.create_member(id, "ana", &[team]);
    discord.create_member(id, "guest", &[]);
    let boss = discord.create_role(id, "Boss", Permissions::MANAGE_GUILD);
    discord.create_member(id, "mark", &[boss]);
    let private = |name| {
        let channel = discord.create_channel(id, name, ChannelKind::Text);
        discord.make_private(channel, &[team, boss]);
        discord.allow_bot(channel);
        channel
    };
    let (sales, support) = (private("sales"), private("support"));
    let general = discord.create_channel(id, "general", ChannelKind::Text);
    Guild { id, sales, support, general, team }
}

/// The messages of a channel that show a card.
pub(crate) fn cards_in(discord: &Discord, channel: ChannelId) -> Vec<Message> {
    discord.posted(channel).into_iter().filter(|message| !message.embeds.is_empty()).collect()
}

//! Both stand-ins, a server with two channels, and one of the two bots between them.

use std::fs::File;
use std::time::Duration;

use anyhow::Context as _;
use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{Intercom, Mischief, WebhookAddress};
use deskbell_sandbox::recorder::{Recorder, Service};
use deskbell_stage::{Account, Guild, Process, StandIns, free_address, make_guild, shown, subscribe};
use tempfile::TempDir;
use tokio::process::Child;
use tokio::time::{sleep, timeout};

use crate::contestant::{Contestant, SECRET, Surroundings, Told};

/// The longest wait.
pub(crate) const PATIENCE: Duration = Duration::from_mins(5);
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// Longer than a window of Discord's pace: what has not come by then does not come.
const SILENCE: Duration = Duration::from_secs(8);
/// Long enough for two more polls, and so for what might be posted twice.
const AFTERWARDS: Duration = Duration::from_secs(3);

/// Everything of one scene.
pub(crate) struct World {
    pub(crate) discord: Discord,
    pub(crate) intercom: Intercom,
    contestant: Contestant,
    pub(crate) guild: Guild,
    folder: TempDir,
    child: Option<Child>,
    stand_ins: StandIns,
    told: Told,
    /// How many messages the setting up has left.
    before: usize,
}

impl World {
    /// Starts everything. The bot announces new leads and users in one channel, conversations in another.
    pub(crate) async fn with(contestant: &Contestant) -> anyhow::Result<Self> {
        Self::told(contestant, Told::ByPolls).await
    }

    /// The same where Intercom tells by webhook what happens.
    pub(crate) async fn with_webhooks(contestant: &Contestant) -> anyhow::Result<Self> {
        let address = free_address();
        let world = Self::told(contestant, Told::ByWebhooks(address)).await?;
        world.intercom.webhooks().send_to(WebhookAddress::new(address, SECRET), Mischief::default());
        Ok(world)
    }

    async fn told(contestant: &Contestant, told: Told) -> anyhow::Result<Self> {
        let stand_ins = StandIns::start(Recorder::in_memory()).await;
        let (discord, intercom) = (stand_ins.discord.clone(), stand_ins.intercom.clone());
        let guild = make_guild(&discord, "Acme");
        let mut world = Self {
            contestant: contestant.clone(),
            guild,
            folder: tempfile::tempdir()?,
            child: None,
            stand_ins,
            told,
            before: 0,
            discord,
            intercom,
        };
        world.set_up().await?;
        Ok(world)
    }

    async fn set_up(&mut self) -> anyhow::Result<()> {
        self.start()?;
        if matches!(self.contestant, Contestant::Deskbell { .. }) {
            let registered = |discord: &Discord| !discord.application().global_commands().is_empty();
            self.discord.wait_for("the commands", PATIENCE, registered).await.with_context(|| self.log())?;
            self.discord.gateway().wait_connected(PATIENCE).await?;
            for (event, channel) in
                [("New lead", "#sales"), ("New user", "#sales"), ("New conversation", "#support")]
            {
                subscribe(&self.discord, self.guild, event, channel).await;
            }
        }
        let asked = timeout(PATIENCE, async {
            while !(self.has_asked("/contacts/search") && self.has_asked("/conversations/search")) {
                sleep(LOOK_EVERY).await;
            }
        });
        asked.await.with_context(|| format!("it never asks Intercom; its log:\n{}", self.log()))?;
        // Neither announces what was made within the second in which it began.
        sleep(Duration::from_millis(1100)).await;
        self.before = self.messages();
        self.discord.recorder().forget();
        Ok(())
    }

    /// Starts the bot, anew if it was killed.
    pub(crate) fn start(&mut self) -> anyhow::Result<()> {
        let around = Surroundings {
            folder: self.folder.path(),
            discord_url: self.discord.url(),
            discord_token: self.discord.application().token(),
            intercom_url: self.stand_ins.intercom_url(),
            guild: self.guild.id.to_string(),
            sales: self.guild.sales.to_string(),
            support: self.guild.support.to_string(),
            told: self.told,
        };
        let log = File::options().create(true).append(true).open(self.folder.path().join("log"))?;
        self.child = Some(self.contestant.command(&around).stdout(log.try_clone()?).stderr(log).spawn()?);
        Ok(())
    }

    /// SIGKILL, and the start anew at once.
    pub(crate) async fn kill_and_start(&mut self) -> anyhow::Result<()> {
        self.process()?;
        let mut child = self.child.take().context("nothing runs")?;
        child.kill().await?;
        self.start()
    }

    /// The running bot.
    pub(crate) fn process(&self) -> anyhow::Result<Process> {
        let id = self.child.as_ref().and_then(Child::id);
        Ok(Process(id.with_context(|| format!("it has ended; its log:\n{}", self.log()))?))
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn has_asked(&self, path: &str) -> bool {
        self.discord.recorder().count(|exchange| exchange.path.starts_with(path)) > 0
    }

    /// How often a service was asked since the scene began.
    pub(crate) fn calls(&self, service: Service) -> usize {
        self.discord.recorder().count(|exchange| exchange.service == service)
    }

    fn posted(&self) -> Vec<Message> {
        [self.discord.messages(self.guild.sales).posted(), self.discord.messages(self.guild.support).posted()]
            .concat()
    }

    fn messages(&self) -> usize {
        self.posted().len()
    }

    /// How many messages were posted since the scene began.
    pub(crate) fn messages_since(&self) -> usize {
        self.messages() - self.before
    }

    /// What became of these records so far.
    pub(crate) fn account(&self, made: &[String]) -> Account {
        Account::of(made, &shown(&self.posted()))
    }

    /// Waits until each of these records is shown, or until no message comes any more.
    pub(crate) async fn until_shown(&self, made: &[String]) -> anyhow::Result<()> {
        let waiting = timeout(PATIENCE, async {
            let mut seen = self.messages();
            let mut quiet = Duration::ZERO;
            while quiet < SILENCE && self.account(made).lost > 0 {
                sleep(LOOK_EVERY).await;
                let now = self.messages();
                quiet = if now == seen { quiet + LOOK_EVERY } else { Duration::ZERO };
                seen = now;
            }
        });
        waiting.await.with_context(|| format!("it comes to no end; its log:\n{}", self.log()))
    }

    /// Waits for all that may still come.
    pub(crate) async fn until_quiet(&self, made: &[String]) -> anyhow::Result<Account> {
        self.until_shown(made).await?;
        sleep(AFTERWARDS).await;
        Ok(self.account(made))
    }
}

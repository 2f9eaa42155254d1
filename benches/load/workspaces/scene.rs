//! Around the process: the stand-ins, and what happens in them.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_sandbox::discord::ids::{ChannelId, GuildId};
use deskbell_sandbox::discord::permissions::Permissions;
use deskbell_sandbox::discord::{ChannelKind, Discord, Message, Pace};
use deskbell_sandbox::intercom::{Intercom, NewContact, NewConversation, RateLimit, RetryAfter};
use deskbell_sandbox::recorder::Recorder;
use deskbell_stage::{Account, StandIns, shown};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use super::plan::Plan;
use crate::part::BE_WORKSPACES;

/// What Discord allows a bot in all.
const DISCORDS_OWN: Pace = Pace { requests: 50, window: Duration::from_secs(1) };
/// Floors are whole seconds, and a little ahead of when the last notification was made.
const UNTIL_FLOORS_PASSED: Duration = Duration::from_secs(2);
/// Pages are large, and what was asked is not needed.
const FORGET_EVERY: Duration = Duration::from_millis(500);

/// Longer than anything that is measured.
const UNSEEN: Duration = Duration::from_hours(1);

pub(super) struct Scene {
    discord: Discord,
    intercom: Intercom,
    stand_ins: StandIns,
    channels: Vec<(GuildId, ChannelId)>,
    folder: TempDir,
    made: Mutex<Vec<String>>,
}

impl Scene {
    /// So many workspaces, with so many contacts each, half of which are users.
    pub(super) async fn new(count: usize, contacts: usize) -> anyhow::Result<Self> {
        let stand_ins = StandIns::start(Recorder::in_memory()).await;
        let (discord, intercom) = (stand_ins.discord.clone(), stand_ins.intercom.clone());
        // The process asks for every server's roles where a gateway would have told of them.
        discord.rate_limits().set_global_pace(None);
        let channels = (0..count).map(|number| make_channel(&discord, number)).collect();
        // Each workspace has a limit of its own.
        intercom
            .api()
            .set_rate_limit(RateLimit { calls_per_window: u32::MAX, retry_after: RetryAfter::Told });
        for number in 0..contacts / 2 {
            intercom.contacts().create(NewContact::lead().email(&format!("lead{number}@acme.io")));
            let user = NewContact::user().email(&format!("user{number}@acme.io")).name("Grace Hopper");
            intercom.contacts().create(user.external_id(&format!("crm-{number}")).custom("plan", "pro"));
        }
        let (folder, made) = (tempfile::tempdir()?, Mutex::default());
        Ok(Self { discord, intercom, stand_ins, channels, folder, made })
    }

    pub(super) fn spawn(
        &self,
        interval: Duration,
        rounds: u32,
        door: Option<SocketAddr>,
    ) -> anyhow::Result<Child> {
        let plan = Plan {
            door,
            intercom: self.stand_ins.intercom_url(),
            discord: self.discord.url(),
            token: self.discord.application().token(),
            bot: self.discord.application().bot().get(),
            folder: self.folder.path().join("data"),
            interval,
            rounds,
            channels: self.channels.iter().map(|(guild, channel)| (guild.get(), channel.get())).collect(),
        };
        let path = self.folder.path().join("plan.json");
        std::fs::write(&path, serde_json::to_vec(&plan)?)?;
        let mut program = Command::new(std::env::current_exe()?);
        program.args(["--bench", BE_WORKSPACES]).arg(path).stdout(Stdio::piped()).kill_on_drop(true);
        Ok(program.spawn()?)
    }

    /// The process is ready: from now on Discord's limits hold, and what happens is told.
    pub(super) async fn open(&self) {
        self.discord.rate_limits().set_global_pace(Some(DISCORDS_OWN));
        sleep(UNTIL_FLOORS_PASSED).await;
    }

    /// Lets a lead come and write, if it has a name, and then time pass.
    pub(super) async fn live_until(&self, end: Instant, lead: Option<&str>) {
        if let Some(name) = lead {
            let lead = self.intercom.contacts().create(NewContact::lead().name(name));
            let words = NewConversation::from_contact(&lead, "<p>Where is my invoice?</p>");
            let conversation = self.intercom.conversations().start(words);
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            made.extend([lead.to_string(), conversation.to_string()]);
        }
        while Instant::now() < end {
            sleep(FORGET_EVERY.min(end - Instant::now())).await;
            self.discord.recorder().forget();
        }
    }

    /// Lets a lead come to one workspace, which alone is told of it: no search shows it to the polls of the others.
    pub(super) fn untold_lead(&self, number: usize) -> String {
        let lead = NewContact::lead().name(&format!("Lead {number}")).indexed_after(UNSEEN);
        self.intercom.contacts().create(lead).to_string()
    }

    /// What stands in the channel of a workspace.
    pub(super) fn messages(&self, workspace: usize) -> Vec<Message> {
        self.discord.messages(self.channels[workspace].1).posted()
    }

    /// How often Discord said that there were too many calls.
    pub(super) fn refused(&self) -> usize {
        self.discord.rate_limits().refused()
    }

    /// What became of it in all channels, and whether that is as it should be.
    pub(super) fn account(&self) -> (String, bool) {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut all = Account::default();
        for (_, channel) in &self.channels {
            all += Account::of(&made, &shown(&self.discord.messages(*channel).posted()));
        }
        let refused = self.discord.rate_limits().refused();
        let wanted = made.len() * self.channels.len();
        (format!("{wanted} events, {refused} × 429, {all}"), all.is_clean() && refused == 0)
    }
}

fn make_channel(discord: &Discord, number: usize) -> (GuildId, ChannelId) {
    let guild = discord.create_guild(&format!("Acme {number}"));
    let boss = discord.guild(guild).create_role("Boss", Permissions::MANAGE_GUILD);
    let channel = discord.guild(guild).create_channel("sales", ChannelKind::Text);
    discord.permissions(channel).make_private(&[boss]);
    (guild, channel)
}

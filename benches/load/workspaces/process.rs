//! The process: the parts of the bot as `App` ties them, but for many workspaces and without commands.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use deskbell::deliver::{Delivery, DeliveryParts, GlobalPace};
use deskbell::poll::{PollParts, Retention, WorkspacePoll};
use deskbell::supervisor::{Pulse, Supervisor};
use deskbell::system::{SystemClock, SystemRandom};
use deskbell_desk::difference::UpdateFields;
use deskbell_desk::event::EventKind;
use deskbell_desk::ids::{ChannelId, GuildId, JournalNumber, MemberId, RoleId, SubscriptionId, WorkspaceId};
use deskbell_desk::links::Links;
use deskbell_desk::names::Names;
use deskbell_desk::port::store::{NewSubscription, SettingsStore as _};
use deskbell_desk::status::{LinkState, StatusBoard};
use deskbell_desk::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_desk::time::{Clock, ServerTime, UnixMillis};
use deskbell_desk::workspace::{Region, Workspace};
use deskbell_discord::directory::Directory;
use deskbell_discord::messenger::{OwnId, RestMessenger};
use deskbell_discord::permission::Roles;
use deskbell_discord::rest::{Answer, Reply, Rest};
use deskbell_intercom::{IntercomClient, Settings, Urgency};
use deskbell_store::DeskStore;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::plan::{Outcome, Plan, READY};

const AT_ONCE: usize = 64;
/// Long enough for a poll that is due at the very end to have begun.
const GRACE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_mins(3);
const RETENTION: Duration = Duration::from_hours(30 * 24);

pub(super) async fn run(plan: &Path) -> anyhow::Result<()> {
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
    let shared = Shared::new(&plan, &supervisor).await?;
    let made =
        plan.channels.iter().enumerate().map(|(number, place)| shared.workspace(&plan, number, *place));
    let workspaces: Vec<Running> = stream::iter(made).buffered(AT_ONCE).try_collect().await?;

    say(READY);
    let start = Instant::now();
    let apart = plan.interval / u32::try_from(workspaces.len().max(1))?;
    for (number, workspace) in (0..).zip(&workspaces) {
        workspace.start(start + apart * number, &supervisor);
    }
    let end = start + plan.interval * plan.rounds;
    tokio::select! {
        () = sleep_until(end + GRACE) => {}
        () = async { supervisor.stop_token().cancelled().await } => bail!("a task has ended"),
    }
    let late_us = workspaces.iter().flat_map(|one| one.watch.late_us(plan.interval, end)).collect();
    let unwell = workspaces.iter().filter(|one| one.board.poll().link != LinkState::Connected).count();
    say(&serde_json::to_string(&Outcome { late_us, unwell })?);
    supervisor.stop_token().cancel();
    Ok(supervisor.join().await?)
}

/// The other process reads it.
fn say(line: &str) {
    println!("{line}");
}

/// What all workspaces share.
struct Shared {
    store: Arc<DeskStore>,
    rest: Rest,
    own: OwnId,
    directory: Arc<Directory>,
    pace: Arc<GlobalPace>,
}

impl Shared {
    async fn new(plan: &Plan, supervisor: &Supervisor) -> anyhow::Result<Self> {
        let settings = deskbell_store::Settings { folder: plan.folder.clone(), clock: Arc::new(SystemClock) };
        let (store, writer) = tokio::task::spawn_blocking(|| DeskStore::open(settings)).await??;
        supervisor.spawn_last("the store's writer", writer.run());
        let rest = Rest::new(&plan.discord, SecretString::from(plan.token.as_str()))?;
        let own = OwnId::default();
        own.set(MemberId(plan.bot));
        let directory = Arc::new(Directory::new(rest.clone(), own.clone()));
        directory.connection_changed(true);
        Ok(Self { store: Arc::new(store), rest, own, directory, pace: Arc::default() })
    }

    /// A workspace with its server, in which all four kinds of event are told.
    async fn workspace(
        &self,
        plan: &Plan,
        number: usize,
        (guild, channel): (u64, u64),
    ) -> anyhow::Result<Running> {
        let (guild, channel) = (GuildId(guild), ChannelId(channel));
        let workspace = Workspace {
            id: WorkspaceId::new(format!("workspace{number}")),
            name: format!("Acme {number}"),
            region: None,
            time_zone: None,
        };
        self.tell_of(guild).await?;
        for kind in EventKind::ALL {
            let subscription = subscription(&workspace.id, guild, channel, kind);
            self.store.add_subscription(NewSubscription { subscription, head: None }).await?;
        }
        let board = Arc::new(StatusBoard::over(self.store.state()));
        let delivery = Arc::new(Delivery::new(self.delivery_parts(workspace.clone(), board.clone())));
        delivery.reconcile_roster(&[guild]).await?;
        let parts = self.poll_parts(plan, board.clone(), delivery.clone())?;
        let poll = WorkspacePoll::new(parts, workspace.id.clone(), plan.interval, UpdateFields::default());
        let retention = Retention::new(self.store.clone(), Arc::new(SystemClock), workspace.id, RETENTION);
        Ok(Running {
            poll: Arc::new(poll),
            delivery,
            retention: Arc::new(retention),
            board,
            watch: Arc::default(),
        })
    }

    /// Tells the directory of a server, as the gateway does.
    async fn tell_of(&self, guild: GuildId) -> anyhow::Result<()> {
        let roles = Roles::read(guild, &self.ask(&format!("/guilds/{guild}/roles")).await?);
        let own = self.own.get().context("it is set")?;
        let member = self.ask(&format!("/guilds/{guild}/members/{own}")).await?;
        let role = |id: &Value| Some(RoleId(id.as_str()?.parse().ok()?));
        let own_roles = member["roles"].as_array().map(|roles| roles.iter().filter_map(role).collect());
        let Value::Array(channels) = self.ask(&format!("/guilds/{guild}/channels")).await? else {
            bail!("the channels of {guild} are no list")
        };
        self.directory.guild_told(guild, roles, own_roles, channels.into_iter());
        Ok(())
    }

    async fn ask(&self, path: &str) -> anyhow::Result<Value> {
        match self.rest.get(path).await {
            Answer::Status(Reply { status: 200, body: Some(body), .. }) => Ok(body),
            other => bail!("{path}: {other:?}"),
        }
    }

    fn delivery_parts(&self, workspace: Workspace, status: Arc<StatusBoard>) -> DeliveryParts {
        DeliveryParts {
            deliveries: self.store.clone(),
            settings: self.store.clone(),
            journal: self.store.clone(),
            messenger: Arc::new(RestMessenger::new(self.rest.clone(), self.own.clone())),
            channels: self.directory.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            status,
            pace: self.pace.clone(),
            links: Links::new(Region::Us, workspace.id.clone()),
            workspace,
            day: Arc::new(|_| "2026-11-23".to_owned()),
            mention: Arc::new(|command| format!("`/{command}`")),
        }
    }

    fn poll_parts(
        &self,
        plan: &Plan,
        board: Arc<StatusBoard>,
        listener: Arc<Delivery>,
    ) -> anyhow::Result<PollParts> {
        let server_time = Arc::new(ServerTime::new(Arc::new(SystemClock)));
        let settings = Settings {
            base_url: plan.intercom.parse()?,
            token: SecretString::from("sandbox"),
            version: "2.16".to_owned(),
            workspace_override: None,
            calls_per_minute: 100,
            user_agent: "deskbell".to_owned(),
        };
        let client = IntercomClient::build(settings, server_time.clone(), Arc::new(SystemRandom))?;
        Ok(PollParts {
            journal: self.store.clone(),
            settings: self.store.clone(),
            intercom: Arc::new(client.at(Urgency::Poll)),
            background: Arc::new(client.at(Urgency::Background)),
            accepted: client.accepted(),
            server_time,
            names: Arc::new(Names::default()),
            board,
            listener,
        })
    }
}

fn subscription(
    workspace: &WorkspaceId,
    guild: GuildId,
    channel: ChannelId,
    kind: EventKind,
) -> Subscription {
    Subscription {
        id: SubscriptionId(0),
        guild,
        workspace: workspace.clone(),
        channel,
        kind,
        detail: Detail::Full,
        alert: Alert::default_for(kind),
        // Floors have no finer time, and the contacts that are there were made in this second at the latest.
        floor: SystemClock.now().seconds().plus(1),
        after: JournalNumber(0),
        made_by: MemberId(1),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}

/// A workspace that is served.
struct Running {
    poll: Arc<WorkspacePoll>,
    delivery: Arc<Delivery>,
    retention: Arc<Retention>,
    board: Arc<StatusBoard>,
    watch: Arc<Watch>,
}

impl Running {
    /// Starts its tasks; its first poll begins at that time.
    fn start(&self, first: Instant, supervisor: &Supervisor) {
        let (delivery, stop, tasks) =
            (self.delivery.clone(), supervisor.stop_token(), supervisor.tracker().clone());
        let pulse = Pulse::new(PATIENCE, Arc::new(SystemClock));
        supervisor.spawn("delivery", async move {
            // It ends early only if Discord refuses the token; the supervisor then ends everything.
            let _ended = delivery.run(stop, &tasks, pulse).await;
        });
        let (poll, stop, watch) = (self.poll.clone(), supervisor.stop_token(), self.watch.clone());
        supervisor.spawn("polling", async move {
            sleep_until(first).await;
            // The watch counts the polls of one stream: each of them has the same interval.
            let unwatched = Pulse::new(PATIENCE, Arc::new(SystemClock));
            let pulses = [Pulse::new(PATIENCE, watch), unwatched.clone(), unwatched];
            poll.run(&stop, pulses).await;
        });
        let (retention, stop) = (self.retention.clone(), supervisor.stop_token());
        supervisor.spawn("retention", async move {
            sleep_until(first).await;
            retention.run(&stop).await;
        });
    }
}

/// The clock of a poll loop's pulse. The pulse looks at it once when it is made, and then whenever a poll begins.
#[derive(Default)]
struct Watch(Mutex<Vec<Instant>>);

impl Watch {
    /// By how much each poll but the first began after its time.
    fn late_us(&self, interval: Duration, end: Instant) -> Vec<u64> {
        let looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = looks.get(1..).unwrap_or_default();
        let pairs = begun.windows(2).filter(|pair| pair[0] + interval < end);
        let late = pairs.map(|pair| pair[1].saturating_duration_since(pair[0] + interval));
        late.map(|late| u64::try_from(late.as_micros()).unwrap_or(u64::MAX)).collect()
    }
}

impl Clock for Watch {
    fn now(&self) -> UnixMillis {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Instant::now());
        SystemClock.now()
    }
}

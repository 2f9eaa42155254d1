//! The process: the bot's own runtime of a workspace, as many times as there are workspaces, without commands.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use deskbell::app::{Link, Shared, WorkspaceRuntime, WorkspaceSettings};
use deskbell::ingest::poll::Intervals;
use deskbell::supervisor::Supervisor;
use deskbell::system::{SystemClock, SystemRandom};
use deskbell_discord::directory::Directory;
use deskbell_discord::messenger::{OwnId, RestMessenger};
use deskbell_discord::permission::Roles;
use deskbell_discord::rest::Rest;
use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::connection::Holder;
use deskbell_domain::difference::UpdateFields;
use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{
    ChannelId, GuildId, JournalNumber, MemberId, RoleId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::store::NewSubscription;
use deskbell_domain::shard::{Shard, ShardCount};
use deskbell_domain::status::LinkState;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::time::{Clock, ServerTime};
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_intercom::{Connections, IntercomClient, Settings};
use deskbell_seal::GivenKeys;
use deskbell_store::KvStore;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use reqwest::Client;
use secrecy::SecretString;
use serde_json::Value;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::door;
use super::plan::{self, Outcome, Plan, READY};
use super::watch::Watch;

const AT_ONCE: usize = 64;
/// Long enough for a poll that is due at the very end to have begun.
const GRACE: Duration = Duration::from_secs(5);
const RETENTION: Duration = Duration::from_hours(30 * 24);

pub(super) async fn run(plan: &Path) -> anyhow::Result<()> {
    let plan: Plan = serde_json::from_slice(&std::fs::read(plan)?)?;
    let watch = Watch::default();
    tracing_subscriber::registry().with(watch.clone()).init();
    let supervisor = Supervisor::new(Arc::new(SystemClock), CancellationToken::new());
    let process = Process::new(&plan, &supervisor).await?;
    let made = plan
        .channels
        .iter()
        .enumerate()
        .map(|(number, place)| process.workspace(&plan, number, *place, &supervisor));
    let made: Vec<WorkspaceRuntime> = stream::iter(made).buffered(AT_ONCE).try_collect().await?;
    let workspaces: Arc<[WorkspaceRuntime]> = made.into();
    if let Some(listen) = plan.door {
        door::open(listen, &process.shared, &workspaces, &plan, &supervisor).await?;
    }

    say(READY);
    let start = Instant::now();
    let apart = plan.interval / u32::try_from(workspaces.len().max(1))?;
    for (number, (workspace, (guild, _))) in (0..).zip(workspaces.iter().zip(&plan.channels)) {
        workspace.start(BTreeSet::from([GuildId(*guild)]), apart * number);
    }
    let end = start + plan.interval * plan.rounds;
    tokio::select! {
        () = sleep_until(end + GRACE) => {}
        () = async { supervisor.stop_token().cancelled().await } => bail!("a task has ended"),
    }
    let late_us = watch.late_us(plan.interval, end);
    let unwell = workspaces.iter().filter(|one| one.board().poll().link != LinkState::Connected).count();
    say(&serde_json::to_string(&Outcome { late_us, unwell })?);
    supervisor.stop_token().cancel();
    Ok(supervisor.join().await?)
}

/// The other process reads it.
fn say(line: &str) {
    println!("{line}");
}

/// What all workspaces share.
struct Process {
    shared: Shared,
    connections: Connections,
    rest: Rest,
    http: Client,
    token: String,
    own: OwnId,
    directory: Arc<Directory>,
}

impl Process {
    async fn new(plan: &Plan, supervisor: &Supervisor) -> anyhow::Result<Self> {
        let settings = deskbell_store::Settings {
            folder: plan.folder.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            keys: deskbell::app::keys(&plan.folder, GivenKeys::default(), Arc::new(SystemRandom)),
        };
        let (store, writer) = tokio::task::spawn_blocking(|| KvStore::open(settings)).await??;
        supervisor.spawn_last("the store's writer", writer.run());
        let rest = Rest::new(&plan.discord, SecretString::from(plan.token.as_str()))?;
        let own = OwnId::default();
        own.set(MemberId(plan.bot));
        let directory = Arc::new(Directory::new(rest.clone(), own.clone(), ShardCount::ONE));
        directory.connection_changed(Shard::ONLY, true);
        let shared = Shared {
            store: Arc::new(store),
            messenger: Arc::new(RestMessenger::new(rest.clone(), own.clone())),
            channels: directory.clone(),
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            pace: Arc::default(),
            command_ids: Arc::default(),
            names: Arc::default(),
            topics: Arc::default(),
            metrics: Arc::default(),
            settings: WorkspaceSettings {
                intervals: Intervals { poll: plan.interval, reconcile: plan.interval },
                update_fields: UpdateFields::default(),
                card_fields: CardFields::default(),
                retention: RETENTION,
                is_told: plan.door.is_some(),
            },
        };
        let (http, token) = (Client::new(), plan.token.clone());
        Ok(Self { shared, connections: Connections::new("deskbell")?, rest, http, token, own, directory })
    }

    /// A workspace with its server, in which all four kinds of event are told.
    async fn workspace(
        &self,
        plan: &Plan,
        number: usize,
        (guild, channel): (u64, u64),
        supervisor: &Supervisor,
    ) -> anyhow::Result<WorkspaceRuntime> {
        let (guild, channel) = (GuildId(guild), ChannelId(channel));
        let workspace = Workspace {
            id: WorkspaceId::new(plan::workspace(number)),
            name: format!("Acme {number}"),
            region: None,
            time_zone: None,
        };
        self.tell_of(guild).await?;
        for kind in EventKind::OF_THE_CONNECTOR {
            let subscription = subscription(&workspace.id, guild, channel, kind);
            self.shared
                .store
                .add_subscription(NewSubscription { subscription, head: None, by: None })
                .await?;
        }
        Ok(WorkspaceRuntime::new(&self.shared, self.link(plan, workspace)?, supervisor))
    }

    fn link(&self, plan: &Plan, workspace: Workspace) -> anyhow::Result<Link> {
        let server_time = Arc::new(ServerTime::new(Arc::new(SystemClock)));
        let settings = Settings {
            base_url: plan.intercom.parse()?,
            token: SecretString::from("sandbox-intercom-token"),
            holder: Holder::Operator,
            version: "2.16".to_owned(),
            workspace_override: None,
            calls_per_minute: 100,
        };
        let (connections, random) = (self.connections.clone(), Arc::new(SystemRandom));
        let client = IntercomClient::build(settings, connections, server_time.clone(), random)?;
        let accepted = client.accepted();
        Ok(Link { workspace, region: Region::Us, intercom: Arc::new(client), accepted, server_time })
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

    /// Not by the bot's own way, which would wait for its turn at Discord's pace.
    async fn ask(&self, path: &str) -> anyhow::Result<Value> {
        let asked = self.http.get(format!("{}/api/v10{path}", self.rest.base()));
        let answer = asked.header("Authorization", format!("Bot {}", self.token)).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }
}

fn subscription(
    workspace: &WorkspaceId,
    guild: GuildId,
    channel: ChannelId,
    kind: EventKind,
) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(0),
        guild,
        workspace: workspace.clone(),
        channel,
        kind,
        detail: Detail::Full,
        alert: Alert::Smart,
        // Floors have no finer time, and the contacts that are there were made in this second at the latest.
        floor: SystemClock.now().seconds().plus(1),
        after: JournalNumber(0),
        made_by: MemberId(1),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version: 0,
    }
}

//! The whole bot: [`App::build`] makes every part and ties them together, [`App::run`] runs them.
//!
//! Whoever needs another world (the demo, the tests) gives another configuration and other [`Adapters`]; the parts are
//! the same.

mod adapters;
mod courier;
mod paused;
mod tasks;
mod ties;
mod workspace;

use std::sync::Arc;

use anyhow::Context;
use deskbell_commands::Desk;
use deskbell_desk::port::store::SettingsStore;
use deskbell_desk::time::{Clock, ServerTime};
use deskbell_store::{DeskStore, Settings, Writer};
use poise::serenity_prelude as serenity;
use tokio_util::sync::CancellationToken;

pub use self::adapters::Adapters;
use self::courier::CommandCourier;
use self::ties::World;
use crate::config::{Config, Start};
use crate::deliver::Delivery;
use crate::poll::{Retention, WorkspacePoll};
use crate::supervisor::{Fatal, Supervisor};
use crate::{connect, gateway, private_files};

/// A bot that is ready to run.
pub struct App {
    world: World,
    supervisor: Supervisor,
    poll: Arc<WorkspacePoll>,
    retention: Retention,
    delivery: Arc<Delivery>,
    desk: Arc<Desk>,
    client: serenity::Client,
}

impl App {
    /// Opens the store, learns the workspace, finds the gateway, and ties all parts together. Nothing is posted and
    /// nothing is polled yet.
    pub async fn build(config: Config, adapters: Adapters) -> anyhow::Result<Self> {
        let supervisor = Supervisor::new(adapters.clock.clone(), CancellationToken::new());
        let (store, writer) = open_store(&config, adapters.clock.clone()).await?;
        supervisor.spawn_last("the store's writer", writer.run());
        let built = Self::tie(config, adapters, supervisor.clone(), store).await;
        if built.is_err() {
            supervisor.stop_token().cancel();
        }
        built
    }

    async fn tie(
        config: Config,
        adapters: Adapters,
        supervisor: Supervisor,
        store: DeskStore,
    ) -> anyhow::Result<Self> {
        let server_time = Arc::new(ServerTime::new(adapters.clock.clone()));
        let intercom = connect::intercom(&config.intercom, server_time.clone(), adapters.random.clone())?;
        let workspace = workspace::learn(&intercom, &store, &config.intercom).await?;
        if config.start == Start::Paused {
            paused::pause_all(&store, &workspace.id, server_time.now().seconds()).await?;
        }
        let rest = connect::discord(&config.discord)?;
        let gateway_url = gateway::address(&rest).await?;
        let world = World::new(config, adapters, store, intercom, server_time, workspace, rest);
        let delivery = Arc::new(Delivery::new(world.delivery_parts()));
        let poll = WorkspacePoll::new(
            world.poll_parts(delivery.clone()),
            world.workspace.id.clone(),
            world.config.poll.interval,
            world.config.poll.update_fields.clone(),
        );
        let poll = Arc::new(poll);
        let desk = world.desk(Arc::new(CommandCourier { delivery: delivery.clone(), poll: poll.clone() }));
        let connection = world.connection(gateway_url, desk.clone(), delivery.clone(), &supervisor);
        let client = gateway::client(connection).await.context("the Discord client cannot be made")?;
        let retention = world.retention();
        Ok(Self { world, supervisor, poll, retention, delivery, desk, client })
    }

    /// Runs until `stop` is cancelled (`Ok`) or something is fatal. Ends within ten seconds of being asked to.
    pub async fn run(self, stop: CancellationToken) -> Result<(), Fatal> {
        let supervisor = self.supervisor.clone();
        let ours = supervisor.stop_token();
        self.tell_start().await;
        self.start_tasks();
        tokio::select! {
            biased;
            () = stop.cancelled() => ours.cancel(),
            () = ours.cancelled() => {}
        }
        let ended = supervisor.join().await;
        tracing::info!("Deskbell has ended");
        ended
    }

    async fn tell_start(&self) {
        let config = &self.world.config;
        let workspace = &self.world.workspace;
        let subscriptions = self.world.store.workspace_subscriptions(&workspace.id).await.unwrap_or_default();
        tracing::info!(
            version = env!("CARGO_PKG_VERSION"),
            workspace.id = %workspace.id,
            servers = config.discord.guilds.len(),
            notifications = subscriptions.len(),
            poll_interval_s = config.poll.interval.as_secs(),
            "Deskbell starts"
        );
        if subscriptions.is_empty() {
            tracing::info!("no notifications yet: type /setup in the server");
        }
    }
}

async fn open_store(config: &Config, clock: Arc<dyn Clock>) -> anyhow::Result<(DeskStore, Writer)> {
    let settings = Settings { folder: config.store.folder.clone(), clock };
    let opened = tokio::task::spawn_blocking(move || DeskStore::open(settings)).await??;
    let folder = &config.store.folder;
    if private_files::exposed(folder).is_some() {
        tracing::warn!(
            close_it_with = private_files::closing_line(folder),
            "others on this machine can get at the store's folder, and customers are in it"
        );
    }
    Ok(opened)
}

//! Opening the store, in a folder or in a database: from here on nobody asks which of them it is.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use deskbell_discord::messenger::OwnId;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::store::Store;
use deskbell_seal::{KeysBefore, open_kept};
use deskbell_store::{Copier, KvStore};
use deskbell_store_postgres::{Address, Candidate, Opened, Purpose, Who};
use secrecy::ExposeSecret as _;

use super::adapters::Adapters;
use super::keys::keys;
use super::standby;
use super::stopped::Stopped;
use crate::config::{Config, StorePlace};
use crate::health::StoreKind;
use crate::private_files;
use crate::supervisor::{Fatal, Supervisor};

/// How long a database is tried that is not there, or takes no writes.
const DATABASE_PATIENCE: Duration = Duration::from_secs(30);

/// A store that is open, and what it needs runs.
pub(super) struct OpenStore {
    pub(super) store: Arc<dyn Store>,
    /// Takes copies of it, where it is on a disk of this machine.
    pub(super) copier: Option<Copier>,
}

/// Where the store is, as the heartbeat says it.
pub(super) fn kind(place: &StorePlace) -> StoreKind {
    match place {
        StorePlace::Folder(_) => StoreKind::Disk,
        StorePlace::Database(_) => StoreKind::Database,
    }
}

/// Opens it; where another process serves the bot, when that one has ended.
pub(super) async fn open(
    config: &Config,
    adapters: &Adapters,
    supervisor: &Supervisor,
) -> anyhow::Result<OpenStore> {
    match &config.store.place {
        StorePlace::Folder(folder) => {
            or_stop(supervisor, open_folder(folder, config, adapters, supervisor)).await
        }
        StorePlace::Database(address) => open_database(address, config, adapters, supervisor).await,
    }
}

/// Breaks off what leaves nothing behind.
async fn or_stop<T>(
    supervisor: &Supervisor,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        biased;
        () = supervisor.stop_token().cancelled_owned() => Err(Stopped.into()),
        done = work => done,
    }
}

async fn open_folder(
    folder: &Path,
    config: &Config,
    adapters: &Adapters,
    supervisor: &Supervisor,
) -> anyhow::Result<OpenStore> {
    let settings = deskbell_store::Settings {
        folder: folder.to_owned(),
        clock: adapters.clock.clone(),
        random: adapters.random.clone(),
        keys: keys(folder, config.store.keys.clone(), adapters.random.clone()),
    };
    let (store, writer) = tokio::task::spawn_blocking(move || KvStore::open(settings)).await??;
    supervisor.spawn_last("the store's writer", writer.run());
    if private_files::exposed(folder).is_some() {
        tracing::warn!(
            close_it_with = private_files::closing_line(folder),
            "others on this machine can get at the store's folder, and customers are in it"
        );
    }
    Ok(OpenStore { copier: store.copier(), store: Arc::new(store) })
}

async fn open_database(
    address: &Address,
    config: &Config,
    adapters: &Adapters,
    supervisor: &Supervisor,
) -> anyhow::Result<OpenStore> {
    let folder = &config.files.socket_folder;
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} for the bot's socket cannot be made", folder.display()))?;
    // Where it cannot be made, the heartbeat is told as what cannot be written.
    drop(std::fs::create_dir_all(config.files.heartbeat_folder()));
    let who = Who { host: host_name(), process: std::process::id() };
    let coming = async { Ok(Candidate::come(address, settings(config, adapters), who).await?) };
    let candidate = or_stop(supervisor, coming).await?;
    let (heartbeat, stop) = (&config.files.heartbeat, supervisor.stop_token());
    let Opened { store, membership } =
        standby::until_ours(candidate, heartbeat, &*adapters.clock, &stop).await?;
    tracing::info!(database = %address, "the store is a database");
    let taken = supervisor.clone();
    let tell = move |by: Option<Who>| {
        let by = by.map_or_else(|| "one that has ended since".to_owned(), |who| who.to_string());
        taken.fail(Fatal::StoreTaken { by });
    };
    supervisor.spawn_last("the work in the database", membership.run(tell));
    Ok(OpenStore { store: Arc::new(store), copier: None })
}

fn settings(config: &Config, adapters: &Adapters) -> deskbell_store_postgres::Settings {
    let (given, random) = (config.store.keys.clone(), adapters.random.clone());
    let own = OwnId::in_token(config.discord.token.expose_secret());
    deskbell_store_postgres::Settings {
        keys: Box::new(move |kept, keep| {
            let opened = open_kept(kept, &given, keep, random.clone())?;
            if opened.before == KeysBefore::Previous {
                let fingerprint = opened.fingerprint;
                tracing::info!(%fingerprint, "the key was changed: DESKBELL_KEY_PREVIOUS is needed no longer");
            }
            Ok(Arc::new(opened.keyring))
        }),
        clock: adapters.clock.clone(),
        random: adapters.random.clone(),
        application: own.map(|id| ApplicationId(id.0)),
        patience: DATABASE_PATIENCE,
        purpose: Purpose::Use,
    }
}

/// What this machine is called, for people.
pub(crate) fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::fs::read_to_string("/etc/hostname"));
    name.map_or_else(|_| "a machine without a name".to_owned(), |name| name.trim().to_owned())
}

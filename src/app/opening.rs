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
use deskbell_store_postgres::{Address, Opened, PostgresStore, Purpose, Who};
use secrecy::ExposeSecret as _;

use super::adapters::Adapters;
use super::keys::keys;
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

pub(super) async fn open(
    config: &Config,
    adapters: &Adapters,
    supervisor: &Supervisor,
) -> anyhow::Result<OpenStore> {
    match &config.store.place {
        StorePlace::Folder(folder) => open_folder(folder, config, adapters, supervisor).await,
        StorePlace::Database(address) => open_database(address, config, adapters, supervisor).await,
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
    let Opened { store, membership } = PostgresStore::open(address, settings(config, adapters)).await?;
    tracing::info!(database = %address, "the store is a database");
    if let Some(membership) = membership {
        let taken = supervisor.clone();
        let tell = move |by: Who| taken.fail(Fatal::StoreTaken { host: by.host, process: by.process });
        supervisor.spawn_last("the place in the database", membership.run(tell));
    }
    Ok(OpenStore { store: Arc::new(store), copier: None })
}

fn settings(config: &Config, adapters: &Adapters) -> deskbell_store_postgres::Settings {
    let (given, random) = (config.store.keys.clone(), adapters.random.clone());
    let own = OwnId::in_token(config.discord.token.expose_secret());
    deskbell_store_postgres::Settings {
        keys: Box::new(move |kept, keep| {
            let opened = open_kept(kept, &given, keep, random)?;
            if opened.before == KeysBefore::Previous {
                let fingerprint = opened.fingerprint;
                tracing::info!(%fingerprint, "the key was changed: DESKBELL_KEY_PREVIOUS is needed no longer");
            }
            Ok(Arc::new(opened.keyring))
        }),
        clock: adapters.clock.clone(),
        random: adapters.random.clone(),
        application: own.map(|id| ApplicationId(id.0)),
        who: Some(Who { host: host_name(), process: std::process::id() }),
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

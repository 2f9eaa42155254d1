//! The connection that the operator's variables describe: one token for all servers of `DISCORD_GUILD_ID`.
//!
//! Which workspace the token belongs to, Intercom tells; what it told is kept, so that the bot serves a known workspace
//! while Intercom is down or refuses the token. Where the workspace is not known yet, the bot is in Discord all the
//! same and says what it waits for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use deskbell_commands::Waiting;
use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::intercom::{IntercomError, Unanswered, WorkspaceFacts as _};
use deskbell_domain::port::store::{ShortLived, ShortLivedKey, Store, Subscriptions};
use deskbell_domain::time::{ServerTime, UnixMillis};
use deskbell_domain::trouble::Cause;
use deskbell_domain::workspace::Workspace;
use deskbell_intercom::IntercomClient;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use super::paused;
use super::runtime::WorkspaceRuntime;
use super::wiring::{Link, Shared};
use super::workspaces::Workspaces;
use crate::config::{IntercomConfig, NotificationStart};
use crate::supervisor::Supervisor;

/// How long the start waits for Intercom before it goes on without.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// A refusal stays until somebody acts: it is asked again ever more rarely, up to an hour.
const AFTER_REFUSALS: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));

/// The operator's token, and the servers that it is for.
pub(super) struct OperatorConnection {
    pub(super) config: IntercomConfig,
    pub(super) guilds: BTreeSet<GuildId>,
    pub(super) start: NotificationStart,
    pub(super) intercom: IntercomClient,
    pub(super) server_time: Arc<ServerTime>,
}

/// What is known of the token's workspace at the start.
pub(super) enum Told {
    /// Which it is.
    Workspace(Workspace),
    /// Intercom has never told.
    NotYet(Cause),
}

impl OperatorConnection {
    /// Asks Intercom once, for ten seconds at most.
    ///
    /// # Errors
    /// Fails on what an operator has to mend first: a token that is refused and was never accepted, an address that
    /// nothing answers as the API does.
    pub(super) async fn ask_at_start(&self, store: &dyn Store) -> anyhow::Result<Told> {
        let known = self.recall(store).await?;
        let asked = tokio::time::timeout(FIRST_PATIENCE, self.intercom.workspace()).await;
        let error = match asked.unwrap_or(Err(IntercomError::Unavailable(Unanswered::Silent))) {
            Ok(workspace) => {
                self.remember(store, &workspace).await?;
                self.pause_if_asked(store, &workspace).await?;
                return Ok(Told::Workspace(workspace));
            }
            Err(error) => error,
        };
        if let Some(known) = known {
            warn!(%error, workspace.id = %known.id, "Intercom did not tell the workspace; the last known one counts");
            self.pause_if_asked(store, &known).await?;
            return Ok(Told::Workspace(known));
        }
        self.bail_on_mistake(&error)?;
        warn!(%error, "waiting for Intercom to tell the workspace");
        Ok(Told::NotYet(Cause::from(&error)))
    }

    fn bail_on_mistake(&self, error: &IntercomError) -> anyhow::Result<()> {
        match error {
            IntercomError::NoWorkspace => bail!(
                "the token does not tell its workspace: set INTERCOM_WORKSPACE_ID, as in Intercom's address bar after /apps/"
            ),
            IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => bail!(
                "Intercom refuses INTERCOM_ACCESS_TOKEN. Copy it anew from Developer Hub, your app, Configure, \
                 Authentication; if the workspace is not in the {}, set INTERCOM_REGION",
                self.config.region.name()
            ),
            IntercomError::Missing => bail!(
                "nothing at Intercom's address knows the API: check INTERCOM_REGION and INTERCOM_API_URL"
            ),
            IntercomError::Invalid { message, .. } => {
                bail!("Intercom does not accept the calls: {message}")
            }
            _ => Ok(()),
        }
    }

    /// Serves the servers: at once where the workspace is known, else as soon as Intercom tells.
    pub(super) async fn serve(
        self,
        told: Told,
        shared: &Shared,
        workspaces: &Arc<Workspaces>,
        supervisor: &Supervisor,
    ) {
        match told {
            Told::Workspace(workspace) => self.connect(workspace, shared, workspaces, supervisor).await,
            Told::NotYet(cause) => {
                let waiting = Waiting { since: shared.clock.now(), cause };
                workspaces.wait(&self.guilds, waiting);
                let (shared, workspaces, scope) = (shared.clone(), workspaces.clone(), supervisor.clone());
                supervisor.tracker().spawn(async move {
                    let stop = scope.stop_token();
                    if let Some(workspace) = self.wait(waiting, &shared, &workspaces, &stop).await {
                        self.connect(workspace, &shared, &workspaces, &scope).await;
                    }
                });
            }
        }
    }

    /// Asks until Intercom tells; none where the bot ends before.
    async fn wait(
        &self,
        Waiting { since, cause: mut known }: Waiting,
        shared: &Shared,
        workspaces: &Workspaces,
        stop: &CancellationToken,
    ) -> Option<Workspace> {
        let mut failures = 0;
        let mut pause = BETWEEN_TRIES.after(1);
        loop {
            let asked = async {
                tokio::time::sleep(pause).await;
                self.ask_again(&*shared.store).await
            };
            let (error, cause) = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                asked = asked => match asked {
                    Ok(workspace) => return Some(workspace),
                    Err(failed) => failed,
                },
            };
            // A refusal after an outage is the first of its kind, and so is an outage after refusals.
            failures = if cause.is_refusal() == known.is_refusal() { failures + 1 } else { 1 };
            let backoff = if cause.is_refusal() { AFTER_REFUSALS } else { BETWEEN_TRIES };
            pause = backoff.after(failures);
            let error = format!("{error:#}");
            if cause == known {
                debug!(error, retry_in_s = pause.as_secs(), "the workspace is still not known");
            } else {
                warn!(
                    error,
                    retry_in_s = pause.as_secs(),
                    "the workspace is still not known, for another reason"
                );
            }
            known = cause;
            workspaces.wait(&self.guilds, Waiting { since, cause });
        }
    }

    async fn ask_again(&self, store: &dyn Store) -> Result<Workspace, (anyhow::Error, Cause)> {
        let workspace = self.intercom.workspace().await.map_err(|error| {
            let cause = Cause::from(&error);
            (error.into(), cause)
        })?;
        let of_store = |error| (error, Cause::Store);
        self.remember(store, &workspace).await.map_err(of_store)?;
        self.pause_if_asked(store, &workspace).await.map_err(of_store)?;
        Ok(workspace)
    }

    /// Before anything can be posted.
    async fn pause_if_asked(&self, store: &dyn Subscriptions, workspace: &Workspace) -> anyhow::Result<()> {
        match self.start {
            NotificationStart::Paused => {
                paused::pause_all(store, &workspace.id, self.server_time.now().seconds()).await
            }
            NotificationStart::AsTheyWere => Ok(()),
        }
    }

    async fn connect(
        &self,
        workspace: Workspace,
        shared: &Shared,
        workspaces: &Workspaces,
        supervisor: &Supervisor,
    ) {
        if let Some(sentence) = self.config.wrong_region(&workspace) {
            warn!("{sentence}");
        }
        let subscriptions = shared.store.workspace_subscriptions(&workspace.id).await.unwrap_or_default();
        tracing::info!(workspace.id = %workspace.id, notifications = subscriptions.len(), "a workspace is served");
        if subscriptions.is_empty() {
            tracing::info!("no notifications yet: type /setup in the server");
        }
        let link = Link {
            workspace,
            region: self.config.region,
            intercom: Arc::new(self.intercom.clone()),
            accepted: self.intercom.accepted(),
            server_time: self.server_time.clone(),
        };
        let runtime = Arc::new(WorkspaceRuntime::new(shared, link, supervisor));
        runtime.start(self.guilds.clone(), Duration::ZERO);
        workspaces.connect(&self.guilds, &runtime).await;
    }

    /// A workspace is only good for the token and the address that told it.
    fn key(&self) -> ShortLivedKey {
        let mut hasher = Sha256::new();
        hasher.update(self.config.token.expose_secret());
        hasher.update(self.config.api_url.as_str());
        hasher.update(self.config.workspace.as_ref().map_or("", |id| id.as_str()));
        ShortLivedKey::TokenWorkspace { digest: HEXLOWER.encode(&hasher.finalize()[..8]) }
    }

    async fn recall(&self, store: &dyn ShortLived) -> anyhow::Result<Option<Workspace>> {
        let kept = store.kept(&self.key(), UnixMillis(0)).await.context("the store cannot be read")?;
        Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn remember(&self, store: &dyn ShortLived, workspace: &Workspace) -> anyhow::Result<()> {
        let text = serde_json::to_string(workspace)?;
        store.keep(&self.key(), &text, UnixMillis(i64::MAX)).await.context("the store cannot be written")
    }
}

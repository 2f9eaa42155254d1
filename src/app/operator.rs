//! The connection that the operator's variables describe: one token for all servers of `DISCORD_GUILD_ID`, or the only
//! server that the bot is in.
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
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::port::store::{ShortLived, ShortLivedKey, Store, Subscriptions};
use deskbell_domain::time::UnixMillis;
use deskbell_domain::trouble::Cause;
use deskbell_domain::workspace::Workspace;
use deskbell_text::plain;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::connector::WorkspaceConnector;
use super::paused;
use super::wiring::Shared;
use super::workspaces::Workspaces;
use crate::config::{IntercomConfig, NotificationStart};
use crate::connect::advice;
use crate::connect::places::{self, ClientParts, Found, Place, Places};

/// How long the start waits for Intercom before it goes on without.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));
/// A refusal stays until somebody acts: it is asked again ever more rarely, up to an hour.
const AFTER_REFUSALS: Backoff = Backoff::new(Duration::from_secs(30), Duration::from_hours(1));

/// The operator's token.
pub(super) struct OperatorConnection {
    pub(super) config: IntercomConfig,
    pub(super) start: NotificationStart,
    pub(super) places: Places,
    pub(super) parts: ClientParts,
}

/// What is known of the token's workspace at the start.
pub(super) enum Told {
    /// Which it is, and where.
    Workspace(Box<Found>),
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
        let asked = tokio::time::timeout(FIRST_PATIENCE, self.places.find()).await;
        let error = match asked.unwrap_or(Err(IntercomError::Unavailable(Unanswered::Silent))) {
            Ok(found) => {
                self.remember(store, &found).await?;
                self.pause_if_asked(store, &found.workspace).await?;
                return Ok(Told::Workspace(Box::new(found)));
            }
            Err(error) => error,
        };
        if let Some(known) = known {
            warn!(%error, workspace.id = %known.workspace.id, "Intercom did not tell the workspace; the last known one counts");
            self.pause_if_asked(store, &known.workspace).await?;
            return Ok(Told::Workspace(Box::new(known)));
        }
        self.bail_on_mistake(&error).await?;
        let cause = Cause::from(&error);
        warn!(cause = plain::cause(cause), "waiting for Intercom to tell the workspace");
        Ok(Told::NotYet(cause))
    }

    async fn bail_on_mistake(&self, error: &IntercomError) -> anyhow::Result<()> {
        // A region that is not the workspace's refuses the token, or does not know the call.
        if !matches!(error, IntercomError::Unavailable(_)) {
            let everywhere = Places::everywhere(&self.config, &self.parts)?;
            if let Some(sentence) = places::wrong_region(&self.config, &everywhere).await {
                bail!("{sentence}");
            }
        }
        match error {
            IntercomError::NoWorkspace => bail!(advice::no_workspace(&self.config.reach.address)),
            IntercomError::Refused { .. } | IntercomError::Forbidden { .. } => {
                bail!("{}", places::refused_token(&self.config))
            }
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
        guilds: BTreeSet<GuildId>,
        connector: &Arc<WorkspaceConnector>,
    ) {
        let workspaces = &connector.workspaces;
        match told {
            Told::Workspace(found) => {
                self.connect(*found, &guilds, connector).await;
                workspaces.settle();
            }
            Told::NotYet(cause) => {
                let waiting = Waiting { since: connector.shared.clock.now(), cause };
                workspaces.wait(&guilds, waiting);
                workspaces.settle();
                let (connector, scope) = (connector.clone(), connector.supervisor.clone());
                scope.tracker().clone().spawn(async move {
                    let stop = scope.stop_token();
                    let (shared, workspaces) = (&connector.shared, &connector.workspaces);
                    if let Some(found) = self.wait(waiting, &guilds, shared, workspaces, &stop).await {
                        self.connect(found, &guilds, &connector).await;
                    }
                });
            }
        }
    }

    /// Asks until Intercom tells; none where the bot ends before.
    async fn wait(
        &self,
        Waiting { since, cause: mut known }: Waiting,
        guilds: &BTreeSet<GuildId>,
        shared: &Shared,
        workspaces: &Workspaces,
        stop: &CancellationToken,
    ) -> Option<Found> {
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
                    Ok(found) => return Some(found),
                    Err(failed) => failed,
                },
            };
            // A refusal after an outage is the first of its kind, and so is an outage after refusals.
            failures = if cause.is_refusal() == known.is_refusal() { failures + 1 } else { 1 };
            let backoff = if cause.is_refusal() { AFTER_REFUSALS } else { BETWEEN_TRIES };
            pause = backoff.after(failures);
            let news = if cause == known { News::Known } else { News::New };
            tell(&error, news, pause);
            known = cause;
            workspaces.wait(guilds, Waiting { since, cause });
        }
    }

    async fn ask_again(&self, store: &dyn Store) -> Result<Found, (anyhow::Error, Cause)> {
        let found = self.places.find().await.map_err(|error| {
            let cause = Cause::from(&error);
            (error.into(), cause)
        })?;
        let of_store = |error| (error, Cause::Store);
        self.remember(store, &found).await.map_err(of_store)?;
        self.pause_if_asked(store, &found.workspace).await.map_err(of_store)?;
        Ok(found)
    }

    /// Before anything can be posted.
    async fn pause_if_asked(&self, store: &dyn Subscriptions, workspace: &Workspace) -> anyhow::Result<()> {
        match self.start {
            NotificationStart::Paused => {
                paused::pause_all(store, &workspace.id, self.parts.server_time.now().seconds()).await
            }
            NotificationStart::AsTheyWere => Ok(()),
        }
    }

    /// Serves the servers, if there are any.
    async fn connect(&self, found: Found, guilds: &BTreeSet<GuildId>, connector: &WorkspaceConnector) {
        // What was kept of another workspace may have waited for this.
        connector.operators.learn(&found.workspace.id);
        if let Err(error) = connector.erase_the_rest().await {
            warn!(%error, "what was kept for a server that was disconnected could not be erased; it is tried again");
        }
        if guilds.is_empty() {
            return;
        }
        if let Some(sentence) = self.config.wrong_region(&found.workspace) {
            warn!("{sentence}");
        }
        let store = &connector.shared.store;
        let subscriptions = store.workspace_subscriptions(&found.workspace.id).await.unwrap_or_default();
        if subscriptions.is_empty() {
            info!("no notifications yet: type /setup in the server");
        }
        connector.serve_operators(found, &self.config.token, guilds).await;
    }

    /// A workspace is only good for the token and the address that told it.
    fn key(&self, place: &Place) -> ShortLivedKey {
        let mut hasher = Sha256::new();
        hasher.update(self.config.token.expose_secret());
        hasher.update(place.url.as_str());
        hasher.update(self.config.workspace.as_ref().map_or("", |id| id.as_str()));
        ShortLivedKey::TokenWorkspace { digest: HEXLOWER.encode(&hasher.finalize()[..8]) }
    }

    /// What was told before, and where.
    async fn recall(&self, store: &dyn ShortLived) -> anyhow::Result<Option<Found>> {
        for place in self.places.iter() {
            let kept =
                store.kept(&self.key(place), UnixMillis(0)).await.context("the store cannot be read")?;
            if let Some(workspace) = kept.and_then(|text| serde_json::from_str(&text).ok()) {
                return Ok(Some(Found { workspace, place: place.clone() }));
            }
        }
        Ok(None)
    }

    async fn remember(&self, store: &dyn ShortLived, found: &Found) -> anyhow::Result<()> {
        let text = serde_json::to_string(&found.workspace)?;
        let kept = store.keep(&self.key(&found.place), &text, UnixMillis(i64::MAX)).await;
        kept.context("the store cannot be written")
    }
}

/// Whether a reason was told before.
#[derive(Clone, Copy)]
enum News {
    New,
    Known,
}

/// Once for each reason, and then for those who look closely.
fn tell(error: &anyhow::Error, news: News, pause: Duration) {
    let (error, retry_in_s) = (format!("{error:#}"), pause.as_secs());
    match news {
        News::Known => debug!(error, retry_in_s, "the workspace is still not known"),
        News::New => warn!(error, retry_in_s, "the workspace is still not known, for another reason"),
    }
}

#[cfg(test)]
mod tests;

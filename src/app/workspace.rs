//! Which workspace the token belongs to: Intercom tells, and what it told is kept, so that a bot can start while
//! Intercom is down or refuses the token.

use std::time::Duration;

use anyhow::{Context, bail};
use data_encoding::HEXLOWER;
use deskbell_desk::backoff::Backoff;
use deskbell_desk::port::intercom::{Intercom, IntercomError};
use deskbell_desk::port::store::SettingsStore;
use deskbell_desk::time::UnixMillis;
use deskbell_desk::workspace::Workspace;
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use tracing::warn;

use crate::config::IntercomConfig;

const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(30));

/// Asks until Intercom tells. What it told earlier for the same token and address serves at once where it does not
/// answer; a token that is refused and was never accepted ends the start.
pub(super) async fn learn(
    intercom: &dyn Intercom,
    store: &dyn SettingsStore,
    config: &IntercomConfig,
) -> anyhow::Result<Workspace> {
    let key = key(config);
    let known = recall(store, &key).await?;
    let mut failures = 0;
    loop {
        match (intercom.workspace().await, &known) {
            (Ok(workspace), _) => {
                remember(store, &key, &workspace).await?;
                if let Some(sentence) = config.wrong_region(&workspace) {
                    warn!("{sentence}");
                }
                return Ok(workspace);
            }
            (Err(IntercomError::Invalid { code, .. }), None) if code == "no_workspace" => {
                bail!(
                    "the token does not tell its workspace: set INTERCOM_WORKSPACE_ID, as in Intercom's address bar after /apps/"
                )
            }
            (Err(error), Some(known)) => {
                warn!(%error, workspace.id = %known.id, "Intercom did not tell the workspace; the last known one counts");
                return Ok(known.clone());
            }
            (Err(IntercomError::Refused { .. } | IntercomError::Forbidden { .. }), None) => bail!(
                "Intercom refuses INTERCOM_ACCESS_TOKEN. Copy it anew from Developer Hub, your app, Configure, \
                 Authentication; if the workspace is not in the {}, set INTERCOM_REGION",
                config.region.name()
            ),
            (Err(IntercomError::Missing), None) => {
                bail!(
                    "nothing at Intercom's address knows the API: check INTERCOM_REGION and INTERCOM_API_URL"
                )
            }
            (Err(IntercomError::Invalid { message, .. }), None) => {
                bail!("Intercom does not accept the calls: {message}")
            }
            (Err(error), None) => warn!(%error, "waiting for Intercom to tell the workspace"),
        }
        failures += 1;
        tokio::time::sleep(BETWEEN_TRIES.after(failures)).await;
    }
}

/// A workspace is only good for the token and the address that told it.
fn key(config: &IntercomConfig) -> String {
    let mut hasher = Sha256::new();
    hasher.update(config.token.expose_secret());
    hasher.update(config.api_url.as_str());
    hasher.update(config.workspace.as_ref().map_or("", |id| id.as_str()));
    format!("workspace:{}", HEXLOWER.encode(&hasher.finalize()[..8]))
}

async fn recall(store: &dyn SettingsStore, key: &str) -> anyhow::Result<Option<Workspace>> {
    let kept = store.kept(key, UnixMillis(0)).await.context("the store cannot be read")?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
}

async fn remember(store: &dyn SettingsStore, key: &str, workspace: &Workspace) -> anyhow::Result<()> {
    let text = serde_json::to_string(workspace)?;
    store.keep(key, &text, UnixMillis(i64::MAX)).await.context("the store cannot be written")
}

//! Tells Discord which commands there are, only where that changed.
//!
//! The hash of what would be sent is kept in the store for each application; commands are sent again only if it
//! differs, or if Discord lacks one of our names. A failure never stops the bot: Discord keeps what it had, and we try
//! again. The ids that make commands clickable come from the same answers.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use deskbell_discord::interaction::DiscordFailure;
use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::store::StoreError;
use poise::serenity_prelude as serenity;
use serde_json::Value;
use serenity::http::{LightMethod, Request, Route};
use sha2::{Digest, Sha256};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::interaction::bot::BotContext;

/// The pauses between tries to register.
const BETWEEN_TRIES: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_mins(15));

/// Why the commands could not be registered.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Discord did not take or give them.
    #[error("discord did not answer as expected: {0}")]
    Discord(#[from] DiscordFailure),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Every command as it is sent, in a fixed order.
pub fn registration_body() -> Value {
    let commands = poise::builtins::create_application_commands(&crate::commands());
    serde_json::to_value(commands).unwrap_or(Value::Null)
}

/// Registers, and tries again until it worked. To be run as a task of its own. `stop` ends the waiting only: what was
/// sent is brought to its end, or the next start would send it again.
pub async fn register_until_done(
    http: &serenity::Http,
    bot: &BotContext,
    application: ApplicationId,
    stop: &CancellationToken,
) {
    let mut tries = 0;
    while let Err(cause) = register_if_changed(http, bot, application).await {
        tries += 1;
        let wait = BETWEEN_TRIES.after(tries);
        warn!(%cause, retry_in_s = wait.as_secs(), "the commands could not be registered; Discord keeps what it had");
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Sends the commands if they changed, and takes their ids.
pub async fn register_if_changed(
    http: &serenity::Http,
    bot: &BotContext,
    application: ApplicationId,
) -> Result<(), RegistrationError> {
    let body = registration_body();
    let hash = hash_of(&body);
    let store = &bot.dependencies.store;
    let known = call(http, application, LightMethod::Get, None).await?;
    let unchanged = store.registered_commands(application).await?.as_deref() == Some(hash.as_str());
    if unchanged && names(&body).is_subset(&names(&known)) {
        learn_ids(bot, &known);
        return Ok(());
    }
    let answer = call(http, application, LightMethod::Put, Some(&body)).await?;
    learn_ids(bot, &answer);
    store.remember_registered_commands(application, &hash).await?;
    info!(commands = names(&body).len(), "the commands were registered");
    Ok(())
}

async fn call(
    http: &serenity::Http,
    application: ApplicationId,
    method: LightMethod,
    body: Option<&Value>,
) -> Result<Value, DiscordFailure> {
    let route = Route::Commands { application_id: serenity::ApplicationId::new(application.0) };
    let request = Request::new(route, method).body(body.map(|body| body.to_string().into_bytes()));
    match tokio::time::timeout(Duration::from_secs(30), http.fire::<Value>(request)).await {
        Ok(result) => result.map_err(DiscordFailure::from),
        Err(_) => Err(DiscordFailure::NO_ANSWER),
    }
}

fn hash_of(body: &Value) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(body.to_string().as_bytes()))
}

/// Name and type of each command: a message command may be called like a slash command.
fn names(commands: &Value) -> BTreeSet<(String, u64)> {
    entries(commands).map(|command| (command.0, command.1)).collect()
}

fn learn_ids(bot: &BotContext, commands: &Value) {
    let ids: BTreeMap<_, _> = entries(commands)
        .filter_map(|(name, kind, command)| (kind == 1).then(|| Some((name, id_of(command)?)))?)
        .collect();
    for (name, id) in ids {
        bot.command_ids.learn(&name, id);
    }
}

fn id_of(command: &Value) -> Option<u64> {
    command.get("id")?.as_str()?.parse().ok()
}

fn entries(commands: &Value) -> impl Iterator<Item = (String, u64, &Value)> {
    commands.as_array().into_iter().flatten().filter_map(|command| {
        let name = command.get("name")?.as_str()?.to_owned();
        Some((name, command.get("type").and_then(Value::as_u64).unwrap_or(1), command))
    })
}

#[cfg(test)]
mod tests;

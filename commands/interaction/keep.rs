//! Keeps what does not fit a `custom_id` in the store, under a short key.

use data_encoding::BASE32_NOPAD;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::ShortLivedKey;
use deskbell_domain::time::UnixMillis;

use crate::interaction::asker::Asker;
use crate::interaction::context::CommandContext;
use crate::interaction::error::CommandError;

/// How long the state behind a button is kept.
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A short key for state that does not fit a `custom_id`: 13 characters, guessable by nobody.
pub(crate) fn new_key(context: &CommandContext) -> String {
    BASE32_NOPAD.encode(&context.bot.dependencies.random.number().to_be_bytes()).to_ascii_lowercase()
}

/// Keeps a value for the asker under a key for a day, or until so much was kept for that person since that it has to
/// go. The server is part of the place: a key from elsewhere finds nothing.
pub(crate) async fn keep<T: serde::Serialize>(
    context: &CommandContext,
    asker: &Asker,
    key: &str,
    value: &T,
) -> Result<(), CommandError> {
    let text = serde_json::to_string(value).unwrap_or_default();
    let (key, now) = (buttons(context, asker.guild, key), context.now());
    let until = UnixMillis(now.0 + KEPT_MS);
    context.store().keep(&key, &text, until).await?;
    if let Some(oldest) = context.bot.kept.note(asker.member, &key, now, until) {
        context.store().forget(&oldest).await?;
    }
    Ok(())
}

/// What was kept under a key; none where its day is over or it cannot be read.
pub(crate) async fn kept<T: serde::de::DeserializeOwned>(
    context: &CommandContext,
    guild: GuildId,
    key: &str,
) -> Result<Option<T>, CommandError> {
    let text = context.store().kept(&buttons(context, guild, key), context.now()).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

fn buttons(context: &CommandContext, guild: GuildId, key: &str) -> ShortLivedKey {
    ShortLivedKey::Buttons { home: context.home(guild), key: key.to_owned() }
}

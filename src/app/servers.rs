//! Which servers the operator's workspace belongs to, where `DISCORD_GUILD_ID` is left out: the only one that the bot is
//! in when it first connects, and that one from then on. No other is ever taken by itself, whatever the bot is invited
//! to later.

use std::collections::BTreeSet;

use anyhow::Context;
use deskbell_discord::rest::Rest;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{ShortLived, ShortLivedKey};
use deskbell_domain::time::UnixMillis;
use tracing::{info, warn};

use crate::servers::{self, Server};

/// More lines are not read.
const MOST_LINES: usize = 20;

/// The servers that are listed, or the one that was taken before; none where that is to be found out.
pub(super) async fn known(
    listed: Option<&BTreeSet<GuildId>>,
    store: &dyn ShortLived,
) -> anyhow::Result<Option<BTreeSet<GuildId>>> {
    let kept = store.kept(&ShortLivedKey::OperatorServer, UnixMillis(0)).await;
    let kept = kept.context("the store cannot be read")?.and_then(|id| id.parse::<GuildId>().ok());
    if let Some(listed) = listed {
        if kept.is_some() {
            // Whoever takes the line out again later starts anew.
            store.forget(&ShortLivedKey::OperatorServer).await.context("the store cannot be written")?;
        }
        return Ok(Some(listed.clone()));
    }
    if let Some(guild) = kept {
        info!(guild.id = %guild, "DISCORD_GUILD_ID is not set: the server that was taken before is linked");
    }
    Ok(kept.map(|guild| BTreeSet::from([guild])))
}

/// Takes the only server that the bot is in, for good. Where there is none, or several, nobody is linked, and the log
/// has the lines to choose from.
pub(super) async fn choose(
    joined: &BTreeSet<GuildId>,
    store: &dyn ShortLived,
    rest: &Rest,
) -> BTreeSet<GuildId> {
    let mut all = joined.iter();
    match (all.next(), all.next()) {
        (Some(only), None) => take(*only, store).await,
        (None, _) => {
            warn!(
                "DISCORD_GUILD_ID is not set and the bot is in no server, so none is linked: open the invite that \
                 deskbell check prints, then restart"
            );
            BTreeSet::new()
        }
        (Some(_), Some(_)) => {
            tell_lines(joined, &servers::joined(rest).await.unwrap_or_default());
            BTreeSet::new()
        }
    }
}

async fn take(only: GuildId, store: &dyn ShortLived) -> BTreeSet<GuildId> {
    let kept = store.keep(&ShortLivedKey::OperatorServer, &only.to_string(), UnixMillis(i64::MAX)).await;
    if let Err(error) = kept {
        warn!(%error, guild.id = %only, "DISCORD_GUILD_ID is not set, and the server that was taken could not be kept");
    }
    info!(
        guild.id = %only,
        "DISCORD_GUILD_ID is not set: the only server that the bot is in is linked, and stays so whatever it joins later"
    );
    BTreeSet::from([only])
}

fn tell_lines(joined: &BTreeSet<GuildId>, named: &[Server]) {
    warn!(
        servers = joined.len(),
        "DISCORD_GUILD_ID is not set and the bot is in several servers, so none is linked: put one of these lines into \
         .env and restart"
    );
    for guild in joined.iter().take(MOST_LINES) {
        let server = named.iter().find(|server| server.id == *guild);
        warn!(server = server.map(|server| server.name.as_str()), "DISCORD_GUILD_ID={guild}");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use deskbell_store::KvStore;
    use deskbell_store::engine::memory::MemoryEngine;
    use secrecy::SecretString;
    use tokio_util::task::TaskTracker;

    use super::*;
    use crate::system::{SystemClock, SystemRandom};

    fn store() -> KvStore {
        let (store, writer) =
            KvStore::over(MemoryEngine::new(), Arc::new(SystemClock), Arc::new(SystemRandom));
        TaskTracker::new().spawn(writer.run());
        store
    }

    /// Nobody listens there: names are a kindness.
    fn rest() -> Rest {
        Rest::new("http://127.0.0.1:1", SecretString::from("token")).expect("a client can be made")
    }

    fn guilds(ids: &[u64]) -> BTreeSet<GuildId> {
        ids.iter().map(|id| GuildId(*id)).collect()
    }

    #[tokio::test]
    async fn the_only_server_is_taken_and_remembered_and_a_later_one_is_not() {
        let store = store();
        assert_eq!(known(None, &store).await.unwrap(), None);
        assert_eq!(choose(&guilds(&[7]), &store, &rest()).await, guilds(&[7]));
        assert_eq!(known(None, &store).await.unwrap(), Some(guilds(&[7])));
    }

    #[tokio::test]
    async fn none_and_several_link_nobody_and_nothing_is_remembered() {
        let store = store();
        for joined in [guilds(&[]), guilds(&[7, 8])] {
            assert_eq!(choose(&joined, &store, &rest()).await, guilds(&[]));
        }
        assert_eq!(known(None, &store).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_list_counts_more_than_what_was_taken_and_ends_it() {
        let store = store();
        choose(&guilds(&[7]), &store, &rest()).await;
        assert_eq!(known(Some(&guilds(&[8, 9])), &store).await.unwrap(), Some(guilds(&[8, 9])));
        assert_eq!(known(None, &store).await.unwrap(), None);
    }
}

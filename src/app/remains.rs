//! What is left of servers that the bot was removed from, and of workspaces that nobody is connected to any more.
//!
//! A server has thirty days to take the bot back; then all that is kept for it is erased. Whether it is in a server, the
//! shards tell; since when it is not, the store remembers, so that it counts over restarts. A workspace is left over where
//! its last server moved to another one and removed the old notifications.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::connection::{Connection, TokenOrigin};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::connector::Connector as _;
use deskbell_domain::port::outbox::Outbox as _;
use deskbell_domain::port::store::{Cards, Departure, Erasing, Store, Stored, Stream};
use deskbell_domain::time::UnixMillis;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::connector::{OperatorsWorkspace, WorkspaceConnector, is_served};
use crate::supervisor::Pulse;

/// How often it is looked at, if no shard tells of anything.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How long what is kept for a server waits for the bot to be taken back.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1000;

/// What looks at what is left.
pub(super) struct Remains {
    connector: Arc<WorkspaceConnector>,
}

impl Remains {
    pub(super) fn new(connector: &Arc<WorkspaceConnector>) -> Self {
        Self { connector: connector.clone() }
    }

    pub(super) async fn run(self, stop: CancellationToken, pulse: Pulse) {
        pulse.rest();
        loop {
            let moved = timeout(LOOK_EVERY, self.connector.workspaces.moved.notified());
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = moved => {}
            }
            pulse.beat();
            let now = self.connector.shared.clock.now();
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                done = self.tick(now) => if let Err(error) = done {
                    tracing::warn!(%error, "what is left of servers could not be read or erased; it is tried again");
                },
            }
            pulse.rest();
        }
    }

    /// Notes which servers the bot was removed from, and erases what waited long enough.
    async fn tick(&self, now: UnixMillis) -> Stored<()> {
        if let Some(present) = self.connector.workspaces.present_in() {
            let left = left_behind(self.store(), &present, now).await?;
            for (guild, homes) in left {
                for home in &homes {
                    self.erase(home).await?;
                }
                self.store().forget_departure(guild).await?;
            }
        }
        self.erase_unused().await
    }

    fn store(&self) -> &dyn Store {
        &*self.connector.shared.store
    }

    async fn erase(&self, home: &Home) -> Stored<()> {
        let own = self.store().connection(home.guild).await?;
        if let Some(own) = own.filter(|own| own.workspace.id == home.workspace) {
            self.disconnect(home, &own).await?;
        } else {
            let _alone = self.connector.alone(&BTreeSet::from([home.guild]), &home.workspace).await;
            self.store().erase(home, Erasing::Server).await?;
        }
        if let Some(runtime) = self.connector.workspaces.runtime(home.guild) {
            runtime.delivery().wake_guild(home.guild);
        }
        tracing::info!(
            guild.id = %home.guild,
            workspace.id = %home.workspace,
            "the bot was removed from the server 30 days ago: what was kept for it is erased"
        );
        Ok(())
    }

    async fn disconnect(&self, home: &Home, own: &Connection) -> Stored<()> {
        let _outcome = self.connector.disconnect(home, Cards::Stay, None).await?;
        if own.origin == TokenOrigin::Allowed {
            self.connector.give_back(own).await;
        }
        Ok(())
    }

    /// Workspaces that no server has, and of which none has a notification.
    async fn erase_unused(&self) -> Stored<()> {
        let operators = match self.connector.operators.now() {
            OperatorsWorkspace::None => None,
            OperatorsWorkspace::Known(id) => Some(id),
            OperatorsWorkspace::NotYetKnown => return Ok(()),
        };
        for workspace in self.store().workspaces().await? {
            let _alone = self.connector.alone(&BTreeSet::new(), &workspace).await;
            let is_served = is_served(&self.connector, &workspace) || operators.as_ref() == Some(&workspace);
            if !is_served && is_unused(self.store(), &workspace).await? {
                self.store().erase_workspace(&workspace).await?;
                tracing::info!(
                    workspace.id = %workspace,
                    "no server has the workspace any more, nor a notification of it: what was kept of it is erased"
                );
            }
        }
        Ok(())
    }
}

/// Whether nobody needs what is kept of a workspace. A token that waits for somebody's word stands there, too, before a
/// server has ever had the workspace.
async fn is_unused(store: &dyn Store, workspace: &WorkspaceId) -> Stored<bool> {
    let is_connected = store.connections().await?.iter().any(|one| one.workspace.id == *workspace);
    let is_erased_already = store.unerased().await?.iter().any(|home| home.workspace == *workspace);
    if is_connected || is_erased_already || !store.workspace_subscriptions(workspace).await?.is_empty() {
        return Ok(false);
    }
    let mut was_read = store.head(workspace).await?.0 > 0;
    for stream in Stream::ALL {
        was_read |= store.stream(workspace, stream).await?.is_some();
    }
    Ok(was_read)
}

/// The servers that the bot was removed from so long ago that what is kept for them goes. Others are noted, and forgotten
/// when it is back.
async fn left_behind(
    store: &dyn Store,
    present: &BTreeSet<GuildId>,
    now: UnixMillis,
) -> Stored<BTreeMap<GuildId, Vec<Home>>> {
    let mut homes: BTreeMap<GuildId, Vec<Home>> = BTreeMap::new();
    for home in store.homes().await? {
        homes.entry(home.guild).or_default().push(home);
    }
    homes.retain(|guild, _| !present.contains(guild));
    let mut since = BTreeMap::new();
    for departure in store.departures().await? {
        if homes.contains_key(&departure.guild) {
            since.insert(departure.guild, departure.since);
        } else {
            tracing::info!(guild.id = %departure.guild, "the bot is in the server again, or nothing is kept for it");
            store.forget_departure(departure.guild).await?;
        }
    }
    for guild in homes.keys().filter(|guild| !since.contains_key(guild)) {
        tracing::info!(
            guild.id = %guild,
            "the bot is not in the server: what is kept for it is erased in 30 days, unless it is invited again"
        );
        store.note_departure(Departure { guild: *guild, since: now }).await?;
    }
    homes.retain(|guild, _| since.get(guild).is_some_and(|since| now.since(*since) >= KEPT_MS));
    Ok(homes)
}

#[cfg(test)]
mod tests {
    use deskbell_domain::access::Access;
    use deskbell_domain::port::random::MockRandom;
    use deskbell_domain::port::store::{AccessLists as _, Remains as _};
    use deskbell_domain::time::Clock;
    use deskbell_store::KvStore;
    use deskbell_store::engine::memory::MemoryEngine;

    use super::*;

    const HERE: GuildId = GuildId(1);
    const GONE: GuildId = GuildId(2);
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    struct Still;

    impl Clock for Still {
        fn now(&self) -> UnixMillis {
            UnixMillis(0)
        }
    }

    /// A store in which both servers have an access list.
    async fn in_store(test: impl AsyncFnOnce(&KvStore)) {
        let (store, writer) =
            KvStore::over(MemoryEngine::new(), Arc::new(Still), Arc::new(MockRandom::new()));
        let test = async {
            for guild in [HERE, GONE] {
                let home = Home::new(&WorkspaceId::new("w"), guild);
                let _changed = store.change_access(&home, Access::default(), None).await.unwrap();
            }
            test(&store).await;
        };
        tokio::select! {
            () = test => {}
            () = writer.run() => {}
        }
    }

    #[tokio::test]
    async fn a_server_has_thirty_days_from_when_it_was_first_missed() {
        in_store(async |store| {
            let present = BTreeSet::from([HERE]);
            let left = async |day: i64| left_behind(store, &present, UnixMillis(day * DAY_MS)).await.unwrap();
            for day in [0, 1, 29] {
                assert!(left(day).await.is_empty(), "day {day}");
            }
            assert_eq!(left(30).await.into_keys().collect::<Vec<_>>(), [GONE]);
        })
        .await;
    }

    #[tokio::test]
    async fn whoever_takes_the_bot_back_begins_anew() {
        in_store(async |store| {
            let (without, all) = (BTreeSet::from([HERE]), BTreeSet::from([HERE, GONE]));
            let left = async |present: &BTreeSet<GuildId>, day: i64| {
                left_behind(store, present, UnixMillis(day * DAY_MS)).await.unwrap()
            };
            assert!(left(&without, 0).await.is_empty());
            assert!(left(&all, 29).await.is_empty());
            assert_eq!(store.departures().await.unwrap(), []);
            assert!(left(&without, 40).await.is_empty(), "thirty days count from the second time");
        })
        .await;
    }
}

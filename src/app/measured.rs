//! How everything stands, for whoever reads the metrics.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use deskbell_domain::calls::CallCounts;
use deskbell_domain::home::Home;
use deskbell_domain::port::store::{Store, Stored};
use deskbell_domain::service::notify::{Standing, standings};
use deskbell_domain::shard::Shards as _;
use deskbell_domain::status::StoreState;
use deskbell_domain::subscription::SubscriptionState;
use deskbell_domain::time::{Clock, Timestamp};
use deskbell_intercom::AppCalls;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::workspaces::Workspaces;
use crate::gateway::{ConnectionWatch, GuildListener as _};
use crate::http;
use crate::metrics::Standings;

/// What is looked at to say how everything stands.
pub(super) struct Measured {
    pub(super) workspaces: Arc<Workspaces>,
    pub(super) store: Arc<dyn Store>,
    pub(super) connection: ConnectionWatch,
    pub(super) clock: Arc<dyn Clock>,
    /// The calls that all workspaces of the operator's app share.
    pub(super) app_calls: Arc<AppCalls>,
    /// Calls to Intercom and to Discord.
    pub(super) calls: (Arc<CallCounts>, Arc<CallCounts>),
    /// What the notifications told last, and until when that is good.
    pub(super) last: Mutex<Option<(Instant, Notifications)>>,
}

/// For how many times as long as it took what was looked up is good: however often somebody asks, it costs a twentieth
/// of a core at most, and where there are few notifications it is hardly older than the question.
const GOOD_FOR: u32 = 20;

/// What the notifications of all servers tell together.
#[derive(Clone, Default)]
pub(super) struct Notifications {
    waiting: u64,
    since: Option<Timestamp>,
    on_hold: BTreeSet<deskbell_domain::ids::ChannelId>,
}

impl Notifications {
    /// What a person paused waits because they want it to.
    fn add(&mut self, standing: &Standing) {
        match standing.subscription.state {
            SubscriptionState::Suspended(_) => drop(self.on_hold.insert(standing.subscription.channel)),
            SubscriptionState::Active => {
                self.waiting += standing.waiting.count;
                self.since = self.since.into_iter().chain(standing.waiting.since).min();
            }
            SubscriptionState::Paused { .. } => {}
        }
    }
}

impl Measured {
    async fn notifications(&self) -> Stored<Notifications> {
        let mut last = self.last.lock().await;
        let began = Instant::now();
        if let Some((good_until, found)) = &*last
            && began < *good_until
        {
            return Ok(found.clone());
        }
        let found = self.look_up().await?;
        *last = Some((Instant::now() + began.elapsed() * GOOD_FOR, found.clone()));
        Ok(found)
    }

    async fn look_up(&self) -> Stored<Notifications> {
        let mut all = Notifications::default();
        for guild in self.workspaces.guilds() {
            let Some(runtime) = self.workspaces.runtime(guild) else { continue };
            let home = Home::new(runtime.id(), guild);
            standings(&*self.store, &*self.store, &home).await?.iter().for_each(|one| all.add(one));
        }
        Ok(all)
    }
}

#[async_trait]
impl http::Overview for Measured {
    async fn standings(&self) -> Standings {
        // Where the store cannot be read, that shows elsewhere.
        let notifications = self.notifications().await.unwrap_or_default();
        let now = self.clock.now();
        let running = self.workspaces.running();
        let boards = running.iter().map(|runtime| runtime.board());
        let due = boards.clone().filter_map(|board| board.poll().next_check);
        let age = |since: Timestamp| u64::try_from(now.seconds().0 - since.0).unwrap_or(0);
        Standings {
            workspaces: running.len() as u64,
            waiting: notifications.waiting,
            oldest_waiting_s: notifications.since.map_or(0, age),
            channels_on_hold: notifications.on_hold.len() as u64,
            poll_lateness_s: due.map(|due| age(due.seconds())).max().unwrap_or(0),
            possible_duplicates: boards.map(|board| board.possible_duplicates()).sum(),
            app_calls_held_up: self.app_calls.held_up(),
            store_writable: *self.store.state().borrow() == StoreState::Writable,
            discord_connected: self.connection.connected_shards().are_all(),
            resident_bytes: resident_bytes(),
            intercom: self.calls.0.clone(),
            discord: self.calls.1.clone(),
        }
    }
}

/// The memory of this process, as Linux tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

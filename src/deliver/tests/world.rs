//! A server with channels, a workspace with a journal, a bot that can be killed, and a Discord.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskbell_domain::card::chosen::CardFields;
use deskbell_domain::event::{Event, EventKind};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, JournalNumber, MemberId, SubscriptionId, WorkspaceId};
use deskbell_domain::links::Links;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{
    Append, ChangeOutcome, Deliveries, Journal, NewSubscription, StoreHealth as _, SubscriptionAdded,
    Subscriptions,
};
use deskbell_domain::status::StatusBoard;
use deskbell_domain::subscription::{Alert, Detail, PublicChoice, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::{Clock, ServerTime, Timestamp, UnixMillis};
use deskbell_domain::workspace::{Region, Workspace};
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;
use deskbell_text::command::CommandIds;
use futures::FutureExt;
use futures::future::BoxFuture;
use futures::stream::{FuturesUnordered, StreamExt};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::discord::Discord;
use super::events;
use super::plug::{Plugged, Pull};
use super::work::Work;
use crate::deliver::channel::worker::ChannelWorker;
use crate::deliver::{Delivery, DeliveryParts, GlobalPace};

pub(super) const GUILD: GuildId = GuildId(1);
/// 2026-11-23, 12:00 UTC.
const NOON_MS: i64 = 1_795_435_200_000;

/// A wall clock that follows tokio's time, and can be set wrong.
pub(super) struct TestClock {
    start: Instant,
    wrong_by_ms: AtomicI64,
}

impl TestClock {
    pub(super) fn true_time(&self) -> UnixMillis {
        UnixMillis(NOON_MS + i64::try_from(self.start.elapsed().as_millis()).unwrap())
    }
}

impl Clock for TestClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.true_time().0 + self.wrong_by_ms.load(Ordering::Relaxed))
    }
}

/// Numbers drawn from a seed.
pub(super) struct Seeded(AtomicU64);

impl Seeded {
    pub(super) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1))
    }
}

impl Random for Seeded {
    fn number(&self) -> u64 {
        let mut x = self.0.load(Ordering::Relaxed);
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.0.store(x, Ordering::Relaxed);
        x.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }
}

/// How a stretch of time ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    TimeOver,
    Crashed,
}

pub(super) struct World {
    pub(super) discord: Discord,
    pub(super) store: KvStore,
    pub(super) engine: MemoryEngine,
    pub(super) status: Arc<StatusBoard>,
    pub(super) clock: Arc<TestClock>,
    pub(super) workspace: WorkspaceId,
    pub(super) linked: Vec<GuildId>,
    pub(super) delivery: Option<Arc<Delivery>>,
    pub(super) pull: Arc<Mutex<Vec<Pull>>>,
    pub(super) writes: Arc<AtomicU64>,
    pub(super) work: Arc<Work>,
    crash: Arc<Notify>,
    process: Option<BoxFuture<'static, ()>>,
    random: Arc<Seeded>,
    made: u64,
}

impl World {
    pub(super) fn new() -> Self {
        let clock = Arc::new(TestClock { start: Instant::now(), wrong_by_ms: AtomicI64::new(0) });
        let engine = MemoryEngine::new();
        let (store, writer) = KvStore::over(engine.clone(), clock.clone(), Arc::new(Seeded::new(8)));
        tokio_util::task::TaskTracker::new().spawn(writer.run());
        let status = Arc::new(StatusBoard::over(store.state()));
        let crash = Arc::new(Notify::new());
        Self {
            discord: Discord::new(clock.clone(), crash.clone()),
            store,
            engine,
            status,
            clock,
            workspace: WorkspaceId::new("acme"),
            linked: vec![GUILD],
            delivery: None,
            pull: Arc::default(),
            writes: Arc::default(),
            work: Arc::default(),
            crash,
            process: None,
            random: Arc::new(Seeded::new(7)),
            made: 0,
        }
    }

    pub(super) fn home(&self) -> Home {
        Home::new(&self.workspace, GUILD)
    }

    pub(super) fn parts(&self) -> DeliveryParts {
        let deliveries = Plugged {
            store: self.store.clone(),
            crash: self.crash.clone(),
            pull: self.pull.clone(),
            writes: self.writes.clone(),
        };
        DeliveryParts {
            metrics: Arc::default(),
            sights: Arc::default(),
            deliveries: Arc::new(deliveries),
            edits: Arc::new(self.store.clone()),
            subscriptions: Arc::new(self.store.clone()),
            access: Arc::new(self.store.clone()),
            short_lived: Arc::new(self.store.clone()),
            cluster: self.work.clone(),
            journal: Arc::new(self.store.clone()),
            messenger: Arc::new(self.discord.clone()),
            channels: Arc::new(self.discord.clone()),
            clock: self.clock.clone(),
            time: Arc::new(self.intercoms_time()),
            random: self.random.clone(),
            status: self.status.clone(),
            pace: Arc::new(GlobalPace::default()),
            workspace: Workspace {
                id: self.workspace.clone(),
                name: "Acme".to_owned(),
                region: Some(Region::Us),
                time_zone: None,
            },
            links: Links::new(Region::Us, self.workspace.clone()),
            card_fields: CardFields::default(),
            day: Arc::new(|_| "2026-11-23".to_owned()),
            command_ids: command_ids(),
        }
    }

    /// Intercom's time, as its answers tell it.
    fn intercoms_time(&self) -> ServerTime {
        let (time, now) = (ServerTime::new(self.clock.clone()), self.clock.now());
        time.observe(self.clock.true_time().seconds(), now, now);
        time
    }

    /// Starts the bot, if it does not run.
    pub(super) async fn start(&mut self) -> Arc<Delivery> {
        if let Some(delivery) = &self.delivery {
            return delivery.clone();
        }
        let delivery = Arc::new(Delivery::new(self.parts()));
        delivery.reconcile_roster(&self.linked).await.unwrap();
        self.process = Some(drive(delivery.clone()).boxed());
        self.delivery = Some(delivery.clone());
        delivery
    }

    /// Kills the bot: nothing of it gets another word in.
    pub(super) fn kill(&mut self) {
        self.process = None;
        self.delivery = None;
    }

    /// Lets time pass with the bot running, until it is over or the bot dies.
    pub(super) async fn run_for(&mut self, time: Duration) -> Ended {
        self.start().await;
        let ended = tokio::select! {
            biased;
            () = self.crash.notified() => Ended::Crashed,
            () = self.process.as_mut().unwrap() => Ended::Crashed,
            () = sleep(time) => Ended::TimeOver,
        };
        if ended == Ended::Crashed {
            self.kill();
        }
        ended
    }

    /// Lets time pass; whenever the bot dies it is started again after `down`.
    pub(super) async fn live_for(&mut self, time: Duration, down: Duration) {
        let end = Instant::now() + time;
        while Instant::now() < end {
            if self.run_for(end.saturating_duration_since(Instant::now())).await == Ended::Crashed {
                sleep(down).await;
            }
        }
    }

    pub(super) fn set_clock_wrong(&self, by_ms: i64) {
        self.clock.wrong_by_ms.store(by_ms, Ordering::Relaxed);
    }

    /// Makes a notification.
    pub(super) async fn notify(&self, kind: EventKind, channel: u64) -> Subscription {
        let subscription = Subscription {
            waits: kind.has_thresholds().then_some(Threshold::USUAL),
            steps_before: Vec::new(),
            mention: None,
            id: SubscriptionId(0),
            guild: GUILD,
            workspace: self.workspace.clone(),
            channel: ChannelId(channel),
            kind,
            detail: Detail::Full,
            alert: Alert::Smart,
            floor: Timestamp(0),
            after: JournalNumber(0),
            made_by: MemberId(5),
            public: PublicChoice::WithoutPersonalData,
            state: SubscriptionState::Active,
            version: 0,
        };
        let added = self
            .store
            .add_subscription(NewSubscription { subscription, head: None, by: None })
            .await
            .unwrap();
        let SubscriptionAdded::Added(subscription) = added else { panic!("it is there already") };
        if let Some(delivery) = &self.delivery {
            deskbell_domain::port::outbox::Outbox::wake(&**delivery, ChannelId(channel));
        }
        subscription
    }

    /// A notification as it is stored now.
    pub(super) async fn stored(&self, id: SubscriptionId) -> Subscription {
        let all = self.store.guild_subscriptions(&self.home()).await.unwrap();
        all.into_iter().find(|one| one.id == id).unwrap()
    }

    pub(super) async fn set_state(&self, id: SubscriptionId, state: SubscriptionState) {
        let changed = Subscription { state, ..self.stored(id).await };
        let channel = changed.channel;
        assert_eq!(self.store.change_subscription(changed, None).await.unwrap(), ChangeOutcome::Changed);
        if let Some(delivery) = &self.delivery {
            deskbell_domain::port::outbox::Outbox::wake(&**delivery, channel);
        }
    }

    /// So many events happen; answers their numbers.
    pub(super) async fn happen(&mut self, kind: EventKind, count: u64) -> Vec<u64> {
        let numbers: Vec<u64> = (self.made + 1..=self.made + count).collect();
        let at = self.clock.true_time().seconds().0;
        self.append(numbers.iter().map(|number| events::event(kind, *number, at)).collect()).await;
        self.made += count;
        numbers
    }

    pub(super) async fn append(&self, events: Vec<Event>) {
        let kinds = events.iter().map(Event::kind).collect();
        self.append_untold(events).await;
        if let Some(delivery) = &self.delivery {
            delivery.journal_grew(&self.workspace, &kinds);
        }
    }

    /// Appends, and the word of it has not reached delivery yet.
    pub(super) async fn append_untold(&self, events: Vec<Event>) {
        for piece in events.chunks(256) {
            let append = Append {
                workspace: self.workspace.clone(),
                events: piece.to_vec(),
                unnamed: piece.iter().map(|event| event.id.clone()).collect(),
                aliases: Vec::new(),
                snapshots: Vec::new(),
                stream: None,
                baseline: None,
                at: self.clock.now(),
            };
            self.store.append(append).await.unwrap();
        }
    }

    pub(super) async fn waiting(&self, id: SubscriptionId) -> u64 {
        let subscription = self.stored(id).await;
        let cursor = self.store.progress(&self.home(), id).await.unwrap().unwrap().cursor;
        self.store.backlog(&subscription, cursor).await.unwrap().count
    }

    pub(super) async fn cursor(&self, id: SubscriptionId) -> u64 {
        self.store.progress(&self.home(), id).await.unwrap().unwrap().cursor.0
    }
}

/// Delivery without tasks of its own, so that dropping it kills all of it at once.
async fn drive(delivery: Arc<Delivery>) {
    let mut workers = FuturesUnordered::new();
    loop {
        let changed = delivery.shared.registry.changed();
        delivery.load_guilds().await;
        for handle in delivery.shared.registry.take_new() {
            let mut worker = ChannelWorker::new(delivery.shared.clone(), handle);
            workers.push(async move { worker.run(&CancellationToken::new()).await });
        }
        tokio::select! {
            biased;
            Some(()) = workers.next() => {}
            () = crate::deliver::announce_holds::tell_next(&delivery.shared) => {}
            () = changed => {}
        }
    }
}

fn command_ids() -> Arc<CommandIds> {
    let ids = CommandIds::default();
    ids.learn("notify", 9);
    Arc::new(ids)
}

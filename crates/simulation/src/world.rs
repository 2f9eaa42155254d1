//! Everything around the process: time, Intercom, Discord, the disk, and the ear of the judge.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::time::Duration;

use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, ChannelId, GuildId, JournalNumber, SubscriptionId, WorkspaceId};
use deskbell_domain::port::store::{Append, Deliveries, Journal, Leftover, SnapshotWrite};
use deskbell_domain::status::StatusBoard;
use deskbell_domain::time::{Clock as _, UnixMillis};
use deskbell_domain::workspace::Workspace;
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;

use crate::chance::Chance;
use crate::discord::{Discord, Mischief};
use crate::intercom::{Intercom, TokenBook, Weather};
use crate::keys::KeyChain;
use crate::ledger::{Disturbance, Fault, Ledger, Promise, Told};
use crate::people::People;
use crate::power::Power;
use crate::sights::Links;
use crate::tenant::{OPERATORS, Tenant};
use crate::time::{MINUTE, SECOND, Time};
use crate::trace::{self, Trace, told};

/// 2026-11-23, 00:00 UTC.
const START: UnixMillis = UnixMillis(1_795_392_000_000);
/// The servers and their channels.
pub(crate) const LAYOUT: &[(GuildId, &[ChannelId])] = &[
    (GuildId(1), &[ChannelId(11), ChannelId(12), ChannelId(13)]),
    (GuildId(2), &[ChannelId(21), ChannelId(22)]),
    (GuildId(3), &[ChannelId(31), ChannelId(32)]),
    (GuildId(4), &[ChannelId(41), ChannelId(42)]),
    (GuildId(5), &[ChannelId(51)]),
    (GuildId(6), &[ChannelId(61)]),
];

/// What the workspaces of a run have in common.
pub(crate) struct Common {
    pub(crate) start: UnixMillis,
    pub(crate) time: Arc<Time>,
    pub(crate) discord: Discord,
    pub(crate) engine: MemoryEngine,
    pub(crate) keys: KeyChain,
    pub(crate) power: Power,
    /// The tokens that servers have.
    pub(crate) tokens: TokenBook,
    /// Members who press and type.
    pub(crate) people: People,
    /// What people, programs and the machine do.
    pub(crate) chance: Chance,
    /// What the process itself draws.
    pub(crate) process_chance: Arc<Chance>,
    /// Whether Intercom tells by itself what happens.
    pub(crate) has_door: bool,
    /// How many in a thousand of those tellings never come.
    pub(crate) lost_webhooks: u32,
    trace: Trace,
    worlds: OnceLock<Vec<Weak<World>>>,
}

/// A workspace of a run, and what was seen of it.
pub(crate) struct World {
    common: Arc<Common>,
    pub(crate) tenant: Tenant,
    pub(crate) intercom: Intercom,
    ledger: Mutex<Ledger>,
    linked: Mutex<Vec<GuildId>>,
    /// When servers were linked no more.
    left: Mutex<BTreeMap<GuildId, UnixMillis>>,
    links: Mutex<Links>,
    /// What was seen before everything of it was erased.
    closed: Mutex<Vec<Ledger>>,
}

impl Deref for World {
    type Target = Common;

    fn deref(&self) -> &Common {
        &self.common
    }
}

/// So long the bot may look for the one record on a page that makes it fail: some polls with ever smaller pages, and
/// three failures of that record, all of them slow where members flood. From then on it holds nothing up.
pub(crate) const LOOKING: i64 = 30 * MINUTE;

impl Common {
    fn of(seed: u64, detail: trace::Detail, mischief: Mischief) -> Arc<Self> {
        let time = Arc::new(Time::starting_at(START));
        let engine = MemoryEngine::new();
        let webhooks = Chance::of(seed, 7);
        Arc::new(Self {
            start: START,
            discord: Discord::new(time.clone(), seed, LAYOUT, mischief),
            power: Power::of(engine.clone()),
            keys: KeyChain::of(seed),
            tokens: TokenBook::default(),
            people: People::of(seed),
            chance: Chance::of(seed, 3),
            process_chance: Arc::new(Chance::of(seed, 4)),
            trace: Trace::new(START, detail),
            has_door: webhooks.per_mille(700),
            lost_webhooks: *webhooks.one_of(&[0, 2, 10, 100]).unwrap_or(&100),
            worlds: OnceLock::new(),
            time,
            engine,
        })
    }

    /// The workspaces.
    pub(crate) fn worlds(&self) -> impl Iterator<Item = Arc<World>> {
        self.worlds.get().into_iter().flatten().filter_map(Weak::upgrade)
    }

    /// One of them.
    pub(crate) fn at(&self, tenant: Tenant) -> Arc<World> {
        self.worlds()
            .find(|world| world.tenant == tenant)
            .expect("a run holds all of its workspaces to its end")
    }

    /// That of an id.
    pub(crate) fn of_workspace(&self, workspace: &WorkspaceId) -> Arc<World> {
        self.at(Tenant::of(workspace).expect("the process knows no workspace but those of the run"))
    }

    /// That to which a server is linked, if it is.
    pub(crate) fn of_guild(&self, guild: GuildId) -> Option<Arc<World>> {
        self.worlds().find(|world| world.linked().contains(&guild))
    }

    /// Writes a line of the story.
    pub(crate) fn tell(&self, line: std::fmt::Arguments<'_>) {
        self.trace.tell(self.time.true_now(), line);
    }

    /// Writes an operation, where everything is written.
    pub(crate) fn note(&self, line: std::fmt::Arguments<'_>) {
        self.trace.note(self.time.true_now(), line);
    }

    /// All that was written.
    pub(crate) fn story(&self) -> String {
        self.trace.text()
    }

    /// From when to when the bot cannot be expected to look at Intercom.
    pub(crate) fn disturb(&self, from: UnixMillis, to: UnixMillis) {
        self.worlds().for_each(|world| world.ledger().disturbed.push(Disturbance { of: None, from, to }));
    }

    /// The machine's clock is set.
    pub(crate) fn set_clock_wrong_by(&self, ms: i64) {
        self.tell(format_args!("the machine's clock is wrong by {} s", ms / SECOND));
        self.time.set_wrong_by(ms);
        let now = self.time.true_now();
        self.worlds().for_each(|world| world.ledger().clock_set.push(now));
    }
}

impl World {
    /// The workspaces as the seed has them, before anything happened; the operator's comes first.
    pub(crate) fn all_of(seed: u64, detail: trace::Detail, mischief: Mischief) -> Vec<Arc<Self>> {
        let common = Common::of(seed, detail, mischief);
        let world = |tenant: Tenant| {
            let linked = if tenant == Tenant::Acme { OPERATORS.to_vec() } else { Vec::new() };
            Arc::new(Self {
                intercom: Intercom::new(common.time.clone(), seed, tenant),
                common: common.clone(),
                tenant,
                ledger: Mutex::default(),
                linked: Mutex::new(linked),
                left: Mutex::default(),
                links: Mutex::default(),
                closed: Mutex::default(),
            })
        };
        let worlds: Vec<_> = Tenant::ALL.into_iter().map(world).collect();
        let _first = common.worlds.set(worlds.iter().map(Arc::downgrade).collect());
        worlds
    }

    /// As Intercom tells it.
    pub(crate) fn workspace(&self) -> Workspace {
        self.tenant.workspace()
    }

    /// One of its servers.
    pub(crate) fn home(&self, guild: GuildId) -> Home {
        Home::new(&self.workspace().id, guild)
    }

    /// What was seen so far.
    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its connections.
    pub(crate) fn links(&self) -> MutexGuard<'_, Links> {
        self.links.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what was seen before everything was erased.
    pub(crate) fn close_ledger(&self, ledger: Ledger) {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner).push(ledger);
    }

    /// What was seen before everything was erased, each time.
    pub(crate) fn closed_ledgers(&self) -> Vec<Ledger> {
        std::mem::take(&mut *self.closed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The operator's `DISCORD_GUILD_ID`, as the next process reads it; or the servers that are connected.
    pub(crate) fn linked(&self) -> Vec<GuildId> {
        self.linked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes which servers are linked.
    pub(crate) fn set_linked(&self, linked: &[GuildId]) {
        let now = self.time.true_now();
        let former = std::mem::replace(
            &mut *self.linked.lock().unwrap_or_else(PoisonError::into_inner),
            linked.to_vec(),
        );
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.extend(former.into_iter().filter(|guild| !linked.contains(guild)).map(|guild| (guild, now)));
    }

    /// Whether a server is linked, or was until a moment before.
    pub(crate) fn was_linked(&self, guild: GuildId, at: UnixMillis, grace_ms: i64) -> bool {
        let left = || self.left.lock().unwrap_or_else(PoisonError::into_inner).get(&guild).copied();
        self.linked().contains(&guild) || left().is_some_and(|left| at.since(left) <= grace_ms)
    }

    /// A call comes to Intercom.
    pub(crate) fn call_came(&self) {
        let too_many = self.intercom.truth().calls.came(self.time.true_now());
        if let Some(count) = too_many {
            let what = format!("{count} calls to Intercom within a minute");
            self.ledger().breach(Promise::Late, what, vec!["flood".to_owned()]);
        }
    }

    /// A poll has waited for its turn in the throttle.
    pub(crate) fn poll_waited(&self, wait: Duration) {
        let too_long = self.intercom.truth().calls.waited(self.time.true_now(), wait);
        if let Some(waited) = too_long {
            self.tell(format_args!("polls waited {} ms behind a flood", waited.as_millis()));
            let what = format!("polls waited {} ms for their turn within a minute", waited.as_millis());
            self.ledger().breach(Promise::Late, what, vec!["flood".to_owned()]);
        }
    }

    /// A new process begins to look for the records that cannot be given, for it does not know of them.
    pub(crate) fn looks_anew(&self) {
        let (from, routes) = (self.time.true_now(), self.intercom.truth().impossible_routes());
        let to = UnixMillis(from.0 + LOOKING);
        let mut ledger = self.ledger();
        for of in routes.into_iter().map(Some) {
            ledger.disturbed.push(Disturbance { of, from, to });
            ledger.faults.push(Fault { of, weather: Weather::Failing(500), from, to });
        }
    }

    /// Somebody looks what `/status` calls wrong. What was told by a clock that was set meanwhile is not judged.
    pub(crate) fn look_at_status(&self, board: &StatusBoard) {
        let (now, at) = (self.time.now(), self.time.true_now());
        let wrong = now.since(at);
        for trouble in board.poll().troubles.iter().filter(|trouble| trouble.lasts(now)) {
            let since = UnixMillis(trouble.since.0 - wrong);
            let mut ledger = self.ledger();
            let mut known = ledger.told.iter_mut();
            if let Some(told) = known.find(|told| told.part == trouble.part && told.since == since) {
                told.last = at;
            } else if !ledger.clock_set.iter().any(|set| *set >= since) {
                ledger.told.push(Told { part: trouble.part, since, at, last: at });
            }
        }
    }

    /// Takes what an append left in the store.
    pub(crate) async fn learn_append(&self, store: &KvStore, append: &Append) {
        self.learn_entries(store, append.at).await;
        let now = self.time.true_now();
        let mut ledger = self.ledger();
        for SnapshotWrite { epoch, snapshot, .. } in &append.snapshots {
            let key = (*epoch, snapshot.contact.clone());
            ledger.snapshots.entry(key).or_default().push((now, snapshot.snapshot.clone()));
        }
        if let Some(baseline) = append.baseline.filter(|baseline| baseline.finished) {
            ledger.walked_all.entry(baseline.epoch).or_insert(now);
        }
        ledger.attempted = None;
    }

    /// Takes entries that were not known yet. An append whose sync failed was refused and stands all the same: the next
    /// write that is synced makes it durable, and delivery may post it before the poll has repeated it.
    pub(crate) async fn learn_entries(&self, store: &KvStore, at: UnixMillis) {
        let workspace = self.workspace().id;
        let first = self.ledger().head();
        let last = store.head(&workspace).await.unwrap_or(first);
        let numbers: Vec<_> = (first.0 + 1..=last.0).map(JournalNumber).collect();
        let entries = store.entries(&workspace, &numbers, AmendmentNumber::LATEST).await.unwrap_or_default();
        let now = self.time.true_now();
        for entry in entries {
            self.tell(format_args!("journal {}: {}, at {}", entry.number.0, told(&entry), entry.event.at.0));
            self.ledger().journaled(entry, at, now);
        }
    }

    /// What is younger than `RETENTION` stays, whoever waits for it.
    pub(crate) async fn learn_pruned(&self, store: &KvStore) {
        let recent = self.ledger().recent();
        let there =
            store.entries(&self.workspace().id, &recent, AmendmentNumber::LATEST).await.unwrap_or_default();
        let there: BTreeSet<_> = there.into_iter().map(|entry| entry.number).collect();
        for number in recent.into_iter().filter(|number| !there.contains(number)) {
            self.ledger().thrown_away_early(number);
        }
    }

    /// How many events pruning dropped for a notification.
    pub(crate) async fn dropped(&self, store: &KvStore, home: &Home, id: SubscriptionId) -> Leftover {
        store.dropped(home, id).await.unwrap_or_default()
    }
}

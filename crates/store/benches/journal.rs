//! How fast the journal takes events and gives them back, on both engines.
//!
//! `cargo bench -p deskbell-store`. An append on sled ends when its 256 events survive a power cut; it writes to a
//! temporary folder on the disk of `TMPDIR`. How fast it is in the long run, and how large the store becomes, is
//! measured by `cargo bench --bench load -- store`.

mod events;

use std::cell::Cell;
use std::fmt;
use std::hint::black_box;
use std::sync::Arc;

use deskbell_domain::bounds::EVENTS_A_WRITE;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::SubscriptionAdded;
use deskbell_domain::port::store::{Deliveries as _, Journal as _, NewSubscription, Subscriptions as _};
use deskbell_domain::time::Clock as _;
use deskbell_store::KvStore;
use deskbell_store::engine::memory::MemoryEngine;
use deskbell_store::engine::sled::SledEngine;
use divan::Bencher;
use divan::counter::ItemsCount;
use events::{START, Still, append, subscription, workspace};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const BATCH: u64 = EVENTS_A_WRITE as u64;
/// What reads find.
const KEPT: u64 = 40 * BATCH;
const ENGINES: [Kind; 2] = [Kind::Memory, Kind::Sled];

fn main() {
    divan::main();
}

#[divan::bench(args = ENGINES, max_time = 3)]
fn append_256(bencher: Bencher<'_, '_>, kind: Kind) {
    let (place, next) = (Place::empty(kind), Cell::new(0));
    let input = || {
        let first = next.replace(next.get() + BATCH);
        append(first..first + BATCH, START, None)
    };
    bencher
        .counter(ItemsCount::new(BATCH))
        .with_inputs(input)
        .bench_local_values(|append| place.run(place.store.append(append)));
}

/// What a channel's worker reads before it posts ten brief cards.
#[divan::bench(args = ENGINES)]
fn read_10(bencher: Bencher<'_, '_>, kind: Kind) {
    read(bencher, kind, 10);
}

#[divan::bench(args = ENGINES)]
fn read_256(bencher: Bencher<'_, '_>, kind: Kind) {
    read(bencher, kind, BATCH);
}

fn read(bencher: Bencher<'_, '_>, kind: Kind, count: u64) {
    let place = Place::filled(kind);
    let numbers: Vec<_> = (1000..1000 + count).map(JournalNumber).collect();
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let entries =
            place.run(place.store.entries(&workspace(), black_box(&numbers), AmendmentNumber::LATEST));
        assert_eq!(entries.expect("the store can be read").len(), numbers.len());
    });
}

/// The next events of a subscription for which many wait, and how many.
#[divan::bench(args = ENGINES)]
fn look_at_a_backlog(bencher: Bencher<'_, '_>, kind: Kind) {
    let place = Place::filled(kind);
    let added = place.run(place.store.add_subscription(NewSubscription {
        subscription: subscription(),
        head: Some(JournalNumber(0)),
        by: None,
    }));
    let Ok(SubscriptionAdded::Added(one)) = added else { unreachable!("the store was empty") };
    bencher.bench_local(|| {
        let waiting = place.run(place.store.look(&one, JournalNumber(0), 20));
        let backlog = place.run(place.store.backlog(&one, JournalNumber(0)));
        (waiting.expect("the store can be read"), backlog.expect("the store can be read"))
    });
}

/// Which engine.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Memory,
    Sled,
}

impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Memory => "memory",
            Self::Sled => "sled",
        })
    }
}

/// A store whose writer runs. What is first is dropped first.
struct Place {
    store: KvStore,
    runtime: Runtime,
    _folder: TempDir,
}

impl Place {
    fn empty(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (store, writer) = match kind {
            Kind::Memory => KvStore::over(MemoryEngine::new(), Arc::new(Still), Arc::new(Still)),
            Kind::Sled => {
                let engine = SledEngine::open(folder.path(), Still.now());
                KvStore::over(engine.expect("a new folder can be opened"), Arc::new(Still), Arc::new(Still))
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime can be made");
        runtime.spawn(writer.run());
        Self { store, runtime, _folder: folder }
    }

    fn filled(kind: Kind) -> Self {
        let place = Self::empty(kind);
        for batch in 0..KEPT / BATCH {
            let append = append(batch * BATCH..(batch + 1) * BATCH, START, None);
            place.run(place.store.append(append)).expect("the disk has room");
        }
        place
    }

    fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

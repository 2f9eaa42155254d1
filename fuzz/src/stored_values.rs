//! A store in which values are broken: whatever stands in them, no operation panics; what cannot be read is said to be
//! unreadable, in words that do not repeat it; what belongs to others is read and kept as before; and what can be read
//! can be posted.
//!
//! The bytes are edits of a small store's values ([`edits`]), so that most of them still look like the real thing.

mod base;
mod edits;
mod operations;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use deskbell_domain::access::Access;
use deskbell_domain::delivery::{DeadLetter, PostedCounts};
use deskbell_domain::difference::StoredSnapshot;
use deskbell_domain::event::{Entry, EventKind};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{AmendmentNumber, JournalNumber};
use deskbell_domain::port::store::{
    AccessLists as _, Deliveries as _, Journal as _, Progress, Subscriptions as _,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::Timestamp;
use deskbell_store::KvStore;
use deskbell_store::engine::Row;

use base::{ACME, EPOCH, NEIGHBOUR, STRANGER, UMBRA};

/// What must hold for any bytes.
pub fn check(data: &[u8]) {
    let untouched = untouched();
    let broken = edits::apply(&untouched.rows, data);
    base::run(base::engine_of(broken.rows), async |store| {
        assert!(neighbour(&store).await == untouched.neighbour, "a neighbour's values are read as others");
        assert!(stranger(&store).await == untouched.stranger, "a stranger's values are read as others");
        operations::read_everything(&store).await;
        operations::write_everything(&store).await;
        operations::prune(&store).await;
        assert!(stranger(&store).await == untouched.stranger, "a stranger's values were written");
        if broken.journal_is_whole {
            let waiting = waiting_for(&store, &untouched.neighbour.subscriptions).await;
            let kept = waiting.iter().zip(&untouched.waiting).all(|(now, then)| now.starts_with(then));
            assert!(kept, "what a neighbour waits for was thrown away or changed");
        }
    });
}

/// The store before anything was broken.
struct Untouched {
    rows: Vec<Row>,
    neighbour: Neighbour,
    stranger: Stranger,
    waiting: Vec<Vec<Entry>>,
}

fn untouched() -> &'static Untouched {
    static UNTOUCHED: OnceLock<Untouched> = OnceLock::new();
    UNTOUCHED.get_or_init(|| {
        let rows = base::rows();
        base::run(base::engine_of(rows.clone()), async |store| {
            let neighbour = neighbour(&store).await;
            let waiting = waiting_for(&store, &neighbour.subscriptions).await;
            assert!(waiting.iter().all(|waiting| !waiting.is_empty()), "the neighbour waits for something");
            Untouched { rows, neighbour, stranger: stranger(&store).await, waiting }
        })
    })
}

/// What waits for these subscriptions from the journal's beginning on, as it was journaled: what was learnt later is
/// kept elsewhere, and may be broken.
async fn waiting_for(store: &KvStore, subscriptions: &[Subscription]) -> Vec<Vec<Entry>> {
    let mut all = Vec::new();
    for subscription in subscriptions {
        let look = store.look(subscription, JournalNumber(0), 100).await.expect("the lists are whole");
        let numbers: Vec<_> = look.waiting.iter().map(|waiting| waiting.number).collect();
        let entries = store.entries(&subscription.workspace, &numbers, AmendmentNumber::NONE).await;
        all.push(entries.expect("the entries are whole"));
    }
    all
}

/// Everything of another server with the same workspace.
#[derive(PartialEq)]
struct Neighbour {
    subscriptions: Vec<Subscription>,
    progress: Vec<Option<Progress>>,
    access: Access,
    letters: Vec<DeadLetter>,
    counts: PostedCounts,
}

async fn neighbour(store: &KvStore) -> Neighbour {
    let neighbour = Home::new(&base::workspace(ACME), NEIGHBOUR);
    let subscriptions = store.guild_subscriptions(&neighbour).await.expect("they are whole");
    let mut progress = Vec::new();
    for one in &subscriptions {
        progress.push(store.progress(&neighbour, one.id).await.expect("it is whole"));
    }
    Neighbour {
        subscriptions,
        progress,
        access: store.access(&neighbour).await.expect("it is whole"),
        letters: store.dead_letters(&neighbour).await.expect("they are whole"),
        counts: store.posted_on(&neighbour, base::DAY).await.expect("they are whole"),
    }
}

/// Everything of a server with another workspace.
#[derive(PartialEq)]
struct Stranger {
    subscriptions: Vec<Subscription>,
    head: JournalNumber,
    newest: BTreeMap<EventKind, Timestamp>,
    entries: Vec<Entry>,
    snapshots: Vec<Option<StoredSnapshot>>,
}

async fn stranger(store: &KvStore) -> Stranger {
    let workspace = base::workspace(UMBRA);
    let stranger = Home::new(&workspace, STRANGER);
    let head = store.head(&workspace).await.expect("it is whole");
    let numbers: Vec<_> = (1..=head.0).map(JournalNumber).collect();
    Stranger {
        subscriptions: store.guild_subscriptions(&stranger).await.expect("they are whole"),
        head,
        newest: store.newest(&workspace).await.expect("they are whole"),
        entries: store.entries(&workspace, &numbers, AmendmentNumber::LATEST).await.expect("they are whole"),
        snapshots: store.snapshots(&workspace, EPOCH, &base::contacts()).await.expect("they are whole"),
    }
}

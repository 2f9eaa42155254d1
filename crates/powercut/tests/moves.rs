//! A move to another folder survives a power cut at every point: whatever is left of both stores, never both of them
//! open, and the same move brings everything to the new one.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "all of it is a test")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event as Happened, EventId, Record};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Place;
use deskbell_domain::port::store::{Append, Deliveries as _, Journal as _};
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use deskbell_powercut::{Disk, Event, Kept, Recording, record};
use deskbell_seal::{GivenKeys, KeyFolder};
use deskbell_store::{
    Keys, KvStore, Migrated, MigrationError, MigrationKeys, MoveFrom, Opener, Settings, migrate,
};

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);
/// More than are copied in one commit.
const LEADS: u64 = 300;
/// The mark of the moment at which the old store is there.
const BEGUN: usize = 1;

struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        NOW
    }
}

/// Numbers that never come again.
struct Counted;

impl Random for Counted {
    fn number(&self) -> u64 {
        static LAST: AtomicU64 = AtomicU64::new(0);
        LAST.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed)
    }
}

fn keys(folder: &Path) -> Keys {
    let folder = KeyFolder::new(folder);
    Box::new(move || Ok(Arc::new(folder.open(&GivenKeys::default(), Arc::new(Counted))?.keyring)))
}

/// Opens a store, uses it and closes it; nothing where it does not open.
fn with_store<T>(folder: &Path, work: impl AsyncFnOnce(KvStore) -> T) -> Option<T> {
    let (clock, random) = (Arc::new(Still), Arc::new(Counted));
    let settings = Settings { folder: folder.to_owned(), clock, random, keys: keys(folder) };
    let (store, writer) = KvStore::open(settings).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    Some(runtime.block_on(async { tokio::join!(writer.run(), work(store)).1 }))
}

fn workspace() -> WorkspaceId {
    WorkspaceId::new("w1")
}

async fn fill(store: KvStore) {
    let event = |number: u64| {
        let contact = Box::new(Contact::bare(ContactId::new(number.to_string()), Role::Lead));
        let id = EventId::lead_created(&contact.id);
        Happened { id, at: Timestamp(1), record: Record::Lead { contact }, actor: None }
    };
    let append = Append {
        workspace: workspace(),
        events: (0..LEADS).map(event).collect(),
        unnamed: std::collections::BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at: NOW,
    };
    store.append(append).await.unwrap();
}

/// Whether a bot would run with a store, and with all that is to be in it. One that is not there is not made.
fn holds_everything(folder: &Path) -> bool {
    let numbers: Vec<_> = (1..=LEADS).map(JournalNumber).collect();
    let read = async |store: KvStore| {
        store.entries(&workspace(), &numbers, AmendmentNumber::LATEST).await.unwrap().len() as u64 == LEADS
    };
    folder.join("store/db").exists() && with_store(folder, read) == Some(true)
}

fn move_it(place: &Path) -> Result<Migrated, MigrationError> {
    let [old, new] = ["old", "new"].map(|name| place.join(name));
    let old_keys = KeyFolder::new(&old);
    let read_old = move || {
        let keys = old_keys.read(&GivenKeys::default())?;
        Ok(Box::new(move |place: &Place<'_>, sealed: &[u8]| keys.open(place, sealed)) as Opener)
    };
    let keys = MigrationKeys { old: Box::new(read_old), new: keys(&new) };
    migrate(&MoveFrom::Store(old), &new, keys, &Counted, NOW)
}

/// What is called for a move.
fn recorded() -> Vec<Event> {
    let place = tempfile::tempdir().unwrap();
    let recording = record(place.path());
    with_store(&place.path().join("old"), fill).unwrap();
    recording.mark(BEGUN);
    assert!(!move_it(place.path()).unwrap().was_done);
    Recording::end(recording)
}

/// What is wrong with what a cut left.
fn wrong(image: &deskbell_powercut::Image) -> Option<String> {
    let [looked_at, gone_on_with] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    image.write(looked_at.path()).unwrap();
    image.write(gone_on_with.path()).unwrap();
    let hold = ["old", "new"].map(|name| holds_everything(&looked_at.path().join(name)));
    if hold == [true, true] {
        return Some("both open".to_owned());
    }
    if let Err(error) = move_it(gone_on_with.path()) {
        return Some(format!("it cannot be brought to its end: {error}"));
    }
    let hold = ["old", "new"].map(|name| holds_everything(&gone_on_with.path().join(name)));
    (hold != [false, true]).then(|| "not everything is in the new one".to_owned())
}

#[test]
fn whatever_a_power_cut_leaves_of_a_move_it_is_brought_to_its_end() {
    let (mut disk, mut is_begun, mut images, mut last) = (Disk::default(), false, 0, Vec::new());
    for (number, event) in recorded().iter().enumerate() {
        disk.apply(event);
        is_begun |= matches!(event, Event::Marked(BEGUN));
        if !is_begun {
            continue;
        }
        let seed = number as u64;
        for kept in [Kept::Nothing, Kept::Everything, Kept::Writes(seed), Kept::Pages(seed)] {
            let image = disk.cut(kept);
            if last.contains(&image) {
                continue;
            }
            images += 1;
            assert_eq!(wrong(&image), None, "after call {number} ({event:?}) with {kept:?} kept");
            last.insert(0, image);
            last.truncate(4);
        }
    }
    assert!(images > 30, "{images} disks");
}

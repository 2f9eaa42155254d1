//! What the store does on a full disk: it says so, goes on reading, and writes again once there is room.
//!
//! `cargo run -p deskbell-store --example full_disk -- FOLDER`, where FOLDER is on a small file system of its own,
//! such as `mount -t tmpfs -o size=24m tmpfs FOLDER`. It refuses to fill one of more than 256 MB.
#![expect(clippy::print_stdout, reason = "what it saw is what the program is for")]

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::{Event, EventId, Record};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, WorkspaceId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{Append, Deliveries as _, Journal as _, StoreError, StoreHealth as _};
use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use deskbell_seal::{GivenKeys, KeyFolder};
use deskbell_store::{Keys, KvStore, Settings};

struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        UnixMillis(1_700_000_000_000)
    }
}

impl Random for Still {
    fn number(&self) -> u64 {
        0
    }
}

const LARGEST: u64 = 256 << 20;

#[tokio::main]
async fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).expect("the first argument is a folder"));
    let disk = rustix::fs::statvfs(&folder).expect("the folder is there");
    assert!(disk.f_blocks * disk.f_frsize <= LARGEST, "the file system is too large to be filled");
    let key_folder = KeyFolder::new(&folder);
    let keys: Keys =
        Box::new(move || Ok(Arc::new(key_folder.open(&GivenKeys::default(), Arc::new(Still))?.keyring)));
    let settings = Settings { folder: folder.clone(), clock: Arc::new(Still), random: Arc::new(Still), keys };
    let (store, writer) = KvStore::open(settings).expect("there is room for a new store");
    tokio::join!(writer.run(), story(store, &folder));
}

async fn story(store: KvStore, folder: &Path) {
    let mut written = 0;
    let ballast = folder.join("ballast");
    for round in 1..=3 {
        let error = loop {
            match append(&store, written).await {
                Ok(()) => written += 1,
                Err(error) => break error,
            }
            if written % 50 == 0 {
                fill(&ballast);
            }
        };
        println!("round {round}: after {written} events: {error}: {}", source(&error));
        for _ in 0..20 {
            assert!(append(&store, written).await.is_err(), "it is still full");
        }
        let state = *store.state().borrow();
        println!("  {state:?}; {}", count(&store, written).await);
        fs::remove_file(&ballast).expect("the ballast is there");
        // A database that was poisoned is opened again by the first write, which itself may still fail.
        while append(&store, written).await.is_err() {}
        written += 1;
        println!("  written again; of {written}: {}", count(&store, written).await);
    }
}

fn source(error: &StoreError) -> String {
    std::error::Error::source(error).map(ToString::to_string).unwrap_or_default()
}

async fn append(store: &KvStore, number: u64) -> Result<(), StoreError> {
    let mut contact = Contact::bare(ContactId::new(number.to_string()), Role::Lead);
    contact.name = Some("x".repeat(1000));
    let id = EventId::lead_created(&contact.id);
    let record = Record::Lead { contact: Box::new(contact) };
    let event = Event { id, at: Timestamp(1), record, actor: None };
    let append = Append {
        workspace: WorkspaceId::new("w1"),
        events: vec![event],
        unnamed: std::collections::BTreeSet::new(),
        aliases: Vec::new(),
        snapshots: Vec::new(),
        stream: None,
        baseline: None,
        at: UnixMillis(1),
    };
    store.append(append).await.map(drop)
}

/// What can be read, in words.
async fn count(store: &KvStore, written: u64) -> String {
    let workspace = WorkspaceId::new("w1");
    let head = match store.head(&workspace).await {
        Ok(head) => head,
        Err(error) => return format!("nothing can be read: {}", source(&error)),
    };
    assert_eq!(head, JournalNumber(written));
    let numbers: Vec<_> = (1..=head.0).map(JournalNumber).collect();
    let entries =
        store.entries(&workspace, &numbers, AmendmentNumber::LATEST).await.expect("the store can be read");
    assert_eq!(entries.len() as u64, written);
    format!("{} entries can be read", entries.len())
}

/// Takes another megabyte, or what is left.
fn fill(ballast: &Path) {
    let mut file =
        File::options().create(true).append(true).open(ballast).expect("the ballast can be opened");
    let zeros = vec![0; 64 << 10];
    for _ in 0..16 {
        if file.write_all(&zeros).is_err() {
            return;
        }
    }
}

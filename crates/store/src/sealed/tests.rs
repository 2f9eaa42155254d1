use deskbell_domain::amendment::Amendment;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::delivery::Verdict;
use deskbell_domain::difference::{Snapshot, StoredSnapshot};
use deskbell_domain::event::{Actor, Event, EventId, Record};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, MemberId};
use deskbell_domain::port::store::{
    Append, Deliveries as _, Journal as _, Naming, ShortLived as _, SnapshotMode, SnapshotWrite,
};
use deskbell_domain::time::UnixMillis;

use super::*;
use crate::contract::{Chance, KvFixture, batch, keyring, of_a_company, run, settlement};
use crate::engine::memory::MemoryEngine;

/// Every text by which somebody could be known.
const SECRETS: [&str; 6] =
    ["Ada", "ada@example.com", "Acme Ltd", "looked for", "snapped@example.com", "/lead create"];

/// An engine with the keys in a folder.
struct World {
    engine: MemoryEngine,
    keys: Arc<dyn Sealing>,
    _folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = keyring(folder.path(), Arc::new(Chance::default())).unwrap();
        Self { engine: MemoryEngine::new(), keys, _folder: folder }
    }

    async fn run<T>(&self, test: impl AsyncFnOnce(KvFixture) -> T) -> T {
        run(SealedEngine::new(self.engine.clone(), self.keys.clone()), test).await
    }

    /// Puts a value as it stands in the engine.
    fn put(&self, key: &[u8], value: Vec<u8>) {
        self.engine.commit(Batch { writes: vec![(key.to_vec(), Some(value))] }).unwrap();
        self.engine.sync().unwrap();
    }

    /// The rows whose values are sealed.
    fn sealed(&self) -> Vec<Row> {
        let rows = self.engine.rows().into_iter();
        rows.filter(|(key, _)| keys::sealed_place(key, |_| ()).is_some()).collect()
    }
}

fn contact(id: &str, email: &str) -> Contact {
    let mut contact = Contact::bare(ContactId::new(id), Role::User);
    contact.name = Some("Ada".to_owned());
    contact.email = Some(email.to_owned());
    contact
}

fn snapshot(id: &str, email: &str) -> SnapshotWrite {
    let contact = contact(id, email);
    let snapshot =
        StoredSnapshot { contact: contact.id.clone(), revision: 1, snapshot: Snapshot::of(&contact) };
    SnapshotWrite { epoch: 1, snapshot, mode: SnapshotMode::Replace }
}

fn lead(id: &str) -> Event {
    let record = Record::Lead { contact: Box::new(contact(id, "ada@example.com")) };
    Event { record, ..of_a_company(id, None) }
}

/// Writes a value of every kind that tells of somebody: two leads, one of them a dead letter, what was learnt of one, two
/// snapshots, an actor, and what stands behind a button.
async fn fill(fixture: &KvFixture) {
    let subscription = fixture.subscribe_to_leads().await;
    let unnamed = of_a_company("c3", None);
    let append = Append {
        events: vec![lead("c1"), lead("c2"), unnamed.clone()],
        unnamed: [unnamed.id.clone()].into(),
        aliases: Vec::new(),
        snapshots: vec![snapshot("c1", "snapped@example.com"), snapshot("c2", "snapped@example.com")],
        ..fixture.nothing()
    };
    fixture.append(append).await;
    let learnt = Amendment::learnt(&unnamed.record, &of_a_company("c3", Some("Acme Ltd")).record);
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    store.amend(workspace, JournalNumber(3), &learnt, Naming::Done).await.unwrap();
    let actor = Actor { member: MemberId(42), command: "/lead create".to_owned() };
    store.remember_actor(workspace, &ContactId::new("c9"), &actor).await.unwrap();
    store.keep(&fixture.buttons("k"), "looked for", UnixMillis(i64::MAX)).await.unwrap();
    let in_flight = batch(&subscription, &[1], 0);
    let _ = store.begin(&fixture.home, in_flight.clone(), None).await.unwrap();
    let dead = Verdict::Dead { event: Box::new(lead("c1")), reason: "50035".to_owned() };
    let _ = store.settle(settlement(&subscription, in_flight, dead)).await.unwrap();
}

fn tells_of(rows: &[Row], secret: &str) -> bool {
    rows.iter().any(|(_, value)| value.windows(secret.len()).any(|part| part == secret.as_bytes()))
}

#[tokio::test(start_paused = true)]
async fn nothing_that_is_written_down_tells_of_anybody() {
    let open = MemoryEngine::new();
    run(open.clone(), async |fixture| fill(&fixture).await).await;
    assert!(SECRETS.iter().all(|secret| tells_of(&open.rows(), secret)), "each of them is written");
    let world = World::new();
    world.run(async |fixture| fill(&fixture).await).await;
    for secret in SECRETS {
        assert!(!tells_of(&world.engine.rows(), secret), "{secret} can be read");
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_starts_reads_what_the_one_before_wrote() {
    let world = World::new();
    world.run(async |fixture| fill(&fixture).await).await;
    world
        .run(async |fixture| {
            let (store, workspace) = (&fixture.store, &fixture.workspace);
            let numbers: Vec<_> = (1..=3).map(JournalNumber).collect();
            let entries = store.entries(workspace, &numbers, AmendmentNumber::LATEST).await.unwrap();
            assert_eq!((entries.len(), &entries[0].event), (3, &lead("c1")));
            assert_eq!(entries[2].event, of_a_company("c3", Some("Acme Ltd")));
            assert_eq!(store.dead_letters(&fixture.home).await.unwrap()[0].event, lead("c1"));
            let kept = store.kept(&fixture.buttons("k"), UnixMillis(0)).await.unwrap();
            assert_eq!(kept.as_deref(), Some("looked for"));
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_value_in_another_place_or_in_the_clear_is_as_good_as_none() {
    let world = World::new();
    world.run(async |fixture| fill(&fixture).await).await;
    let snapshots: Vec<_> =
        world.sealed().into_iter().filter(|(key, _)| keys::kind_of(key) == "snapshot").collect();
    let [(first, _), (second, sealed)] = &snapshots[..] else { panic!("there are two") };
    let open = MemoryEngine::new();
    run(open.clone(), async |fixture| fill(&fixture).await).await;
    let plain = open.get(first).unwrap().unwrap();
    for value in [sealed.clone(), plain, Vec::new(), sealed[..20].to_vec()] {
        world.put(first, value);
        let read = world.run(async |fixture| {
            let ids = ["c1", "c2"].map(ContactId::new);
            fixture.store.snapshots(&fixture.workspace, 1, &ids).await.unwrap()
        });
        let read = read.await;
        assert!(read[0].is_none() && read[1].is_some(), "{second:?} stays as it was");
    }
}

#[tokio::test(start_paused = true)]
async fn without_its_key_a_workspace_is_as_good_as_empty_and_can_be_written_again() {
    let world = World::new();
    world
        .run(async |fixture| {
            fill(&fixture).await;
            world.keys.shred(&fixture.workspace).unwrap();
            let (store, workspace) = (&fixture.store, &fixture.workspace);
            let entry = |id| store.event(workspace, id);
            let (old, new) = (EventId::lead_created(&ContactId::new("c2")), lead("c7"));
            assert!(!matches!(entry(&old).await, Ok(Some(_))), "what was sealed opens never again");
            fixture.journal(vec![new.clone()]).await;
            assert_eq!(entry(&new.id).await.unwrap(), Some(new));
        })
        .await;
}

use std::fs;
use std::sync::Arc;

use deskbell_domain::delivery::Verdict;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::sealing::{Place, Sealing};
use deskbell_domain::port::store::{
    Append, Deliveries as _, RegisteredCommands as _, SnapshotMode, SnapshotWrite,
};
use deskbell_seal::{GivenKeys, KeyFolder, MasterKey};
use insta::assert_snapshot;
use tempfile::TempDir;

use super::*;
use crate::contract::{Chance, START, TestClock, batch, keyring, lead, run, settlement, snapshot};
use crate::engine::memory::{Crash, MemoryEngine};
use crate::engine::{Batch, Row};
use crate::move_marks::{is_mark, refuse_what_moves};
use crate::open::tests::{check_converted, form_2, with_rows};
use crate::{BackupFile, KvStore, SealedEngine, Settings};

/// A store and the folder of its keys.
struct Side {
    folder: TempDir,
    engine: MemoryEngine,
}

impl Side {
    fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), engine: MemoryEngine::new() }
    }

    /// In the present form, with something of everything that is sealed.
    async fn used() -> Self {
        let side = Self::empty();
        assert!(matches!(prepare(&side.engine, &*side.keys()), Ok(Prepared::Known)));
        run(SealedEngine::new(side.engine.clone(), side.keys()), async |fixture| {
            let subscription = fixture.subscribe_to_leads().await;
            let leads = (0..250).map(|number| lead(&format!("c{number}"), 10));
            fixture.journal(leads.collect()).await;
            let in_flight = batch(&subscription, &[1], 0);
            let _ = fixture.store.begin(&fixture.home, in_flight.clone(), None).await.unwrap();
            let dead = Verdict::Dead { event: Box::new(lead("c0", 10)), reason: "50035".to_owned() };
            let _ = fixture.store.settle(settlement(&subscription, in_flight, dead)).await.unwrap();
            let snapshots = (0..250).map(|number| SnapshotWrite {
                epoch: 1,
                snapshot: snapshot(&format!("u{number}"), 1, 10),
                mode: SnapshotMode::Replace,
            });
            fixture.append(Append { snapshots: snapshots.collect(), ..fixture.nothing() }).await;
        })
        .await;
        side
    }

    /// A key of its own, unlike that of any other side.
    fn keys(&self) -> Arc<dyn Sealing> {
        let key = self.folder.path().join("key");
        if !key.exists() {
            fs::write(&key, MasterKey::generate(&Seeded::of(self.folder.path())).to_base64()).unwrap();
        }
        keyring(self.folder.path(), Arc::new(Seeded::of(self.folder.path()))).unwrap()
    }

    fn opener(&self) -> Opener {
        let keys = KeyFolder::new(self.folder.path()).read(&GivenKeys::default()).unwrap();
        Box::new(move |place, sealed| keys.open(place, sealed))
    }

    /// What is in it, opened, without marks.
    fn content(&self) -> Vec<Row> {
        let keys = self.keys();
        let rows = self.engine.rows().into_iter().filter(|(key, _)| !is_mark(key));
        let opened = rows.map(|(key, value)| {
            let plain = keys::sealed_place(&key, |place| keys.open(place, &value).unwrap());
            (key, plain.unwrap_or(value))
        });
        opened.collect()
    }

    /// Whether a bot would run with what is in it.
    fn opens(&self) -> bool {
        refuse_what_moves(&self.engine, Path::new("data")).is_ok()
            && matches!(form(&self.engine), Ok(Form::Present))
    }

    fn crash(&self, crash: Crash) {
        self.engine.stay_on();
        self.engine.crash(crash);
    }
}

/// Numbers that differ from folder to folder.
struct Seeded(std::sync::atomic::AtomicU64);

impl Seeded {
    fn of(folder: &Path) -> Self {
        let name = folder.to_string_lossy();
        Self(name.bytes().fold(7, |sum, byte| sum * 31 % (1 << 50) + u64::from(byte)).into())
    }
}

impl Random for Seeded {
    fn number(&self) -> u64 {
        self.0
            .fetch_add(0x9e37_79b9, std::sync::atomic::Ordering::Relaxed)
            .wrapping_mul(0xbf58_476d_1ce4_e5b9)
    }
}

fn go(from: &Side, to: &Side) -> Result<Migrated, MigrationError> {
    let random = Seeded::of(from.folder.path());
    let store = Store { engine: &from.engine, random: &random };
    refuse_what_cannot_leave(&from.engine, Path::new("old"))?;
    let (old, new) = (from.opener(), to.keys());
    let keys = MigrationKeys { old: Box::new(|| Ok(old)), new: Box::new(|| Ok(new)) };
    Arriving { engine: &to.engine, folder: PathBuf::from("/srv/new") }.fill(&store, keys)
}

fn refusal(moved: Result<Migrated, MigrationError>) -> String {
    moved.expect_err("it is refused").to_string()
}

#[tokio::test(start_paused = true)]
async fn everything_arrives_sealed_with_keys_that_nobody_had() {
    let (old, new) = (Side::used().await, Side::empty());
    let expected = old.content();
    let moved = go(&old, &new).unwrap();
    assert_eq!((moved.was_done, moved.counts.unopened), (false, 0));
    assert_eq!(moved.counts.all(), expected.len() as u64);
    assert_eq!(moved.counts.values["snapshot"], 250);
    assert_eq!(new.content(), expected);
    let former = old.opener();
    for (key, value) in new.engine.rows() {
        let opened = keys::sealed_place(&key, |place| former(place, &value).is_ok());
        assert_ne!(opened, Some(true), "a key that was known opens it");
    }
    assert!(!old.opens() && new.opens());
}

#[tokio::test(start_paused = true)]
async fn wherever_it_is_broken_off_it_is_brought_to_its_end_and_only_one_store_opens_meanwhile() {
    let mut kills = 0;
    for crash in [Crash::Lose, Crash::Keep, Crash::KeepFirst(1)] {
        let mut count_kill = |is_killed: bool| {
            kills += u32::from(is_killed);
            is_killed
        };
        let sides: [fn(&Side, &Side) -> MemoryEngine; 2] =
            [|old, _| old.engine.clone(), |_, new| new.engine.clone()];
        for dying in sides {
            for commits in 1.. {
                let (old, new) = (Side::used().await, Side::empty());
                let expected = old.content();
                dying(&old, &new).switch_off_after(commits);
                let is_killed = go(&old, &new).is_err();
                old.crash(crash);
                new.crash(crash);
                assert!(!(old.opens() && new.opens()), "both open after {commits} commits, {crash:?}");
                let again = go(&old, &new).unwrap();
                assert_eq!(again.counts.all(), expected.len() as u64);
                assert_eq!(new.content(), expected, "after {commits} commits, {crash:?}");
                assert!(!old.opens() && new.opens());
                let after = go(&old, &new).unwrap();
                assert_eq!(after, Migrated { was_done: true, ..again });
                if !count_kill(is_killed) {
                    break;
                }
            }
        }
    }
    assert!(kills > 20, "it was broken off in {kills} places only");
}

#[tokio::test(start_paused = true)]
async fn what_a_bot_changed_between_two_tries_is_what_arrives() {
    let (old, new) = (Side::used().await, Side::empty());
    new.engine.switch_off_after(5);
    assert!(go(&old, &new).is_err());
    new.crash(Crash::Keep);
    assert!(old.opens() && !new.opens());
    let gone = old.engine.rows().into_iter().filter(|(key, _)| keys::kind_of(key) == "snapshot");
    let mut writes: Vec<_> = gone.map(|(key, _)| (key, None)).collect();
    writes.push((keys::probe().into_bytes(), Some(codec::encode(&7))));
    writes.sort();
    old.engine.commit(Batch { writes }).unwrap();
    let expected = old.content();
    go(&old, &new).unwrap();
    assert_eq!(new.content(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_store_with_anything_else_in_it_is_left_alone() {
    let (old, other) = (Side::used().await, Side::used().await);
    let before = other.engine.rows();
    assert_snapshot!(refusal(go(&old, &other)), @"there is something else in the store in /srv/new, and it was left alone: name a folder that is empty, or not there yet");
    assert_eq!(other.engine.rows(), before);
    assert!(old.opens() && other.opens());
    // The half of another store's move, and the whole of it.
    let third = Side::empty();
    third.engine.switch_off_after(3);
    assert!(go(&other, &third).is_err());
    third.crash(Crash::Keep);
    assert!(refusal(go(&old, &third)).contains("something else"));
    go(&other, &third).unwrap();
    assert!(refusal(go(&old, &third)).contains("something else"));
    assert!(old.opens());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_moved_says_where_and_one_that_is_half_there_says_what_to_do() {
    let (old, new, other) = (Side::used().await, Side::empty(), Side::empty());
    let opening = |side: &Side| refuse_what_moves(&side.engine, Path::new("data")).unwrap_err().to_string();
    new.engine.switch_off_after(4);
    assert!(go(&old, &new).is_err());
    new.crash(Crash::Keep);
    assert_snapshot!(opening(&new), @"the store in data is only half there: the deskbell migrate that fills it was broken off. Run the same deskbell migrate again; it begins anew by itself");
    assert!(refusal(go(&new, &other)).contains("only half there"));
    go(&old, &new).unwrap();
    assert_snapshot!(opening(&old), @"This store moved to /srv/new: set STORE_URL=sled:/srv/new");
    assert_eq!(refusal(go(&old, &other)), opening(&old));
    assert!(other.engine.rows().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_arrived_can_move_on() {
    let (old, new, newer) = (Side::used().await, Side::empty(), Side::empty());
    let expected = old.content();
    go(&old, &new).unwrap();
    go(&new, &newer).unwrap();
    assert_eq!(newer.content(), expected);
    assert!(!new.opens() && newer.opens());
}

#[tokio::test(start_paused = true)]
async fn a_store_of_before_arrives_in_the_present_form() {
    let (old, new) = (Side { engine: with_rows(form_2().await), ..Side::empty() }, Side::empty());
    let before = old.engine.rows();
    go(&old, &new).unwrap();
    check_converted(&new.engine, new.keys()).await;
    let after: Vec<_> = old.engine.rows().into_iter().filter(|(key, _)| !is_mark(key)).collect();
    assert_eq!(after, before, "the old one is not converted for it");
}

#[tokio::test(start_paused = true)]
async fn a_value_that_no_key_opens_stays_as_it_is_and_is_told() {
    let (old, new) = (Side::used().await, Side::empty());
    let broken = old.engine.rows().into_iter().find(|(key, _)| keys::kind_of(key) == "snapshot").unwrap();
    let broken = (broken.0, b"\x02broken".to_vec());
    old.engine.commit(Batch { writes: vec![(broken.0.clone(), Some(broken.1.clone()))] }).unwrap();
    let moved = go(&old, &new).unwrap();
    assert_eq!(moved.counts.unopened, 1);
    assert!(new.engine.rows().contains(&broken));
}

fn settings(folder: &Path) -> Settings {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Seeded::of(folder)));
    let keys = Box::new({
        let (folder, random) = (folder.to_owned(), random.clone());
        move || Ok(keyring(&folder, random)?)
    });
    Settings { folder: folder.to_owned(), clock, random, keys }
}

async fn remember(store: &KvStore, hash: &str) {
    store.remember_registered_commands(ApplicationId(1), hash).await.unwrap();
}

async fn remembered(folder: &Path) -> Option<String> {
    let (store, writer) = KvStore::open(settings(folder)).unwrap();
    let look = async |store: KvStore| store.registered_commands(ApplicationId(1)).await.unwrap();
    tokio::join!(writer.run(), look(store)).1
}

fn moved(from: &MoveFrom, to: &Path) -> Result<Migrated, MigrationError> {
    let old = match from {
        MoveFrom::Store(folder) => KeyFolder::new(folder).read(&GivenKeys::default()),
        MoveFrom::Backup(backup) => {
            KeyFolder::new(to).read_backup(backup.path(), backup.keys(), &GivenKeys::default())
        }
    };
    let old = old.unwrap();
    let keys = MigrationKeys {
        old: Box::new(|| {
            Ok(Box::new(move |place: &Place<'_>, sealed: &[u8]| old.open(place, sealed)) as Opener)
        }),
        new: settings(to).keys,
    };
    migrate(from, to, keys, &Chance::default(), START)
}

#[tokio::test]
async fn a_backup_of_a_store_in_use_is_restored_as_often_as_one_likes() {
    let place = tempfile::tempdir().unwrap();
    let [data, one, two] = ["data", "one", "two"].map(|name| place.path().join(name));
    let file = place.path().join("backup");
    let (store, writer) = KvStore::open(settings(&data)).unwrap();
    let backing_up = async |store: KvStore| {
        remember(&store, "then").await;
        let mut out = fs::File::create(&file).unwrap();
        store.copier().unwrap().copy(&mut out).unwrap();
        remember(&store, "later").await;
    };
    tokio::join!(writer.run(), backing_up(store));
    for new in [&one, &two] {
        let backup = MoveFrom::Backup(BackupFile::open(&file).unwrap());
        fs::create_dir(new).unwrap();
        fs::copy(data.join("key"), new.join("key")).unwrap();
        let first = moved(&backup, new).unwrap();
        let second = moved(&backup, new).unwrap();
        assert_eq!(second, Migrated { was_done: true, ..first });
        assert_eq!(remembered(new).await.as_deref(), Some("then"));
    }
    assert_eq!(remembered(&data).await.as_deref(), Some("later"), "the store goes on");
}

#[test]
fn a_store_on_a_disk_that_is_half_there_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let engine = SledEngine::open(folder.path(), START).unwrap();
    let arrival = Arrival { id: "a1".to_owned(), done: None };
    write_marks(&engine, &[(keys::arrival(), codec::encode(&arrival))]).unwrap();
    drop(engine);
    let error = KvStore::open(settings(folder.path())).err().unwrap();
    assert!(matches!(error, OpenError::Unfinished { .. }), "{error}");
    let error = crate::look_at(folder.path()).unwrap_err();
    assert!(matches!(error, OpenError::Unfinished { .. }), "it was noted: {error}");
    assert!(!folder.path().join("keys").exists(), "nothing is made beside it");
    let copied = crate::back_up_closed(folder.path(), START, &mut Vec::new());
    assert!(copied.unwrap_err().to_string().contains("only half there"));
}

#[test]
fn a_backup_of_a_store_of_before_is_refused_and_leaves_it_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let engine = SledEngine::open(folder.path(), START).unwrap();
    write_marks(&engine, &[(keys::schema(), codec::encode(&2))]).unwrap();
    drop(engine);
    let refused = crate::back_up_closed(folder.path(), START, &mut Vec::new()).unwrap_err();
    let refused = refused.to_string().replace(&folder.path().display().to_string(), "data");
    assert_snapshot!(refused, @"the store in data was written by an earlier version of Deskbell: start the bot once with this one, or copy the folder while no bot runs");
    let engine = SledEngine::open(folder.path(), START).unwrap();
    assert!(matches!(form(&engine), Ok(Form::Earlier)));
}

#[tokio::test]
async fn a_store_on_a_disk_moves_into_another_folder_and_nowhere_else() {
    let place = tempfile::tempdir().unwrap();
    let [data, new] = ["data", "new"].map(|name| place.path().join(name));
    let from = MoveFrom::Store(data.clone());
    let (store, writer) = KvStore::open(settings(&data)).unwrap();
    tokio::join!(writer.run(), async move { remember(&store, "abc").await });
    assert!(refusal(moved(&from, &data)).starts_with("both are the store in "));
    let in_use = KvStore::open(settings(&data)).unwrap();
    assert!(refusal(moved(&from, &new)).contains("in use by another process"));
    drop(in_use);
    moved(&from, &new).unwrap();
    assert_eq!(remembered(&new).await.as_deref(), Some("abc"));
    let error = KvStore::open(settings(&data)).err().unwrap().to_string();
    let to = new.canonicalize().unwrap();
    assert_eq!(error, format!("This store moved to {}: set STORE_URL=sled:{}", to.display(), to.display()));
    assert_eq!(
        crate::look_at(&data).unwrap_err().to_string(),
        error,
        "whoever does not open it hears the same"
    );
    assert!(crate::look_at(&new).is_ok());
    assert!(moved(&from, &new).unwrap().was_done);
    assert_eq!(refusal(moved(&from, &place.path().join("other"))), error);
    assert!(!place.path().join("other").exists(), "nothing is made where nothing comes");
    let in_use = KvStore::open(settings(&new)).unwrap();
    assert!(moved(&from, &new).unwrap().was_done, "a bot runs with the new one");
    drop(in_use);
    let nowhere = MoveFrom::Store(place.path().join("none"));
    fs::create_dir(place.path().join("none")).unwrap();
    assert!(refusal(moved(&nowhere, &new)).starts_with("there is no store in "));
    assert!(!place.path().join("none/store").exists());
}

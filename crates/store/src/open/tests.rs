use std::error::Error as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use deskbell_domain::delivery::Verdict;
use deskbell_domain::ids::{AmendmentNumber, ApplicationId, ContactId, JournalNumber};
use deskbell_domain::port::store::{
    Append, Deliveries as _, Journal as _, RegisteredCommands as _, ShortLived as _, SnapshotMode,
    SnapshotWrite,
};
use deskbell_domain::time::UnixMillis;

use super::*;
use crate::contract::{Chance, START, TestClock, batch, keyring, lead, run, settlement, snapshot};
use crate::engine::Row;
use crate::engine::memory::{Crash, MemoryEngine};
use crate::reader;

fn open(folder: &Path) -> Result<(KvStore, Writer), OpenError> {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let keys = Box::new({
        let (folder, random) = (folder.to_owned(), random.clone());
        move || Ok(keyring(&folder, random)?)
    });
    KvStore::open(Settings { folder: folder.to_owned(), clock, random, keys })
}

/// Opens the store, uses it and closes it.
async fn with_store<T>(folder: &Path, test: impl AsyncFnOnce(KvStore) -> T) -> T {
    let (store, writer) = open(folder).unwrap();
    tokio::join!(writer.run(), test(store)).1
}

async fn remember(folder: &Path) {
    with_store(folder, async |store| {
        store.remember_registered_commands(ApplicationId(1), "abc").await.unwrap();
    })
    .await;
}

async fn remembered(folder: &Path) -> Option<String> {
    with_store(folder, async |store| store.registered_commands(ApplicationId(1)).await.unwrap()).await
}

/// What a person reads, without the folder of this run.
fn words(error: &OpenError, folder: &Path) -> String {
    error.to_string().replace(&folder.display().to_string(), "data")
}

#[tokio::test]
async fn what_was_written_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    remember(folder.path()).await;
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("abc"));
}

#[tokio::test]
async fn a_second_process_is_told_that_the_store_is_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let error = open(folder.path()).err().unwrap();
    insta::assert_snapshot!(
        words(&error, folder.path()),
        @"the store in data is in use by another process: only one Deskbell can use a store"
    );
    drop(first);
    assert!(open(folder.path()).is_ok());
}

#[test]
fn a_folder_that_cannot_be_made_is_told_with_what_stands_in_its_way() {
    let folder = tempfile::tempdir().unwrap();
    for file in [folder.path().join("file"), folder.path().join("data/store")] {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
    }
    let [of_a_file, below_a_file, with_a_file] = ["file", "file/data", "data"]
        .map(|name| words(&open(&folder.path().join(name)).err().unwrap(), folder.path()));
    insta::assert_snapshot!(of_a_file, @"data/file is a file, and the store needs a folder there: move it away, or set STORE_URL to another folder");
    assert_eq!(below_a_file, of_a_file);
    insta::assert_snapshot!(with_a_file, @"data/data/store is a file, and the store needs a folder there: move it away, or set STORE_URL to another folder");
}

/// Nobody can make a folder in /proc.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_made_is_told_with_the_one_above_it_that_refuses() {
    let error = open(Path::new("/proc/none/data")).err().unwrap();
    let user = rustix::process::geteuid().as_raw().to_string();
    insta::assert_snapshot!(
        error.to_string().replace(&format!("id {user}"), "id USER").replace(&format!("chown {user}"), "chown USER"),
        @"the folder /proc/none/data cannot be made, since /proc cannot be written by the user with id USER: make it and give it to that user (`mkdir -p /proc/none/data && chown USER /proc/none/data`) or set STORE_URL to another folder"
    );
    assert!(error.source().is_some());
}

#[tokio::test]
async fn a_store_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    with_store(folder.path(), async |store| {
        store
            .write(|writes| {
                writes.put(keys::schema(), &(SCHEMA + 1));
                Ok(())
            })
            .await
            .unwrap();
    })
    .await;
    let error = open(folder.path()).err().unwrap();
    insta::assert_snapshot!(
        words(&error, folder.path()),
        @"the store in data was written by a later version of Deskbell"
    );
}

#[tokio::test]
async fn a_store_of_an_earlier_version_is_taken_over_and_that_version_refuses_it_then() {
    let folder = tempfile::tempdir().unwrap();
    let schema = |store: &KvStore| store.peek(|engine| reader::load::<u32>(engine, &keys::schema())).unwrap();
    let earlier = with_store(folder.path(), async |store| {
        let write = store.write(|writes| {
            writes.put(keys::schema(), &(SCHEMA - 1));
            Ok(())
        });
        write.await.unwrap();
        schema(&store)
    });
    assert_eq!(earlier.await, Some(SCHEMA - 1));
    assert_eq!(with_store(folder.path(), async |store| schema(&store)).await, Some(SCHEMA));
}

/// A store of form 2, before anything was sealed: its rows as that form wrote them.
pub(crate) async fn form_2() -> Vec<Row> {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        let subscription = fixture.subscribe_to_leads().await;
        let leads = (0..300).map(|number| lead(&format!("c{number}"), 10));
        fixture.journal(leads.collect()).await;
        let in_flight = batch(&subscription, &[1], 0);
        let _ = fixture.store.begin(&fixture.home, in_flight.clone(), None).await.unwrap();
        let dead = Verdict::Dead { event: Box::new(lead("c0", 10)), reason: "50035".to_owned() };
        let _ = fixture.store.settle(settlement(&subscription, in_flight, dead)).await.unwrap();
        let snapshots = (0..200).map(|number| SnapshotWrite {
            epoch: 1,
            snapshot: snapshot(&format!("u{number}"), 1, 10),
            mode: SnapshotMode::Replace,
        });
        fixture.append(Append { snapshots: snapshots.collect(), ..fixture.nothing() }).await;
        fixture.store.keep(&fixture.buttons("k"), "a query", UnixMillis(i64::MAX)).await.unwrap();
    })
    .await;
    let former = |(key, value): Row| match keys::kind_of(&key) {
        "dead letter" if key.starts_with(b"w") => {
            ([b"g", &7_u64.to_be_bytes()[..], b"d", &key[key.len() - 8..]].concat(), value)
        }
        "kept text" if key.starts_with(b"w") => (b"kt7:k\0\x01".to_vec(), value),
        _ => (key, value),
    };
    let mut rows: Vec<_> = engine.rows().into_iter().map(former).collect();
    rows.push((keys::schema().into_bytes(), codec::encode(&2)));
    rows
}

pub(crate) fn with_rows(rows: Vec<Row>) -> MemoryEngine {
    let engine = MemoryEngine::new();
    let writes = rows.into_iter().map(|(key, value)| (key, Some(value))).collect();
    engine.commit(Batch { writes }).unwrap();
    engine.sync().unwrap();
    engine
}

/// What a store holds that was converted.
pub(crate) async fn check_converted(engine: &MemoryEngine, keys: Arc<dyn Sealing>) {
    let rows = engine.rows();
    let plain = |(key, value): &&Row| keys::sealed_place(key, |_| ()).is_some() && value.first() == Some(&1);
    assert_eq!(rows.iter().filter(plain).count(), 0, "everything is sealed");
    assert!(
        !rows.iter().any(|(key, _)| key.starts_with(b"kt7:") || (key[0], key.get(9)) == (b'g', Some(&b'd')))
    );
    run(SealedEngine::new(engine.clone(), keys), async |fixture| {
        let numbers: Vec<_> = (1..=300).map(JournalNumber).collect();
        let entries =
            fixture.store.entries(&fixture.workspace, &numbers, AmendmentNumber::LATEST).await.unwrap();
        assert_eq!((entries.len(), &entries[299].event), (300, &lead("c299", 10)));
        let ids: Vec<_> = (0..200).map(|number| ContactId::new(format!("u{number}"))).collect();
        let snapshots = fixture.store.snapshots(&fixture.workspace, 1, &ids).await.unwrap();
        assert!(snapshots.iter().all(Option::is_some));
        let letters = fixture.store.dead_letters(&fixture.home).await.unwrap();
        assert_eq!((letters.len(), &letters[0].event), (1, &lead("c0", 10)));
        assert_eq!(fixture.store.kept(&fixture.buttons("k"), UnixMillis(0)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_store_of_before_is_sealed_wherever_its_conversion_was_broken_off() {
    let rows = form_2().await;
    let mut kills = 0;
    for crash in [Crash::Lose, Crash::Keep, Crash::KeepFirst(1)] {
        for commits in 1.. {
            let folder = tempfile::tempdir().unwrap();
            let keys = keyring(folder.path(), Arc::new(Chance::default())).unwrap();
            let engine = with_rows(rows.clone());
            engine.switch_off_after(commits);
            let is_broken_off = prepare(&engine, keys.as_ref()).is_err();
            engine.stay_on();
            engine.crash(crash);
            assert!(matches!(prepare(&engine, keys.as_ref()), Ok(Prepared::Known)));
            check_converted(&engine, keys).await;
            if !is_broken_off {
                break;
            }
            kills += 1;
        }
    }
    assert!(kills > 15, "it was broken off in {kills} places only");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_sealed_is_not_read_through_again() {
    let folder = tempfile::tempdir().unwrap();
    let keys = keyring(folder.path(), Arc::new(Chance::default())).unwrap();
    let engine = with_rows(form_2().await);
    assert!(prepare(&engine, keys.as_ref()).is_ok());
    let commits = engine.commits();
    assert!(prepare(&engine, keys.as_ref()).is_ok());
    assert_eq!(engine.commits(), commits);
}

#[test]
fn a_store_without_its_key_is_not_opened_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    drop(open(folder.path()).unwrap());
    fs::remove_file(folder.path().join("key")).unwrap();
    let error = open(folder.path()).err().unwrap();
    assert!(matches!(error, OpenError::Keys(_)), "{error}");
    assert!(words(&error, folder.path()).contains("DESKBELL_KEY"), "{error}");
}

/// What sled writes when it is opened, broken in the ways in which a crash can break it.
#[tokio::test]
async fn a_broken_snapshot_or_conf_is_survived_and_a_copy_is_kept() {
    for breakage in ["empty", "cut", "generating", "conf"] {
        let folder = tempfile::tempdir().unwrap();
        remember(folder.path()).await;
        remembered(folder.path()).await;
        let files = folder.path().join("store");
        let snapshot = fs::read_dir(&files).unwrap().map(|item| item.unwrap().path());
        let snapshot = snapshot.filter(|path| path.to_string_lossy().contains("snap.")).max().unwrap();
        match breakage {
            "empty" => fs::write(&snapshot, "").unwrap(),
            "cut" => fs::write(&snapshot, &fs::read(&snapshot).unwrap()[..20]).unwrap(),
            // sled writes it in two writes; here the second is missing.
            "conf" => fs::write(files.join("conf"), &fs::read(files.join("conf")).unwrap()[..58]).unwrap(),
            _ => fs::write(snapshot.with_extension("FFFFFFFFFFFFFFFF.generating"), "").unwrap(),
        }
        assert_eq!(remembered(folder.path()).await.as_deref(), Some("abc"), "{breakage}");
        let copy = folder.path().join(format!("store.bad-{}", START.0));
        assert!(copy.join("db").exists(), "{breakage}");
        assert_eq!(remembered(folder.path()).await.as_deref(), Some("abc"), "{breakage}");
    }
}

#[tokio::test]
async fn a_new_store_is_in_folders_of_its_owner_alone() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a/data");
    remember(&folder).await;
    for made in [place.path().join("a"), folder.clone(), folder.join("store")] {
        assert_eq!(fs::metadata(&made).unwrap().permissions().mode() & 0o777, 0o700, "{}", made.display());
    }
}

#[tokio::test]
async fn a_folder_that_an_operator_opened_to_a_group_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o750)).unwrap();
    remember(folder.path()).await;
    assert_eq!(fs::metadata(folder.path()).unwrap().permissions().mode() & 0o777, 0o750);
}

#[tokio::test]
async fn links_in_the_stores_folder_are_not_followed() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (files, precious) = (folder.path().join("store"), elsewhere.path().join("precious"));
    fs::create_dir(&files).unwrap();
    fs::write(&precious, "precious").unwrap();
    symlink(&precious, files.join(".writable")).unwrap();
    remember(folder.path()).await;
    assert_eq!(
        remembered(folder.path()).await,
        Some("abc".to_owned()),
        "our own probe only replaces the link"
    );
    fs::rename(files.join("db"), elsewhere.path().join("db")).unwrap();
    symlink(elsewhere.path().join("db"), files.join("db")).unwrap();
    let error = open(folder.path()).err().unwrap();
    insta::assert_snapshot!(words(&error, folder.path()), @"data/store/db is a link, and links in a store are not followed: put the file that it leads to in its place, or take it away");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
}

/// The key is there, as it is in a backup of its own.
#[tokio::test]
async fn a_store_that_was_lost_is_told_at_every_start_and_nothing_is_written_in_its_place() {
    let noise: Vec<u8> =
        (0..3_u32 << 19).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1] | 1).collect();
    for instead in [&b""[..], b"no store", b"x", &noise, &[0; 4096]] {
        let folder = tempfile::tempdir().unwrap();
        remember(folder.path()).await;
        let db = folder.path().join("store/db");
        let whole = fs::read(&db).unwrap();
        fs::write(&db, instead).unwrap();
        for _ in 0..2 {
            let error = open(folder.path()).err().expect("it is refused");
            assert!(words(&error, folder.path()).contains("to begin anew"), "{error}");
            assert_eq!(fs::read(&db).unwrap(), instead);
        }
        fs::write(&db, whole).unwrap();
        assert_eq!(remembered(folder.path()).await.as_deref(), Some("abc"), "the backup was put back");
    }
}

#[tokio::test]
async fn a_lost_store_is_told_with_what_shows_that_it_was_there() {
    let folder = tempfile::tempdir().unwrap();
    remember(folder.path()).await;
    let db = folder.path().join("store/db");
    fs::write(&db, "another file").unwrap();
    insta::assert_snapshot!(words(&open(folder.path()).err().unwrap(), folder.path()), @"data/store/db holds nothing that can be read as a store: put it back from the backup, or move the folder data away to begin anew");
    fs::remove_dir_all(folder.path().join("store")).unwrap();
    insta::assert_snapshot!(words(&open(folder.path()).err().unwrap(), folder.path()), @"the store in data is empty, and data/keys shows that there was one: put the backup back, or move the folder data away to begin anew");
    // A database without a row, as one that was made by itself: only a bot that ran shows that it is not new.
    let other = tempfile::tempdir().unwrap();
    drop(SledEngine::open(other.path(), START).unwrap());
    fs::write(other.path().join("heartbeat.json"), "{}").unwrap();
    let twice = [(); 2].map(|()| words(&open(other.path()).err().unwrap(), other.path()));
    insta::assert_snapshot!(twice[1], @"the store in data is empty, and data/heartbeat.json shows that there was one: put the backup back, or move the folder data away to begin anew");
    assert_eq!(twice[0], twice[1]);
}

/// Wherever the first start is killed: before the log is begun, before there are keys, and before the first row.
#[tokio::test]
async fn a_first_start_that_was_killed_is_no_loss() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("store")).unwrap();
    fs::write(folder.path().join("store/db"), "").unwrap();
    drop(SledEngine::open(folder.path(), START).unwrap());
    drop(keyring(folder.path(), Arc::new(Chance::default())).unwrap());
    remember(folder.path()).await;
    assert_eq!(remembered(folder.path()).await.as_deref(), Some("abc"));
}

/// A process that is killed closes nothing, so the copy is taken while the database is open.
#[tokio::test]
async fn a_store_is_on_the_disk_before_there_are_keys_beside_it() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (from, to) = (folder.path().to_owned(), copy.path().to_owned());
    let keys = Box::new(move || {
        let made = keyring(&from, Arc::new(Chance::default()))?;
        fs::create_dir(to.join("store"))?;
        for name in ["store/db", "store/conf", "key", "keys", "key.id"] {
            fs::copy(from.join(name), to.join(name))?;
        }
        drop(made);
        Err("killed".into())
    });
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let settings = Settings { folder: folder.path().to_owned(), clock, random, keys };
    assert!(matches!(KvStore::open(settings), Err(OpenError::Keys(_))));
    remember(copy.path()).await;
    assert_eq!(remembered(copy.path()).await.as_deref(), Some("abc"));
}

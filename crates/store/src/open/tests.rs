use std::error::Error as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::store::RegisteredCommands as _;

use super::*;
use crate::contract::{Chance, START, TestClock};
use crate::reader;

fn open(folder: &Path) -> Result<(KvStore, Writer), OpenError> {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    KvStore::open(Settings { folder: folder.to_owned(), clock, random })
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
fn a_folder_that_cannot_be_made_is_named_with_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = open(&file).err().unwrap();
    let user = rustix::process::geteuid().as_raw().to_string();
    insta::assert_snapshot!(
        words(&error, &file).replace(&format!("id {user}"), "id USER").replace(&format!("chown -R {user}"), "chown -R USER"),
        @"the folder data cannot be written by the user with id USER: give it to that user (`chown -R USER data`) or set STORE_URL to another folder"
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

//! Backups, how the bot is from outside of Discord, and stores that move: what whoever runs the bot types.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use deskbell_sandbox::intercom::NewContact;
use serde_json::Value;

use crate::program::{Ran, deskbell};
use crate::stage::Stage;

async fn typed(stage: &Stage, arguments: &[&str]) -> Ran {
    deskbell(arguments, &stage.variables, stage.folder.path()).await
}

/// A bot with a notification, which has posted a lead.
async fn running() -> Stage {
    let mut stage = Stage::set().await;
    stage.intercom.workspace().set_id("acme1");
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    ring(&stage, "Ada Lovelace", 1).await;
    stage
}

/// A lead comes, and is posted as the last of so many cards.
async fn ring(stage: &Stage, name: &str, count: usize) {
    stage.next_second().await;
    stage.intercom.contacts().create(NewContact::lead().name(name).email("ada@secret.test"));
    let cards = stage.cards(stage.guild.sales, count).await;
    assert_eq!(cards.len(), count, "nothing is posted twice");
}

fn key_of(stage: &Stage, folder: &str) -> String {
    fs::read_to_string(stage.folder.path().join(folder).join("key")).expect("the bot made one")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_a_running_bot_is_one_sealed_file_from_which_another_goes_on() {
    let mut stage = running().await;
    let taken = typed(&stage, &["backup", "copy.backup"]).await;
    assert_eq!((taken.code, taken.err.as_str()), (Some(0), ""), "{}", taken.out);
    assert!(taken.out.contains("deskbell migrate copy.backup sled:FOLDER"), "{}", taken.out);
    let file = stage.folder.path().join("copy.backup");
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o600);
    let content = fs::read(&file).expect("it can be read");
    let master_key = key_of(&stage, "data");
    for secret in ["Lovelace", "ada@secret.test", master_key.trim()] {
        assert!(!content.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in it");
    }
    let again = typed(&stage, &["backup", "copy.backup"]).await;
    assert_eq!(again.code, Some(1));
    assert!(again.err.contains("copy.backup is there already, and nothing is overwritten"), "{}", again.err);
    assert_eq!(fs::read(&file).expect("it can be read"), content);

    stage.kill().await;
    let without_key = typed(&stage, &["migrate", "copy.backup", "sled:restored"]).await;
    assert_eq!(without_key.code, Some(1));
    assert!(
        without_key.err.contains("set DESKBELL_KEY to it, or put it back as restored/key"),
        "{}",
        without_key.err
    );
    fs::write(stage.folder.path().join("restored/key"), master_key).expect("it can be written");
    let restored = typed(&stage, &["migrate", "copy.backup", "sled:restored"]).await;
    assert_eq!(restored.code, Some(0), "{}", restored.err);
    let again = typed(&stage, &["migrate", "copy.backup", "sled:restored"]).await;
    assert!(again.code == Some(0) && again.out.starts_with("Nothing was moved now"), "{}", again.out);
    fs::remove_dir_all(stage.folder.path().join("data")).expect("it is lost");
    stage.set_variable("STORE_URL", "sled:restored");
    stage.start_process().await;
    ring(&stage, "Grace Hopper", 2).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_without_a_bot_is_taken_from_the_store_itself_and_a_wrong_folder_is_told() {
    let mut stage = running().await;
    assert_eq!(stage.terminate().await, Some(0));
    assert!(!stage.folder.path().join("data/deskbell.sock").exists());
    let taken = typed(&stage, &["backup", "copy.backup"]).await;
    assert_eq!(taken.code, Some(0), "{}", taken.err);
    stage.set_variable("STORE_URL", "sled:nothing");
    let refused = typed(&stage, &["backup", "other.backup"]).await;
    assert_eq!(refused.code, Some(1));
    assert_eq!(refused.err, "No backup was taken: there is no store in nothing\n");
    for name in ["nothing", "other.backup", "other.backup.new"] {
        assert!(!stage.folder.path().join(name).exists(), "{name} was made");
    }
    let broken = stage.folder.path().join("copy.backup");
    let half = fs::metadata(&broken).expect("it is there").len() / 2;
    fs::File::options().write(true).open(&broken).and_then(|file| file.set_len(half)).expect("it can be cut");
    let refused = typed(&stage, &["migrate", "copy.backup", "sled:restored"]).await;
    assert!(refused.err.starts_with("Not done: copy.backup is not whole"), "{}", refused.err);
    assert!(!stage.folder.path().join("restored").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_runs_the_bot_sees_how_its_workspaces_are_also_after_it_was_killed() {
    let mut stage = running().await;
    let told = typed(&stage, &["ps"]).await;
    assert_eq!(told.code, Some(0), "{}", told.err);
    assert!(told.out.starts_with("workspace  servers  lag"), "{}", told.out);
    assert!(told.out.lines().nth(1).is_some_and(|line| line.starts_with("acme1 ")), "{}", told.out);
    stage.kill().await;
    let nobody = typed(&stage, &["ps"]).await;
    assert_eq!((nobody.code, nobody.out.as_str()), (Some(1), ""));
    assert!(nobody.err.starts_with("No bot runs with the store in "), "{}", nobody.err);
    stage.start_process().await;
    ring(&stage, "Grace Hopper", 2).await;
    let told = typed(&stage, &["ps", "--json"]).await;
    let told: Value = serde_json::from_str(&told.out).expect("it is JSON");
    let line = &told["workspaces"][0];
    assert_eq!((&line["workspace"], &line["servers"]), (&"acme1".into(), &1.into()), "{told}");
    assert_eq!((&line["waiting"], &line["on_hold"]), (&0.into(), &0.into()), "{told}");
    assert!(line["lag_seconds"].as_i64().is_some_and(|lag| (0..60).contains(&lag)), "{told}");
    stage.stop().await;
}

/// What a move says after its first line.
fn counts_in(said: &str) -> Vec<&str> {
    said.lines().skip(1).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_moves_under_a_new_key_once_and_says_where_it_went() {
    let mut stage = running().await;
    let moves = ["migrate", "sled:data", "sled:new"];
    let in_use = typed(&stage, &moves).await;
    assert_eq!(in_use.code, Some(1));
    assert!(in_use.err.contains("in use by another process"), "{}", in_use.err);
    assert_eq!(stage.terminate().await, Some(0));
    let old_key = key_of(&stage, "data");
    let new_key = typed(&stage, &["key", "new"]).await.out;
    stage.set_variable("DESKBELL_KEY", new_key.trim());
    let first = typed(&stage, &moves).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.out.contains("journal entry"), "{}", first.out);
    assert!(!stage.folder.path().join("new/key").exists());
    let second = typed(&stage, &moves).await;
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert!(second.out.starts_with("Nothing was moved now: it was done before, and "), "{}", second.out);
    assert_eq!(counts_in(&second.out), counts_in(&first.out), "the same counts");

    let gone = typed(&stage, &["run"]).await;
    assert_eq!(gone.code, Some(1));
    let to = stage.folder.path().canonicalize().expect("it is there").join("new");
    assert!(gone.err.contains(&format!("This store moved to {}", to.display())), "{}", gone.err);
    let checked = typed(&stage, &["check"]).await;
    assert!(
        checked.out.contains(&format!("WRONG Store      This store moved to {}", to.display())),
        "{}",
        checked.out
    );
    let elsewhere = typed(&stage, &["migrate", "sled:data", "sled:third"]).await;
    assert!(elsewhere.code == Some(1) && elsewhere.err.contains("This store moved to "), "{}", elsewhere.err);

    stage.set_variable("STORE_URL", "sled:new");
    stage.start_process().await;
    ring(&stage, "Grace Hopper", 2).await;
    let third = typed(&stage, &moves).await;
    assert_eq!((third.code, &third.out), (Some(0), &second.out), "the bot runs with it: {}", third.err);
    stage.terminate().await;
    stage.set_variable("DESKBELL_KEY", old_key.trim());
    let refused = typed(&stage, &["run"]).await;
    assert!(refused.code == Some(1) && refused.err.contains("sealed under the key"), "{}", refused.err);
}

/// Keys cannot be made for the new store, since a folder stands in the place of their file.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_was_broken_off_starts_no_bot_and_is_brought_to_its_end_later() {
    let mut stage = running().await;
    assert_eq!(stage.terminate().await, Some(0));
    let moves = ["migrate", "sled:data", "sled:new"];
    let in_the_way = stage.folder.path().join("new/keys");
    fs::create_dir_all(&in_the_way).expect("it can be made");
    let broken_off = typed(&stage, &moves).await;
    assert!(
        broken_off.code == Some(1) && broken_off.err.contains("new/keys is not a file"),
        "{}",
        broken_off.err
    );
    let old = stage.variables["STORE_URL"].clone();
    stage.set_variable("STORE_URL", "sled:new");
    let half = typed(&stage, &["run"]).await;
    assert_eq!(half.code, Some(1));
    assert!(half.err.contains("only half there") && half.err.contains("deskbell migrate"), "{}", half.err);
    let checked = typed(&stage, &["check"]).await;
    assert!(checked.code == Some(1) && checked.out.contains("only half there"), "{}", checked.out);

    stage.set_variable("STORE_URL", &old);
    stage.start_process().await;
    ring(&stage, "Grace Hopper", 2).await;
    assert_eq!(stage.terminate().await, Some(0));
    fs::remove_dir(in_the_way).expect("it can be removed");
    let moved = typed(&stage, &moves).await;
    assert_eq!(moved.code, Some(0), "{}", moved.err);
    stage.set_variable("STORE_URL", "sled:new");
    stage.start_process().await;
    ring(&stage, "Alan Turing", 3).await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_says_what_run_would_of_a_store_that_was_lost() {
    let mut stage = running().await;
    assert_eq!(stage.terminate().await, Some(0));
    let checked = typed(&stage, &["check"]).await;
    assert!(checked.out.contains("All is well. Start the bot"), "{}", checked.out);
    fs::remove_dir_all(stage.folder.path().join("data/store")).expect("it is lost");
    let refused = typed(&stage, &["run"]).await;
    let says = "shows that there was one: put the backup back, or move the folder";
    assert!(refused.code == Some(1) && refused.err.contains(says), "{}", refused.err);
    let checked = typed(&stage, &["check"]).await;
    assert!(checked.code == Some(1) && checked.out.contains(says), "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_moves_to_where_something_is_or_to_what_is_no_store() {
    let mut stage = running().await;
    assert_eq!(stage.terminate().await, Some(0));
    copy_folder(&stage.folder.path().join("data"), &stage.folder.path().join("other"));
    for (to, says) in [
        ("sled:other", "there is something else in the store in "),
        ("sled:data", "both are the store in "),
        ("postgres://bot@127.0.0.1:1/deskbell", "no database was reached that takes writes: 127.0.0.1:1"),
        ("other", "other is not a store."),
    ] {
        let refused = typed(&stage, &["migrate", "sled:data", to]).await;
        assert_eq!(refused.code, Some(1), "{to}");
        assert!(refused.err.contains(says), "{to}: {}", refused.err);
    }
    stage.start_process().await;
    ring(&stage, "Grace Hopper", 2).await;
    stage.stop().await;
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).expect("it can be made");
    for item in fs::read_dir(from).expect("it can be read") {
        let (from, name) = item.map(|item| (item.path(), item.file_name())).expect("it can be read");
        if from.is_dir() {
            copy_folder(&from, &to.join(name));
        } else {
            fs::copy(&from, to.join(name)).expect("it can be copied");
        }
    }
}

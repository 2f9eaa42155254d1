//! A store moves from a folder into a database, and the bot goes on there.

use std::fs;

use deskbell_store_postgres::Address;

use crate::program::Ran;
use crate::server::server;
use crate::world::{comes, names, set, typed, url};
use deskbell_stage::Stage;

/// A bot with a store in a folder that has posted a lead, and an empty database with the line that leads there.
async fn used() -> (Stage, Address, String) {
    let (mut stage, address) = set().await;
    stage.set_variable("STORE_URL", "sled:data");
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    comes(&stage, "Ada Lovelace").await;
    assert_eq!(names(&stage, 1).await, ["Ada Lovelace"]);
    let to = url(&address, "postgres");
    (stage, address, to)
}

async fn moves(stage: &Stage, to: &str) -> Ran {
    typed(stage, &["migrate", "sled:data", to]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_moves_into_a_database_once_and_the_bot_goes_on_there() {
    let (mut stage, address, to) = used().await;
    let in_use = moves(&stage, &to).await;
    assert_eq!(in_use.code, Some(1));
    assert!(in_use.err.contains("in use by another process"), "{}", in_use.err);
    assert_eq!(stage.terminate().await, Some(0));

    let first = moves(&stage, &to).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    assert!(first.out.contains("  journal entry "), "{}", first.out);
    assert!(first.out.contains(&format!("postgres://{address}")), "{}", first.out);
    let second = moves(&stage, &to).await;
    assert_eq!(second.code, Some(0), "{}", second.err);
    assert!(second.out.starts_with("Nothing was moved now: it was done before"), "{}", second.out);
    assert_eq!(after_the_first(&second.out), after_the_first(&first.out));
    let gone = typed(&stage, &["run"]).await;
    assert_eq!(gone.code, Some(1));
    assert!(gone.err.contains(&format!("This store moved to postgres://{address}")), "{}", gone.err);
    let dump = server().dump(&address.database);
    assert!(!dump.contains("Lovelace") && !dump.contains("secret.test"), "customers are sealed");

    comes(&stage, "Grace Hopper").await;
    stage.set_variable("STORE_URL", &to);
    stage.start_process().await;
    assert_eq!(names(&stage, 2).await, ["Ada Lovelace", "Grace Hopper"]);
    let third = moves(&stage, &to).await;
    assert_eq!((third.code, &third.out), (Some(0), &second.out), "{}", third.err);
    stage.kill().await;
    let fourth = moves(&stage, &to).await;
    assert_eq!((fourth.code, &fourth.out), (Some(0), &second.out), "{}", fourth.err);
    assert!(fourth.err.contains("If it was killed, this goes on within 25 s"), "{}", fourth.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_was_broken_off_begins_anew_and_no_bot_starts_on_a_part() {
    let (mut stage, address, to) = used().await;
    assert_eq!(stage.terminate().await, Some(0));
    let first = moves(&stage, &to).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    // As it stands there while rows are written.
    let back = "update meta set value = regexp_replace(value, '\"done\":.*', '\"done\":null}') where key = 'arrival'; \
                delete from subscription";
    server().run(&address.database, back).await;
    let elsewhere = tempfile::tempdir().expect("a folder can be made");
    stage.set_variable("STORE_URL", &to);
    let refused = crate::program::deskbell(&["run"], &stage.variables, elsewhere.path()).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("Run the same deskbell migrate again"), "{}", refused.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_with_something_else_in_it_is_left_alone() {
    let (mut stage, address, to) = used().await;
    assert_eq!(stage.terminate().await, Some(0));
    let first = moves(&stage, &to).await;
    assert_eq!(first.code, Some(0), "{}", first.err);
    let before = server().dump(&address.database);
    let other = stage.folder.path().join("other");
    fs::rename(stage.folder.path().join("data"), &other).expect("it can be moved");
    stage.set_variable("STORE_URL", "sled:data");
    stage.start_process().await;
    assert_eq!(stage.terminate().await, Some(0));
    let refused = moves(&stage, &to).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("there is something else in the database "), "{}", refused.err);
    assert_eq!(lines(&server().dump(&address.database)), lines(&before));
}

/// The lines that say how much of what there is.
fn after_the_first(said: &str) -> Vec<&str> {
    said.lines().skip(1).collect()
}

/// What stands in a database, but for who uses it.
fn lines(dump: &str) -> Vec<&str> {
    // The work, which nobody has.
    let is_work = |line: &str| line.starts_with("0\t\\N\t");
    let is_of_members = |line: &str| line.contains("\"process\"") || line.starts_with('\\') || is_work(line);
    let mut lines: Vec<_> = dump.lines().filter(|line| !is_of_members(line)).collect();
    lines.sort_unstable();
    lines
}

//! Starting: what is refused, who is refused, and going on after a kill.

use deskbell_stage::Stage;

use crate::server::server;
use crate::world::{PLACE_IS_FREE, comes, log, names, set, typed, url};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_is_killed_goes_on_without_a_card_lost_or_doubled() {
    let (mut stage, address) = set().await;
    stage.start_process().await;
    stage.subscribe("New lead", "#sales").await;
    comes(&stage, "Ada Lovelace").await;
    assert_eq!(names(&stage, 1).await, ["Ada Lovelace"]);
    let dump = server().dump(&address.database);
    assert!(!dump.contains("secret.test"), "customers are sealed");

    stage.kill().await;
    comes(&stage, "Grace Hopper").await;
    stage.spawn();
    stage.discord.gateway().wait_connected(PLACE_IS_FREE).await.expect("its own old place is free at last");
    assert_eq!(names(&stage, 2).await, ["Ada Lovelace", "Grace Hopper"]);
    let said = log(&stage);
    assert!(said.contains("takes over within 25 s of the other's last sign"), "{said}");

    assert_eq!(stage.terminate().await, Some(0));
    stage.start_process().await;
    comes(&stage, "Mary Shelley").await;
    assert_eq!(names(&stage, 3).await, ["Ada Lovelace", "Grace Hopper", "Mary Shelley"]);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_runs_the_bot_is_told_of_the_database_and_how_to_copy_it() {
    let (mut stage, address) = set().await;
    let empty = typed(&stage, &["check"]).await;
    assert!(empty.out.contains(" can be written (PostgreSQL "), "{}", empty.out);
    assert!(empty.out.contains("it is empty: its tables are made at the first start"), "{}", empty.out);
    stage.start_process().await;
    let used = typed(&stage, &["check"]).await;
    assert!(used.out.contains("; its tables are there"), "{}", used.out);
    assert!(used.out.contains("DESKBELL_KEY (fingerprint "), "{}", used.out);
    let backup = typed(&stage, &["backup", "copy"]).await;
    assert_eq!(backup.code, Some(1));
    assert!(backup.err.contains(&format!("-Fc -f {0}.dump {0}", address.database)), "{}", backup.err);
    let health = typed(&stage, &["health"]).await;
    assert_eq!(health.code, Some(0), "{}", health.out);
    stage.stop().await;
}

/// The bot does not start with this address, and says so at once.
async fn refuses(stage: &mut Stage, url: &str, says: &str) {
    stage.set_variable("STORE_URL", url);
    for command in ["run", "check"] {
        let refused = typed(stage, &[command]).await;
        let said = refused.err + &refused.out;
        assert_eq!(refused.code, Some(1), "{command}: {said}");
        assert!(said.contains(says), "{command}: {said}");
        assert!(!said.contains("Wr0ng"), "no password is told: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_database_right_or_key_is_told_at_once() {
    let (mut stage, address) = set().await;
    let make = "create role with_password login password 'right'";
    server().run(&address.database, make).await;
    let wrong = url(&address, "with_password:Wr0ng");
    refuses(&mut stage, &wrong, "the database does not let the user with_password in").await;
    refuses(&mut stage, &url(&address, "with_password"), "does not let the user with_password in").await;
    let may_not = url(&address, "with_password:right");
    refuses(&mut stage, &may_not, "the user with_password may not make or use tables in the database").await;
    let elsewhere = url(&address, "postgres").replace(&address.database, "elsewhere");
    refuses(&mut stage, &elsewhere, "there is no database elsewhere: make it").await;

    stage.set_variable("STORE_URL", &url(&address, "postgres"));
    stage.start_process().await;
    assert_eq!(stage.terminate().await, Some(0));
    let other = typed(&stage, &["key", "new"]).await.out;
    stage.set_variable("DESKBELL_KEY", other.trim());
    refuses(&mut stage, &url(&address, "postgres"), "the database is sealed under another key").await;
    stage.variables.remove("DESKBELL_KEY");
    refuses(&mut stage, &url(&address, "postgres"), "DESKBELL_KEY is missing").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_is_not_there_is_tried_for_half_a_minute_and_each_machine_is_named() {
    let (mut stage, _address) = set().await;
    let begun = tokio::time::Instant::now();
    stage.set_variable("STORE_URL", "postgres://bot@127.0.0.1:1,localhost:2/deskbell?sslmode=disable");
    let refused = typed(&stage, &["run"]).await;
    assert_eq!(refused.code, Some(1), "{}", refused.err);
    assert!(begun.elapsed().as_secs() >= 25, "{:?}", begun.elapsed());
    for says in ["127.0.0.1:1 has no database that listens", "localhost:2 has no database that listens"] {
        assert!(refused.err.contains(says), "{}", refused.err);
    }
}

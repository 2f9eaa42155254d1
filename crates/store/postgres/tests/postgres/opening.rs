//! Opening a database.

use std::sync::Arc;
use std::time::Duration;

use deskbell_domain::ids::ApplicationId;
use deskbell_domain::port::sealing::Sealing;
use deskbell_store::contract::{Chance, START, TestClock};
use deskbell_store_postgres::{Address, Host, OpenError, PostgresStore, Settings, Tls};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::server::server;
use crate::store::keys;

fn settings(sealing: Arc<dyn Sealing>, application: u64) -> Settings {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let application = Some(ApplicationId(application));
    crate::store::settings(sealing, clock, random, application)
}

async fn open(address: &Address, folder: &std::path::Path, application: u64) -> Result<(), OpenError> {
    let keys = keys(folder, Arc::new(Chance::default()));
    PostgresStore::open(address, settings(keys, application)).await.map(drop)
}

#[tokio::test]
async fn several_that_start_on_an_empty_database_make_one_schema() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let keys = keys(folder.path(), Arc::new(Chance::default()));
    let all = (0..6).map(|_| PostgresStore::open(&address, settings(keys.clone(), 5)));
    for opened in futures::future::join_all(all).await {
        assert!(opened.is_ok(), "{:?}", opened.err());
    }
    let dump = server().dump(&address.database);
    assert_eq!(dump.matches("application\t5\n").count(), 1, "{dump}");
}

#[tokio::test]
async fn the_database_of_another_bot_or_with_other_keys_is_refused() {
    let address = server().database().await;
    let [ours, theirs] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    open(&address, ours.path(), 5).await.unwrap();
    open(&address, ours.path(), 5).await.unwrap();
    let other = open(&address, ours.path(), 6).await;
    assert!(matches!(other, Err(OpenError::OtherApplication(id)) if id == "5"));
    assert!(matches!(open(&address, theirs.path(), 5).await, Err(OpenError::OtherKeys)));
}

#[tokio::test]
async fn the_database_of_a_later_version_is_refused() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    open(&address, folder.path(), 5).await.unwrap();
    server().run(&address.database, "insert into schema_version (version) values (7)").await;
    let refused = open(&address, folder.path(), 5).await;
    assert!(matches!(refused, Err(OpenError::TooNew { found: 7, known: 3 })), "{refused:?}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_refused_at_once() {
    let address = Address { database: "elsewhere".to_owned(), ..server().database().await };
    let folder = tempfile::tempdir().unwrap();
    let refused = open(&address, folder.path(), 5).await;
    assert!(matches!(refused, Err(OpenError::Refused { .. })), "{refused:?}");
}

/// Answers whoever asks for TLS that it has none, as PostgreSQL does where it is off.
async fn without_tls(listener: TcpListener) -> ! {
    loop {
        let (mut stream, _) = listener.accept().await.expect("somebody connects");
        stream.read_exact(&mut [0; 8]).await.expect("it is asked for TLS");
        stream.write_all(b"N").await.expect("it can answer");
    }
}

#[tokio::test]
async fn a_server_without_tls_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let port = listener.local_addr().expect("it is bound").port();
    let (direct, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let hosts = vec![Host { name: "127.0.0.1".to_owned(), port }];
    let address = Address { hosts, tls: Tls::Verified { root_certificate: None }, ..direct };
    let refused = tokio::select! {
        opened = open(&address, folder.path(), 5) => opened,
        never = without_tls(listener) => never,
    };
    let said = refused.expect_err("there is no TLS").to_string();
    assert!(said.starts_with("the database speaks no TLS: turn it on there (ssl = on)"), "{said}");
}

#[tokio::test]
async fn the_server_is_believed_only_where_its_certificate_is_for_its_name_and_by_somebody_trusted() {
    let (direct, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let through = |name: &str, root_certificate| Address {
        hosts: vec![Host { name: name.to_owned(), port: server().port }],
        tls: Tls::Verified { root_certificate },
        ..direct.clone()
    };
    let trusted = || Some(server().certificate.clone());
    let verified = open(&through("localhost", trusted()), folder.path(), 5).await;
    assert!(verified.is_ok(), "{verified:?}");
    for address in [through("127.0.0.1", trusted()), through("localhost", None)] {
        let refused = open(&address, folder.path(), 5).await;
        assert!(matches!(refused, Err(OpenError::Refused { .. })), "{refused:?}");
    }
    let nowhere = Some(folder.path().join("none.pem"));
    assert!(matches!(
        open(&through("localhost", nowhere), folder.path(), 5).await,
        Err(OpenError::Refused { .. })
    ));
}

#[tokio::test]
async fn among_several_machines_the_one_that_answers_is_found() {
    let (direct, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let silent =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).unwrap().port();
    let hosts = vec![Host { name: "127.0.0.1".to_owned(), port: silent }, direct.hosts[0].clone()];
    let opened = open(&Address { hosts, ..direct }, folder.path(), 5).await;
    assert!(opened.is_ok(), "{opened:?}");
}

#[tokio::test]
async fn a_machine_that_takes_no_writes_is_no_place_for_the_store() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let read_only = format!("alter database {} set default_transaction_read_only = on", address.database);
    server().run("postgres", &read_only).await;
    let given = settings(keys(folder.path(), Arc::new(Chance::default())), 5);
    let given = Settings { patience: Duration::from_secs(1), ..given };
    let refused = PostgresStore::open(&address, given).await.map(drop);
    assert!(matches!(refused, Err(OpenError::NotReached { .. })), "{refused:?}");
}

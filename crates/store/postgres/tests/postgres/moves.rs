//! What a store of a folder had stands in a database as if it had always been there.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use deskbell_seal::{GivenKeys, KeyFolder};
use deskbell_store::contract::{CASES, Chance, Fixture, START, TestClock, check};
use deskbell_store::{KvStore, Leaving, Pass};
use deskbell_store_postgres::{Address, Arriving};
use futures::StreamExt as _;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, spawn_blocking};

use crate::server::server;
use crate::store::{keys, open, store};

/// How many cases go at once.
const AT_ONCE: usize = 8;

/// What one case leaves in the store of a folder.
async fn in_folder(case: &str, folder: &Path) {
    let (clock, random) = (Arc::new(TestClock::at(START)), Arc::new(Chance::default()));
    let (at, drawn) = (folder.to_owned(), random.clone());
    let settings = deskbell_store::Settings {
        folder: folder.to_owned(),
        clock: clock.clone(),
        random,
        keys: Box::new(move || Ok(keys(&at, drawn))),
    };
    let (store, writer) = spawn_blocking(move || KvStore::open(settings))
        .await
        .expect("it is not broken off")
        .expect("the folder is empty");
    let mut writing = JoinSet::new();
    writing.spawn(writer.run());
    check(case, Fixture::over(store, clock)).await;
    writing.join_all().await;
}

/// Moves it.
async fn moved(folder: &Path, address: &Address) {
    let mut arriving = Arriving::into(store(address, folder).await);
    let (folder, runtime) = (folder.to_owned(), Handle::current());
    let moving = move || {
        let random = Chance::default();
        let leaving = Leaving::open(&folder, &random, START).expect("nothing fails here");
        let old = KeyFolder::new(&folder).read(&GivenKeys::default()).expect("nothing fails here");
        let old: deskbell_store::Opener = Box::new(move |place, sealed| old.open(place, sealed));
        for pass in Pass::ALL {
            let counts = leaving.hand_over(pass, &old, &mut |rows| {
                runtime.block_on(arriving.take(rows)).map_err(io::Error::other)
            });
            assert_eq!(counts.expect("nothing fails here").unopened, 0);
        }
        runtime.block_on(arriving.finish()).expect("nothing fails here");
    };
    spawn_blocking(moving).await.expect("nothing fails here");
}

/// The rows of each table of a database, without what is sealed or drawn, and without times of the database's own clock.
fn tables(address: &Address) -> BTreeMap<String, Vec<String>> {
    /// Marks of operations, of bots and of versions.
    const OF_NO_STORE: [&str; 4] = ["done", "meta", "member", "schema_version"];
    let dump = server().dump(&address.database);
    let (mut tables, mut table) = (BTreeMap::new(), None);
    for line in dump.lines() {
        if let Some(rest) = line.strip_prefix("COPY public.") {
            table = rest.split(' ').next().map(str::to_owned);
        } else if line == "\\." {
            table = None;
        } else if let Some(table) = table.clone().filter(|table| !OF_NO_STORE.contains(&table.as_str())) {
            let row = row(&table, line).filter(|row| !is_nothing_known(row));
            tables.entry(table).or_insert_with(Vec::new).extend(row);
        }
    }
    for rows in tables.values_mut() {
        rows.sort();
    }
    tables
}

/// A row without since when a batch is on its way; none where it says only that somebody looked.
fn row(table: &str, line: &str) -> Option<String> {
    /// Its place among the columns of a subscription's progress.
    const BEGUN_AT: usize = 6;
    let cells = line.split('\t').enumerate().filter(|(at, _)| table != "progress" || *at != BEGUN_AT);
    let cells =
        cells.map(|(_, cell)| if cell.starts_with("\\\\x") { "sealed".to_owned() } else { undrawn(cell) });
    let row = cells.collect::<Vec<_>>().join(" | ");
    let is_bare = table == "workspace" && row.ends_with(" | 0 | 0 | {} | {} | \\N | \\N | \\N | \\N | 0 | 0");
    (!is_bare).then_some(row)
}

/// A server of which nothing is known but that somebody looked.
fn is_nothing_known(row: &str) -> bool {
    row.split(" | ").skip(1).all(|cell| cell == "\\N")
}

/// A cell with a word in the place of each number and code that was drawn, or comes of one.
fn undrawn(cell: &str) -> String {
    let is_part = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let mut rest = cell;
    let mut whole = String::new();
    while let Some(begin) = rest.find(is_part) {
        let end = rest[begin..].find(|letter| !is_part(letter)).map_or(rest.len(), |length| begin + length);
        whole.push_str(&rest[..begin]);
        whole.push_str(match &rest[begin..end] {
            id if id.len() == 19 && id.starts_with("17825792") => "subscription",
            code if [32, 64].contains(&code.len()) => "digest",
            code if code.len() == 25 => "nonce",
            word => word,
        });
        rest = &rest[end..];
    }
    whole + rest
}

/// What these cases leave in a folder is found by nothing else that is there: own messages in a channel without a
/// notification, how many dead letters a server had that has none, and which entries messages show that are forgotten.
const FOUND_BY_NOTHING: [(&str, &str); 4] = [
    ("delivery::the_last_five_own_messages_are_known", "own_message"),
    ("settings::a_removed_subscription_leaves_nothing_behind", "guild"),
    ("settings::nothing_of_a_notification_stays_after_its_server_moved", "guild"),
    ("prune::the_ids_of_messages_go_when_they_are_too_old", "showing"),
];

/// What the two stores leave otherwise by themselves: erasing a workspace takes the notifications of its servers with it in
/// a database, and leaves them to their server in a folder.
const LEFT_OTHERWISE: &str = "connections::what_is_left_of_servers_and_workspaces_is_found_and_erased";

/// What is another there, for this case.
async fn difference(case: &'static str) -> Option<String> {
    let (here, there) = (server().database().await, server().database().await);
    let folders =
        [tempfile::tempdir().expect("nothing fails here"), tempfile::tempdir().expect("nothing fails here")];
    check(case, open(&here, folders[0].path()).await).await;
    in_folder(case, folders[1].path()).await;
    moved(folders[1].path(), &there).await;
    let (here, there) = (tables(&here), tables(&there));
    let names = here.keys().chain(there.keys()).collect::<std::collections::BTreeSet<_>>();
    let none = Vec::new();
    let names = names.into_iter().filter(|name| !FOUND_BY_NOTHING.contains(&(case, name.as_str())));
    let differing = names.filter_map(|name| {
        let (one, other) = (here.get(name).unwrap_or(&none), there.get(name).unwrap_or(&none));
        (one != other).then(|| format!("  {name}\n    here  {one:?}\n    moved {other:?}"))
    });
    let differing: Vec<_> = differing.collect();
    (!differing.is_empty()).then(|| format!("{case}\n{}", differing.join("\n")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_folder_had_a_database_has_as_if_it_had_always_been_there() {
    let cases = CASES.iter().filter(|case| **case != LEFT_OTHERWISE);
    let all = futures::stream::iter(cases).map(|case| difference(case)).buffer_unordered(AT_ONCE);
    let differences: Vec<_> = all.filter_map(async |difference| difference).collect().await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

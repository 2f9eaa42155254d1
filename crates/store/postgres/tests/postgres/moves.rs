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
use tokio::task::spawn_blocking;

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
    let (store, writer) = spawn_blocking(move || KvStore::open(settings)).await.unwrap().unwrap();
    let writing = tokio::spawn(writer.run());
    check(case, Fixture::over(store, clock)).await;
    writing.await.unwrap();
}

/// Moves it.
async fn moved(folder: &Path, address: &Address) {
    let mut arriving = Arriving::into(store(address, folder).await);
    let (folder, runtime) = (folder.to_owned(), Handle::current());
    let moving = move || {
        let random = Chance::default();
        let leaving = Leaving::open(&folder, &random, START).unwrap();
        let old = KeyFolder::new(&folder).read(&GivenKeys::default()).unwrap();
        let old: deskbell_store::Opener = Box::new(move |place, sealed| old.open(place, sealed));
        for pass in Pass::ALL {
            let counts = leaving.hand_over(pass, &old, &mut |rows| {
                runtime.block_on(arriving.take(rows)).map_err(io::Error::other)
            });
            assert_eq!(counts.unwrap().unopened, 0);
        }
        runtime.block_on(arriving.finish()).unwrap();
    };
    spawn_blocking(moving).await.unwrap();
}

/// The rows of each table of a database, without what is sealed and without times of the database's own clock.
fn tables(address: &Address) -> BTreeMap<String, Vec<String>> {
    /// Marks of operations, of bots and of versions; and servers of which nothing is known but that they were looked at.
    const OF_NO_STORE: [&str; 5] = ["done", "meta", "member", "schema_version", "kept"];
    let dump = server().dump(&address.database);
    let (mut tables, mut table) = (BTreeMap::new(), None);
    for line in dump.lines() {
        if let Some(rest) = line.strip_prefix("COPY public.") {
            table = rest.split(' ').next().map(str::to_owned);
        } else if line == "\\." {
            table = None;
        } else if let Some(table) = table.clone().filter(|table| !OF_NO_STORE.contains(&table.as_str())) {
            let cells = line.split('\t').map(|cell| if cell.starts_with("\\\\x") { "sealed" } else { cell });
            let row = cells.filter(|cell| !is_moment(cell)).collect::<Vec<_>>().join(" | ");
            tables.entry(table).or_insert_with(Vec::new).push(row);
        }
    }
    tables.values_mut().for_each(|rows| rows.sort());
    tables
}

fn is_moment(cell: &str) -> bool {
    cell.len() > 19 && cell.as_bytes()[10] == b' ' && cell.ends_with("+00")
}

/// What is another there, for this case.
async fn difference(case: &'static str) -> Option<String> {
    let (here, there) = (server().database().await, server().database().await);
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    check(case, open(&here, folders[0].path()).await).await;
    in_folder(case, folders[1].path()).await;
    moved(folders[1].path(), &there).await;
    let (here, there) = (tables(&here), tables(&there));
    let names = here.keys().chain(there.keys()).collect::<std::collections::BTreeSet<_>>();
    let none = Vec::new();
    let differing = names.into_iter().filter_map(|name| {
        let (one, other) = (here.get(name).unwrap_or(&none), there.get(name).unwrap_or(&none));
        (one != other).then(|| format!("  {name}\n    here  {one:?}\n    moved {other:?}"))
    });
    let differing: Vec<_> = differing.collect();
    (!differing.is_empty()).then(|| format!("{case}\n{}", differing.join("\n")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_folder_had_a_database_has_as_if_it_had_always_been_there() {
    let all = futures::stream::iter(CASES).map(|case| difference(case)).buffer_unordered(AT_ONCE);
    let differences: Vec<_> = all.filter_map(async |difference| difference).collect().await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

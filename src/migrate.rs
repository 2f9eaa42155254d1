//! `deskbell migrate`: the content of a store, or of a backup, in another store, sealed anew.

mod filling;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use deskbell_domain::port::sealing::Place;
use deskbell_domain::time::Clock as _;
use deskbell_seal::{GivenKeys, KeyError, KeyFolder, ReadKeys};
use deskbell_store::{BackupFile, Keys, Migrated, MigrationError, MigrationKeys, MoveFrom, Opener, migrate};
use deskbell_store_postgres::Address;
use tokio::runtime::Handle;

use self::filling::Filling;
use crate::app::keys;
use crate::config;
use crate::private_files::shell_word;
use crate::system::{SystemClock, SystemRandom};
use crate::terminal;

/// Moves it; the exit code is 1 where not all is moved.
pub async fn run(from: &str, to: &str, given: GivenKeys) -> ExitCode {
    let (from, to) = match (source(from), target(to)) {
        (Ok(from), Ok(to)) => (from, to),
        (Err(why), _) | (_, Err(why)) => return terminal::refuse(&why),
    };
    let runtime = Handle::current();
    let moving = move || match (from, to) {
        (Source::Store(folder), Target::Database(address)) => {
            let filling = Filling { folder: &folder, address: &address, given: &given, runtime: &runtime };
            let moved = filling.fill().map_err(|why| terminal::with_causes(&why))?;
            Ok(told_of_database(&moved, &address))
        }
        (Source::Backup(file), Target::Database(_)) => Err(format!(
            "a backup is restored into a folder: deskbell migrate {} sled:FOLDER. From there it can move into a database",
            shell_word(&file)
        )),
        (from, Target::Folder(to)) => move_all(from, &to, &given).map_err(|why| terminal::with_causes(&why)),
    };
    match tokio::task::spawn_blocking(moving).await {
        Ok(Ok(said)) => {
            terminal::say(&said);
            ExitCode::SUCCESS
        }
        Ok(Err(why)) => terminal::refuse(&format!("Not done: {why}")),
        Err(panicked) => terminal::refuse(&format!("It was broken off ({panicked}). Run it again.")),
    }
}

/// From where something is moved.
#[derive(Debug, PartialEq, Eq)]
enum Source {
    Store(PathBuf),
    Backup(PathBuf),
}

/// Where it is moved.
#[derive(Debug, PartialEq)]
enum Target {
    Folder(PathBuf),
    Database(Box<Address>),
}

fn source(text: &str) -> Result<Source, String> {
    match place(text)? {
        Some(Target::Folder(folder)) => Ok(Source::Store(folder)),
        Some(Target::Database(_)) => Err(
            "A store in a database cannot be moved out of it yet: its backup is the database's own, pg_dump."
                .to_owned(),
        ),
        None if Path::new(text).is_dir() => {
            Err(format!("{text} is a folder. If a store is in it, write sled:{text}."))
        }
        None => Ok(Source::Backup(PathBuf::from(text))),
    }
}

fn target(text: &str) -> Result<Target, String> {
    place(text)?.ok_or_else(|| format!("{text} is not a store. Write sled: and a folder, like sled:{text}."))
}

/// The store of an address; none where it is no address.
fn place(text: &str) -> Result<Option<Target>, String> {
    match text.split_once(':') {
        Some(("sled", "")) => {
            Err("sled: names no folder. Write sled: and a folder, like sled:data.".to_owned())
        }
        Some(("sled", folder)) => Ok(Some(Target::Folder(PathBuf::from(folder)))),
        Some(("postgres" | "postgresql", _)) => match config::database_address(text) {
            Ok(address) => Ok(Some(Target::Database(Box::new(address)))),
            Err(why) => Err(format!("The address of the database cannot be used: {why}.")),
        },
        Some(_) | None => Ok(None),
    }
}

fn move_all(from: Source, to: &Path, given: &GivenKeys) -> Result<String, MigrationError> {
    let (from, old) = match from {
        Source::Store(folder) => {
            let (at, given) = (folder.clone(), given.clone());
            (MoveFrom::Store(folder), opening(move || KeyFolder::new(&at).read(&given)))
        }
        Source::Backup(file) => {
            let backup = BackupFile::open(&file)?;
            let (keys, at, given) = (backup.keys().to_vec(), to.to_owned(), given.clone());
            let read = move || KeyFolder::new(&at).read_backup(&file, &keys, &given);
            (MoveFrom::Backup(backup), opening(read))
        }
    };
    let new: Keys = keys(to, given.clone(), Arc::new(SystemRandom));
    let moved = migrate(&from, to, MigrationKeys { old, new }, &SystemRandom, SystemClock.now())?;
    Ok(told(&moved, &to.canonicalize()?, to.join("key").exists() && given.current.is_none()))
}

type OldKeys = Box<dyn FnOnce() -> Result<Opener, deskbell_store::NoKeys>>;

fn opening(read: impl FnOnce() -> Result<ReadKeys, KeyError> + 'static) -> OldKeys {
    Box::new(move || {
        let keys = read()?;
        Ok(Box::new(move |place: &Place<'_>, sealed: &[u8]| keys.open(place, sealed)) as Opener)
    })
}

/// What was moved. Whenever it is asked for the counts are those of the time when it was done; a bot may have changed
/// them since.
fn list(Migrated { counts, was_done }: &Migrated, place: &str) -> String {
    let all = counts.all();
    let mut said = if *was_done {
        format!(
            "Nothing was moved now: it was done before, and {all} values came to {place} then, sealed anew:\n"
        )
    } else {
        format!("{all} values are in {place}, sealed anew:\n")
    };
    let width = counts.values.keys().map(String::len).max().unwrap_or_default();
    for (kind, number) in &counts.values {
        let _infallible = writeln!(said, "  {kind:width$}  {number}");
    }
    said
}

fn told_of_database(moved: &Migrated, address: &Address) -> String {
    let (counts, mut said) = (&moved.counts, list(moved, &format!("postgres://{address}")));
    match counts.unopened {
        0 => {}
        1 => said.push_str("No key opened 1 other: it was left out.\n"),
        several => {
            let _infallible = writeln!(said, "No key opened {several} others: they were left out.");
        }
    }
    said.push_str("Now set STORE_URL to it, keep DESKBELL_KEY as it is, and start the bot. ");
    // What was left out stands nowhere else.
    said.push_str(if counts.unopened == 0 {
        "The old folder can be deleted."
    } else {
        "Keep the old folder."
    });
    said
}

fn told(moved: &Migrated, to: &Path, has_key: bool) -> String {
    let (counts, mut said) = (&moved.counts, list(moved, &format!("sled:{}", to.display())));
    match counts.unopened {
        0 => {}
        1 => said.push_str("No key opened 1 of them: it was taken over as it was.\n"),
        several => {
            let _infallible =
                writeln!(said, "No key opened {several} of them: they were taken over as they were.");
        }
    }
    if has_key {
        let key = to.join("key");
        let _infallible =
            writeln!(said, "Its key is {}: keep a copy of it, apart from backups.", key.display());
    }
    let _infallible = write!(said, "Now set {}, and start the bot.", store_url(to));
    said
}

fn store_url(folder: &Path) -> String {
    let word = shell_word(folder);
    if word.starts_with('\'') {
        format!("STORE_URL='sled:{}'", folder.display())
    } else {
        format!("STORE_URL=sled:{word}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use deskbell_store::Counts;
    use insta::assert_snapshot;

    use super::*;

    #[test]
    fn a_store_is_named_by_its_address_and_a_backup_by_its_file() {
        assert_eq!(source("sled:data"), Ok(Source::Store(PathBuf::from("data"))));
        assert_eq!(source("sled:/srv/a:b"), Ok(Source::Store(PathBuf::from("/srv/a:b"))));
        assert_eq!(source("backup-23:00"), Ok(Source::Backup(PathBuf::from("backup-23:00"))));
        assert_eq!(target("sled:new"), Ok(Target::Folder(PathBuf::from("new"))));
        assert_snapshot!(source("src").unwrap_err(), @"src is a folder. If a store is in it, write sled:src.");
        assert_snapshot!(source("sled:").unwrap_err(), @"sled: names no folder. Write sled: and a folder, like sled:data.");
        assert_snapshot!(target("new").unwrap_err(), @"new is not a store. Write sled: and a folder, like sled:new.");
        assert!(matches!(target("postgresql://bot@db/deskbell"), Ok(Target::Database(_))));
        let refused = source("postgres://bot@db/deskbell").unwrap_err();
        assert_snapshot!(refused, @"A store in a database cannot be moved out of it yet: its backup is the database's own, pg_dump.");
        assert_snapshot!(target("postgres://db/deskbell").unwrap_err(), @"The address of the database cannot be used: it names no user: postgres://USER@HOST/DATABASE.");
    }

    #[test]
    fn what_was_moved_is_told_with_what_to_do_next() {
        let values = [("journal entry", 14), ("snapshot", 1204), ("store record", 2)];
        let values: BTreeMap<_, _> = values.map(|(kind, number)| (kind.to_owned(), number)).into();
        let counts = Counts { values, unopened: 0 };
        let mut moved = Migrated { counts, was_done: false };
        assert_snapshot!(told(&moved, Path::new("/srv/new"), false), @r"
        1220 values are in sled:/srv/new, sealed anew:
          journal entry  14
          snapshot       1204
          store record   2
        Now set STORE_URL=sled:/srv/new, and start the bot.
        ");
        moved.was_done = true;
        assert_snapshot!(told(&moved, Path::new("/srv/new"), false), @r"
        Nothing was moved now: it was done before, and 1220 values came to sled:/srv/new then, sealed anew:
          journal entry  14
          snapshot       1204
          store record   2
        Now set STORE_URL=sled:/srv/new, and start the bot.
        ");
        let counts = Counts { values: BTreeMap::from([("snapshot".to_owned(), 2)]), unopened: 1 };
        let moved = Migrated { counts, was_done: false };
        assert_snapshot!(told(&moved, Path::new("/srv/the new"), true), @r"
        2 values are in sled:/srv/the new, sealed anew:
          snapshot  2
        No key opened 1 of them: it was taken over as it was.
        Its key is /srv/the new/key: keep a copy of it, apart from backups.
        Now set STORE_URL='sled:/srv/the new', and start the bot.
        ");
    }

    #[test]
    fn what_was_moved_into_a_database_is_told_without_a_password() {
        let values = BTreeMap::from([("journal entry".to_owned(), 14), ("snapshot".to_owned(), 2)]);
        let address = "postgres://bot:secret@db1,db2:6000/deskbell".parse().unwrap();
        let mut moved = Migrated { counts: Counts { values, unopened: 1 }, was_done: false };
        assert_snapshot!(told_of_database(&moved, &address), @r"
        16 values are in postgres://db1:5432,db2:6000/deskbell, sealed anew:
          journal entry  14
          snapshot       2
        No key opened 1 other: it was left out.
        Now set STORE_URL to it, keep DESKBELL_KEY as it is, and start the bot. Keep the old folder.
        ");
        moved.counts.unopened = 3;
        let several = told_of_database(&moved, &address);
        assert!(several.contains("\nNo key opened 3 others: they were left out.\n"), "{several}");
        moved.counts.unopened = 0;
        let all = told_of_database(&moved, &address);
        assert!(all.ends_with(" The old folder can be deleted."), "{all}");
    }
}

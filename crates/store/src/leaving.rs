//! A store that moves into one of another form: it is locked, hands its rows over, and opens no more once all are there.

use std::io;
use std::path::{Path, PathBuf};

use deskbell_domain::port::random::Random;
use deskbell_domain::port::sealing::Place;
use deskbell_domain::time::UnixMillis;

use crate::engine::sled::SledEngine;
use crate::exported::reading::{export, pass_of};
use crate::exported::{Exported, Pass};
use crate::keys;
use crate::migration::{Departing as _, MigrationError, Opener, Store, each, open_departing};
use crate::move_marks::{Counts, Moved};
use crate::move_note::refuse_and_note;
use crate::open::{Form, form};
use crate::open_error::OpenError;

/// A store that is locked, and leaves.
pub struct Leaving<'a> {
    engine: SledEngine,
    folder: PathBuf,
    random: &'a dyn Random,
}

/// Where the content of a store went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// The address of the new store.
    pub to: String,
    /// What was moved.
    pub counts: Counts,
}

impl<'a> Leaving<'a> {
    /// Locks the store of a folder.
    ///
    /// # Errors
    /// Where it cannot be opened, is only half there, or was last used by an earlier version.
    pub fn open(folder: &Path, random: &'a dyn Random, now: UnixMillis) -> Result<Self, MigrationError> {
        let engine = open_departing(folder, now)?;
        match form(&engine)? {
            Form::Present => Ok(Self { engine, folder: folder.to_owned(), random }),
            Form::None | Form::Earlier | Form::Later => {
                Err(OpenError::Earlier { folder: folder.to_owned() }.into())
            }
        }
    }

    /// By what a half-filled store knows that it comes from here.
    pub fn id(&self) -> io::Result<String> {
        self.store().id()
    }

    /// Where it went, if it is gone.
    pub fn gone(&self) -> io::Result<Option<Gone>> {
        let gone = |moved: Moved| Gone { to: moved.to.display().to_string(), counts: moved.counts };
        Ok(self.store().moved()?.map(gone))
    }

    /// From now on it is gone, and opens no more.
    pub fn leave(&self, gone: &Gone) -> io::Result<()> {
        let Gone { to, counts } = gone;
        self.store().leave(&Moved { to: PathBuf::from(to), counts: counts.clone() })?;
        let _moved = refuse_and_note(&self.engine, &self.folder);
        Ok(())
    }

    /// Hands over the rows of a pass, some at a time; how many values stood there of each kind.
    pub fn hand_over(
        &self,
        pass: Pass,
        old: &Opener,
        take: &mut dyn FnMut(Vec<Exported>) -> io::Result<()>,
    ) -> io::Result<Counts> {
        let mut counts = Counts::default();
        each(&self.engine, |rows| {
            let mut exported = Vec::new();
            for (key, value) in rows.into_iter().filter(|(key, _)| pass_of(key) == pass) {
                let opened = keys::sealed_place(&key, |place: &Place<'_>| old(place, &value));
                counts.unopened += u64::from(matches!(opened, Some(Err(_))));
                let found = match opened {
                    Some(Ok(plain)) => export(&key, &plain),
                    Some(Err(_)) => Vec::new(),
                    None => export(&key, &value),
                };
                if !found.is_empty() {
                    *counts.values.entry(keys::kind_of(&key).to_owned()).or_default() += 1;
                }
                exported.extend(found);
            }
            if exported.is_empty() { Ok(()) } else { take(exported) }
        })?;
        Ok(counts)
    }

    fn store(&self) -> Store<'_, SledEngine> {
        Store { engine: &self.engine, random: self.random }
    }
}

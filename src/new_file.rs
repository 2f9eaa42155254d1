//! A file that is written beside its place and put there whole: what is there already is never overwritten.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum NoFile {
    /// Something is there.
    #[error("{} is there already, and nothing is overwritten: name another file", file.display())]
    InTheWay {
        /// What.
        file: PathBuf,
    },
    /// Somebody else writes the same file.
    #[error("{} is being written by another process: name another file", file.display())]
    Contended {
        /// Which.
        file: PathBuf,
    },
    /// It cannot be written.
    #[error("{} cannot be written", file.display())]
    NotWritten {
        /// Which.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// A file in the making; unless it is put in its place, nothing is left of it.
pub struct NewFile {
    place: PathBuf,
    /// Where it is written.
    path: PathBuf,
    file: File,
}

impl NewFile {
    /// Begins one, for its owner alone. What a process left that was killed while it wrote the same is taken away.
    ///
    /// # Errors
    /// Fails where something is in its place, and where no file can be made beside it.
    pub fn begin(place: &Path) -> Result<Self, NoFile> {
        if fs::symlink_metadata(place).is_ok() {
            return Err(NoFile::InTheWay { file: place.to_owned() });
        }
        let path = place.with_added_extension("new");
        let made = match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => File::options().write(true).create_new(true).mode(0o600).open(&path),
        };
        let file = made.map_err(not_written(place))?;
        Ok(Self { place: place.to_owned(), path, file })
    }

    /// Where it is written.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Another handle to write it with.
    ///
    /// # Errors
    /// Fails where the system gives none.
    pub fn writer(&self) -> Result<File, NoFile> {
        self.file.try_clone().map_err(not_written(&self.place))
    }

    /// Makes it durable.
    ///
    /// # Errors
    /// Fails where the disk does.
    pub fn sync(&self) -> Result<(), NoFile> {
        self.file.sync_all().map_err(not_written(&self.place))
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// Fails where something has come to be there meanwhile.
    pub fn put(self) -> Result<(), NoFile> {
        if !self.is_ours().map_err(not_written(&self.place))? {
            return Err(NoFile::Contended { file: self.place.clone() });
        }
        match fs::hard_link(&self.path, &self.place) {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(NoFile::InTheWay { file: self.place.clone() });
            }
            // There are file systems where a file has one name only.
            Err(_) => fs::rename(&self.path, &self.place).map_err(not_written(&self.place))?,
        }
        sync_folder(&self.place).map_err(not_written(&self.place))
    }

    fn is_ours(&self) -> io::Result<bool> {
        match fs::symlink_metadata(&self.path) {
            Ok(there) => Ok(there.ino() == self.file.metadata()?.ino()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.is_ours().unwrap_or(false) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn sync_folder(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn not_written(file: &Path) -> impl FnOnce(io::Error) -> NoFile {
    let file = file.to_owned();
    |source| NoFile::NotWritten { file, source }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let items = fs::read_dir(folder).unwrap().map(|item| item.unwrap().file_name());
        let mut names: Vec<_> = items.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_there_whole_and_its_owners_alone_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("backup");
        fs::write(folder.path().join("backup.new"), "of a process that was killed").unwrap();
        let new = NewFile::begin(&place).unwrap();
        new.writer().unwrap().write_all(b"whole").unwrap();
        assert_eq!(names(folder.path()), ["backup.new"]);
        new.put().unwrap();
        assert_eq!(
            (names(folder.path()), fs::read(&place).unwrap()),
            (vec!["backup".to_owned()], b"whole".to_vec())
        );
        assert_eq!(fs::metadata(&place).unwrap().permissions().mode() & 0o777, 0o600);
        drop(NewFile::begin(&folder.path().join("other")).unwrap());
        assert_eq!(names(folder.path()), ["backup"]);
    }

    #[test]
    fn what_is_there_stays_also_where_it_came_a_moment_ago() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("backup");
        let new = NewFile::begin(&place).unwrap();
        fs::write(&place, "of somebody else").unwrap();
        assert!(matches!(new.put(), Err(NoFile::InTheWay { .. })));
        assert!(matches!(NewFile::begin(&place), Err(NoFile::InTheWay { .. })));
        assert_eq!(fs::read_to_string(&place).unwrap(), "of somebody else");
        let (first, second) = (folder.path().join("x"), folder.path().join("x"));
        let (first, second) = (NewFile::begin(&first).unwrap(), NewFile::begin(&second).unwrap());
        assert!(matches!(first.put(), Err(NoFile::Contended { .. })));
        second.put().unwrap();
        assert_eq!(names(folder.path()), ["backup", "x"]);
    }
}

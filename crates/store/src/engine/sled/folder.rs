//! The folder of a sled database: making it, opening it, and mending what a crash can break.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use deskbell_domain::time::UnixMillis;

use super::database::{Open, is_lock_conflict, open_db, open_when_free};
use crate::open_error::OpenError;

/// For the owner only: customers are in it.
const PRIVATE_FOLDER: u32 = 0o700;
const PRIVATE_FILE: u32 = 0o600;

/// Makes the folder and finds out whether it can be written; answers where sled's files are. What is there already keeps
/// its mode, since an operator may have opened it to a group on purpose.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf, OpenError> {
    let files = folder.join("store");
    make_durably(&files).and_then(|()| try_to_write(&files)).map_err(|source| refusal(folder, source))?;
    refuse_links(folder, &files)?;
    Ok(files)
}

/// Files that are not there yet have no links among them.
pub(super) fn refuse_links(folder: &Path, files: &Path) -> Result<(), OpenError> {
    match link_in(files) {
        Ok(None) => Ok(()),
        Ok(Some(link)) => Err(OpenError::Link { link }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(OpenError::Failed { folder: folder.to_owned(), source }),
    }
}

/// Makes what is missing of a path, and brings the names of what was made to the disk: a store is gone with the name of
/// its folder.
fn make_durably(folder: &Path) -> io::Result<()> {
    let made = folder.ancestors().filter(|place| !place.as_os_str().is_empty());
    let made: Vec<_> = made.take_while(|place| !place.exists()).collect();
    DirBuilder::new().recursive(true).mode(PRIVATE_FOLDER).create(folder)?;
    made.into_iter().try_for_each(|place| File::open(above(place))?.sync_all())
}

/// The folder in which a path's last name stands.
fn above(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file is made anew: where a link stands in its place, the link is taken away and not what it leads to.
fn try_to_write(files: &Path) -> io::Result<()> {
    let probe = files.join(".writable");
    match fs::remove_file(&probe) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => File::options().write(true).create_new(true).mode(PRIVATE_FILE).open(&probe)?,
    };
    fs::remove_file(&probe)
}

/// A link among sled's files. sled makes none, and would write to whatever it leads to.
fn link_in(folder: &Path) -> io::Result<Option<PathBuf>> {
    for item in fs::read_dir(folder)? {
        let item = item?;
        let kind = item.file_type()?;
        let found = if kind.is_dir() { link_in(&item.path())? } else { None };
        if kind.is_symlink() || found.is_some() {
            return Ok(found.or_else(|| Some(item.path())));
        }
    }
    Ok(None)
}

fn refusal(folder: &Path, source: io::Error) -> OpenError {
    let user = rustix::process::geteuid().as_raw();
    let (files, folder) = (folder.join("store"), folder.to_owned());
    let there = nearest(&files);
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => OpenError::Failed { folder, source },
        _ if !there.is_dir() => OpenError::FileInTheWay { file: there.to_owned() },
        _ if folder.exists() => OpenError::NotWritable { folder, user, source },
        _ => OpenError::NotMade { place: there.to_owned(), folder, user, source },
    }
}

/// The path, or what is nearest above it, that is there.
fn nearest(path: &Path) -> &Path {
    let mut named = path.ancestors().filter(|place| !place.as_os_str().is_empty());
    named.find(|place| place.exists()).unwrap_or(Path::new("."))
}

/// Opens the database. A broken snapshot or `conf`, which a crash can leave behind and sled refuses, is thrown away
/// after a copy of everything was made: sled then reads its log from the start and misses nothing, and writes `conf`
/// anew, in which stands nothing but our settings.
pub(super) fn open_or_mend(folder: &Path, files: &Path, now: UnixMillis) -> Result<Open, OpenError> {
    match open_when_free(files) {
        Ok(open) => Ok(open),
        Err(error) if is_lock_conflict(&error) => Err(OpenError::InUse { folder: folder.to_owned() }),
        Err(error) if is_corruption(&error) => mend(folder, files, now, &error),
        Err(error) => Err(refusal_to_open(folder, error)),
    }
}

fn refusal_to_open(folder: &Path, error: io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => refusal(folder, error),
        _ => OpenError::Failed { folder: folder.to_owned(), source: error },
    }
}

fn mend(folder: &Path, files: &Path, now: UnixMillis, found: &io::Error) -> Result<Open, OpenError> {
    let failed = |source| OpenError::Failed { folder: folder.to_owned(), source };
    let copy = folder.join(format!("store.bad-{}", now.0));
    copy_folder(files, &copy).map_err(failed)?;
    tracing::warn!(error = %found, copy = %copy.display(), "the store was broken; a copy is kept and it is mended");
    remove_what_is_made_anew(files).map_err(failed)?;
    open_db(files).map_err(|source| OpenError::Broken { folder: folder.to_owned(), copy, source })
}

pub(super) fn is_corruption(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData
}

/// The copy is a new folder; files keep their modes.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    DirBuilder::new().mode(PRIVATE_FOLDER).create(to)?;
    for item in fs::read_dir(from)? {
        let item = item?;
        let target = to.join(item.file_name());
        if item.file_type()?.is_dir() {
            copy_folder(&item.path(), &target)?;
        } else {
            fs::copy(item.path(), target)?;
        }
    }
    Ok(())
}

fn remove_what_is_made_anew(files: &Path) -> io::Result<()> {
    match fs::remove_file(files.join("conf")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => remove_snapshots(files),
    }
}

pub(super) fn remove_snapshots(files: &Path) -> io::Result<()> {
    for item in fs::read_dir(files)? {
        let item = item?;
        if item.file_name().to_string_lossy().starts_with("snap.") {
            fs::remove_file(item.path())?;
        }
    }
    File::open(files)?.sync_all()
}

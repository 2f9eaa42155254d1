//! Reading a backup.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::{ANY_MAGIC, DIGEST_BYTES, END, LENGTH_BYTES, MAGIC, PUT, REMOVED};

/// How much of a file is read at once.
const PIECE: usize = 64 << 10;

/// Why a file cannot be restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It is something else.
    #[error("{} is no backup of Deskbell", file.display())]
    NoBackup {
        /// The file.
        file: PathBuf,
    },
    /// It was made by a later version.
    #[error("{} was made by a later version of Deskbell", file.display())]
    TooNew {
        /// The file.
        file: PathBuf,
    },
    /// It is cut off, or was changed.
    #[error("{} is not whole: its writing was broken off, or something changed it since. Take another backup", file.display())]
    NotWhole {
        /// The file.
        file: PathBuf,
    },
    /// It cannot be read.
    #[error("{} cannot be read", file.display())]
    NotRead {
        /// The file.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
}

/// A backup that is whole.
#[derive(Debug)]
pub struct BackupFile {
    path: PathBuf,
    /// Where the rows end.
    rows_end: u64,
    keys: Vec<u8>,
    digest: [u8; DIGEST_BYTES],
}

impl BackupFile {
    /// Reads a file to its end, and finds out whether it is a backup and whole.
    pub fn open(path: &Path) -> Result<Self, BackupError> {
        let not_read = |source| BackupError::NotRead { file: path.to_owned(), source };
        let mut file = File::open(path).map_err(not_read)?;
        let length = file.metadata().map_err(not_read)?.len();
        refuse_something_else(path, &mut file)?;
        let digest = whole(&mut file, length).map_err(not_read)?;
        let not_whole = || BackupError::NotWhole { file: path.to_owned() };
        let digest = digest.ok_or_else(not_whole)?;
        let (keys, rows_end) = keys(&mut file, length).map_err(not_read)?.ok_or_else(not_whole)?;
        Ok(Self { path: path.to_owned(), rows_end, keys, digest })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The keys of the workspaces, as their file held them.
    pub fn keys(&self) -> &[u8] {
        &self.keys
    }

    /// By what it is told from others.
    pub(crate) fn id(&self) -> String {
        let words =
            self.digest.chunks(8).map(|word| word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)));
        words.map(|word| format!("{word:016x}")).collect::<Vec<_>>().concat()
    }

    /// Hands over every row, and every key under which nothing is any more, in the order in which they count.
    pub(crate) fn rows(
        &self,
        mut take: impl FnMut(Vec<u8>, Option<Vec<u8>>) -> io::Result<()>,
    ) -> io::Result<()> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(MAGIC.len() as u64))?;
        let mut rows = BufReader::new(file).take(self.rows_end - MAGIC.len() as u64);
        while let Some(kind) = next_byte(&mut rows)? {
            let key_length = length(&mut rows)?;
            let value_length = match kind {
                PUT => Some(length(&mut rows)?),
                REMOVED => None,
                _ => return Err(io::ErrorKind::InvalidData.into()),
            };
            let key = bytes(&mut rows, key_length)?;
            let value = value_length.map(|length| bytes(&mut rows, length)).transpose()?;
            take(key, value)?;
        }
        Ok(())
    }
}

fn refuse_something_else(path: &Path, file: &mut File) -> Result<(), BackupError> {
    let (mut start, file_name) = (Vec::new(), path.to_owned());
    let read = file.take(MAGIC.len() as u64).read_to_end(&mut start);
    match read {
        Ok(_) if start == MAGIC => Ok(()),
        // An empty file, or one that was cut off at once.
        Ok(_) if MAGIC.starts_with(&start) => Err(BackupError::NotWhole { file: file_name }),
        Ok(_) if start.starts_with(ANY_MAGIC) => Err(BackupError::TooNew { file: file_name }),
        Ok(_) => Err(BackupError::NoBackup { file: file_name }),
        Err(source) => Err(BackupError::NotRead { file: file_name, source }),
    }
}

/// The digest that a file ends with, if it is that of all before it.
fn whole(file: &mut File, length: u64) -> io::Result<Option<[u8; DIGEST_BYTES]>> {
    let Some(content) = length.checked_sub(DIGEST_BYTES as u64) else { return Ok(None) };
    file.seek(SeekFrom::Start(0))?;
    let mut left = (&mut *file).take(content);
    let (mut digest, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match left.read(&mut piece)? {
            0 => break,
            read => digest.update(&piece[..read]),
        }
    }
    let mut expected = [0; DIGEST_BYTES];
    file.read_exact(&mut expected)?;
    Ok((digest.finalize()[..] == expected).then_some(expected))
}

/// The keys of the workspaces, and where the rows before them end.
fn keys(file: &mut File, length: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
    let Some(at) = length.checked_sub((DIGEST_BYTES + LENGTH_BYTES) as u64) else { return Ok(None) };
    file.seek(SeekFrom::Start(at))?;
    let keys_length = self::length(file)?;
    let Some(rows_end) = at.checked_sub(u64::from(keys_length) + 1) else { return Ok(None) };
    file.seek(SeekFrom::Start(rows_end))?;
    let is_end = next_byte(file)? == Some(END) && rows_end >= MAGIC.len() as u64;
    Ok(if is_end { Some((bytes(file, keys_length)?, rows_end)) } else { None })
}

fn next_byte(from: &mut impl Read) -> io::Result<Option<u8>> {
    let mut byte = [0];
    Ok(if from.read(&mut byte)? == 0 { None } else { Some(byte[0]) })
}

fn length(from: &mut impl Read) -> io::Result<u32> {
    let mut length = [0; LENGTH_BYTES];
    from.read_exact(&mut length)?;
    Ok(u32::from_be_bytes(length))
}

/// So many bytes; memory is taken only for those that are there.
fn bytes(from: &mut impl Read, length: u32) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == u64::from(length) { Ok(bytes) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

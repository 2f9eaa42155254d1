//! Writing a backup.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::{END, LENGTH_BYTES, MAGIC, PUT, REMOVED};

/// A backup in the making. Without [`BackupWriter::finish`] what was written counts for nothing.
pub(crate) struct BackupWriter<'a> {
    out: &'a mut dyn Write,
    digest: Sha256,
}

impl<'a> BackupWriter<'a> {
    pub(crate) fn begin(out: &'a mut dyn Write) -> io::Result<Self> {
        let mut writer = Self { out, digest: Sha256::new() };
        writer.write(MAGIC)?;
        Ok(writer)
    }

    /// What stands under a key now.
    pub(crate) fn row(&mut self, key: &[u8], value: Option<&[u8]>) -> io::Result<()> {
        if let Some(value) = value {
            self.write(&[&[PUT][..], &length(key)?, &length(value)?].concat())?;
            self.write(key)?;
            self.write(value)
        } else {
            self.write(&[&[REMOVED][..], &length(key)?].concat())?;
            self.write(key)
        }
    }

    /// The end, with the keys of the workspaces as their file holds them.
    pub(crate) fn finish(mut self, keys: &[u8]) -> io::Result<()> {
        self.write(&[END])?;
        self.write(keys)?;
        self.write(&length(keys)?)?;
        self.out.write_all(&self.digest.finalize())?;
        self.out.flush()
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.digest.update(bytes);
        self.out.write_all(bytes)
    }
}

fn length(bytes: &[u8]) -> io::Result<[u8; LENGTH_BYTES]> {
    u32::try_from(bytes.len()).map(u32::to_be_bytes).map_err(io::Error::other)
}

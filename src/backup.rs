//! `deskbell backup`: one file that holds the whole store at one moment, taken while the bot runs, or of a store that
//! no bot uses.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_store::{BackupError, BackupFile, CopyError, back_up_closed};
use deskbell_store_postgres::Address;
use tokio::io::{AsyncRead, AsyncReadExt as _};

use crate::new_file::{NewFile, NoFile};
use crate::private_files::shell_word;
use crate::socket::{self, NoAnswer, Request};
use crate::terminal;

/// How much is taken at once of what the bot sends.
const PIECE: usize = 64 << 10;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
enum NoBackup {
    #[error(transparent)]
    File(#[from] NoFile),
    #[error(transparent)]
    Copy(#[from] CopyError),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("the bot broke it off, or ended meanwhile: its log says why. Try again")]
    BrokenOff,
    #[error(transparent)]
    Unusable(#[from] BackupError),
    #[error("the backup cannot be written")]
    NotWritten(#[from] io::Error),
}

/// Takes one; the exit code is 1 where there is none.
pub async fn run(folder: &Path, file: &Path, clock: &dyn Clock) -> ExitCode {
    match take(folder, file, clock.now()).await {
        Ok(bytes) => {
            terminal::say(&taken(file, bytes));
            ExitCode::SUCCESS
        }
        Err(why) => terminal::refuse(&format!("No backup was taken: {}", terminal::with_causes(&why))),
    }
}

/// How a store in a database is copied, which that does itself.
pub fn of_database(address: &Address) -> String {
    let Address { hosts, user, database, .. } = address;
    let host = hosts.first().map_or_else(String::new, |host| format!(" -h {} -p {}", host.name, host.port));
    format!(
        "No backup was taken: the store is in a database, which makes its own. While the bot runs, type: pg_dump{host} -U \
         {user} -Fc -f {database}.dump {database}. To restore it, stop the bot, make an empty database and type: \
         pg_restore{host} -U {user} -d {database} {database}.dump. Its customers are sealed: keep DESKBELL_KEY apart from it, \
         or nobody can read them."
    )
}

fn taken(file: &Path, bytes: u64) -> String {
    format!(
        "{} holds the whole store ({bytes} bytes), but not its key: keep that apart from it. To restore it: deskbell \
         migrate {} sled:FOLDER",
        file.display(),
        shell_word(file)
    )
}

async fn take(folder: &Path, file: &Path, now: UnixMillis) -> Result<u64, NoBackup> {
    let new = NewFile::begin(file)?;
    match socket::ask(folder, Request::Backup).await {
        Ok(answer) => receive(answer, new.writer()?).await?,
        Err(NoAnswer::NobodyThere) => take_closed(folder.to_owned(), new.writer()?, now).await?,
        Err(other) => return Err(other.into()),
    }
    new.sync()?;
    let bytes = new.writer()?.metadata()?.len();
    match BackupFile::open(new.path()) {
        Ok(_whole) => {}
        Err(BackupError::NotWhole { .. }) => return Err(NoBackup::BrokenOff),
        Err(other) => return Err(other.into()),
    }
    new.put()?;
    Ok(bytes)
}

async fn receive(mut answer: impl AsyncRead + Unpin, mut to: File) -> io::Result<()> {
    let mut piece = vec![0; PIECE];
    loop {
        match answer.read(&mut piece).await? {
            0 => return Ok(()),
            read => to.write_all(&piece[..read])?,
        }
    }
}

async fn take_closed(folder: PathBuf, to: File, now: UnixMillis) -> Result<(), NoBackup> {
    let copying = move || back_up_closed(&folder, now, &mut BufWriter::new(to));
    Ok(tokio::task::spawn_blocking(copying).await.map_err(io::Error::other)??)
}

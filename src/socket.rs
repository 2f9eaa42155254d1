//! The socket in the store's folder through which whoever runs the bot asks it something: `deskbell ps` and
//! `deskbell backup`.
//!
//! One line asks. The answer is a line `ok` and what was asked for, or a line `no` with a sentence that says why; then
//! the connection ends. Only the user that runs the bot, and root, get at it.

mod server;

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::time::timeout;

pub use self::server::{Answers, Server};

const NAME: &str = "deskbell.sock";
/// The system takes no path of a socket that is longer.
const LONGEST_PATH: usize = 100;
/// How long the bot may take until it begins to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the first line of an answer may be.
const LONGEST_LINE: u64 = 4 << 10;
const YES: &str = "ok";
const NO: &str = "no ";

/// What can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Request {
    /// How the workspaces are.
    Ps,
    /// How the HTTP door is, and what was heard there.
    Door,
    /// A copy of the store.
    Backup,
}

impl Request {
    const ALL: [Self; 3] = [Self::Ps, Self::Door, Self::Backup];

    fn line(self) -> &'static str {
        match self {
            Self::Ps => "ps\n",
            Self::Door => "door\n",
            Self::Backup => "backup\n",
        }
    }

    fn read(line: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|request| request.line() == line)
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// No bot runs with this store.
    #[error("no bot runs")]
    NobodyThere,
    /// The bot says why not.
    #[error("{0}")]
    Refused(String),
    /// The bot is there, and says nothing.
    #[error("the bot is there, and has not answered for a minute: deskbell health says how it is")]
    Silent,
    /// The bot is there, and cannot be asked.
    #[error("the bot cannot be asked: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for NoAnswer {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

/// Where the socket of a store's folder is.
pub fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// Asks the bot that runs with a store; what follows the first line of its answer is still to be read.
///
/// # Errors
/// Fails where no bot runs, where it refuses, and where it ends meanwhile.
pub async fn ask(folder: &Path, request: Request) -> Result<BufReader<UnixStream>, NoAnswer> {
    let mut stream = match connect(folder).await {
        Ok(stream) => stream,
        Err(error) if is_nobody(&error) => return Err(NoAnswer::NobodyThere),
        Err(error) => return Err(error.into()),
    };
    stream.write_all(request.line().as_bytes()).await?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    let mut first = (&mut answer).take(LONGEST_LINE);
    timeout(PATIENCE, first.read_line(&mut line)).await.map_err(|_| NoAnswer::Silent)??;
    match line.trim_end() {
        YES => Ok(answer),
        "" => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        line => Err(NoAnswer::Refused(line.strip_prefix(NO).unwrap_or(line).to_owned())),
    }
}

async fn connect(folder: &Path) -> io::Result<UnixStream> {
    let (_held, path) = reachable(folder)?;
    UnixStream::connect(path).await
}

/// The socket's path in a form that the system takes: where it is long, through the folder as this process has it open,
/// for as long as that is held.
fn reachable(folder: &Path) -> io::Result<(Option<File>, PathBuf)> {
    let path = path(folder);
    if path.as_os_str().len() <= LONGEST_PATH {
        return Ok((None, path));
    }
    let held = File::open(folder)?;
    let path = PathBuf::from(format!("/proc/self/fd/{}/{NAME}", held.as_raw_fd()));
    Ok((Some(held), path))
}

/// A folder without a socket, or with one that a bot left which was killed.
fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

#[cfg(test)]
mod tests;

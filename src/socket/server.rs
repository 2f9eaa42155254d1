//! The bot's side of the socket.

use std::fs::{self, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_store::{Copier, CopyError};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{NO, Request, YES, path, reachable};

/// How many are answered at once; more wait.
const CONNECTIONS: usize = 4;
/// How long a request may be.
const LONGEST_REQUEST: u64 = 64;
/// How long the other side may take to ask, and to take a piece of the answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a system that has no connection to give is left alone.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// How much of a backup is sent at once, and how many pieces are ready while one is sent.
const PIECE: usize = 64 << 10;
const PIECES: usize = 4;

/// Who knows the answers.
#[async_trait]
pub trait Answers: Send + Sync + 'static {
    /// How each workspace is, a line of JSON each; or why that cannot be told.
    async fn lines(&self) -> Result<Vec<String>, String>;

    /// How the HTTP door is, a line of JSON.
    fn door(&self) -> String;

    /// What takes copies of the store.
    fn copier(&self) -> Option<Copier>;
}

/// The socket, for as long as this is there.
pub struct Server {
    listener: UnixListener,
    path: PathBuf,
}

impl Server {
    /// Makes the socket. One that is there was left by a bot that was killed: whoever makes one holds the store's lock.
    ///
    /// # Errors
    /// Fails where something else stands in its place, and where the system makes none.
    pub fn bind(folder: &Path) -> io::Result<Self> {
        let path = path(folder);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.file_type().is_socket() => fs::remove_file(&path)?,
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let (_held, short) = reachable(folder)?;
        let listener = UnixListener::bind(short)?;
        let server = Self { listener, path };
        fs::set_permissions(&server.path, Permissions::from_mode(0o600))?;
        Ok(server)
    }

    /// Answers until shutdown, and then ends what is under way.
    pub async fn run(self, answers: Arc<dyn Answers>, shutdown: CancellationToken) {
        let (places, connections) = (Arc::new(Semaphore::new(CONNECTIONS)), TaskTracker::new());
        loop {
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                (stream, place) = next(&self.listener, &places) => {
                    connections.spawn(serve(stream, place, answers.clone(), shutdown.clone()));
                }
            }
        }
        connections.close();
        connections.wait().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The next connection, once there is a place for it.
async fn next(listener: &UnixListener, places: &Arc<Semaphore>) -> (UnixStream, OwnedSemaphorePermit) {
    let place = places.clone().acquire_owned().await.expect("nobody closes it");
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

async fn serve(
    stream: UnixStream,
    place: OwnedSemaphorePermit,
    answers: Arc<dyn Answers>,
    shutdown: CancellationToken,
) {
    tokio::select! {
        biased;
        () = shutdown.cancelled() => {}
        // Who asked and has gone again needs no answer.
        _gone = answer(stream, answers) => {}
    }
    drop(place);
}

async fn answer(mut stream: UnixStream, answers: Arc<dyn Answers>) -> io::Result<()> {
    let mut line = String::new();
    let mut asked = BufReader::new(&mut stream).take(LONGEST_REQUEST);
    timeout(PATIENCE, asked.read_line(&mut line)).await??;
    match Request::read(&line) {
        Some(Request::Ps) => match answers.lines().await {
            Ok(lines) => {
                let lines: String = lines.into_iter().map(|line| line + "\n").collect();
                send(&mut stream, format!("{YES}\n{lines}").as_bytes()).await
            }
            Err(why) => refuse(&mut stream, &why).await,
        },
        Some(Request::Door) => send(&mut stream, format!("{YES}\n{}\n", answers.door()).as_bytes()).await,
        Some(Request::Backup) => match answers.copier() {
            Some(copier) => send_backup(&mut stream, copier).await,
            None => refuse(&mut stream, "this store is not on a disk").await,
        },
        None => refuse(&mut stream, "the bot that runs is of another version, and does not know that").await,
    }
}

async fn send_backup(stream: &mut UnixStream, copier: Copier) -> io::Result<()> {
    let (sender, mut pieces) = mpsc::channel(PIECES);
    let copying = tokio::task::spawn_blocking(move || copy(&copier, sender));
    let mut start = Some(format!("{YES}\n").into_bytes());
    while let Some(piece) = pieces.recv().await {
        let piece = [start.take().unwrap_or_default(), piece].concat();
        send(stream, &piece).await?;
    }
    match copying.await.map_err(io::Error::other)? {
        Ok(()) => tracing::info!("a backup of the store was taken"),
        Err(error) if start.is_some() => return refuse(stream, &error.to_string()).await,
        // Nobody takes what has no end for a backup.
        Err(error) => tracing::warn!(%error, "a backup of the store was broken off"),
    }
    Ok(())
}

/// What was not sent when a copy fails is thrown away, so that the reason can be.
fn copy(copier: &Copier, sender: mpsc::Sender<Vec<u8>>) -> Result<(), CopyError> {
    let mut out = BufWriter::with_capacity(PIECE, Pieces(sender));
    let copied = copier.copy(&mut out);
    let _ = out.into_parts();
    copied
}

/// Hands a copy on piece by piece, and waits where the other side is slow.
struct Pieces(mpsc::Sender<Vec<u8>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.0.blocking_send(bytes.to_vec());
        sent.map(|()| bytes.len()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn refuse(stream: &mut UnixStream, why: &str) -> io::Result<()> {
    send(stream, format!("{NO}{why}\n").as_bytes()).await
}

async fn send(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    timeout(PATIENCE, stream.write_all(bytes)).await?
}

//! The sealed keys of the workspaces, which stand in the database beside what they open.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio_postgres::Client;

use crate::address::Address;
use crate::pool::config;
use crate::sql::statements;
use crate::tls::Verified;
use crate::transaction::typed;
use crate::value::call;

statements!("keys.sql": KEPT KEEP_FIRST KEEP_NEXT);

/// Puts other keys in the place of those that stand there.
pub type Keep = Box<dyn Fn(&[u8]) -> io::Result<()> + Send + Sync>;

/// How long writing them may take in all.
const TO_WRITE: Duration = Duration::from_secs(10);

/// The row, and what may stand in it as far as this process knows: what was read or written last, and what was written
/// since without an acknowledgement. Whoever wrote anything else meanwhile is not written over.
struct KeptKeys {
    address: Address,
    ours: Mutex<Vec<Option<String>>>,
}

/// Puts other keys into the row, where nothing but the known ones stands there.
pub(crate) fn keep(address: Address, known: Option<String>) -> Keep {
    let row = KeptKeys { address, ours: Mutex::new(vec![known]) };
    Box::new(move |keys| row.put(keys))
}

impl KeptKeys {
    /// Called where a workspace is new or goes, and by whoever cannot wait otherwise: it has a thread and a connection of
    /// its own, and takes as long as these.
    fn put(&self, keys: &[u8]) -> io::Result<()> {
        let keys = String::from_utf8(keys.to_vec()).map_err(io::Error::other)?;
        let mut ours = self.ours.lock().unwrap_or_else(PoisonError::into_inner);
        let written = thread::scope(|scope| scope.spawn(|| self.write(&ours, &keys)).join());
        let written = written.map_err(|_| io::Error::other("writing the keys was broken off")).flatten();
        if written.is_ok() {
            ours.clear();
        }
        ours.push(Some(keys));
        written
    }

    fn write(&self, ours: &[Option<String>], keys: &str) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let tls = Verified::of(&self.address.tls)?;
            let written = async {
                let (client, connection) =
                    config(&self.address).connect(tls).await.map_err(io::Error::other)?;
                let written = async move {
                    let written = replace(&client, ours, keys).await;
                    drop(client);
                    written
                };
                tokio::join!(written, connection).0
            };
            let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the database does not answer");
            tokio::time::timeout(TO_WRITE, written).await.map_err(late)?
        })
    }
}

async fn replace(client: &Client, ours: &[Option<String>], keys: &str) -> io::Result<()> {
    let present = present(client).await?;
    if !ours.contains(&present) {
        return Err(io::Error::other("another process has written keys into the database meanwhile"));
    }
    let write = match present {
        None => call!(KEEP_FIRST, *keys),
        Some(present) => call!(KEEP_NEXT, present, *keys),
    };
    let written = typed(client, &write).await.map_err(io::Error::other)?;
    if written.is_empty() {
        return Err(io::Error::other("another process writes keys into the database"));
    }
    Ok(())
}

async fn present(client: &Client) -> io::Result<Option<String>> {
    let rows = typed(client, &call!(KEPT)).await.map_err(io::Error::other)?;
    Ok(rows.first().and_then(|row| row.try_get("value").ok()))
}

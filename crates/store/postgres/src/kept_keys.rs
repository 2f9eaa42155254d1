//! The sealed keys of the workspaces, which stand in the database beside what they open.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::thread;

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

/// The row, and what stood in it when it was last read or written: whoever wrote it meanwhile is not written over.
struct KeptKeys {
    address: Address,
    known: Mutex<Option<String>>,
}

/// Puts other keys into the row, where the known ones still stand there.
pub(crate) fn keep(address: Address, known: Option<String>) -> Keep {
    let row = KeptKeys { address, known: Mutex::new(known) };
    Box::new(move |keys| row.put(keys))
}

impl KeptKeys {
    /// Called where a workspace is new or goes, and by whoever cannot wait otherwise: it has a thread and a connection of
    /// its own, and takes as long as these.
    fn put(&self, keys: &[u8]) -> io::Result<()> {
        let keys = String::from_utf8(keys.to_vec()).map_err(io::Error::other)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let written = thread::scope(|scope| scope.spawn(|| self.write(known.as_deref(), &keys)).join());
        written.map_err(|_| io::Error::other("writing the keys was broken off"))??;
        *known = Some(keys);
        Ok(())
    }

    fn write(&self, known: Option<&str>, keys: &str) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let tls = Verified::of(&self.address.tls)?;
            let (client, connection) = config(&self.address).connect(tls).await.map_err(io::Error::other)?;
            let (written, _) = tokio::join!(replace(client, known, keys), connection);
            written
        })
    }
}

/// One that was written without an acknowledgement stands there.
async fn replace(client: Client, known: Option<&str>, keys: &str) -> io::Result<()> {
    let write = match known {
        None => call!(KEEP_FIRST, *keys),
        Some(known) => call!(KEEP_NEXT, *known, *keys),
    };
    typed(&client, &write).await.map_err(io::Error::other)?;
    let rows = typed(&client, &call!(KEPT)).await.map_err(io::Error::other)?;
    let present: Option<String> = rows.first().and_then(|row| row.try_get("value").ok());
    if present.as_deref() == Some(keys) {
        return Ok(());
    }
    Err(io::Error::other("another process has written keys into the database meanwhile"))
}

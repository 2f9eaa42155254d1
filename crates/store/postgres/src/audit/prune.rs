//! Entries that are old enough go, and a checkpoint says how far.

use deskbell_domain::audit::chain::{Checkpoint, Head, Link};
use deskbell_domain::audit::entry::Book;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{PrunedAudit, Stored};
use deskbell_domain::time::UnixMillis;

use super::scribe;
use crate::cells::Cells as _;
use crate::failure::{Attempt, Failure};
use crate::of_nobody::nobody;
use crate::sql::statements;
use crate::store::PostgresStore;
use crate::transaction::Transaction;
use crate::value::{call, json};

statements!("audit.sql": BOOK DUE OLD_ENTRIES FORGET_ENTRIES FORGET_TARGET EDIT_BOOK);

/// How many entries of a server go in one write.
const ENTRIES: u64 = 500;
/// How many servers are looked at in one call.
const SERVERS: usize = 20;

pub(super) async fn prune(store: &PostgresStore, before: UnixMillis) -> Stored<PrunedAudit> {
    // One more than are pruned in a call.
    let due = store
        .read_rows(call!(DUE, before, SERVERS as u64 + 1), |rows| {
            rows.iter().map(|row| row.number("guild").map(GuildId)).collect::<Attempt<Vec<_>>>()
        })
        .await?;
    let are_left = due.len() > SERVERS;
    let mut pruned = PrunedAudit::default();
    for guild in due.into_iter().take(SERVERS) {
        let work = |transaction| async move { prune_server(store, &transaction, guild, before).await };
        let entries = store.write_once(&nobody(), work).await?;
        pruned.entries += entries;
        pruned.more |= entries == ENTRIES;
    }
    // One that cannot be read stays due: it must not be asked for without end.
    pruned.more |= are_left && pruned.entries > 0;
    Ok(pruned)
}

/// An entry that cannot be read stands in the way: it is not thrown away unread, or nobody would hear of it.
async fn prune_server(
    store: &PostgresStore,
    transaction: &Transaction,
    guild: GuildId,
    before: UnixMillis,
) -> Attempt<u64> {
    let look = [call!(BOOK, guild), call!(OLD_ENTRIES, guild, ENTRIES)];
    let [rows, old] = transaction.look(look).await?;
    let key = scribe::key(&store.bodies, guild, rows.first())?;
    let Some((book, key)) = scribe::book(rows.first())?.zip(key) else { return Ok(0) };
    let (mut entries, mut last) = (0, None);
    for row in &old {
        let link: Link =
            serde_json::from_str(&row.text("link")?).map_err(|_| Failure::unreadable("audit"))?;
        let Some(at) = link.at().filter(|at| *at < before) else { break };
        let seq = row.number("seq")?;
        if let Some(workspace) = row.text_or_none("workspace")? {
            transaction.write(call!(FORGET_TARGET, workspace, guild, seq));
        }
        last = Some((Head { seq, mac: link.mac }, at));
        entries += 1;
    }
    if let Some((head, at)) = last {
        let checkpoint = Checkpoint::behind(head, at, &key.of_checkpoint(head.seq));
        transaction.write(call!(FORGET_ENTRIES, guild, head.seq));
        let book = Book { checkpoint: Some(checkpoint), ..book };
        transaction.write(call!(EDIT_BOOK, guild, json(&book)));
    }
    Ok(entries)
}

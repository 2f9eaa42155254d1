//! Entries that are old enough go, and a checkpoint says how far.

use deskbell_domain::audit::chain::{AuditKey, Checkpoint, Head};
use deskbell_domain::audit::entry::Book;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{PrunedAudit, Stored};
use deskbell_domain::time::UnixMillis;

use super::scribe::LinkRecord;
use super::servers::servers;
use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::reader::{Reader, load_or_skip};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// How many entries of a server go in one write.
const ENTRIES: usize = 500;
/// How many servers are looked at in one call.
const SERVERS: usize = 20;

pub(super) async fn prune(store: &KvStore, before: UnixMillis) -> Stored<PrunedAudit> {
    let due = store.read(move |reader| due(reader, before)).await?;
    let are_left = due.len() > SERVERS;
    let mut pruned = PrunedAudit::default();
    for guild in due.into_iter().take(SERVERS) {
        let entries = store.write(move |writes| prune_server(writes, guild, before)).await?;
        pruned.entries += entries;
        pruned.more |= entries == ENTRIES as u64;
    }
    // One that cannot be read stays due: it must not be asked for without end.
    pruned.more |= are_left && pruned.entries > 0;
    Ok(pruned)
}

/// The servers whose first entry is old enough, and one more than are pruned in a call.
fn due(reader: &(impl Reader + ?Sized), before: UnixMillis) -> Stored<Vec<GuildId>> {
    let mut due = Vec::new();
    for guild in servers(reader)? {
        let first = reader.range(&keys::audit::all_entries(guild), 1, Direction::Ascending)?;
        if first.first().is_some_and(|(key, value)| is_older(key, value, before)) {
            due.push(guild);
        }
        if due.len() > SERVERS {
            break;
        }
    }
    Ok(due)
}

fn is_older(key: &[u8], value: &[u8], before: UnixMillis) -> bool {
    let record = codec::decode_or_skip::<LinkRecord>(key, value);
    record.and_then(|record| record.link.at()).is_some_and(|at| at < before)
}

/// An entry that cannot be read stands in the way: it is not thrown away unread, or nobody would hear of it.
fn prune_server(writes: &mut WriteBatch<'_>, guild: GuildId, before: UnixMillis) -> Stored<u64> {
    let (place, secret) = (keys::audit::book(guild), keys::audit::secret(guild));
    let book: Option<Book> = load_or_skip(writes, &place)?;
    let Some((book, key)) = book.zip(load_or_skip::<AuditKey>(writes, &secret)?) else { return Ok(0) };
    let rows = writes.range(&keys::audit::all_entries(guild), ENTRIES, Direction::Ascending)?;
    let old = rows.into_iter().take_while(|(key, value)| is_older(key, value, before));
    let (mut entries, mut last) = (0, None);
    for (row, value) in old {
        let record: LinkRecord = codec::decode(&row, &value)?;
        let seq = keys::last_number(&row);
        if let Some(workspace) = &record.workspace {
            writes.delete(keys::audit::target(workspace, guild, seq));
        }
        last = record.link.at().map(|at| (Head { seq, mac: record.link.mac }, at));
        writes.delete_raw(row);
        entries += 1;
    }
    if let Some((head, at)) = last {
        let checkpoint = Checkpoint::behind(head, at, &key.of_checkpoint(head.seq));
        writes.put(place, &Book { checkpoint: Some(checkpoint), ..book });
    }
    Ok(entries)
}

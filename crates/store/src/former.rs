//! The workspaces that a server had before, and where cards of them stand in it. When the server goes they go with the others,
//! although nothing else may be kept of those workspaces any more.

use std::collections::BTreeSet;

use deskbell_domain::delivery::PostedMessage;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, WorkspaceId};
use deskbell_domain::port::store::{Stored, Unwanted};

use crate::codec;
use crate::engine::Direction;
use crate::keys;
use crate::keys::former::{card, cards, former, formers, read_card, read_former};
use crate::reader::{Reader, Scan, scan};
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

/// How many rows are looked at in one write.
const ROWS: usize = 500;

/// The server has another workspace from now on.
pub(crate) fn note(writes: &mut WriteBatch<'_>, home: &Home) {
    writes.put(former(home), &());
}

/// The workspace that a server has, and those that it had before.
pub(crate) fn all_homes(reader: &(impl Reader + ?Sized), present: &Home) -> Stored<BTreeSet<Home>> {
    let mut homes = BTreeSet::from([present.clone()]);
    scan(reader, formers(present.guild).below(), |key, _| {
        homes.extend(read_former(present.guild, key).map(|id| Home::new(&id, present.guild)));
        Scan::Continue
    })?;
    Ok(homes)
}

/// The cards of a server that are known without their workspace.
pub(crate) fn cards_in(reader: &(impl Reader + ?Sized), guild: GuildId) -> Stored<BTreeSet<Unwanted>> {
    let mut found = BTreeSet::new();
    scan(reader, cards(guild).below(), |key, _| {
        found.extend(read_card(guild, key));
        Scan::Continue
    })?;
    Ok(found)
}

/// Some of them, which are known no more.
pub(crate) fn take_cards(writes: &mut WriteBatch<'_>, guild: GuildId) -> Stored<Vec<Unwanted>> {
    let rows = writes.range(&cards(guild).below(), ROWS, Direction::Ascending)?;
    let mut taken = Vec::new();
    for (key, _) in rows {
        taken.extend(read_card(guild, &key));
        writes.delete_raw(key);
    }
    Ok(taken)
}

/// Keeps where cards of a workspace stand that is to be erased, for the servers that had it before.
pub(crate) async fn keep_cards(store: &KvStore, workspace: &WorkspaceId) -> Stored<()> {
    let mut after = None;
    loop {
        let (workspace, last) = (workspace.clone(), after.take());
        after = store.write(move |writes| keep_some(writes, &workspace, last.as_deref())).await?;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Up to where it came, where that is not the end.
fn keep_some(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    after: Option<&[u8]>,
) -> Stored<Option<Vec<u8>>> {
    let all = keys::posted_messages(workspace).below();
    let range = after.map_or(all.clone(), |last| all.after(last));
    let rows = writes.range(&range, ROWS, Direction::Ascending)?;
    for (key, value) in &rows {
        let Some(posted) = codec::decode_or_skip::<PostedMessage>(key, value) else { continue };
        let home = Home::new(workspace, posted.guild);
        if writes.get(former(&home).as_bytes())?.is_some() {
            writes.put(card(Unwanted::from(&posted)), &());
        }
    }
    Ok(rows.last().map(|(key, _)| key.clone()).filter(|_| rows.len() == ROWS))
}

//! Hints, one row for each record that is worth a look; and up to where conversations were read by themselves.

use async_trait::async_trait;
use deskbell_domain::ids::{ConversationId, WorkspaceId};
use deskbell_domain::port::store::{Hint, Hinted, HintedKind, Inbox, Reading, Stored};
use deskbell_domain::time::Timestamp;

use crate::codec;
use crate::engine::Direction;
use crate::hidden;
use crate::keys::{self, Key};
use crate::reader::{Reader, load_or_skip};
use crate::records::HintRecord;
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl Inbox for KvStore {
    async fn hint(&self, workspace: &WorkspaceId, of: &Hinted) -> Stored<()> {
        let (key, of, heard_at) = (key(workspace, of), of.clone(), self.clock.now());
        let workspace = workspace.clone();
        self.write(move |writes| {
            if let Hinted::Contact(contact) = &of
                && hidden::is_erased(writes, &workspace, contact)?
            {
                return Ok(());
            }
            let known = load_or_skip::<HintRecord>(writes, &key)?.map_or(0, |known| known.times);
            writes.put(key, &HintRecord { of, heard_at, times: known.saturating_add(1) });
            Ok(())
        })
        .await
    }

    async fn hints(&self, workspace: &WorkspaceId, of: HintedKind, limit: usize) -> Stored<Vec<Hint>> {
        let range = keys::inbox::hints_of(workspace, tag(of)).below();
        self.read(move |reader| {
            let rows = Reader::range(reader, &range, limit, Direction::Ascending)?;
            let read = |(key, value): (Vec<u8>, Vec<u8>)| codec::decode_or_skip::<HintRecord>(&key, &value);
            Ok(rows.into_iter().filter_map(read).map(Hint::from).collect())
        })
        .await
    }

    async fn looked_at(&self, workspace: &WorkspaceId, hints: &[Hint], readings: &[Reading]) -> Stored<()> {
        let looked_at: Vec<_> = hints.iter().map(|hint| (key(workspace, &hint.of), hint.times)).collect();
        let read = readings.iter().map(|one| (keys::inbox::reading(workspace, &one.conversation), one.up_to));
        let read: Vec<_> = read.collect();
        self.write(move |writes| {
            for (key, up_to) in read {
                writes.put(key, &up_to);
            }
            for (key, times) in looked_at {
                if load_or_skip::<HintRecord>(writes, &key)?.is_none_or(|known| known.times == times) {
                    writes.delete(key);
                }
            }
            Ok(())
        })
        .await
    }

    async fn read_up_to(
        &self,
        workspace: &WorkspaceId,
        conversations: &[ConversationId],
    ) -> Stored<Vec<Option<Timestamp>>> {
        let keys: Vec<_> = conversations.iter().map(|id| keys::inbox::reading(workspace, id)).collect();
        self.read(move |reader| keys.iter().map(|key| load_or_skip(reader, key)).collect()).await
    }
}

/// Forgets up to where conversations were read that moved last before `limit`: no walk finds those again. Some rows a
/// call; answers where the next call goes on, if there is more.
pub(crate) fn prune_readings(
    writes: &mut WriteBatch<'_>,
    workspace: &WorkspaceId,
    limit: Timestamp,
    from: Option<Vec<u8>>,
    most: usize,
) -> Stored<Option<Vec<u8>>> {
    let mut range = keys::inbox::readings(workspace).below();
    if let Some(from) = from {
        range.start = from;
    }
    let rows = writes.range(&range, most, Direction::Ascending)?;
    let next = rows.last().filter(|_| rows.len() == most).map(|(key, _)| [key.as_slice(), &[0]].concat());
    for (key, value) in rows {
        if codec::decode_or_skip::<Timestamp>(&key, &value).is_none_or(|up_to| up_to < limit) {
            writes.delete_raw(key);
        }
    }
    Ok(next)
}

fn key(workspace: &WorkspaceId, of: &Hinted) -> Key {
    let id = match of {
        Hinted::Contact(id) => id.as_str(),
        Hinted::Conversation(id) => id.as_str(),
    };
    keys::inbox::hint(workspace, tag(of.kind()), id)
}

const fn tag(of: HintedKind) -> u8 {
    match of {
        HintedKind::Contact => b'c',
        HintedKind::Conversation => b'm',
    }
}

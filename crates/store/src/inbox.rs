//! Hints, one row for each record that is worth a look.

use async_trait::async_trait;
use deskbell_domain::ids::WorkspaceId;
use deskbell_domain::port::store::{Hint, Hinted, Inbox, Stored};

use crate::codec;
use crate::engine::Direction;
use crate::hidden;
use crate::keys::{self, Key};
use crate::reader::{Reader, load_or_skip};
use crate::records::HintRecord;
use crate::store::KvStore;

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

    async fn hints(&self, workspace: &WorkspaceId, limit: usize) -> Stored<Vec<Hint>> {
        let range = keys::inbox::hints(workspace).below();
        self.read(move |reader| {
            let rows = Reader::range(reader, &range, limit, Direction::Ascending)?;
            let read = |(key, value): (Vec<u8>, Vec<u8>)| codec::decode_or_skip::<HintRecord>(&key, &value);
            Ok(rows.into_iter().filter_map(read).map(Hint::from).collect())
        })
        .await
    }

    async fn looked_at(&self, workspace: &WorkspaceId, hints: &[Hint]) -> Stored<()> {
        let looked_at: Vec<_> = hints.iter().map(|hint| (key(workspace, &hint.of), hint.times)).collect();
        self.write(move |writes| {
            for (key, times) in looked_at {
                if load_or_skip::<HintRecord>(writes, &key)?.is_none_or(|known| known.times == times) {
                    writes.delete(key);
                }
            }
            Ok(())
        })
        .await
    }
}

fn key(workspace: &WorkspaceId, of: &Hinted) -> Key {
    match of {
        Hinted::Contact(id) => keys::inbox::hint(workspace, b'c', id.as_str()),
        Hinted::Conversation(id) => keys::inbox::hint(workspace, b'm', id.as_str()),
    }
}

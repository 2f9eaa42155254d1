//! Messages that are to be deleted, under their server.

use async_trait::async_trait;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{Deletions, Stored, Unwanted};

use crate::engine::Direction;
use crate::keys::erasure::{all_unwanted, read_unwanted, unwanted, unwanted_in};
use crate::reader::Reader;
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl Deletions for KvStore {
    async fn unwanted(&self, after: Option<Unwanted>, limit: usize) -> Stored<Vec<Unwanted>> {
        self.read(move |reader| {
            let all = all_unwanted().below();
            let range = match after {
                Some(last) => all.after(unwanted(last).as_bytes()),
                None => all,
            };
            let rows = Reader::range(reader, &range, limit, Direction::Ascending)?;
            Ok(rows.iter().filter_map(|(key, _)| read_unwanted(key)).collect())
        })
        .await
    }

    async fn unwanted_in(&self, guild: GuildId) -> Stored<Vec<Unwanted>> {
        self.read(move |reader| {
            let rows = Reader::range(reader, &unwanted_in(guild).below(), usize::MAX, Direction::Ascending)?;
            Ok(rows.iter().filter_map(|(key, _)| read_unwanted(key)).collect())
        })
        .await
    }

    async fn settled_deletion(&self, message: Unwanted) -> Stored<()> {
        self.write(move |writes| {
            writes.delete(unwanted(message));
            Ok(())
        })
        .await
    }
}

/// The message is to be deleted from now on.
pub(crate) fn delete_later(writes: &mut WriteBatch<'_>, message: Unwanted) {
    writes.put(unwanted(message), &());
}

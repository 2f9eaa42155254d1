//! Who may see customers: one list for each server.

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{AccessLists, ChangeOutcome, Stored};

use crate::keys;
use crate::reader::load;
use crate::store::KvStore;
use crate::write_batch::WriteBatch;

#[async_trait]
impl AccessLists for KvStore {
    async fn access(&self, home: &Home) -> Stored<Access> {
        let access = self.peek(|reader| load(reader, &keys::access(home.guild)))?;
        Ok(access.unwrap_or_default())
    }

    async fn change_access(&self, home: &Home, access: Access) -> Stored<ChangeOutcome> {
        let guild = home.guild;
        self.write(move |writes| change(writes, guild, access)).await
    }
}

fn change(writes: &mut WriteBatch<'_>, guild: GuildId, access: Access) -> Stored<ChangeOutcome> {
    let key = keys::access(guild);
    let present: Access = load(writes, &key)?.unwrap_or_default();
    let next = Access { version: access.version.wrapping_add(1), ..access };
    if present == next {
        return Ok(ChangeOutcome::Changed);
    }
    if present.version != access.version {
        return Ok(ChangeOutcome::Conflict);
    }
    writes.put(key, &next);
    Ok(ChangeOutcome::Changed)
}

//! Who may see customers: one list for each server.

use async_trait::async_trait;
use deskbell_domain::access::Access;
use deskbell_domain::audit::Deed;
use deskbell_domain::home::Home;
use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::{AccessLists, ChangeOutcome, Stored};

use crate::audit::scribe::Whose;
use crate::keys;
use crate::reader::load;
use crate::store::KvStore;
use crate::write_batch::WriteBatch;
use crate::written::Written;

#[async_trait]
impl AccessLists for KvStore {
    async fn access(&self, home: &Home) -> Stored<Access> {
        let access = self.peek(|reader| load(reader, &keys::access(home.guild)))?;
        Ok(access.unwrap_or_default())
    }

    async fn change_access(&self, home: &Home, access: Access, by: Option<Deed>) -> Stored<ChangeOutcome> {
        let (home, scribe) = (home.clone(), self.scribe());
        self.write(move |writes| {
            let changed = change(writes, home.guild, access)?;
            if changed == Written::Now {
                scribe.done(writes, Whose::of(&home), by)?;
            }
            Ok(changed.outcome())
        })
        .await
    }
}

fn change(writes: &mut WriteBatch<'_>, guild: GuildId, access: Access) -> Stored<Written> {
    let key = keys::access(guild);
    let present: Access = load(writes, &key)?.unwrap_or_default();
    let next = Access { version: access.version.wrapping_add(1), ..access };
    if present == next {
        return Ok(Written::Before);
    }
    if present.version != access.version {
        return Ok(Written::Not);
    }
    writes.put(key, &next);
    Ok(Written::Now)
}

//! Which servers have an audit.

use deskbell_domain::ids::GuildId;
use deskbell_domain::port::store::Stored;

use crate::engine::Direction;
use crate::keys;
use crate::reader::Reader;

/// Every server that has an audit.
pub(super) fn servers<R: Reader + ?Sized>(reader: &R) -> Stored<Vec<GuildId>> {
    let (mut servers, mut range) = (Vec::new(), keys::audit::all_audits().below());
    loop {
        let first = reader.range(&range, 1, Direction::Ascending)?;
        let Some(guild) = first.first().and_then(|(key, _)| keys::audit::server_of(key)) else {
            return Ok(servers);
        };
        servers.push(guild);
        range = keys::audit::audits_above(guild);
    }
}

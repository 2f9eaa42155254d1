//! `/access`: which roles may see customers.

use crate::access::Access;
use crate::ids::GuildId;
use crate::port::store::{ChangeOutcome, SettingsStore, Stored};

/// How often an edit is made anew; see [`service::notify`](crate::service::notify).
const TRIES: u32 = 20;

/// How an edit of the access list ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edited {
    /// It is written.
    Done(Access),
    /// It was so already.
    Needless(Access),
    /// Others changed it all the while.
    Contended,
}

/// Edits a server's access list; whoever was faster is not overwritten.
pub async fn edit(
    settings: &dyn SettingsStore,
    guild: GuildId,
    edit: impl Fn(&mut Access) + Send + Sync,
) -> Stored<Edited> {
    for _ in 0..TRIES {
        let present = settings.access(guild).await?;
        let mut wanted = present.clone();
        edit(&mut wanted);
        if wanted == present {
            return Ok(Edited::Needless(present));
        }
        if settings.change_access(guild, wanted.clone()).await? == ChangeOutcome::Changed {
            return Ok(Edited::Done(wanted));
        }
    }
    Ok(Edited::Contended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Grant;
    use crate::ids::RoleId;
    use crate::port::store::MockSettingsStore;

    const SALES: RoleId = RoleId(30);

    #[tokio::test]
    async fn two_people_who_add_a_role_at_once_both_succeed() {
        let mut settings = MockSettingsStore::new();
        let mut reads = 0;
        settings.expect_access().times(2).returning(move |_| {
            reads += 1;
            let others = (reads == 2).then_some((RoleId(31), Grant::Look));
            Ok(Access { roles: others.into_iter().collect(), version: reads, ..Access::default() })
        });
        let mut writes = 0;
        settings.expect_change_access().times(2).returning(move |_, _| {
            writes += 1;
            Ok(if writes == 1 { ChangeOutcome::Conflict } else { ChangeOutcome::Changed })
        });
        let edited = edit(&settings, GuildId(7), |access| {
            access.roles.insert(SALES, Grant::Look);
        })
        .await;
        assert!(matches!(edited, Ok(Edited::Done(access)) if access.roles.len() == 2));
    }
}

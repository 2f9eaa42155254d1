//! `/access`: which roles may see customers, and which are too many people to be given that without a question.

use std::collections::BTreeMap;

use crate::access::Access;
use crate::ids::{GuildId, RoleId};
use crate::port::store::{ChangeOutcome, SettingsStore, Stored};

/// A role of more members than this is asked about.
const MANY: u64 = 50;
/// How often an edit is made anew; see [`service::notify`](crate::service::notify).
const TRIES: u32 = 20;

/// How many members there are, as far as Discord tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headcount {
    /// Of each role.
    pub roles: BTreeMap<RoleId, u64>,
    /// In the whole server.
    pub members: Option<u64>,
}

impl Headcount {
    /// Whether so many hold the role that it is hardly a team: more than 50, or more than half of the server.
    pub fn is_crowd(&self, role: RoleId) -> bool {
        let Some(holders) = self.roles.get(&role).copied() else { return false };
        holders > MANY || self.members.is_some_and(|members| holders * 2 > members)
    }
}

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
    use crate::port::store::MockSettingsStore;

    const SALES: RoleId = RoleId(30);

    fn headcount(holders: u64, members: Option<u64>) -> Headcount {
        Headcount { roles: BTreeMap::from([(SALES, holders)]), members }
    }

    #[test]
    fn a_team_is_at_most_fifty_people_and_half_of_the_server() {
        assert!(!headcount(50, Some(1000)).is_crowd(SALES));
        assert!(headcount(51, Some(1000)).is_crowd(SALES));
        assert!(!headcount(5, Some(10)).is_crowd(SALES));
        assert!(headcount(6, Some(10)).is_crowd(SALES));
        assert!(!headcount(14, None).is_crowd(SALES));
        assert!(!Headcount::default().is_crowd(SALES));
    }

    #[tokio::test]
    async fn two_people_who_add_a_role_at_once_both_succeed() {
        let mut settings = MockSettingsStore::new();
        let mut reads = 0;
        settings.expect_access().times(2).returning(move |_| {
            reads += 1;
            let others = (reads == 2).then_some((RoleId(31), Grant::Look));
            Ok(Access { roles: others.into_iter().collect(), version: reads })
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

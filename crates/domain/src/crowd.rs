//! Which readers are a crowd, and which server is small enough to be one team.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::channel::Audience;
use crate::ids::{MemberId, RoleId};
use crate::time::Timestamp;

/// So many people can be a team; more of them are a crowd.
pub const TEAM_AT_MOST: u64 = 50;

/// How many members there are, as far as Discord tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headcount {
    /// Of each role but @everyone.
    pub roles: BTreeMap<RoleId, u64>,
    /// In the whole server.
    pub members: Option<u64>,
}

impl Headcount {
    /// Whether so many hold the role that it is hardly a team: more than 50, or more than half of the server. A size
    /// that Discord does not tell may be any.
    pub fn is_crowd(&self, role: RoleId) -> bool {
        let Some(holders) = self.roles.get(&role).copied() else { return true };
        holders > TEAM_AT_MOST || self.members.is_some_and(|members| holders * 2 > members)
    }

    /// Whether the whole server is no larger than a team, for certain.
    pub fn is_small(&self) -> bool {
        self.members.is_some_and(|members| members <= TEAM_AT_MOST)
            && self.roles.values().all(|holders| *holders <= TEAM_AT_MOST)
    }
}

/// Who reads a channel that these roles and so many single members can read. `size_of` tells the size of a role, if it
/// is known; a role of an unknown size may be a crowd. Who holds two of the roles is counted twice.
pub fn audience_of(roles: &[RoleId], members: u64, size_of: impl Fn(RoleId) -> Option<u64>) -> Audience {
    let counted = roles.iter().try_fold(members, |sum, role| Some(sum.saturating_add(size_of(*role)?)));
    match counted {
        Some(people) if people <= TEAM_AT_MOST => Audience::Some,
        people => Audience::Crowd(people),
    }
}

/// Discord counts the members of a thread so far, and no further.
const THREAD_COUNT_STOPS: u64 = 50;

/// Who reads a thread that only invited members see, of which Discord counts so many. Where the counting stops there may
/// be any number, as where it says nothing.
pub fn audience_of_invited(counted: Option<u64>) -> Audience {
    match counted {
        Some(people) if people < THREAD_COUNT_STOPS => Audience::Some,
        _ => Audience::Crowd(None),
    }
}

/// What a person said of a small server: whether everybody there belongs to the team.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamAnswer {
    /// What they said, or what became of it.
    pub everybody: Everybody,
    /// Who.
    pub by: MemberId,
    /// When.
    pub at: Timestamp,
}

/// Who everybody in a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Everybody {
    /// The team.
    IsTheTeam,
    /// More than the team.
    IsNotTheTeam,
    /// The team once, but the server has outgrown a team since.
    Outgrown,
}

#[cfg(test)]
mod tests {
    use super::*;

    const SALES: RoleId = RoleId(30);
    const SUPPORT: RoleId = RoleId(31);

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
    }

    #[test]
    fn a_server_is_small_only_where_its_size_is_told_and_no_role_says_otherwise() {
        assert!(headcount(14, Some(50)).is_small());
        assert!(!headcount(14, Some(51)).is_small());
        assert!(!headcount(14, None).is_small());
        assert!(!headcount(51, Some(3)).is_small());
    }

    #[test]
    fn a_role_whose_size_is_not_told_may_be_a_crowd() {
        assert!(Headcount::default().is_crowd(SALES));
        assert!(headcount(5, Some(1000)).is_crowd(SUPPORT));
    }

    #[test]
    fn a_thread_in_which_the_counting_stopped_or_never_began_may_hold_a_crowd() {
        assert_eq!([0, 1, 49].map(|people| audience_of_invited(Some(people))), [Audience::Some; 3]);
        let unknown = [Some(50), Some(60), None].map(audience_of_invited);
        assert_eq!(unknown, [Audience::Crowd(None); 3]);
    }

    #[test]
    fn more_than_fifty_readers_are_a_crowd_however_they_came_to_read() {
        let sizes = |role| Some(if role == SALES { 40 } else { 10 });
        assert_eq!(audience_of(&[SALES], 0, sizes), Audience::Some);
        assert_eq!(audience_of(&[SALES, SUPPORT], 0, sizes), Audience::Some);
        assert_eq!(audience_of(&[SALES, SUPPORT], 1, sizes), Audience::Crowd(Some(51)));
        assert_eq!(audience_of(&[], 51, |_| None), Audience::Crowd(Some(51)));
        assert_eq!(audience_of(&[SALES], 0, |_| None), Audience::Crowd(None));
    }
}

//! How many texts are kept in the store for one person: presses make them, and each lives for a day, so that one who
//! presses for hours would fill the disk.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use deskbell_domain::ids::MemberId;
use deskbell_domain::port::store::ShortLivedKey;
use deskbell_domain::time::UnixMillis;

/// How many lists and choices of one person can be gone on with. What is older has expired.
const MOST: usize = 50;

/// The keys of what is kept for each person, oldest first. After a restart it begins anew: what was kept before ends
/// with its day.
#[derive(Default)]
pub(crate) struct KeptByPerson(Mutex<BTreeMap<MemberId, VecDeque<Kept>>>);

struct Kept {
    key: ShortLivedKey,
    until: UnixMillis,
}

impl KeptByPerson {
    /// Notes that a text is kept for a person; answers with the key of the one that has to go for it.
    #[must_use = "what has to go stays in the store until its day is over"]
    pub(crate) fn note(
        &self,
        member: MemberId,
        key: &ShortLivedKey,
        now: UnixMillis,
        until: UnixMillis,
    ) -> Option<ShortLivedKey> {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        people.retain(|_, kept| kept.back().is_some_and(|newest| newest.until > now));
        let theirs = people.entry(member).or_default();
        theirs.retain(|kept| kept.key != *key);
        theirs.push_back(Kept { key: key.clone(), until });
        if theirs.len() > MOST { theirs.pop_front().map(|kept| kept.key) } else { None }
    }
}

impl KeptByPerson {
    /// This one never has to go for others: it ends with its day.
    pub(crate) fn spare(&self, member: MemberId, key: &ShortLivedKey) {
        let mut people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(theirs) = people.get_mut(&member) {
            theirs.retain(|kept| kept.key != *key);
        }
    }
}

#[cfg(test)]
mod tests {
    use deskbell_domain::home::Home;
    use deskbell_domain::ids::{GuildId, WorkspaceId};

    use super::*;

    const ADA: MemberId = MemberId(1);

    fn buttons(key: &str) -> ShortLivedKey {
        let home = Home::new(&WorkspaceId::new("w1"), GuildId(7));
        ShortLivedKey::Buttons { home, key: key.to_owned() }
    }

    fn note(kept: &KeptByPerson, member: MemberId, key: &str, now: i64) -> Option<ShortLivedKey> {
        kept.note(member, &buttons(key), UnixMillis(now), UnixMillis(now + 100))
    }

    #[test]
    fn the_oldest_list_of_a_person_goes_when_there_are_too_many() {
        let kept = KeptByPerson::default();
        for number in 0..MOST {
            assert_eq!(note(&kept, ADA, &format!("list{number}"), 0), None);
        }
        assert_eq!(note(&kept, ADA, "list0", 0), None, "another page of the same list is no other list");
        assert_eq!(note(&kept, MemberId(2), "theirs", 0), None);
        assert_eq!(note(&kept, ADA, "new", 0), Some(buttons("list1")));
    }

    #[test]
    fn whoever_had_nothing_kept_for_a_day_is_forgotten() {
        let kept = KeptByPerson::default();
        assert_eq!(note(&kept, ADA, "list", 0), None);
        assert_eq!(note(&kept, MemberId(2), "list", 100), None);
        assert_eq!(kept.0.lock().unwrap().keys().copied().collect::<Vec<_>>(), [MemberId(2)]);
    }
}

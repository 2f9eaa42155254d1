//! Of what one person types only the newest waits for an answer: Discord shows no other, and each one that still waited
//! would hold a place that somebody else needs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use deskbell_domain::ids::MemberId;
use tokio_util::sync::CancellationToken;

/// Who waits for suggestions. It remembers nobody who does not.
#[derive(Default)]
pub(crate) struct Newest {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    begun: u64,
    by_member: BTreeMap<MemberId, (u64, CancellationToken)>,
}

impl Newest {
    /// Begins to wait for a person's newest suggestions, and ends the wait for older ones.
    pub(crate) fn begin(self: &Arc<Self>, member: MemberId) -> Typed {
        let superseded = CancellationToken::new();
        let mut waiting = self.lock();
        waiting.begun += 1;
        let number = waiting.begun;
        if let Some((_, older)) = waiting.by_member.insert(member, (number, superseded.clone())) {
            older.cancel();
        }
        drop(waiting);
        Typed { newest: Arc::clone(self), member, number, superseded }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a person typed and waits for.
pub(crate) struct Typed {
    newest: Arc<Newest>,
    member: MemberId,
    number: u64,
    superseded: CancellationToken,
}

impl Typed {
    /// Waits for work, which is dropped when the person types on.
    pub(crate) async fn unless_superseded<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.superseded.run_until_cancelled(work).await
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        let mut waiting = self.newest.lock();
        if waiting.by_member.get(&self.member).is_some_and(|(number, _)| *number == self.number) {
            waiting.by_member.remove(&self.member);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: MemberId = MemberId(1);
    const ALAN: MemberId = MemberId(2);

    #[tokio::test]
    async fn only_the_newest_of_one_person_waits() {
        let newest = Arc::new(Newest::default());
        let (first, others) = (newest.begin(ADA), newest.begin(ALAN));
        let second = newest.begin(ADA);
        assert_eq!(first.unless_superseded(std::future::pending::<()>()).await, None);
        drop(first);
        assert_eq!(second.unless_superseded(async { 2 }).await, Some(2));
        assert_eq!(others.unless_superseded(async { 3 }).await, Some(3), "another person's is their own");
    }

    #[tokio::test]
    async fn nobody_is_remembered_who_does_not_wait() {
        let newest = Arc::new(Newest::default());
        let typed: Vec<_> = (1..=100).map(|member| newest.begin(MemberId(member))).collect();
        assert_eq!(newest.lock().by_member.len(), 100);
        drop(typed);
        assert!(newest.lock().by_member.is_empty());
    }
}

//! How much is being worked on for one person: whoever presses faster than the answers come is told so, instead of
//! taking the places that others need.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use deskbell_domain::ids::MemberId;

use crate::interaction::refusal::Refusal;

/// How many commands and presses of one person are worked on at once. A person has one or two.
const MOST: usize = 10;

/// For whom is being worked. It remembers nobody for whom nothing is.
#[derive(Default)]
pub(crate) struct Work(Mutex<BTreeMap<MemberId, usize>>);

impl Work {
    /// Begins to work for a person.
    ///
    /// # Errors
    /// Refuses where so much is being worked on for that person already.
    pub(crate) fn begin(self: &Arc<Self>, member: MemberId) -> Result<AtWork, Refusal> {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let running = work.entry(member).or_default();
        if *running >= MOST {
            return Err(Refusal::TooMuchAtOnce);
        }
        *running += 1;
        Ok(AtWork { work: Arc::clone(self), member })
    }
}

/// Something that is being worked on for a person, until it is dropped.
pub(crate) struct AtWork {
    work: Arc<Work>,
    member: MemberId,
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let mut work = self.work.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = work.get_mut(&self.member) {
            *running -= 1;
            if *running == 0 {
                work.remove(&self.member);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_cannot_have_more_than_ten_things_done_at_once() {
        let work = Arc::new(Work::default());
        let mut running: Vec<_> = (0..MOST).map(|_| work.begin(MemberId(1)).unwrap()).collect();
        assert!(matches!(work.begin(MemberId(1)), Err(Refusal::TooMuchAtOnce)));
        assert!(work.begin(MemberId(2)).is_ok(), "another person waits for nobody");
        running.pop();
        assert!(work.begin(MemberId(1)).is_ok());
    }

    #[test]
    fn nobody_is_remembered_for_whom_nothing_is_done() {
        let work = Arc::new(Work::default());
        drop(work.begin(MemberId(1)));
        assert!(work.0.lock().unwrap().is_empty());
    }
}

//! How much is being worked on for one person: whoever presses faster than the answers come is told so, instead of
//! taking the places that others need.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
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
        Ok(AtWork { work: Arc::clone(self), member, is_over: AtomicBool::new(false) })
    }
}

/// Something that is being worked on for a person, until it is dropped.
pub(crate) struct AtWork {
    work: Arc<Work>,
    member: MemberId,
    is_over: AtomicBool,
}

impl AtWork {
    /// From now on it is only waited, and takes no place of what else that person wants to be done.
    pub(crate) fn release(&self) {
        if self.is_over.swap(true, Ordering::Relaxed) {
            return;
        }
        let mut work = self.work.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = work.get_mut(&self.member) {
            *running -= 1;
            if *running == 0 {
                work.remove(&self.member);
            }
        }
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.release();
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
    fn what_only_waits_takes_no_place_of_what_else_a_person_does() {
        let work = Arc::new(Work::default());
        let waiting: Vec<_> = (0..MOST).map(|_| work.begin(MemberId(1)).unwrap()).collect();
        waiting.iter().for_each(AtWork::release);
        let running: Vec<_> = (0..MOST).map(|_| work.begin(MemberId(1)).unwrap()).collect();
        drop(waiting);
        assert!(work.begin(MemberId(1)).is_err(), "a place is given back once");
        drop(running);
        assert!(work.0.lock().unwrap().is_empty());
    }

    #[test]
    fn nobody_is_remembered_for_whom_nothing_is_done() {
        let work = Arc::new(Work::default());
        drop(work.begin(MemberId(1)));
        assert!(work.0.lock().unwrap().is_empty());
    }
}

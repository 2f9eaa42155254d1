//! When a request may leave: Discord allows a bot 50 a second in all. Messages have a pace of their own, so questions take
//! what messages leave, and a message waits only behind a burst of questions.
//!
//! With a thousand servers a start asks thousands of questions at once. Without turns Discord would refuse questions and
//! messages alike.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// Nothing leaves while as many requests as this left in the last second; one less than Discord allows.
const ALL_IN_A_WINDOW: usize = 49;
/// Questions leave the room between this and all of them to messages that come in the same moment.
const FREE_FOR_QUESTIONS: usize = 40;
/// So many questions leave in a second even beside as many messages as their pace allows, which is 40.
const QUESTIONS_IN_A_WINDOW: usize = 8;
const WINDOW: Duration = Duration::from_secs(1);

/// What left lately.
#[derive(Default)]
pub(super) struct Turns {
    recent: Mutex<Recent>,
    /// Held by the question that waits for the next turn, so that questions leave in their order.
    waiting: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Recent {
    all: VecDeque<Instant>,
    questions: VecDeque<Instant>,
}

impl Turns {
    /// Waits until a message may leave, or what is as urgent.
    pub(super) async fn message(&self) {
        loop {
            let Err(next) = self.recent().take_message(Instant::now()) else { return };
            sleep_until(next).await;
        }
    }

    /// Waits until a question may leave.
    pub(super) async fn question(&self) {
        let _first = self.waiting.lock().await;
        loop {
            let Err(next) = self.recent().take_question(Instant::now()) else { return };
            sleep_until(next).await;
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    /// Takes a turn, or tells when it is worth asking again.
    fn take_message(&mut self, now: Instant) -> Result<(), Instant> {
        self.forget_before(now);
        match self.all.front() {
            Some(oldest) if self.all.len() >= ALL_IN_A_WINDOW => Err(*oldest + WINDOW),
            _ => {
                self.all.push_back(now);
                Ok(())
            }
        }
    }

    /// Takes a turn, or tells when it is worth asking again.
    fn take_question(&mut self, now: Instant) -> Result<(), Instant> {
        self.forget_before(now);
        let is_free = self.all.len() < FREE_FOR_QUESTIONS || self.questions.len() < QUESTIONS_IN_A_WINDOW;
        if let Some(oldest) = self.all.front().filter(|_| !is_free) {
            return Err(*oldest + WINDOW);
        }
        self.take_message(now)?;
        self.questions.push_back(now);
        Ok(())
    }

    fn forget_before(&mut self, now: Instant) {
        for left in [&mut self.all, &mut self.questions] {
            while left.front().is_some_and(|at| *at + WINDOW <= now) {
                left.pop_front();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// What Discord allows.
    const ALLOWED: usize = 50;
    const MESSAGES_A_SECOND: u32 = 40;

    /// The moments at which so many questions leave.
    async fn ask(turns: Arc<Turns>, count: usize) -> Vec<Instant> {
        let mut left = Vec::new();
        for _ in 0..count {
            turns.question().await;
            left.push(Instant::now());
        }
        left
    }

    /// The moments at which so many messages leave, at their pace.
    async fn post(turns: Arc<Turns>, count: usize) -> Vec<Instant> {
        let mut left = Vec::new();
        for _ in 0..count {
            turns.message().await;
            left.push(Instant::now());
            tokio::time::sleep(WINDOW / MESSAGES_A_SECOND).await;
        }
        left
    }

    fn most_in_a_window(left: &[Instant]) -> usize {
        let within = |from: &Instant| left.iter().filter(|at| *from <= **at && **at < *from + WINDOW).count();
        left.iter().map(within).max().unwrap_or(0)
    }

    #[tokio::test(start_paused = true)]
    async fn thousands_of_questions_leave_below_the_limit_of_all_requests() {
        let left = ask(Arc::default(), 2_000).await;
        assert!(most_in_a_window(&left) <= FREE_FOR_QUESTIONS);
        assert!(*left.last().expect("they left") - left[0] <= WINDOW * 50);
    }

    #[tokio::test(start_paused = true)]
    async fn messages_keep_their_pace_beside_questions_and_together_they_stay_below_the_limit() {
        let (turns, start) = (Arc::<Turns>::default(), Instant::now());
        let (asked, posted) = tokio::join!(ask(turns.clone(), 200), post(turns, 400));
        assert!(most_in_a_window(&[asked.clone(), posted.clone()].concat()) < ALLOWED);
        assert!(*posted.last().expect("they left") - start <= WINDOW * 12, "messages hardly wait");
        assert!(*asked.last().expect("they left") - start <= WINDOW * 20, "questions go on");
    }
}

//! Simulated time. The true time goes with tokio's paused clock while the bot lives and is set by hand between two
//! lives; the machine's clock is the true time plus an error that the script sets.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use deskbell_domain::time::{Clock, Timestamp, UnixMillis};
use tokio::time::Instant;

/// One second in milliseconds.
pub(crate) const SECOND: i64 = 1000;
/// One minute in milliseconds.
pub(crate) const MINUTE: i64 = 60 * SECOND;
/// One hour in milliseconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;

/// For so long at most a process asks on before it believes a time that is later than its clock's: answers may fail.
const BELIEVED_AFTER: i64 = HOUR;

/// The time of one run.
#[derive(Debug)]
pub(crate) struct Time {
    base_ms: AtomicI64,
    life: Mutex<Option<Instant>>,
    wrong_ms: AtomicI64,
    /// When the process that lives first heard from Intercom, which tells the time with each answer; 0 before.
    told_ms: AtomicI64,
    /// How wrong the clock was when it began, by which it goes on counting.
    began_wrong_ms: AtomicI64,
}

impl Time {
    /// The true time begins there; nobody lives yet.
    pub(crate) fn starting_at(at: UnixMillis) -> Self {
        Self {
            base_ms: AtomicI64::new(at.0),
            life: Mutex::default(),
            wrong_ms: AtomicI64::new(0),
            told_ms: AtomicI64::new(0),
            began_wrong_ms: AtomicI64::new(0),
        }
    }

    /// The true time, which Intercom and Discord go by.
    pub(crate) fn true_now(&self) -> UnixMillis {
        let lived = self.lock().map_or(0, |start| i64::try_from(start.elapsed().as_millis()).unwrap_or(0));
        UnixMillis(self.base_ms.load(Ordering::Relaxed) + lived)
    }

    /// The whole second of the true time.
    pub(crate) fn true_second(&self) -> Timestamp {
        self.true_now().seconds()
    }

    /// From now on the time goes with tokio's; to be called on the runtime of the life.
    pub(crate) fn begin_life(&self) {
        self.told_ms.store(0, Ordering::Relaxed);
        self.began_wrong_ms.store(self.wrong_ms.load(Ordering::Relaxed), Ordering::Relaxed);
        *self.lock() = Some(Instant::now());
    }

    /// The process heard what time it is.
    pub(crate) fn tell(&self) {
        let now = self.true_now().0;
        let _ = self.told_ms.compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    /// What the process may take a moment for that its clock gave: the true one once it was told the time, and until
    /// answers have agreed for a while also what the clock says.
    pub(crate) fn as_known(&self, at: UnixMillis) -> [UnixMillis; 2] {
        let truly = UnixMillis(at.0 - self.wrong_ms.load(Ordering::Relaxed));
        let told = self.told_ms.load(Ordering::Relaxed);
        let is_settled = told > 0 && self.true_now().0 - told > BELIEVED_AFTER;
        let by_its_own = UnixMillis(truly.0 + self.began_wrong_ms.load(Ordering::Relaxed));
        [truly, if is_settled { truly } else { by_its_own }]
    }

    /// From now on the time stands; to be called on the runtime of the life.
    pub(crate) fn end_life(&self) {
        let now = self.true_now();
        self.base_ms.store(now.0, Ordering::Relaxed);
        *self.lock() = None;
    }

    /// Nobody lives until then.
    pub(crate) fn pass_to(&self, at: UnixMillis) {
        self.base_ms.fetch_max(at.0, Ordering::Relaxed);
    }

    /// The machine's clock is wrong by that much from now on.
    pub(crate) fn set_wrong_by(&self, ms: i64) {
        self.wrong_ms.store(ms, Ordering::Relaxed);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.life.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Time {
    fn now(&self) -> UnixMillis {
        UnixMillis(self.true_now().0 + self.wrong_ms.load(Ordering::Relaxed))
    }
}

//! Trying again what failed because two writers met or a connection was lost.

use std::io;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::failure::{Attempt, Failure};

/// How long it is tried.
const IN_ALL: Duration = Duration::from_secs(10);

/// How long the first pause is; each is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
const LONGEST_PAUSE: Duration = Duration::from_millis(200);

/// The attempts at one operation.
pub(crate) struct Attempts {
    until: Instant,
    pause: Duration,
}

impl Attempts {
    pub(crate) fn begin() -> Self {
        Self::lasting(IN_ALL)
    }

    /// Attempts at something that is tried for another time.
    pub(crate) fn lasting(time: Duration) -> Self {
        Self { until: Instant::now() + time, pause: FIRST_PAUSE }
    }

    /// Waits a little for the next; the failure itself where there is none.
    pub(crate) async fn next(&mut self, failure: Failure) -> Attempt<()> {
        let Failure::Again(error) = failure else { return Err(failure) };
        if Instant::now() >= self.until {
            return Err(Failure::Final(error));
        }
        // Two that met must not meet again.
        sleep(self.pause.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        Ok(())
    }

    /// How long the attempt that begins now may take.
    pub(crate) fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now()).max(LONGEST_PAUSE)
    }
}

/// Gives an attempt up that takes too long.
pub(crate) async fn within<T>(time: Duration, attempt: impl Future<Output = Attempt<T>>) -> Attempt<T> {
    match tokio::time::timeout(time, attempt).await {
        Ok(ended) => ended,
        Err(_) => {
            Err(Failure::Again(io::Error::new(io::ErrorKind::TimedOut, "the database does not answer")))
        }
    }
}

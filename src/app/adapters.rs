//! What differs between the real world and a test's.

use std::sync::Arc;

use deskbell_domain::port::random::Random;
use deskbell_domain::time::Clock;

use crate::system::{SystemClock, SystemRandom};

/// What differs between the real world and a test's.
#[derive(Clone)]
pub struct Adapters {
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
}

impl Adapters {
    /// The machine's own.
    pub fn system() -> Self {
        Self { clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) }
    }
}

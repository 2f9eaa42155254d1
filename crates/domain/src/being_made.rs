//! Notifications that are being made. Making one takes seconds, and what happens from its beginning on is for it: whoever
//! reads and judges meanwhile has to know of it before it is stored, and before its floor is taken.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::time::Timestamp;

/// The notifications of a workspace that are being made in this process.
#[derive(Debug, Clone, Default)]
pub struct InTheMaking(Arc<Mutex<BTreeMap<Timestamp, u64>>>);

impl InTheMaking {
    /// One more is being made, whose floor will not lie before this.
    pub fn begin(&self, earliest: Timestamp) -> BeingMade {
        *self.floors().entry(earliest).or_insert(0) += 1;
        BeingMade { all: self.clone(), earliest }
    }

    /// Before which no floor of theirs will lie; none where none is being made. Whoever asks what is subscribed to looks
    /// here first and into the store afterwards, so that one that is stored meanwhile is in either.
    pub fn earliest(&self) -> Option<Timestamp> {
        self.floors().keys().next().copied()
    }

    fn floors(&self) -> MutexGuard<'_, BTreeMap<Timestamp, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A notification that is being made, until this is dropped: once it is stored, or is not made after all.
#[derive(Debug)]
#[must_use = "it counts as being made for as long as this lives"]
pub struct BeingMade {
    all: InTheMaking,
    earliest: Timestamp,
}

impl Drop for BeingMade {
    fn drop(&mut self) {
        let mut floors = self.all.floors();
        if let Some(count) = floors.get_mut(&self.earliest) {
            *count -= 1;
            if *count == 0 {
                floors.remove(&self.earliest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_counts_until_it_is_made() {
        let all = InTheMaking::default();
        let (first, again, later) =
            (all.begin(Timestamp(5)), all.begin(Timestamp(5)), all.begin(Timestamp(9)));
        drop(first);
        assert_eq!(all.earliest(), Some(Timestamp(5)));
        drop(again);
        assert_eq!(all.earliest(), Some(Timestamp(9)));
        drop(later);
        assert_eq!(all.earliest(), None);
    }
}

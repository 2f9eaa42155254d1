//! The names that a process keeps, of all its workspaces together, within a bound in bytes.
//!
//! Where there is no more room, the workspace that holds most gives some of its names up, but none that was asked for
//! lately while there are others: none can push out what a smaller one holds. What was given up is looked up again when it
//! is needed.

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Unbounded};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::nameable::Nameable;

/// How many bytes all names of a process may take.
const MOST_BYTES: usize = 16 << 20;
/// What a name takes beside its letters and those of its id: its place in a tree, and two pieces of the heap.
const BYTES_BESIDE: usize = 112;
/// How many bytes a workspace gives up at once, at most.
const GIVEN_UP_AT_ONCE: usize = 64 << 10;

/// The names of all workspaces of a process.
pub struct NameCache {
    most_bytes: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    bytes: usize,
    last: u64,
    workspaces: BTreeMap<u64, WorkspaceNames>,
}

/// The names of one workspace.
#[derive(Default)]
struct WorkspaceNames {
    bytes: usize,
    known: BTreeMap<Nameable, Name>,
    /// What was given up last: whoever comes after it is looked at next.
    given_up: Option<Nameable>,
}

struct Name {
    text: Box<str>,
    /// Whether it was asked for since it was looked at last.
    is_asked_for: bool,
}

impl Default for NameCache {
    fn default() -> Self {
        Self::of(MOST_BYTES)
    }
}

impl NameCache {
    fn of(most_bytes: usize) -> Self {
        Self { most_bytes, kept: Mutex::default() }
    }

    /// How many bytes all names take, reckoned with what keeping them costs.
    pub fn bytes(&self) -> usize {
        self.lock().bytes
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one workspace in the cache. It goes with the workspace.
pub(super) struct CacheShare {
    cache: Arc<NameCache>,
    id: u64,
}

impl Default for CacheShare {
    fn default() -> Self {
        Self::within(&Arc::default())
    }
}

impl CacheShare {
    pub(super) fn within(cache: &Arc<NameCache>) -> Self {
        let mut kept = cache.lock();
        kept.last += 1;
        let id = kept.last;
        kept.workspaces.insert(id, WorkspaceNames::default());
        drop(kept);
        Self { cache: Arc::clone(cache), id }
    }

    /// Room is made before anything is taken in, so that what comes together is there together.
    pub(super) fn learn(&self, names: impl IntoIterator<Item = (Nameable, String)>) {
        let names: Vec<_> = names.into_iter().collect();
        let coming = names.iter().map(|(of, name)| weight(of, name)).sum();
        let mut kept = self.cache.lock();
        kept.make_room(self.cache.most_bytes, coming);
        for (of, name) in names {
            kept.put(self.id, of, name.into_boxed_str());
        }
        kept.make_room(self.cache.most_bytes, 0);
    }

    pub(super) fn name(&self, of: &Nameable) -> Option<String> {
        self.cache.lock().workspaces.get_mut(&self.id)?.name(of)
    }
}

impl Drop for CacheShare {
    fn drop(&mut self) {
        let mut kept = self.cache.lock();
        let gone = kept.workspaces.remove(&self.id).map_or(0, |names| names.bytes);
        kept.bytes -= gone;
    }
}

impl Kept {
    fn put(&mut self, share: u64, of: Nameable, name: Box<str>) {
        let Some(names) = self.workspaces.get_mut(&share) else { return };
        let before = names.bytes;
        names.put(of, name);
        self.bytes = self.bytes - before + names.bytes;
    }

    fn make_room(&mut self, most_bytes: usize, coming: usize) {
        while self.bytes.saturating_add(coming) > most_bytes && self.bytes > 0 {
            let Some(largest) = self.workspaces.values_mut().max_by_key(|names| names.bytes) else { return };
            let before = largest.bytes;
            largest.give_up((before / 2).clamp(1, GIVEN_UP_AT_ONCE));
            self.bytes = self.bytes - before + largest.bytes;
        }
    }
}

impl WorkspaceNames {
    fn name(&mut self, of: &Nameable) -> Option<String> {
        let name = self.known.get_mut(of)?;
        name.is_asked_for = true;
        Some(name.text.to_string())
    }

    fn put(&mut self, of: Nameable, text: Box<str>) {
        if let Some((of, former)) = self.known.remove_entry(&of) {
            self.bytes -= weight(&of, &former.text);
        }
        self.bytes += weight(&of, &text);
        self.known.insert(of, Name { text, is_asked_for: false });
    }

    /// Gives up at least so many bytes, or all there are. Going round a second time finds nothing asked for any more.
    fn give_up(&mut self, bytes: usize) {
        let until = self.bytes.saturating_sub(bytes);
        let next = self.given_up.take().map_or(Unbounded, Excluded);
        for range in [(next, Unbounded), (Unbounded, Unbounded), (Unbounded, Unbounded)] {
            let mut going = self.known.extract_if(range, |_, name| !std::mem::take(&mut name.is_asked_for));
            while self.bytes > until
                && let Some((of, name)) = going.next()
            {
                self.bytes -= weight(&of, &name.text);
                self.given_up = Some(of);
            }
        }
    }
}

fn weight(of: &Nameable, name: &str) -> usize {
    let id = match of {
        Nameable::Company(id) => id.as_str(),
        Nameable::Tag(id) => id.as_str(),
        Nameable::Admin(id) | Nameable::Team(id) => id,
    };
    BYTES_BESIDE + id.len() + name.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::CompanyId;

    fn company(number: u32) -> Nameable {
        Nameable::Company(CompanyId::new(format!("{number:024x}")))
    }

    fn companies(numbers: std::ops::Range<u32>) -> Vec<(Nameable, String)> {
        numbers.map(|number| (company(number), format!("Company {number}"))).collect()
    }

    fn known(share: &CacheShare, numbers: std::ops::Range<u32>) -> usize {
        numbers.filter(|number| share.name(&company(*number)).is_some()).count()
    }

    #[test]
    fn a_workspace_with_many_names_pushes_out_its_own_and_none_of_a_smaller_one() {
        let cache = Arc::new(NameCache::of(100_000));
        let (small, large) = (CacheShare::within(&cache), CacheShare::within(&cache));
        small.learn(companies(0..100));
        for page in 0..200 {
            large.learn(companies(page * 60..(page + 1) * 60));
            assert_eq!(known(&large, page * 60..(page + 1) * 60), 60, "what has just come is there");
            assert!(cache.bytes() <= 100_000);
        }
        assert_eq!(known(&small, 0..100), 100);
    }

    #[test]
    fn what_is_asked_for_stays_longer() {
        let cache = Arc::new(NameCache::of(100_000));
        let share = CacheShare::within(&cache);
        share.learn(companies(0..60));
        for page in 1..100 {
            share.learn(companies(page * 60..(page + 1) * 60));
            assert_eq!(known(&share, 0..5), 5, "after {page} pages");
        }
    }

    #[test]
    fn what_a_workspace_held_goes_with_it() {
        let cache = Arc::new(NameCache::default());
        let share = CacheShare::within(&cache);
        share.learn(companies(0..100));
        drop(share);
        assert_eq!(cache.bytes(), 0);
    }

    proptest! {
        #[test]
        fn it_never_takes_more_than_its_bound_and_knows_what_came_last(
            steps in proptest::collection::vec((0..4_usize, 0..300_u32, 1..40_u32), 1..60),
        ) {
            let cache = Arc::new(NameCache::of(20_000));
            let workspaces: Vec<_> = (0..4).map(|_| CacheShare::within(&cache)).collect();
            for (share, from, count) in steps {
                workspaces[share].learn(companies(from..from + count));
                prop_assert!(cache.bytes() <= 20_000);
                prop_assert_eq!(known(&workspaces[share], from..from + count), count as usize);
            }
            drop(workspaces);
            prop_assert_eq!(cache.bytes(), 0);
        }
    }
}

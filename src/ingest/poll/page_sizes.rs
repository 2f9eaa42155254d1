//! How large a page each search asks for: a page that does not come may come smaller.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::trouble::Part;

use super::walk::{Asked, Lately, PAGE_SIZE, WalkError, larger, smaller};

/// How large a page each search asks for.
#[derive(Default)]
pub(super) struct PageSizes {
    sizes: Mutex<BTreeMap<Part, Asked>>,
}

impl PageSizes {
    /// The first page of the next walk.
    pub(super) fn of(&self, part: Part) -> Asked {
        let first = Asked { size: PAGE_SIZE, lately: Lately::default() };
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).get(&part).copied().unwrap_or(first)
    }

    /// Learns from a walk that was asked for like that: whether it met a gap, or failed.
    pub(super) fn learn(&self, part: Part, asked: Asked, walk: Result<bool, &WalkError>) {
        let size = asked.size;
        let next = match walk {
            Ok(true) => Asked { size, lately: Lately::Answered },
            Ok(false) => Asked { size: larger(size), lately: Lately::Answered },
            Err(WalkError::Intercom(IntercomError::Unavailable(_))) => {
                Asked { size: smaller(size), lately: Lately::Failed }
            }
            Err(_) => asked,
        };
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner).insert(part, next);
    }
}

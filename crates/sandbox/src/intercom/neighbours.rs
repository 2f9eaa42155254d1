//! Other workspaces that are asked for at the same address.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;

/// Whether a token is one of a workspace.
type Knows = Box<dyn Fn(&str) -> bool + Send>;
/// What becomes of a token that is given back.
type Revokes = Box<dyn Fn(&str) + Send>;

/// The workspaces at an address beside the first one.
#[derive(Clone, Default)]
pub(super) struct Neighbours(Arc<Mutex<Vec<Neighbour>>>);

pub(super) struct Neighbour {
    pub(super) knows: Knows,
    pub(super) revokes: Revokes,
    pub(super) router: Router,
}

impl Neighbours {
    pub(super) fn add(&self, neighbour: Neighbour) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(neighbour);
    }

    /// What answers for the one that takes this token.
    pub(super) fn router_for(&self, token: &str) -> Option<Router> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|one| (one.knows)(token)).map(|one| one.router.clone())
    }

    /// Takes a token back, whosever it is.
    pub(super) fn revoke(&self, token: &str) {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().for_each(|one| (one.revokes)(token));
    }
}

//! Which workspace the operator's token is of. What is kept of that one is not erased with the last server that connected it.

use std::sync::{PoisonError, RwLock};

use deskbell_domain::ids::WorkspaceId;

/// The workspace of the operator's token.
#[derive(Clone)]
pub enum OperatorsWorkspace {
    /// There is no such token.
    None,
    /// It is this one.
    Known(WorkspaceId),
    /// Intercom has not told it yet.
    NotYetKnown,
}

/// The same, as far as it is known by now.
pub(in crate::app) struct Operators(RwLock<OperatorsWorkspace>);

impl Operators {
    pub(super) fn new(at_start: OperatorsWorkspace) -> Self {
        Self(RwLock::new(at_start))
    }

    /// What is known now.
    pub(in crate::app) fn now(&self) -> OperatorsWorkspace {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Intercom told which it is.
    pub(in crate::app) fn learn(&self, workspace: &WorkspaceId) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) =
            OperatorsWorkspace::Known(workspace.clone());
    }
}

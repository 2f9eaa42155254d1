//! What tests and the demo set on a workspace: how it behaves from now on.

mod access;
mod api;
mod workspace;

pub use self::{access::AccessHandle, api::ApiHandle, workspace::WorkspaceHandle};

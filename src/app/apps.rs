//! The apps that send webhooks, as the HTTP door asks for them.

use std::sync::PoisonError;

use async_trait::async_trait;
use deskbell_domain::connection::Secret;
use deskbell_domain::ids::WorkspaceId;

use super::connection_checks::check_workspace;
use super::connector::WorkspaceConnector;
use crate::http;

#[async_trait]
impl http::Apps for WorkspaceConnector {
    fn secrets(&self, workspace: &WorkspaceId) -> Vec<Secret> {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        secrets.values().filter(|(of, _)| of == workspace).map(|(_, secret)| secret.clone()).collect()
    }

    async fn uninstalled(&self, workspace: &WorkspaceId) {
        if let Err(error) = check_workspace(self, workspace).await {
            tracing::warn!(%error, workspace.id = %workspace, "whether an app was taken away could not be found out");
        }
    }
}

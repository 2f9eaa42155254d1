//! Links into Intercom's web application. Intercom does not document them; these forms are what public code uses,
//! so they stand in one place.

use crate::ids::{ContactId, ConversationId, WorkspaceId};
use crate::workspace::Region;

/// Makes the links of one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    base: &'static str,
    workspace: WorkspaceId,
}

impl Links {
    /// Links for a workspace in a region.
    pub fn new(region: Region, workspace: WorkspaceId) -> Self {
        Self { base: region.app_url(), workspace }
    }

    /// The page of a lead or user.
    pub fn contact(&self, id: &ContactId) -> String {
        format!(
            "{}/a/apps/{}/users/{}",
            self.base,
            path_part(self.workspace.as_str()),
            path_part(id.as_str())
        )
    }

    /// A conversation in the inbox.
    pub fn conversation(&self, id: &ConversationId) -> String {
        let workspace = path_part(self.workspace.as_str());
        format!("{}/a/inbox/{workspace}/inbox/conversation/{}", self.base, path_part(id.as_str()))
    }
}

/// Keeps an id from outside from changing the address: only the characters that Intercom's ids use pass.
fn path_part(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).take(64).collect()
}

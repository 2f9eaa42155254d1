//! What keeping cards true needs of the store.

use async_trait::async_trait;
use deskbell_domain::ids::{ChannelId, WorkspaceId};
use deskbell_domain::port::store::{EditEnd, Edits, Stored, WantedEdit};

use super::StorePort;
use crate::power::Operation;

#[async_trait]
impl Edits for StorePort {
    async fn wanted_edits(
        &self,
        workspace: &WorkspaceId,
        channel: ChannelId,
        limit: usize,
    ) -> Stored<Vec<WantedEdit>> {
        let work = self.store.wanted_edits(workspace, channel, limit);
        self.world.power.around(Operation::WantedEdits, work).await
    }

    async fn end_edit(&self, edit: &WantedEdit, end: EditEnd) -> Stored<()> {
        self.world.power.around(Operation::EndEdit, self.store.end_edit(edit, end)).await
    }
}

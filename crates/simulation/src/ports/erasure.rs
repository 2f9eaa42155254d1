//! People who are to be forgotten: nobody is here yet.

use async_trait::async_trait;
use deskbell_domain::contact::Role;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ContactId, GuildId, WorkspaceId};
use deskbell_domain::port::store::{
    Deletions, Departure, Erased, Erasure, Extent, KeptOf, Remains, StandingCards, Stored, Unwanted,
};

use super::StorePort;

/// Nothing dies around it: what it writes passes the same sites of the engine as every other write.
#[async_trait]
impl Erasure for StorePort {
    async fn kept_of(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<KeptOf> {
        self.store.kept_of(workspace, contact).await
    }

    async fn begin_erasure(&self, home: &Home, contact: &ContactId, extent: Extent) -> Stored<()> {
        self.store.begin_erasure(home, contact, extent).await
    }

    async fn erase_contact(&self, workspace: &WorkspaceId, contact: &ContactId) -> Stored<Erased> {
        self.store.erase_contact(workspace, contact).await
    }

    async fn unfinished_erasures(&self, workspace: &WorkspaceId) -> Stored<Vec<ContactId>> {
        self.store.unfinished_erasures(workspace).await
    }

    async fn take_erasure_back(
        &self,
        workspace: &WorkspaceId,
        contact: &ContactId,
        role: Option<Role>,
    ) -> Stored<bool> {
        self.store.take_erasure_back(workspace, contact, role).await
    }
}

/// The same.
#[async_trait]
impl Deletions for StorePort {
    async fn unwanted(&self, after: Option<Unwanted>, limit: usize) -> Stored<Vec<Unwanted>> {
        self.store.unwanted(after, limit).await
    }

    async fn unwanted_in(&self, guild: GuildId) -> Stored<Vec<Unwanted>> {
        self.store.unwanted_in(guild).await
    }

    async fn standing(&self, home: &Home) -> Stored<StandingCards> {
        self.store.standing(home).await
    }

    async fn settled_deletion(&self, message: Unwanted) -> Stored<()> {
        self.store.settled_deletion(message).await
    }
}

/// The same.
#[async_trait]
impl Remains for StorePort {
    async fn homes(&self) -> Stored<Vec<Home>> {
        self.store.homes().await
    }

    async fn workspaces(&self) -> Stored<Vec<WorkspaceId>> {
        self.store.workspaces().await
    }

    async fn departures(&self) -> Stored<Vec<Departure>> {
        self.store.departures().await
    }

    async fn note_departure(&self, departure: Departure) -> Stored<()> {
        self.store.note_departure(departure).await
    }

    async fn forget_departure(&self, guild: GuildId) -> Stored<()> {
        self.store.forget_departure(guild).await
    }

    async fn erase_workspace(&self, workspace: &WorkspaceId) -> Stored<()> {
        self.store.erase_workspace(workspace).await
    }
}

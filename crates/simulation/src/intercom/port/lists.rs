//! Companies, tags and people, which are the same in every run, and what they are called.

use async_trait::async_trait;
use deskbell_domain::contact::{Company, Tag};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::nameable::Nameable;
use deskbell_domain::office_hours::OpenTime;
use deskbell_domain::port::intercom::{
    Admin, Attached, Companies, CompanyKey, CompanyPage, InboxSeat, IntercomError, Team, Unanswered,
    WorkspaceFacts,
};
use deskbell_domain::workspace::Workspace;

use super::IntercomPort;
use crate::power::Operation;

#[async_trait]
impl Companies for IntercomPort {
    /// Some companies are in no list.
    async fn companies(&self, page: u32) -> Result<CompanyPage, IntercomError> {
        let listed = if page == 1 { 1..4 } else { 4..6 };
        let named = |number: i32| company(&CompanyId::new(format!("c{number}")));
        let items = listed.map(named).collect();
        self.look_up_names(|| CompanyPage { items, more: page == 1 }).await
    }

    async fn company(&self, id: &CompanyId) -> Result<Option<Company>, IntercomError> {
        self.look_up_names(|| Some(company(id))).await
    }

    async fn find_company(&self, _: &CompanyKey) -> Result<Option<Company>, IntercomError> {
        Err(IntercomError::Missing)
    }

    async fn companies_of(&self, _: &ContactId) -> Result<Vec<Company>, IntercomError> {
        self.look_up_names(|| vec![company(&CompanyId::new("c1"))]).await
    }

    async fn attach_company(&self, _: &ContactId, _: &CompanyId) -> Result<Attached, IntercomError> {
        Err(IntercomError::Missing)
    }
}

#[async_trait]
impl WorkspaceFacts for IntercomPort {
    async fn workspace(&self) -> Result<Workspace, IntercomError> {
        self.call(Operation::Me, |_| self.world.workspace()).await
    }

    async fn tags(&self) -> Result<Vec<Tag>, IntercomError> {
        let tag = |id: i32| Tag { id: TagId::new(id.to_string()), name: format!("tag {id}") };
        self.look_up_names(|| (1..6).map(tag).collect()).await
    }

    async fn admins(&self) -> Result<Vec<Admin>, IntercomError> {
        let admin = |id: i32| Admin {
            id: id.to_string(),
            name: Some(format!("teammate {id}")),
            seat: InboxSeat::Has,
        };
        self.look_up_names(|| (1..3).map(admin).collect()).await
    }

    async fn teams(&self) -> Result<Vec<Team>, IntercomError> {
        let team = |id: i32| Team { id: id.to_string(), name: Some(format!("team {id}")) };
        self.look_up_names(|| (1..3).map(team).collect()).await
    }

    async fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError> {
        let name = match of {
            Nameable::Company(id) => company(id).name,
            Nameable::Tag(id) => Some(format!("tag {id}")),
            Nameable::Admin(id) => Some(format!("teammate {id}")),
            Nameable::Team(id) => Some(format!("team {id}")),
        };
        self.look_up_names(|| name).await
    }

    async fn date_attributes(&self) -> Result<Vec<String>, IntercomError> {
        self.call(Operation::Lists, |_| Vec::new()).await
    }

    async fn open_time(&self) -> Result<OpenTime, IntercomError> {
        let told = self.call(Operation::Lists, |truth| truth.open.clone()).await;
        // To whom it is refused for good the workspace is always open; here it is told in the end.
        told.map_err(|error| match error {
            IntercomError::Forbidden { .. } | IntercomError::Invalid { .. } => {
                IntercomError::Unavailable(Unanswered::Failing)
            }
            other => other,
        })
    }
}

fn company(id: &CompanyId) -> Company {
    Company { id: id.clone(), company_id: None, name: Some(format!("Company {id}")) }
}

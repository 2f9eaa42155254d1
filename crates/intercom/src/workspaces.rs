//! Calls about the workspace itself: who the token belongs to, its teammates, its tags.

use async_trait::async_trait;
use deskbell_domain::{
    contact::Tag,
    nameable::Nameable,
    office_hours::OpenTime,
    port::intercom::{Admin, IntercomError, Team, WorkspaceFacts},
    workspace::Workspace,
};

use crate::{
    call::Call, client::IntercomClient, contacts::or_missing, json::Listed, refusal::Failure,
    tags::send_tags, wire,
};

#[async_trait]
impl WorkspaceFacts for IntercomClient {
    async fn workspace(&self) -> Result<Workspace, IntercomError> {
        let me = self.send(&Call::get("me"), |me| Some(me.clone())).await.map_err(no_intercom_there)?;
        let workspace = wire::workspace::read(&me, self.shared.workspace_override.as_ref());
        workspace.ok_or(IntercomError::NoWorkspace)
    }

    async fn tags(&self) -> Result<Vec<Tag>, IntercomError> {
        Ok(send_tags(self, &Call::get("tags")).await?)
    }

    async fn admins(&self) -> Result<Vec<Admin>, IntercomError> {
        let read = wire::company::read_admin;
        let call = Call::get("admins");
        Ok(self.send_list(&call, &wire::company::ADMIN_KEYS, read, |listed| listed.records).await?)
    }

    async fn teams(&self) -> Result<Vec<Team>, IntercomError> {
        let read = wire::company::read_team;
        let call = Call::get("teams");
        Ok(self.send_list(&call, &wire::company::TEAM_KEYS, read, |listed| listed.records).await?)
    }

    async fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError> {
        let call = match of {
            Nameable::Company(id) => Call::get("companies/{id}").with(id.as_str()),
            Nameable::Tag(id) => Call::get("tags/{id}").with(id.as_str()),
            Nameable::Admin(id) => Call::get("admins/{id}").with(id),
            Nameable::Team(id) => Call::get("teams/{id}").with(id),
        };
        Ok(or_missing(self.send(&call, wire::company::read_name).await)?.and_then(|called| called.0))
    }

    async fn date_attributes(&self) -> Result<Vec<String>, IntercomError> {
        let read = wire::workspace::read_attribute;
        let call = Call::get("data_attributes").query("model", "contact");
        let dates = self.send_list(&call, &wire::workspace::ATTRIBUTE_KEYS, read, wire::workspace::dates);
        Ok(dates.await?)
    }

    async fn open_time(&self) -> Result<OpenTime, IntercomError> {
        let all = Call::get("office_hours_schedules");
        let first = |listed: Listed<_>| Some(listed.records.unwrap_or_default().into_iter().next());
        let hours = wire::office_hours::read;
        let first = self.send_list(&all, &wire::office_hours::LIST_KEYS, hours, first).await?;
        let Some(hours) = first else { return Ok(OpenTime::RoundTheClock) };
        let days = Call::get("office_hours_schedules/{id}/office_hours_exceptions").with(&hours.id);
        let day = wire::office_hours::read_exception;
        let differ = |listed: Listed<_>| Some(listed.records.unwrap_or_default());
        Ok(hours.open_time(self.send_list(&days, &wire::office_hours::LIST_KEYS, day, differ).await?))
    }
}

/// Every Intercom knows this path, so an address that does not is another region's or nobody's.
fn no_intercom_there(failure: Failure) -> IntercomError {
    match failure.into() {
        IntercomError::Missing => IntercomError::Invalid {
            code: "wrong_address".to_owned(),
            message: "No Intercom answers at this address; check INTERCOM_REGION and INTERCOM_API_URL."
                .to_owned(),
        },
        other => other,
    }
}

//! Calls about the workspace itself: who the token belongs to, its teammates, its tags.

use async_trait::async_trait;
use deskbell_domain::{
    contact::Tag,
    port::intercom::{Admin, IntercomError, WorkspaceFacts},
    workspace::Workspace,
};

use crate::{call::Call, client::IntercomClient, refusal::Failure, wire};

#[async_trait]
impl WorkspaceFacts for IntercomClient {
    async fn workspace(&self) -> Result<Workspace, IntercomError> {
        let me = self.send(&Call::get("me"), |me| Some(me.clone())).await.map_err(no_intercom_there)?;
        let workspace = wire::workspace::read(&me, self.shared.workspace_override.as_ref());
        workspace.ok_or(IntercomError::NoWorkspace)
    }

    async fn tags(&self) -> Result<Vec<Tag>, IntercomError> {
        Ok(self.send_tags(&Call::get("tags")).await?)
    }

    async fn admins(&self) -> Result<Vec<Admin>, IntercomError> {
        let read = wire::company::read_admin;
        let call = Call::get("admins");
        Ok(self.send_list(&call, &wire::company::ADMIN_KEYS, read, |listed| listed.records).await?)
    }

    async fn date_attributes(&self) -> Result<Vec<String>, IntercomError> {
        let read = wire::workspace::read_attribute;
        let call = Call::get("data_attributes").query("model", "contact");
        let dates = self.send_list(&call, &wire::workspace::ATTRIBUTE_KEYS, read, wire::workspace::dates);
        Ok(dates.await?)
    }
}

impl IntercomClient {
    pub(crate) async fn send_tags(&self, call: &Call) -> Result<Vec<Tag>, Failure> {
        let (read, whole) = (wire::company::read_tag, wire::company::read_tags);
        self.send_list(call, &wire::company::TAG_KEYS, read, whole).await
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

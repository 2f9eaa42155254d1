//! Calls about the workspace itself.

use async_trait::async_trait;

use super::error::IntercomError;
use crate::contact::Tag;
use crate::nameable::Nameable;
use crate::office_hours::OpenTime;
use crate::teammate::{Admin, Team};
use crate::workspace::Workspace;

/// The workspace itself: which it is, its tags, its teammates and teams, and what things are called. A handle carries who
/// asks: the throttle serves commands first.
#[async_trait]
pub trait WorkspaceFacts: Send + Sync {
    /// `GET /me`: which workspace the token belongs to.
    async fn workspace(&self) -> Result<Workspace, IntercomError>;

    /// All tags.
    async fn tags(&self) -> Result<Vec<Tag>, IntercomError>;

    /// All teammates, id and name.
    async fn admins(&self) -> Result<Vec<Admin>, IntercomError>;

    /// All teams, id and name.
    async fn teams(&self) -> Result<Vec<Team>, IntercomError>;

    /// The name of one thing; none where it is gone or has none.
    async fn name(&self, of: &Nameable) -> Result<Option<String>, IntercomError>;

    /// The names of the custom attributes of leads and users that are dates.
    async fn date_attributes(&self) -> Result<Vec<String>, IntercomError>;

    /// When the workspace is open by its default schedule: the first of its schedules, with the days that differ.
    async fn open_time(&self) -> Result<OpenTime, IntercomError>;
}

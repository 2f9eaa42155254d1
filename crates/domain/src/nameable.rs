//! What records tell only by its id, and what it is called.

use crate::ids::{CompanyId, TagId};

/// What has a name of its own in Intercom that records tell only by its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nameable {
    /// A company.
    Company(CompanyId),
    /// A tag.
    Tag(TagId),
    /// A teammate, by Intercom's id.
    Admin(String),
    /// A team, by Intercom's id.
    Team(String),
}

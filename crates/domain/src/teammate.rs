//! Who works in a workspace, as lists of Intercom tell it.

/// A teammate.
#[derive(Clone, PartialEq, Eq)]
pub struct Admin {
    /// Intercom's id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
}

/// A team.
#[derive(Clone, PartialEq, Eq)]
pub struct Team {
    /// Intercom's id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
}

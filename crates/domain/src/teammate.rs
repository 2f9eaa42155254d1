//! Who works in a workspace, as lists of Intercom tell it.

/// A teammate.
#[derive(Clone, PartialEq, Eq)]
pub struct Admin {
    /// Intercom's id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether they can answer customers.
    pub seat: InboxSeat,
}

/// Whether a teammate has a seat in the inbox. Who has none cannot answer customers, and Intercom's own bot has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum InboxSeat {
    /// They have, as far as the record tells.
    #[default]
    Has,
    /// They have none.
    Lacks,
}

/// A team.
#[derive(Clone, PartialEq, Eq)]
pub struct Team {
    /// Intercom's id.
    pub id: String,
    /// Name.
    pub name: Option<String>,
}

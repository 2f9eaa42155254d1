//! A teammate as JSON.

use serde_json::{Value, json};

use super::super::{Admin, state::State};

/// A teammate, and the teams of which they are one.
pub(in super::super) fn admin(state: &State, admin: &Admin) -> Value {
    let teams: Vec<_> = state
        .members
        .iter()
        .filter(|(_, member)| *member == admin.id)
        .map(|(team, _)| json!(team.0))
        .collect();
    json!({
        "type": "admin",
        "id": admin.id.to_string(),
        "name": admin.name,
        "email": admin.email,
        "away_mode_enabled": false,
        "away_mode_reassign": false,
        "has_inbox_seat": admin.has_inbox_seat,
        "team_ids": teams,
    })
}

//! Who has a conversation: a teammate, a team, or both.

use serde_json::Value;

use crate::wire::lenient::{admin_id, at, text};

/// The teammate, by Intercom's id.
pub(super) fn admin(record: &Value) -> Option<String> {
    let assigned = || {
        let is_admin = text(at(record, "/assignee/type")).is_none_or(|kind| kind == "admin");
        is_admin.then(|| admin_id(at(record, "/assignee/id"))).flatten()
    };
    admin_id(at(record, "/admin_assignee_id")).or_else(assigned)
}

/// The team, by Intercom's id.
pub(super) fn team(record: &Value) -> Option<String> {
    let assigned = || {
        let is_team = text(at(record, "/assignee/type")).is_some_and(|kind| kind == "team");
        is_team.then(|| admin_id(at(record, "/assignee/id"))).flatten()
    };
    admin_id(at(record, "/team_assignee_id")).or_else(assigned)
}

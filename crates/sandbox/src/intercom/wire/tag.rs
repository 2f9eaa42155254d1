//! Tags as JSON.

use serde_json::{Value, json};

use super::super::{AppliedTag, state::State};

/// A tag on a record, and who put it on.
pub(in super::super) fn applied(state: &State, applied: &AppliedTag) -> Value {
    let by = applied.applied_by.or_else(|| state.admins.first().map(|admin| admin.id));
    json!({
        "type": "tag",
        "id": applied.id.as_str(),
        "name": state.tags.get(&applied.id),
        "applied_at": applied.applied_at,
        "applied_by": by.map(|id| json!({"type": "admin", "id": id.to_string()})),
    })
}

/// Every tag on a record.
pub(super) fn applied_all(state: &State, all: &[AppliedTag]) -> Vec<Value> {
    all.iter().map(|one| applied(state, one)).collect()
}

//! Tags as JSON.

use serde_json::{Value, json};

use super::super::{AppliedTag, state::State};

/// A tag on a record. Who put it on is not kept: the first teammate stands there.
pub(in super::super) fn applied(state: &State, applied: &AppliedTag) -> Value {
    json!({
        "type": "tag",
        "id": applied.id.as_str(),
        "name": state.tags.get(&applied.id),
        "applied_at": applied.applied_at,
        "applied_by": state.admins.first().map(|admin| json!({"type": "admin", "id": admin.id.to_string()})),
    })
}

/// Every tag on a record.
pub(super) fn applied_all(state: &State, all: &[AppliedTag]) -> Vec<Value> {
    all.iter().map(|one| applied(state, one)).collect()
}

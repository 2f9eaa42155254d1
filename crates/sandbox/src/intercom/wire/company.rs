//! A company as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::{Company, CompanyId, state::State};

/// A company with the number of its contacts.
pub(in super::super) fn company(
    state: &State,
    company: &Company,
    sizes: &BTreeMap<&CompanyId, u64>,
) -> Value {
    let mut answer = json!({
        "type": "company",
        "company_id": company.company_id,
        "id": company.id.as_str(),
        "app_id": state.settings.workspace_id,
        "name": company.name.as_deref().unwrap_or_default(),
        "remote_created_at": company.created_at,
        "created_at": company.created_at,
        "updated_at": company.updated_at,
        "monthly_spend": company.monthly_spend,
        "session_count": 0,
        "user_count": sizes.get(&company.id).copied().unwrap_or_default(),
        "tags": {"type": "tag.list", "tags": []},
        "segments": {"type": "segment.list", "segments": []},
        "plan": plan(company),
        "custom_attributes": {},
    });
    // The description knows these as never null, so an unknown one is left out.
    let known = [
        ("last_request_at", company.last_request_at.map(Value::from)),
        ("size", company.size.map(Value::from)),
        ("website", company.website.clone().map(Value::from)),
        ("industry", company.industry.clone().map(Value::from)),
    ];
    for (field, value) in known {
        if let Some(value) = value {
            answer[field] = value;
        }
    }
    answer
}

fn plan(company: &Company) -> Value {
    match &company.plan {
        Some(name) => json!({"type": "plan", "id": "1", "name": name}),
        None => json!({}),
    }
}

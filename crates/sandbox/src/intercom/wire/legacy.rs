//! Records in their shape of version 1.4.

use serde_json::{Value, json};

use super::super::{Company, Contact, state::State};

/// A contact as `GET /users/{id}` of version 1.4 shows it.
pub(in super::super) fn legacy_user(state: &State, contact: &Contact) -> Value {
    let past = &contact.past;
    json!({
        "type": "user",
        "id": contact.id.as_str(),
        "user_id": contact.external_id,
        "anonymous": false,
        "email": contact.email,
        "phone": contact.phone,
        "name": contact.name,
        "pseudonym": past.pseudonym,
        "avatar": {"type": "avatar", "image_url": contact.avatar},
        "app_id": state.settings.workspace_id,
        "companies": companies(state, contact),
        "location_data": location_data(contact),
        "last_request_at": contact.last_seen_at,
        "created_at": contact.created_at,
        "remote_created_at": contact.signed_up_at,
        "signed_up_at": contact.signed_up_at,
        "updated_at": contact.updated_at,
        "session_count": past.session_count,
        "unsubscribed_from_emails": contact.unsubscribed_from_emails,
        "custom_attributes": contact.custom_attributes,
        "tags": tags(state, contact),
    })
}

/// The place as 1.x names its parts.
pub(super) fn location_data(contact: &Contact) -> Value {
    let (place, past) = (&contact.location, &contact.past);
    json!({
        "type": "location_data",
        "city_name": place.city,
        "continent_code": place.continent_code,
        "country_code": place.country_code,
        "country_name": place.country,
        "latitude": past.latitude,
        "longitude": past.longitude,
        "postal_code": past.postal_code,
        "region_name": place.region,
        "timezone": past.timezone,
    })
}

/// The companies with their names, all of them.
pub(super) fn companies(state: &State, contact: &Contact) -> Value {
    let companies = contact.companies.iter().filter_map(|id| state.companies.get(id));
    let companies: Vec<_> = companies.map(company).collect();
    json!({"type": "company.list", "companies": companies})
}

/// The tags with their names, all of them.
pub(super) fn tags(state: &State, contact: &Contact) -> Value {
    let named = contact.tags.iter().map(
        |applied| json!({"type": "tag", "id": applied.id.as_str(), "name": state.tags.get(&applied.id)}),
    );
    json!({"type": "tag.list", "tags": named.collect::<Vec<_>>()})
}

fn company(company: &Company) -> Value {
    json!({
        "type": "company",
        "company_id": company.company_id,
        "id": company.id.as_str(),
        "name": company.name,
    })
}

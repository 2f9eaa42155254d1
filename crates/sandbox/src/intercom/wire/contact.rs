//! A contact as JSON.

use serde_json::{Map, Value, json};

use super::{
    super::{ApiVersion, Contact, Location, state::State},
    odd,
};

/// How many entries the lists inside a contact show at most.
const SHOWN: usize = 10;

/// A contact in the shape of a version.
pub(in super::super) fn contact(state: &State, contact: &Contact, version: ApiVersion) -> Value {
    let mut answer = Map::new();
    for part in [identity(state, contact), times(contact), devices(contact), lists(contact)] {
        if let Value::Object(fields) = part {
            answer.extend(fields);
        }
    }
    answer.insert("owner_id".to_owned(), owner(contact, version));
    odd::contact(state, contact, answer)
}

fn identity(state: &State, contact: &Contact) -> Value {
    json!({
        "type": "contact",
        "id": contact.id.as_str(),
        "workspace_id": state.settings.workspace_id,
        "external_id": contact.external_id,
        "role": contact.role.as_str(),
        "email": contact.email.as_deref().unwrap_or_default(),
        "phone": contact.phone,
        "name": contact.name,
        "avatar": contact.avatar.as_ref().map(|url| json!({"type": "avatar", "image_url": url})),
        "social_profiles": {"type": "list", "data": []},
        "has_hard_bounced": contact.has_hard_bounced,
        "marked_email_as_spam": contact.marked_email_as_spam,
        "unsubscribed_from_emails": contact.unsubscribed_from_emails,
        "language_override": contact.language_override,
        "location": location(&contact.location),
        "custom_attributes": contact.custom_attributes,
    })
}

fn times(contact: &Contact) -> Value {
    json!({
        "created_at": contact.created_at,
        "updated_at": contact.updated_at,
        "signed_up_at": contact.signed_up_at,
        "last_seen_at": contact.last_seen_at,
        "last_replied_at": contact.last_replied_at,
        "last_contacted_at": contact.last_contacted_at,
        "last_email_opened_at": null,
        "last_email_clicked_at": null,
    })
}

fn devices(contact: &Contact) -> Value {
    json!({
        "browser": contact.browser,
        "browser_version": contact.browser_version,
        "browser_language": contact.browser_language,
        "os": contact.os,
        "android_app_name": null,
        "android_last_seen_at": null,
        "ios_app_name": null,
        "ios_last_seen_at": null,
    })
}

fn location(location: &Location) -> Value {
    json!({
        "type": "location",
        "country": location.country,
        "region": location.region,
        "city": location.city,
        "country_code": location.country_code,
        "continent_code": location.continent_code,
    })
}

fn owner(contact: &Contact, version: ApiVersion) -> Value {
    match contact.owner {
        Some(owner) if version.has_changes_of_2_16() => json!(owner.to_string()),
        Some(owner) => json!(owner.0),
        None => Value::Null,
    }
}

fn lists(contact: &Contact) -> Value {
    let id = contact.id.as_str();
    let tags = contact.tags.iter().map(|applied| applied.id.as_str());
    let notes: Vec<_> = contact.notes.iter().map(|note| note.id.to_string()).collect();
    let companies = contact.companies.iter().map(super::super::CompanyId::as_str);
    let subscriptions = || list("subscription", &format!("/contacts/{id}/subscriptions"), std::iter::empty());
    json!({
        "tags": list("tag", &format!("/contacts/{id}/tags"), tags),
        "companies": list("company", &format!("/contacts/{id}/companies"), companies),
        "notes": list("note", &format!("/contacts/{id}/notes"), notes.iter().map(String::as_str)),
        "opted_out_subscription_types": subscriptions(),
        "opted_in_subscription_types": subscriptions(),
    })
}

/// The partial list inside a contact: ids only, at most ten.
fn list<'a>(kind: &str, url: &str, ids: impl Iterator<Item = &'a str>) -> Value {
    let folder = if kind == "company" { "companies".to_owned() } else { format!("{kind}s") };
    let all: Vec<_> =
        ids.map(|id| json!({"id": id, "type": kind, "url": format!("/{folder}/{id}")})).collect();
    let shown = &all[..all.len().min(SHOWN)];
    json!({
        "type": "list",
        "data": shown,
        "url": url,
        "total_count": all.len(),
        "has_more": all.len() > SHOWN,
    })
}

//! Leads and users, from the 2.x API, from the 1.x API, and from whatever stands between.

use deskbell_domain::{
    contact::{Contact, Legacy, Location, Named, PartialList, Role},
    ids::{CompanyId, ContactId, TagId},
    time::RecordTimes,
};
use serde_json::Value;

use super::attribute;
use super::lenient::{self, admin_id, at, first, flag, id, image_url, text, timestamp};

/// Reads a contact. `asked_for` is the role that was searched for, for records that do not tell theirs. `None` only
/// where there is no id; a record of which nothing else can be read is a bare one.
pub(crate) fn read(record: &Value, asked_for: Option<Role>, times: RecordTimes) -> Option<Contact> {
    let time = |value: &Value| timestamp(value, times);
    let role = first(record, &["/role", "/type"], role).or(asked_for).unwrap_or(Role::Lead);
    let mut contact = Contact::bare(ContactId::new(id(at(record, "/id"))?), role);
    contact.external_id = first(record, &["/external_id", "/user_id"], id);
    contact.email = text(at(record, "/email"));
    contact.phone = text(at(record, "/phone"));
    contact.name = text(at(record, "/name"));
    contact.image_url = first(record, &["/avatar/image_url", "/avatar"], image_url);
    contact.created_at = time(at(record, "/created_at")).unwrap_or_default();
    contact.updated_at = time(at(record, "/updated_at")).unwrap_or_default();
    contact.last_seen_at = first(record, &["/last_seen_at", "/last_request_at"], time);
    contact.wrote_at = time(at(record, "/last_replied_at"));
    contact.unsubscribed = flag(at(record, "/unsubscribed_from_emails"));
    contact.owner_id = admin_id(at(record, "/owner_id"));
    contact.location = location(record);
    contact.legacy = legacy(record);
    contact.companies = partial_list(at(record, "/companies"), &["data", "companies"], CompanyId::new);
    contact.tags = partial_list(at(record, "/tags"), &["data", "tags", "companies"], TagId::new);
    let attributes = attribute::read(at(record, "/custom_attributes"));
    (contact.custom, contact.digests) = (attributes.values, attributes.digests);
    Some(contact)
}

/// The fields that only the 1.x API has.
pub(crate) fn legacy(record: &Value) -> Legacy {
    Legacy {
        session_count: lenient::count(at(record, "/session_count")),
        latitude: lenient::degrees(at(record, "/location_data/latitude")),
        longitude: lenient::degrees(at(record, "/location_data/longitude")),
        postal_code: text(at(record, "/location_data/postal_code")),
        time_zone: text(at(record, "/location_data/timezone")),
        pseudonym: text(at(record, "/pseudonym")),
    }
}

fn role(value: &Value) -> Option<Role> {
    match value.as_str()? {
        "user" => Some(Role::User),
        "lead" | "visitor" => Some(Role::Lead),
        _ => None,
    }
}

fn location(record: &Value) -> Location {
    Location {
        city: first(record, &["/location/city", "/location_data/city_name"], text),
        region: first(record, &["/location/region", "/location_data/region_name"], text),
        country: first(record, &["/location/country", "/location_data/country_name"], text),
    }
}

fn partial_list<Id>(value: &Value, keys: &[&str], new: fn(String) -> Id) -> PartialList<Id> {
    let records = lenient::list(value, keys).map(Vec::as_slice).unwrap_or_default();
    let items: Vec<Named<Id>> = records.iter().filter_map(|record| named(record, new)).collect();
    let held = u32::try_from(items.len()).unwrap_or(u32::MAX);
    let told =
        lenient::count(at(value, "/total_count")).and_then(|count| u32::try_from(count).ok()).unwrap_or(0);
    let total = match flag(at(value, "/has_more")) {
        // The count is known to disagree with the list; a list that calls itself whole is believed.
        Some(false) => held,
        Some(true) => told.max(held + 1),
        None => told.max(held),
    };
    PartialList { items, total }
}

fn named<Id>(record: &Value, new: fn(String) -> Id) -> Option<Named<Id>> {
    let named = id(at(record, "/id")).or_else(|| id(record))?;
    Some(Named { id: new(named), name: text(at(record, "/name")) })
}

/// The list of a contact search, under both of its names.
pub(crate) const LIST_KEYS: [&str; 2] = ["data", "contacts"];

#[cfg(test)]
mod tests;

//! The routes of contacts.

mod fields;
mod searchable;

use axum::{
    Extension, Json,
    extract::{Path, State as Shared},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{
    ApiVersion, Contact, ContactId, Intercom, NewContact, Role,
    answer::Answer,
    page::PageRequest,
    refusal::Refusal,
    request::read_object,
    search::{Dates, Filter},
    settings::LegacyApi,
    state::{Presence, State},
    wire,
};

/// How many contacts a page holds unless more or fewer are asked for.
const USUAL_PAGE: usize = 50;

pub(super) async fn create(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    body: Bytes,
) -> Answer {
    let wanted = read_object(&body)?;
    let mut new = match wanted.get("role").and_then(Value::as_str).map(Role::parse) {
        // What an omitted role means is contradictory in the sources; a user is the stricter choice.
        None | Some(Some(Role::User)) => NewContact::user(),
        Some(Some(Role::Lead)) => NewContact::lead(),
        Some(None) => return Err(Refusal::bad_request("parameter_invalid", "role must be user or lead")),
    };
    intercom.with(|state| refuse_undeclared(state, &wanted))?;
    fields::write(&mut new.contact, &wanted)?;
    if new.contact.role == Role::User && new.contact.email.is_none() && new.contact.external_id.is_none() {
        return Err(Refusal::bad_request("parameter_missing", "a user needs an email or an external_id"));
    }
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    let (id, made) = intercom.with(|state| {
        refuse_conflict(state, None, &new.contact)?;
        let id = state.create(new, now, now_ms);
        found(state, &id, version).map(|made| (id, made))
    })?;
    intercom.webhooks().created(&id);
    Ok(made)
}

pub(super) async fn show(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
) -> Answer {
    intercom.with(|state| found(state, &ContactId::from(id), version))
}

pub(super) async fn update(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
    body: Bytes,
) -> Answer {
    let (id, wanted) = (ContactId::from(id), read_object(&body)?);
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    let (is_sign_up, before, answer) = intercom.with(|state| {
        let before = present(state, &id, version)?.clone();
        let mut changed = before.clone();
        let role = wanted.get("role").and_then(Value::as_str).and_then(Role::parse);
        match (changed.role, role) {
            (Role::User, Some(Role::Lead)) => {
                let message = "Contact with user role can't be converted to a lead";
                return Err(Refusal::bad_request("client_error", message));
            }
            (Role::Lead, Some(Role::User)) => {
                changed.role = Role::User;
                changed.signed_up_at = Some(now);
            }
            _ => {}
        }
        refuse_undeclared(state, &wanted)?;
        fields::write(&mut changed, &wanted)?;
        // Two users may share an address already: only what is changed is judged.
        let identity = |contact: &Contact| (contact.role, contact.email.clone(), contact.external_id.clone());
        if identity(&before) != identity(&changed) {
            refuse_conflict(state, Some(&id), &changed)?;
        }
        changed.updated_at = now;
        let is_sign_up = before.role != changed.role;
        state.change_contact(&id, now_ms, |contact| *contact = changed);
        found(state, &id, version).map(|answer| (is_sign_up, before, answer))
    })?;
    if is_sign_up {
        intercom.webhooks().signed_up(&id);
    } else {
        intercom.webhooks().updated(&id, Some(&before));
    }
    Ok(answer)
}

/// Merges a lead into a user. Those who share neither address nor number are merged only where that is asked for.
pub(super) async fn merge(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    body: Bytes,
) -> Answer {
    const NO_DUPLICATE: &str = "Contacts can only be merged when they are duplicates (matching email or phone). \
                                Pass skip_duplicate_validation=true to override this check.";
    let wanted = read_object(&body)?;
    let id = |field| {
        wanted.get(field).and_then(Value::as_str).map(ContactId::from).ok_or_else(Refusal::no_contact)
    };
    let (from, into) = (id("from")?, id("into")?);
    let skips_check = wanted.get("skip_duplicate_validation") == Some(&json!(true));
    let (now, now_ms) = (intercom.now(), intercom.clock.unix_millis());
    let merged = intercom.with(|state| {
        let (lead, user) = (present(state, &from, version)?, present(state, &into, version)?);
        if (lead.role, user.role) != (Role::Lead, Role::User) {
            return Err(Refusal::bad_request("parameter_invalid", "A lead can only be merged into a user"));
        }
        let shares_email = lead.email.is_some() && lead.email == user.email;
        let shares_phone = lead.phone.is_some() && lead.phone == user.phone;
        if !(shares_email || shares_phone || skips_check) {
            return Err(Refusal::bad_request("invalid_merge", NO_DUPLICATE));
        }
        state.merge(&from, &into, now, now_ms);
        found(state, &into, version)
    })?;
    intercom.webhooks().merged(&from, &into);
    Ok(merged)
}

pub(super) async fn find_by_external_id(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(external_id): Path<String>,
) -> Answer {
    intercom.with(|state| {
        let mut users = state.searchable(i64::MAX).filter(|contact| contact.role == Role::User);
        let user = users.find(|user| user.external_id.as_deref() == Some(external_id.as_str()));
        user.map(|user| Json(wire::contact(state, user, version))).ok_or_else(Refusal::no_contact)
    })
}

pub(super) async fn search(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    body: Bytes,
) -> Answer {
    let wanted = read_object(&body)?;
    let query =
        wanted.get("query").ok_or_else(|| Refusal::bad_request("parameter_missing", "query is missing"))?;
    let now_ms = intercom.clock.unix_millis();
    intercom.with(|state| {
        let dates = if version.matches_dates_by_second() {
            Dates::Seconds
        } else {
            Dates::Days(state.settings.time_zone.clone())
        };
        let filter = Filter::parse::<Contact>(query, &dates)?;
        let request = PageRequest::parse::<Contact>(&wanted, USUAL_PAGE)?;
        let page = request.cut(state.searchable(now_ms).filter(|contact| filter.passes(*contact)).collect());
        let data: Vec<_> =
            page.records.iter().map(|contact| wire::contact(state, contact, version)).collect();
        Ok(Json(json!({
            "type": "list",
            "data": data,
            "total_count": page.total_count,
            "pages": page.pages(),
        })))
    })
}

pub(super) async fn unarchive(Shared(intercom): Shared<Intercom>, Path(id): Path<String>) -> Answer {
    let id = ContactId::from(id);
    intercom.with(|state| {
        let record = state.contacts.get_mut(&id).ok_or_else(Refusal::no_contact)?;
        record.presence = Presence::Live;
        let external_id = &record.contact.current.external_id;
        Ok(Json(json!({"type": "contact", "id": id.as_str(), "external_id": external_id, "archived": false})))
    })
}

/// `GET /users/{id}` of version 1.4. It finds leads as well: only the fields that are gone are asked of it.
pub(super) async fn show_legacy(
    Shared(intercom): Shared<Intercom>,
    Extension(version): Extension<ApiVersion>,
    Path(id): Path<String>,
) -> Answer {
    intercom.with(|state| {
        if !version.is_legacy() {
            return Err(Refusal::no_resource());
        }
        match state.settings.legacy {
            LegacyApi::NotFound => return Err(Refusal::no_contact()),
            LegacyApi::VersionRefused => return Err(Refusal::no_version()),
            LegacyApi::Answers => {}
        }
        let contact = state.live(&ContactId::from(id)).ok_or_else(Refusal::no_contact)?;
        Ok(Json(wire::legacy_user(state, contact)))
    })
}

/// A contact that can be found; a merged one is refused with where it went, before 2.16 without.
pub(super) fn present<'a>(
    state: &'a State,
    id: &ContactId,
    version: ApiVersion,
) -> Result<&'a Contact, Refusal> {
    match (state.live(id), state.canonical(id)) {
        (Some(contact), _) => Ok(contact),
        (None, Some(canonical)) if version.has_changes_of_2_16() => Err(Refusal::merged_into(canonical)),
        (None, _) => Err(Refusal::no_contact()),
    }
}

fn found(state: &State, id: &ContactId, version: ApiVersion) -> Answer {
    present(state, id, version).map(|contact| Json(wire::contact(state, contact, version)))
}

fn refuse_undeclared(state: &State, wanted: &Map<String, Value>) -> Result<(), Refusal> {
    match state.settings.first_undeclared(wanted) {
        Some(name) => {
            let message = format!("Custom attribute '{name}' does not exist");
            Err(Refusal::bad_request("parameter_invalid", message))
        }
        None => Ok(()),
    }
}

/// Users must not share an e-mail address or external id with other users; leads never conflict. Addresses that differ in
/// capital letters do not conflict here: whether they do is not said, and whoever relies on it makes a second user.
fn refuse_conflict(state: &State, own_id: Option<&ContactId>, contact: &Contact) -> Result<(), Refusal> {
    if contact.role == Role::Lead {
        return Ok(());
    }
    let conflicting = state.contacts.values().find(|other| {
        let shares_email = contact.email.is_some() && contact.email == other.contact.current.email;
        let shares_id =
            contact.external_id.is_some() && contact.external_id == other.contact.current.external_id;
        other.contact.current.role == Role::User
            && Some(&other.contact.current.id) != own_id
            && (shares_email || shares_id)
    });
    match conflicting {
        Some(other) => Err(Refusal::conflict(&other.contact.current.id, other.presence)),
        None => Ok(()),
    }
}

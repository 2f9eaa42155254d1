//! Reads the writable fields of a contact.
//!
//! Only what is sent is changed; null clears. Fields that are not writable are passed over, as Intercom does.

use serde_json::{Map, Value};

use super::super::{AdminId, Contact, refusal::Refusal};

/// Writes the fields of a request into a contact.
pub(super) fn write(contact: &mut Contact, wanted: &Map<String, Value>) -> Result<(), Refusal> {
    for (field, value) in wanted {
        match field.as_str() {
            "email" => contact.email = email(value)?,
            "external_id" => contact.external_id = text(field, value)?,
            "phone" => contact.phone = text(field, value)?,
            "name" => contact.name = text(field, value)?,
            "avatar" => contact.avatar = text(field, value)?,
            "owner_id" => contact.owner = owner(value)?,
            "signed_up_at" => contact.signed_up_at = seconds(field, value)?,
            "last_seen_at" => contact.last_seen_at = seconds(field, value)?,
            "unsubscribed_from_emails" => {
                contact.unsubscribed_from_emails = value.as_bool().unwrap_or_default();
            }
            "custom_attributes" => add_custom(contact, value)?,
            _ => {}
        }
    }
    Ok(())
}

fn text(field: &str, value: &Value) -> Result<Option<String>, Refusal> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Value::Number(number) => Ok(Some(number.to_string())),
        _ => Err(invalid(field)),
    }
}

fn email(value: &Value) -> Result<Option<String>, Refusal> {
    let email = text("email", value)?;
    let is_plausible = |email: &str| {
        let parts = email.rsplit_once('@');
        parts.is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
            && !email.contains(char::is_whitespace)
    };
    match email {
        Some(email) if !is_plausible(&email) => Err(invalid("email")),
        email => Ok(email),
    }
}

fn owner(value: &Value) -> Result<Option<AdminId>, Refusal> {
    let Some(text) = text("owner_id", value)? else { return Ok(None) };
    text.parse().map(|id| Some(AdminId(id))).map_err(|_| invalid("owner_id"))
}

fn seconds(field: &str, value: &Value) -> Result<Option<i64>, Refusal> {
    match value {
        Value::Null => Ok(None),
        _ => value.as_i64().map(Some).ok_or_else(|| invalid(field)),
    }
}

fn add_custom(contact: &mut Contact, value: &Value) -> Result<(), Refusal> {
    let attributes = value.as_object().ok_or_else(|| invalid("custom_attributes"))?;
    contact.custom_attributes.extend(attributes.clone());
    Ok(())
}

fn invalid(field: &str) -> Refusal {
    Refusal::bad_request("parameter_invalid", format!("{field} is invalid"))
}

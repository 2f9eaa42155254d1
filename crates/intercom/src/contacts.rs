//! Calls about leads and users.

use async_trait::async_trait;
use deskbell_domain::{
    contact::{Contact, Legacy, Role, Tag},
    ids::{AdminId, ContactId, TagId},
    port::intercom::{
        Archived, ContactFields, ContactFilter, ContactSearch, Contacts, Created, Found, IntercomError,
        Likeness, Note, Page, PageRequest, Tagging,
    },
};
use reqwest::StatusCode;
use serde_json::{Map, Value, json};

use crate::{
    call::{Call, Effect},
    client::IntercomClient,
    legacy,
    members::page_of_members,
    refusal::{Failure, Refusal},
    search,
    tags::send_tags,
    typed, wire,
};

#[async_trait]
impl Contacts for IntercomClient {
    async fn search_contacts(
        &self,
        search: &ContactSearch,
        page: &PageRequest,
    ) -> Result<Page<Contact>, IntercomError> {
        if let ContactFilter::Company(company) | ContactFilter::CompanyAndText(company, _) = &search.filter {
            return page_of_members(self, company, search, page).await;
        }
        let call = Call::ask("contacts/search").body(search::contacts(search, page));
        let (keys, times) = (wire::contact::LIST_KEYS, self.shared.record_times());
        let record = |record: &Value| wire::contact::read(record, search.role, times);
        let page = self.send_list(&call, &keys, record, wire::page::read).await?;
        Ok(search::sifted(&search.filter, page))
    }

    /// Since 2.16 a merged contact is 410 with a link to where it went, before it was 404. The link is followed once:
    /// it names the end of a chain of merges.
    async fn contact(&self, id: &ContactId) -> Result<Found, IntercomError> {
        let canonical = match self.get_contact(id).await {
            Ok(contact) => return Ok(Found::Contact(Box::new(contact))),
            Err(Failure::Answered(Refusal { canonical: Some(other), .. })) if other != *id => other,
            Err(failure) => return missing_or(failure),
        };
        match self.get_contact(&canonical).await {
            Ok(contact) => Ok(Found::Merged(Box::new(contact))),
            Err(failure) => missing_or(failure),
        }
    }

    async fn contact_by_external_id(&self, id: &str) -> Result<Option<Contact>, IntercomError> {
        let call = Call::get("contacts/find_by_external_id/{external_id}").with(id);
        or_missing(send(self, &call, Some(Role::User)).await)
    }

    /// A user is found by e-mail the second time (409), so making one may be repeated; leads may share an e-mail, so
    /// a second try would make a second lead.
    async fn create_contact(&self, role: Role, fields: &ContactFields) -> Result<Created, IntercomError> {
        let has_key = fields.email.is_some() || fields.external_id.is_some();
        let effect = if role == Role::User && has_key { Effect::Writes } else { Effect::WritesOnce };
        let mut body = body_of(fields);
        body.insert("role".to_owned(), json!(role.word()));
        let call = Call::post("contacts", effect).body(Value::Object(body));
        match send(self, &call, Some(role)).await {
            Ok(contact) => Ok(Created::Contact(Box::new(contact))),
            Err(Failure::Answered(refusal)) if refusal.status == StatusCode::CONFLICT => {
                Ok(conflict(&refusal))
            }
            Err(failure) => Err(failure.into()),
        }
    }

    async fn update_contact(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError> {
        let call = Call::put("contacts/{id}").with(id.as_str()).body(Value::Object(body_of(fields)));
        Ok(send(self, &call, None).await?)
    }

    async fn set_attribute(&self, id: &ContactId, name: &str, value: &str) -> Result<Contact, IntercomError> {
        let body = json!({"custom_attributes": {name: value}});
        let call = Call::put("contacts/{id}").with(id.as_str()).body(body);
        Ok(send(self, &call, None).await?)
    }

    async fn set_owner(&self, id: &ContactId, owner: &AdminId) -> Result<Contact, IntercomError> {
        let call = Call::put("contacts/{id}").with(id.as_str()).body(json!({"owner_id": owner.as_str()}));
        Ok(send(self, &call, None).await?)
    }

    /// The description knows no call for it but the update, which takes a role: a lead that becomes a user keeps its id.
    async fn convert_lead(&self, id: &ContactId, fields: &ContactFields) -> Result<Contact, IntercomError> {
        let mut body = body_of(fields);
        body.insert("role".to_owned(), json!(Role::User.word()));
        let call = Call::put("contacts/{id}").with(id.as_str()).body(Value::Object(body));
        Ok(send(self, &call, None).await?)
    }

    /// A second try finds no lead any more, so it is told by what the lead has become.
    async fn merge_lead(
        &self,
        lead: &ContactId,
        user: &ContactId,
        likeness: Likeness,
    ) -> Result<Contact, IntercomError> {
        let mut body = json!({"from": lead.as_str(), "into": user.as_str()});
        if likeness == Likeness::Unlike {
            body["skip_duplicate_validation"] = json!(true);
        }
        let call = Call::post("contacts/merge", Effect::WritesOnce).body(body);
        Ok(send(self, &call, Some(Role::User)).await?)
    }

    async fn unarchive_contact(&self, id: &ContactId) -> Result<(), IntercomError> {
        let call = Call::post("contacts/{id}/unarchive", Effect::Writes).with(id.as_str());
        Ok(self.send(&call, |_| Some(())).await?)
    }

    async fn tags_of(&self, contact: &ContactId) -> Result<Vec<Tag>, IntercomError> {
        let call = Call::get("contacts/{id}/tags").with(contact.as_str());
        Ok(send_tags(self, &call).await?)
    }

    /// Whose act it is cannot be said: Intercom takes it for that of whoever the token belongs to.
    async fn tag_contact(&self, id: &ContactId, tag: &TagId, tagging: Tagging) -> Result<(), IntercomError> {
        let call = match tagging {
            Tagging::On => Call::post("contacts/{id}/tags", Effect::Writes)
                .with(id.as_str())
                .body(json!({"id": tag.as_str()})),
            Tagging::Off => Call::delete("contacts/{id}/tags/{tag_id}").with(id.as_str()).with(tag.as_str()),
        };
        Ok(self.send(&call, |_| Some(())).await?)
    }

    async fn write_note(&self, id: &ContactId, by: &AdminId, text: &str) -> Result<(), IntercomError> {
        let body = json!({"admin_id": by.as_str(), "body": typed::as_html(text)});
        let call = Call::post("contacts/{id}/notes", Effect::WritesOnce).with(id.as_str()).body(body);
        Ok(self.send(&call, |_| Some(())).await?)
    }

    async fn notes_on(&self, id: &ContactId) -> Result<Vec<Note>, IntercomError> {
        let call = Call::get("contacts/{id}/notes").with(id.as_str());
        let times = self.shared.record_times();
        let note = |record: &Value| wire::note::read(record, times);
        Ok(self.send_list(&call, &wire::note::LIST_KEYS, note, wire::note::read_page).await?)
    }

    async fn legacy(&self, id: &ContactId) -> Result<Option<Legacy>, IntercomError> {
        Ok(legacy::ask(self, id).await)
    }
}

impl IntercomClient {
    async fn get_contact(&self, id: &ContactId) -> Result<Contact, Failure> {
        let call = Call::get("contacts/{id}").with(id.as_str());
        send(self, &call, None).await
    }
}

/// Makes a call that answers with a contact; `asked_for` is the role of a record that does not tell its own.
async fn send(client: &IntercomClient, call: &Call, asked_for: Option<Role>) -> Result<Contact, Failure> {
    let times = client.shared.record_times();
    client.send(call, |record| wire::contact::read(record, asked_for, times)).await
}

/// What does not exist is an answer.
pub(crate) fn or_missing<T>(outcome: Result<T, Failure>) -> Result<Option<T>, IntercomError> {
    match outcome.map_err(IntercomError::from) {
        Ok(value) => Ok(Some(value)),
        Err(IntercomError::Missing) => Ok(None),
        Err(error) => Err(error),
    }
}

fn missing_or(failure: Failure) -> Result<Found, IntercomError> {
    match failure.into() {
        IntercomError::Missing => Ok(Found::Missing),
        error => Err(error),
    }
}

/// Only what is set: a key with null would clear the field. A picture is written as its bare address.
fn body_of(fields: &ContactFields) -> Map<String, Value> {
    let named = [
        ("email", &fields.email),
        ("phone", &fields.phone),
        ("name", &fields.name),
        ("avatar", &fields.image_url),
        ("external_id", &fields.external_id),
    ];
    named.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))).collect()
}

/// Reads "A contact matching those details already exists with id=…" and "An archived contact …".
fn conflict(refusal: &Refusal) -> Created {
    let archived = if refusal.message.contains("archived") { Archived::Yes } else { Archived::No };
    let id = refusal.message.split_once("id=").map(|(_, rest)| {
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect::<String>()
    });
    Created::Conflict { id: id.filter(|id| !id.is_empty()).map(ContactId::new), archived }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict_of(message: &str) -> (Option<String>, Archived) {
        let refusal = Refusal {
            status: StatusCode::CONFLICT,
            code: "conflict".to_owned(),
            message: message.to_owned(),
            canonical: None,
        };
        match conflict(&refusal) {
            Created::Conflict { id, archived } => (id.map(|id| id.to_string()), archived),
            Created::Contact(_) => (None, Archived::No),
        }
    }

    #[test]
    fn a_conflict_tells_which_contact_and_whether_it_is_archived() {
        let live = "A contact matching those details already exists with id=6762f0dd1bb69f9f2193bb83";
        assert_eq!(conflict_of(live), (Some("6762f0dd1bb69f9f2193bb83".to_owned()), Archived::No));
        let archived = "An archived contact matching those details already exists with id=6762f0dd.";
        assert_eq!(conflict_of(archived), (Some("6762f0dd".to_owned()), Archived::Yes));
        assert_eq!(conflict_of("Conflict"), (None, Archived::No));
    }

    #[test]
    fn only_set_fields_are_sent_and_a_picture_is_a_bare_address() {
        let fields = ContactFields {
            email: Some("ada@example.com".to_owned()),
            image_url: Some("https://example.com/ada.png".to_owned()),
            ..ContactFields::default()
        };
        insta::assert_snapshot!(Value::Object(body_of(&fields)), @r#"{"avatar":"https://example.com/ada.png","email":"ada@example.com"}"#);
    }
}

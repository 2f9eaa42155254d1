//! The fields by which contacts are searched.

use std::borrow::Cow;

use super::super::{
    Contact,
    search::{FieldKind, FieldValue, Searchable},
};

impl Searchable for Contact {
    fn kind(field: &str) -> Option<FieldKind> {
        match field {
            "created_at" | "updated_at" | "signed_up_at" | "last_seen_at" | "last_replied_at"
            | "last_contacted_at" => Some(FieldKind::Date),
            "email" | "email_domain" | "id" | "role" | "name" | "phone" | "external_id" | "owner_id"
            | "avatar" | "language_override" | "browser" | "browser_language" | "os" | "location.city"
            | "location.region" | "location.country" => Some(FieldKind::Text),
            "unsubscribed_from_emails" | "marked_email_as_spam" | "has_hard_bounced" => Some(FieldKind::Flag),
            "tag_id" => Some(FieldKind::Set),
            _ => field.strip_prefix("custom_attributes.").map(|_| FieldKind::Text),
        }
    }

    fn value(&self, field: &str) -> FieldValue<'_> {
        match field {
            "created_at" => FieldValue::Number(Some(self.created_at)),
            "updated_at" => FieldValue::Number(Some(self.updated_at)),
            "signed_up_at" => FieldValue::Number(self.signed_up_at),
            "last_seen_at" => FieldValue::Number(self.last_seen_at),
            "last_replied_at" => FieldValue::Number(self.last_replied_at),
            "last_contacted_at" => FieldValue::Number(self.last_contacted_at),
            "unsubscribed_from_emails" => FieldValue::Flag(self.unsubscribed_from_emails),
            "marked_email_as_spam" => FieldValue::Flag(self.marked_email_as_spam),
            "has_hard_bounced" => FieldValue::Flag(self.has_hard_bounced),
            "tag_id" => FieldValue::Set(self.tags.iter().map(|applied| applied.id.as_str()).collect()),
            _ => FieldValue::Text(self.text(field)),
        }
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }
}

impl Contact {
    fn text(&self, field: &str) -> Option<Cow<'_, str>> {
        let text = match field {
            "id" => Some(self.id.as_str()),
            "role" => Some(self.role.as_str()),
            "email" => self.email.as_deref(),
            "email_domain" => self.email.as_deref().and_then(|email| Some(email.rsplit_once('@')?.1)),
            "name" => self.name.as_deref(),
            "phone" => self.phone.as_deref(),
            "external_id" => self.external_id.as_deref(),
            "avatar" => self.avatar.as_deref(),
            "language_override" => self.language_override.as_deref(),
            "browser" => self.browser.as_deref(),
            "browser_language" => self.browser_language.as_deref(),
            "os" => self.os.as_deref(),
            "location.city" => self.location.city.as_deref(),
            "location.region" => self.location.region.as_deref(),
            "location.country" => self.location.country.as_deref(),
            "owner_id" => return self.owner.map(|owner| owner.to_string().into()),
            _ => return self.custom_text(field),
        };
        text.map(Cow::Borrowed)
    }

    fn custom_text(&self, field: &str) -> Option<Cow<'_, str>> {
        let value = self.custom_attributes.get(field.strip_prefix("custom_attributes.")?)?;
        match value.as_str() {
            Some(text) => Some(text.into()),
            None => Some(value.to_string().into()),
        }
    }
}

//! Leads and users as the workspace keeps them.

use std::time::Duration;

use serde_json::{Map, Value};

use super::ids::{AdminId, CompanyId, ContactId, TagId};

/// Whether a contact is known by an account or only by having written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Has written or left an address, but has no account.
    Lead,
    /// Has an account.
    User,
}

impl Role {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::User => "user",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "lead" => Some(Self::Lead),
            "user" => Some(Self::User),
            _ => None,
        }
    }
}

/// Where a contact was last seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    /// Two letters for the country.
    pub country_code: Option<String>,
    /// Two letters for the continent.
    pub continent_code: Option<String>,
}

impl Location {
    /// A city in a region of a country, without codes.
    pub fn of(city: &str, region: &str, country: &str) -> Self {
        let [city, region, country] = [city, region, country].map(|name| Some(name.to_owned()));
        Self { city, region, country, ..Self::default() }
    }
}

/// What only the legacy API still tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PastFields {
    /// How many sessions were counted.
    pub session_count: u64,
    /// Degrees north.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// The postal code of the location.
    pub postal_code: Option<String>,
    /// The time zone of the location, by its IANA name.
    pub timezone: Option<String>,
    /// The name made up for somebody unnamed.
    pub pseudonym: Option<String>,
}

/// A tag on a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedTag {
    /// Which tag.
    pub id: TagId,
    /// When it was put on, in unix seconds.
    pub applied_at: i64,
    /// The teammate who did; none is told as the first one.
    pub applied_by: Option<AdminId>,
}

/// A note on a contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub id: u64,
    /// The teammate who wrote it.
    pub author: Option<AdminId>,
    /// The HTML.
    pub body: String,
    /// When it was written, in unix seconds.
    pub created_at: i64,
}

/// A lead or user. All times are unix seconds.
#[derive(Clone, Debug, PartialEq)]
pub struct Contact {
    pub id: ContactId,
    /// Lead or user.
    pub role: Role,
    /// The id that the workspace's owner gave; a lead's is made up by Intercom.
    pub external_id: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The full name.
    pub name: Option<String>,
    /// The URL of the picture.
    pub avatar: Option<String>,
    /// The teammate in charge.
    pub owner: Option<AdminId>,
    /// Whether no e-mail is wanted.
    pub unsubscribed_from_emails: bool,
    /// Whether mail to the address came back.
    pub has_hard_bounced: bool,
    /// Whether a mail was marked as spam.
    pub marked_email_as_spam: bool,
    /// When the record was made.
    pub created_at: i64,
    /// When the record was last changed, page visits included.
    pub updated_at: i64,
    /// When the account was made.
    pub signed_up_at: Option<i64>,
    /// When a page with the Messenger was last visited.
    pub last_seen_at: Option<i64>,
    /// When the contact last wrote.
    pub last_replied_at: Option<i64>,
    /// When the contact was last written to.
    pub last_contacted_at: Option<i64>,
    /// The language chosen for the Messenger.
    pub language_override: Option<String>,
    pub browser: Option<String>,
    /// The browser's version.
    pub browser_version: Option<String>,
    /// The browser's language.
    pub browser_language: Option<String>,
    /// The operating system.
    pub os: Option<String>,
    /// Where the contact was last seen.
    pub location: Location,
    /// The workspace's own fields.
    pub custom_attributes: Map<String, Value>,
    /// The tags, oldest first.
    pub tags: Vec<AppliedTag>,
    /// The notes, oldest first.
    pub notes: Vec<Note>,
    /// The companies, oldest first.
    pub companies: Vec<CompanyId>,
    /// What only the legacy API tells.
    pub past: PastFields,
}

impl Contact {
    pub(super) fn has_tag(&self, tag: &TagId) -> bool {
        self.tags.iter().any(|applied| applied.id == *tag)
    }

    /// A contact who writes is seen, has replied, and so is changed.
    pub(super) fn wrote_at(&mut self, now: i64) {
        self.last_replied_at = Some(now);
        self.last_seen_at = Some(now);
        self.updated_at = now;
    }
}

/// A contact to be made, described field by field.
#[derive(Clone, Debug)]
#[must_use = "a contact does not exist before it is given to `ContactsHandle::create`"]
pub struct NewContact {
    pub(super) contact: Contact,
    pub(super) created_at: Option<i64>,
    pub(super) index_lag: Option<Duration>,
}

impl NewContact {
    /// A lead of whom nothing is known.
    pub fn lead() -> Self {
        Self::of(Role::Lead)
    }

    /// A user of whom nothing is known.
    pub fn user() -> Self {
        Self::of(Role::User)
    }

    fn of(role: Role) -> Self {
        Self { contact: unknown(role), created_at: None, index_lag: None }
    }

    /// Sets the e-mail address.
    pub fn email(self, email: &str) -> Self {
        self.with(|contact| contact.email = Some(email.to_owned()))
    }

    /// Sets the name.
    pub fn name(self, name: &str) -> Self {
        self.with(|contact| contact.name = Some(name.to_owned()))
    }

    /// Sets the phone number.
    pub fn phone(self, phone: &str) -> Self {
        self.with(|contact| contact.phone = Some(phone.to_owned()))
    }

    /// Sets the external id.
    pub fn external_id(self, external_id: &str) -> Self {
        self.with(|contact| contact.external_id = Some(external_id.to_owned()))
    }

    /// Sets the URL of the picture.
    pub fn avatar(self, url: &str) -> Self {
        self.with(|contact| contact.avatar = Some(url.to_owned()))
    }

    /// Sets where the contact was last seen.
    pub fn location(self, location: Location) -> Self {
        self.with(|contact| contact.location = location)
    }

    /// Sets one of the workspace's own fields.
    pub fn custom(self, name: &str, value: impl Into<Value>) -> Self {
        self.with(|contact| {
            contact.custom_attributes.insert(name.to_owned(), value.into());
        })
    }

    /// Puts the contact into a company.
    pub fn company(self, company: &CompanyId) -> Self {
        self.with(|contact| contact.companies.push(company.clone()))
    }

    /// Puts a tag on, as of the contact's creation.
    pub fn tag(self, tag: &TagId) -> Self {
        self.with(|contact| {
            contact.tags.push(AppliedTag { id: tag.clone(), applied_at: 0, applied_by: None });
        })
    }

    /// Sets any other field. The id and the times of creation and change are set when the contact is made.
    pub fn with(mut self, change: impl FnOnce(&mut Contact)) -> Self {
        change(&mut self.contact);
        self
    }

    /// Sets the time of creation, in unix seconds, instead of the present.
    pub fn created_at(mut self, unix_seconds: i64) -> Self {
        self.created_at = Some(unix_seconds);
        self
    }

    /// Lets searches see the contact only after this span, whatever the workspace's index lag.
    pub fn indexed_after(mut self, lag: Duration) -> Self {
        self.index_lag = Some(lag);
        self
    }
}

fn unknown(role: Role) -> Contact {
    Contact {
        id: ContactId::from(""),
        role,
        external_id: None,
        email: None,
        phone: None,
        name: None,
        avatar: None,
        owner: None,
        unsubscribed_from_emails: false,
        has_hard_bounced: false,
        marked_email_as_spam: false,
        created_at: 0,
        updated_at: 0,
        signed_up_at: None,
        last_seen_at: None,
        last_replied_at: None,
        last_contacted_at: None,
        language_override: None,
        browser: None,
        browser_version: None,
        browser_language: None,
        os: None,
        location: Location::default(),
        custom_attributes: Map::new(),
        tags: Vec::new(),
        notes: Vec::new(),
        companies: Vec::new(),
        past: PastFields::default(),
    }
}

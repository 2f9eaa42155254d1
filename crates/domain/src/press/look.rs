//! What the controls below `/lead` and `/user` carry.

use crate::contact::Role;
use crate::ids::ContactId;
use crate::press::record_id::parse_contact;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookPress {
    /// Opens a contact's card in a message of its own.
    Open(ContactId),
    /// "Show one of these…": the select's value is a contact's id.
    OpenOne,
    /// [Share here].
    Share(ContactId),
    /// [Share anyway], in a channel that everyone can read.
    ShareAnyway(ContactId),
    /// A page of a list; the key holds its query and cursors.
    Page(String, u32),
    /// [Show it again]: the first page of all of a kind.
    List(Role),
    /// `[Export]` of a list; the key holds its query.
    Export(String),
    /// [Try again] of a look-up; the key holds what was looked for.
    LookAgain(String),
    /// The choice among several users with one e-mail; the key holds what is to be changed.
    Update(String),
    /// The card again, in place of the message that said that it could not be had.
    OpenAgain(ContactId),
    /// [Mend it]; the key holds what was typed.
    Mend(String),
    /// The form of [Mend it], filled in; the key holds what was typed before.
    Filled(String),
    /// The choice among several companies; the key holds what is to be done with it.
    InCompany(String),
    /// [Create the lead]; the key holds its e-mail address.
    CreateLead(String),
    /// [Make that lead a user], and the choice among several; the key holds what was typed, and the lead.
    Convert(String),
    /// [Create a user all the same]; the key holds what was typed.
    CreateBeside(String),
}

impl LookPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Open(id) => format!("v1:open:{id}"),
            Self::OpenOne => "v1:open-one".to_owned(),
            Self::Share(id) => format!("v1:share:{id}"),
            Self::ShareAnyway(id) => format!("v1:share-anyway:{id}"),
            Self::Page(key, page) => format!("v1:page:{key}:{page}"),
            Self::List(role) => format!("v1:list:{}", role.word()),
            Self::Export(key) => format!("v1:export:{key}"),
            Self::LookAgain(key) => format!("v1:look:{key}"),
            Self::Update(key) => format!("v1:update:{key}"),
            Self::OpenAgain(id) => format!("v1:open-again:{id}"),
            Self::Mend(key) => format!("v1:mend:{key}"),
            Self::Filled(key) => format!("v1:filled:{key}"),
            Self::InCompany(key) => format!("v1:in-company:{key}"),
            Self::CreateLead(key) => format!("v1:create-lead:{key}"),
            Self::Convert(key) => format!("v1:convert:{key}"),
            Self::CreateBeside(key) => format!("v1:create-beside:{key}"),
        }
    }

    /// Reads a `custom_id`; none where it is not one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let key = |text: &str| is_key(text).then(|| text.to_owned());
        Some(match parts.as_slice() {
            ["open", id] => Self::Open(parse_contact(id)?),
            ["open-one"] => Self::OpenOne,
            ["share", id] => Self::Share(parse_contact(id)?),
            ["share-anyway", id] => Self::ShareAnyway(parse_contact(id)?),
            ["page", id, page] => Self::Page(key(id)?, parse_page(page)?),
            ["list", "lead"] => Self::List(Role::Lead),
            ["list", "user"] => Self::List(Role::User),
            ["export", id] => Self::Export(key(id)?),
            ["look", id] => Self::LookAgain(key(id)?),
            ["update", id] => Self::Update(key(id)?),
            ["open-again", id] => Self::OpenAgain(parse_contact(id)?),
            ["mend", id] => Self::Mend(key(id)?),
            ["filled", id] => Self::Filled(key(id)?),
            ["in-company", id] => Self::InCompany(key(id)?),
            ["create-lead", id] => Self::CreateLead(key(id)?),
            ["convert", id] => Self::Convert(key(id)?),
            ["create-beside", id] => Self::CreateBeside(key(id)?),
            _ => return None,
        })
    }
}

fn parse_page(text: &str) -> Option<u32> {
    let page: u32 = text.parse().ok()?;
    (page.to_string() == text && page >= 1).then_some(page)
}

/// Whether a text can be a key under which the store keeps what does not fit a `custom_id`.
pub(super) fn is_key(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

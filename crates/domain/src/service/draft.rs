//! What somebody typed to make a lead or user, before anything of it was looked at: it is kept as it is, so that whoever
//! made a mistake mends it instead of typing everything again.

use serde::{Deserialize, Serialize};

use crate::contact::Role;
use crate::port::intercom::ContactFields;
use crate::service::input::{Email, ImageUrl, Phone, line};

/// As it was typed: no `Debug`, it holds personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// What is to be made.
    pub role: Role,
    /// E-mail address.
    pub email: String,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The picture's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// A company: what was picked or typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
}

/// Something that was typed and is none of what it should be.
#[derive(Clone, PartialEq, Eq)]
pub enum Mistake {
    /// No e-mail address.
    Email(String),
    /// No phone number.
    Phone(String),
    /// No address of a picture.
    ImageUrl(String),
    /// A company that nobody knows.
    Company(String),
}

impl Draft {
    /// A draft that has an e-mail address and nothing else.
    pub fn of(role: Role, email: &str) -> Self {
        Self { role, email: email.to_owned(), name: None, phone: None, image_url: None, company: None }
    }

    /// Reads it, apart from the company, which only Intercom knows.
    ///
    /// # Errors
    /// Fails with all that is wrong with it, never empty.
    pub fn read(&self) -> Result<ContactFields, Vec<Mistake>> {
        let email = Email::parse(&self.email).ok_or_else(|| Mistake::Email(self.email.trim().to_owned()));
        let phone = read(self.phone.as_deref(), Phone::parse, Mistake::Phone);
        let image_url = read(self.image_url.as_deref(), ImageUrl::parse, Mistake::ImageUrl);
        match (email, phone, image_url) {
            (Ok(email), Ok(phone), Ok(image_url)) => Ok(ContactFields {
                email: Some(email.in_small_letters()),
                phone: phone.map(Phone::into_string),
                name: self.name.as_deref().and_then(line),
                image_url: image_url.map(ImageUrl::into_string),
                external_id: None,
            }),
            (email, phone, image_url) => {
                Err([email.err(), phone.err(), image_url.err()].into_iter().flatten().collect())
            }
        }
    }

    /// The company that was picked or typed, if one was.
    pub fn company(&self) -> Option<&str> {
        self.company.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

/// What was left empty is no mistake: so a form gives back what nobody filled in.
fn read<T>(
    typed: Option<&str>,
    parse: fn(&str) -> Option<T>,
    mistake: fn(String) -> Mistake,
) -> Result<Option<T>, Mistake> {
    match typed.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => parse(text).map(Some).ok_or_else(|| mistake(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let bad = || Some("bad".to_owned());
        let draft = Draft { phone: bad(), image_url: bad(), ..Draft::of(Role::Lead, " bad ") };
        let mistakes = [Mistake::Email, Mistake::Phone, Mistake::ImageUrl].map(|of| of("bad".to_owned()));
        assert!(draft.read() == Err(mistakes.to_vec()));
    }

    #[test]
    fn an_address_is_written_in_small_letters_and_what_is_empty_is_not_written() {
        let draft = Draft { phone: Some(" ".to_owned()), ..Draft::of(Role::Lead, "Ada@Acme.io") };
        let fields = ContactFields { email: Some("ada@acme.io".to_owned()), ..ContactFields::default() };
        assert!(draft.read() == Ok(fields));
    }
}

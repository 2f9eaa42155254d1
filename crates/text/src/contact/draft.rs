//! What is said of what somebody typed to make a lead or user, and the form in which they mend it.

use deskbell_domain::card::text::{Piece, Text};
use deskbell_domain::contact::Role;
use deskbell_domain::message::{Button, Form, FormField, Lines, Message, Need};
use deskbell_domain::press::look::LookPress;
use deskbell_domain::service::draft::{Draft, Mistake};

use crate::field;
use crate::refusal::shortened;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// E-mail address.
    Email,
    /// Name.
    Name,
    /// Phone number.
    Phone,
    /// The picture's address.
    ImageUrl,
    /// The company.
    Company,
}

impl Field {
    /// Under what its text comes back.
    pub fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Name => "name",
            Self::Phone => "phone",
            Self::ImageUrl => "image_url",
            Self::Company => "company",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Email => field::EMAIL,
            Self::Name => field::NAME,
            Self::Phone => field::PHONE,
            Self::ImageUrl => field::IMAGE_URL,
            Self::Company => field::COMPANY_NAME,
        }
    }

    fn most(self) -> u16 {
        match self {
            Self::Email => 254,
            Self::Name => 255,
            Self::Phone => 40,
            Self::ImageUrl => 2_000,
            Self::Company => 100,
        }
    }
}

/// All that is wrong, a line each, and [Mend it].
pub fn mistaken(mistakes: &[Mistake], mend: Option<&str>) -> Message {
    let mut lines = Text::default();
    for (index, mistake) in mistakes.iter().enumerate() {
        lines = lines.and(if index > 0 { "\n" } else { "" }).joined(sentence(mistake));
    }
    Message::of(lines).buttons(mend.map(|custom_id| Button::primary("Mend it", custom_id)))
}

fn sentence(mistake: &Mistake) -> Text {
    let typed = |text: &str, rest: &str| Text::default().with(Piece::Code(shortened(text))).and(rest);
    match mistake {
        Mistake::Email(text) if text.is_empty() => {
            Text::ours("The e-mail address is missing. It looks like `name@example.com`.")
        }
        Mistake::Email(text) => typed(text, " is not an e-mail address. It looks like `name@example.com`."),
        Mistake::Phone(text) => {
            typed(text, " is not a phone number. Write it with the country, like `+49 30 1234567`.")
        }
        Mistake::ImageUrl(text) if text.to_lowercase().starts_with("https://") => {
            typed(text, " is not an address of a picture. It looks like `https://example.com/ada.png`.")
        }
        Mistake::ImageUrl(text) => {
            typed(text, " is not an address of a picture. It must start with `https://`.")
        }
        Mistake::Company(text) => Text::ours("I found no company ")
            .with(Piece::Code(shortened(text)))
            .and(". Pick one from the list while typing."),
    }
}

/// The form with what was typed. The key holds it.
pub fn form(key: String, draft: &Draft) -> Form {
    let of_both = [
        (Field::Email, Some(&draft.email)),
        (Field::Name, draft.name.as_ref()),
        (Field::Phone, draft.phone.as_ref()),
    ];
    let picture = (draft.role == Role::Lead).then_some((Field::ImageUrl, draft.image_url.as_ref()));
    let fields = of_both.into_iter().chain(picture).chain([(Field::Company, draft.company.as_ref())]);
    Form {
        custom_id: LookPress::Filled(key).to_custom_id(),
        title: match draft.role {
            Role::Lead => "Create a lead".to_owned(),
            Role::User => "Create or update a user".to_owned(),
        },
        fields: fields.map(|(field, text)| to_fill_in(field, text)).collect(),
    }
}

fn to_fill_in(field: Field, text: Option<&String>) -> FormField {
    FormField {
        id: field.id(),
        label: field.label().to_owned(),
        text: text.cloned().unwrap_or_default(),
        most: field.most(),
        need: if field == Field::Email { Need::Required } else { Need::Optional },
        lines: Lines::One,
    }
}

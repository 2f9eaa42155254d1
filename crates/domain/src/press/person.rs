//! What the controls carry with which something is done with a lead or user, below their card and below what they answer.

use strum::{EnumString, IntoStaticStr};

use crate::ids::ContactId;
use crate::press::look::is_key;
use crate::press::record_id::parse_contact;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonPress {
    /// Does this with the person.
    Do(PersonAct, ContactId),
    /// Who the presser is in Intercom: the select's value is a teammate's id. Then it goes on with what was to be done.
    ActAs(PersonAct, ContactId),
    /// A page of that select, from 0.
    Teammates(u8, PersonAct, ContactId),
    /// The form of a new note, filled in.
    Noted(ContactId),
    /// [Write it again…]: opens the form with a note that was typed before; the key holds it.
    NoteAgain(String),
    /// Who the writer of that note is: as `ActAs`, and then the form can be opened in that name.
    NoteAs(String),
    /// A page of that select, from 0.
    NoteBy(u8, String),
    /// Which tag is put on or taken off: the select's value says which of the two.
    TagOne(ContactId),
    /// A page of that select, from 0.
    Tags(u8, ContactId),
}

/// What is done with a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum PersonAct {
    /// [I take it], where nobody owns the person.
    Own,
    /// [Take over], whoever owns the person.
    OwnOver,
    /// `[Note]`, which opens a form.
    NoteOn,
    /// `[Tag…]`, which asks for one.
    TagOn,
}

impl PersonAct {
    fn code(self) -> &'static str {
        self.into()
    }
}

impl PersonPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Do(act, id) => format!("v1:{}:{id}", act.code()),
            Self::ActAs(act, id) => format!("v1:own-as:{}:{id}", act.code()),
            Self::Teammates(page, act, id) => format!("v1:own-by:{page}:{}:{id}", act.code()),
            Self::Noted(id) => format!("v1:noted-on:{id}"),
            Self::NoteAgain(key) => format!("v1:note-again:{key}"),
            Self::NoteAs(key) => format!("v1:note-as:{key}"),
            Self::NoteBy(page, key) => format!("v1:note-by:{page}:{key}"),
            Self::TagOne(id) => format!("v1:tag-one-on:{id}"),
            Self::Tags(page, id) => format!("v1:tags-on:{page}:{id}"),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let read = match parts.as_slice() {
            ["own-as", act, id] => Self::ActAs(act.parse().ok()?, parse_contact(id)?),
            ["own-by", page, act, id] => {
                Self::Teammates(page.parse().ok()?, act.parse().ok()?, parse_contact(id)?)
            }
            ["noted-on", id] => Self::Noted(parse_contact(id)?),
            ["note-again", key] if is_key(key) => Self::NoteAgain((*key).to_owned()),
            ["note-as", key] if is_key(key) => Self::NoteAs((*key).to_owned()),
            ["note-by", page, key] if is_key(key) => Self::NoteBy(page.parse().ok()?, (*key).to_owned()),
            ["tag-one-on", id] => Self::TagOne(parse_contact(id)?),
            ["tags-on", page, id] => Self::Tags(page.parse().ok()?, parse_contact(id)?),
            [act, id] => Self::Do(act.parse().ok()?, parse_contact(id)?),
            _ => return None,
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    const ACTS: [PersonAct; 4] = [PersonAct::Own, PersonAct::OwnOver, PersonAct::NoteOn, PersonAct::TagOn];

    pub(in crate::press) fn press() -> impl Strategy<Value = PersonPress> {
        let id = "[A-Za-z0-9_-]{1,64}".prop_map(ContactId::new);
        let of_person =
            (0..ACTS.len(), 0..6_usize, any::<u8>(), id).prop_map(|(act, kind, page, id)| match kind {
                0 => PersonPress::Do(ACTS[act], id),
                1 => PersonPress::ActAs(ACTS[act], id),
                2 => PersonPress::Teammates(page, ACTS[act], id),
                3 => PersonPress::Noted(id),
                4 => PersonPress::TagOne(id),
                _ => PersonPress::Tags(page, id),
            });
        let of_note = (0..3_usize, any::<u8>(), "[a-z0-9]{13}").prop_map(|(kind, page, key)| match kind {
            0 => PersonPress::NoteAgain(key),
            1 => PersonPress::NoteAs(key),
            _ => PersonPress::NoteBy(page, key),
        });
        prop_oneof![of_person, of_note]
    }

    #[test]
    fn old_buttons_keep_their_words() {
        let (id, key) = (|| ContactId::new("6762f0dd"), || "abcdefgh23456".to_owned());
        let acts = ACTS.map(|act| PersonPress::Do(act, id()).to_custom_id()).join(" ");
        assert_eq!(acts, "v1:own:6762f0dd v1:own-over:6762f0dd v1:note-on:6762f0dd v1:tag-on:6762f0dd");
        let others = [
            PersonPress::ActAs(PersonAct::Own, id()),
            PersonPress::Teammates(1, PersonAct::TagOn, id()),
            PersonPress::Noted(id()),
            PersonPress::NoteAgain(key()),
            PersonPress::NoteAs(key()),
            PersonPress::NoteBy(1, key()),
            PersonPress::TagOne(id()),
            PersonPress::Tags(1, id()),
        ];
        assert_eq!(
            others.map(|press| press.to_custom_id()).join(" "),
            "v1:own-as:own:6762f0dd v1:own-by:1:tag-on:6762f0dd v1:noted-on:6762f0dd \
             v1:note-again:abcdefgh23456 v1:note-as:abcdefgh23456 v1:note-by:1:abcdefgh23456 \
             v1:tag-one-on:6762f0dd v1:tags-on:1:6762f0dd"
        );
    }

    #[test]
    fn what_we_never_made_is_not_read() {
        for foreign in [
            "v1:own",
            "v1:own:",
            "v1:own:a/b",
            "v1:own:a:b",
            "v1:Own:a",
            "v1:own-as:a",
            "v1:own-as:take:a",
            "v1:own-by:01:own:a",
            "v1:note-again:abc",
            "v1:tags-on:256:a",
        ] {
            assert_eq!(PersonPress::parse(foreign), None, "{foreign}");
        }
    }
}

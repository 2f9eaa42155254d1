//! What the controls carry by which a lead becomes a user, or a part of one.

use crate::ids::ContactId;
use crate::press::look::is_key;
use crate::press::record_id::parse_contact;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JoinPress {
    /// [Make it a user], which asks.
    AskConvert(ContactId),
    /// [Yes, make it a user].
    Convert(ContactId),
    /// [Merge…], which opens a form: with whom?
    AskMerge(ContactId),
    /// The form, filled in.
    Typed(ContactId),
    /// The choice among several: the select's value is a contact's id.
    One(ContactId),
    /// [Yes, merge them]; the key holds whom.
    Merge(String),
}

impl JoinPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::AskConvert(id) => format!("v1:ask-convert:{id}"),
            Self::Convert(id) => format!("v1:make-user:{id}"),
            Self::AskMerge(id) => format!("v1:ask-merge:{id}"),
            Self::Typed(id) => format!("v1:merge-typed:{id}"),
            Self::One(id) => format!("v1:merge-one:{id}"),
            Self::Merge(key) => format!("v1:merge-now:{key}"),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let (act, argument) = custom_id.strip_prefix("v1:")?.split_once(':')?;
        Some(match act {
            "ask-convert" => Self::AskConvert(parse_contact(argument)?),
            "make-user" => Self::Convert(parse_contact(argument)?),
            "ask-merge" => Self::AskMerge(parse_contact(argument)?),
            "merge-typed" => Self::Typed(parse_contact(argument)?),
            "merge-one" => Self::One(parse_contact(argument)?),
            "merge-now" if is_key(argument) => Self::Merge(argument.to_owned()),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_read_as_it_was_written_and_fits_discord() {
        let contact = ContactId::new("a".repeat(64));
        let all = [
            JoinPress::AskConvert(contact.clone()),
            JoinPress::Convert(contact.clone()),
            JoinPress::AskMerge(contact.clone()),
            JoinPress::Typed(contact.clone()),
            JoinPress::One(contact),
            JoinPress::Merge("abcdefgh23456".to_owned()),
        ];
        for press in all {
            let custom_id = press.to_custom_id();
            assert!(custom_id.len() <= 100, "{custom_id}");
            assert_eq!(JoinPress::parse(&custom_id), Some(press));
        }
        for foreign in
            ["v1:make-user", "v1:make-user:", "v1:make-user:a/b", "v1:merge-now:short", "v2:ask-merge:1"]
        {
            assert_eq!(JoinPress::parse(foreign), None, "{foreign}");
        }
    }
}

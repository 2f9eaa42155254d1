//! What the controls carry that link a member of a server to a contact.

use crate::ids::{ContactId, MemberId};
use crate::press::record_id::parse_contact;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberPress {
    /// [Link to a contact…], which opens a form.
    Ask(MemberId),
    /// The form, filled in.
    Typed(MemberId),
    /// The choice among several: the select's value is a contact's id.
    One(MemberId),
    /// [Yes, link them]: this contact, if it is no other member.
    To(MemberId, ContactId),
    /// [Link them all the same]: whoever else that contact was.
    Over(MemberId, ContactId),
}

impl MemberPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Ask(member) => format!("v1:link:{member}"),
            Self::Typed(member) => format!("v1:link-typed:{member}"),
            Self::One(member) => format!("v1:link-one:{member}"),
            Self::To(member, contact) => format!("v1:link-to:{member}:{contact}"),
            Self::Over(member, contact) => format!("v1:link-over:{member}:{contact}"),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let parts: Vec<_> = custom_id.strip_prefix("v1:")?.split(':').collect();
        let member = |text: &str| Some(MemberId(text.parse().ok().filter(|id| *id != 0)?));
        let read = match parts.as_slice() {
            ["link", id] => Self::Ask(member(id)?),
            ["link-typed", id] => Self::Typed(member(id)?),
            ["link-one", id] => Self::One(member(id)?),
            ["link-to", id, contact] => Self::To(member(id)?, parse_contact(contact)?),
            ["link-over", id, contact] => Self::Over(member(id)?, parse_contact(contact)?),
            _ => return None,
        };
        (read.to_custom_id() == custom_id).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_read_as_it_was_written_and_fits_discord() {
        let (member, contact) = (MemberId(u64::MAX), ContactId::new("a".repeat(64)));
        let all = [
            MemberPress::Ask(member),
            MemberPress::Typed(member),
            MemberPress::One(member),
            MemberPress::To(member, contact.clone()),
            MemberPress::Over(member, contact),
        ];
        for press in all {
            let custom_id = press.to_custom_id();
            assert!(custom_id.len() <= 100, "{custom_id}");
            assert_eq!(MemberPress::parse(&custom_id), Some(press));
        }
        for foreign in
            ["v1:link", "v1:link:", "v1:link:0", "v1:link:01", "v1:link-to:7", "v1:link-to:7:a/b", "link:7"]
        {
            assert_eq!(MemberPress::parse(foreign), None, "{foreign}");
        }
    }
}

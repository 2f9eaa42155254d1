//! What the controls below `/privacy` carry.

use crate::ids::ContactId;
use crate::press::parse_contact;

/// What such a control carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PrivacyPress {
    /// "Pick one": the select's value is a contact's id.
    One,
    /// [Erase here], which asks.
    Erase(ContactId),
    /// The same, which was asked.
    EraseNow(ContactId),
    /// `[Export]`.
    Export(ContactId),
    /// [Take back].
    TakeBack(ContactId),
    /// `[Cancel]`.
    Cancel,
}

impl PrivacyPress {
    /// As a `custom_id`.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::One => "v1:privacy".to_owned(),
            Self::Erase(id) => format!("v1:privacy-erase:{id}"),
            Self::EraseNow(id) => format!("v1:privacy-erase-now:{id}"),
            Self::Export(id) => format!("v1:privacy-export:{id}"),
            Self::TakeBack(id) => format!("v1:privacy-back:{id}"),
            Self::Cancel => "v1:privacy-cancel".to_owned(),
        }
    }

    /// Reads a `custom_id`; none where it is not exactly one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        Some(match custom_id.strip_prefix("v1:privacy")? {
            "" => Self::One,
            "-cancel" => Self::Cancel,
            other => {
                let (what, id) = other.split_once(':')?;
                let id = parse_contact(id)?;
                match what {
                    "-erase" => Self::Erase(id),
                    "-erase-now" => Self::EraseNow(id),
                    "-export" => Self::Export(id),
                    "-back" => Self::TakeBack(id),
                    _ => return None,
                }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_control_is_read_as_it_was_written() {
        let ada = ContactId::new("6762f0dd1bb69f9f2193bb83");
        for press in [
            PrivacyPress::One,
            PrivacyPress::Erase(ada.clone()),
            PrivacyPress::EraseNow(ada.clone()),
            PrivacyPress::Export(ada.clone()),
            PrivacyPress::TakeBack(ada),
            PrivacyPress::Cancel,
        ] {
            assert_eq!(PrivacyPress::parse(&press.to_custom_id()), Some(press));
        }
        for odd in ["v1:privacy-erase", "v1:privacy-erase:", "v1:privacy-erase:a b", "v1:privacy-else:1"] {
            assert_eq!(PrivacyPress::parse(odd), None, "{odd}");
        }
    }
}

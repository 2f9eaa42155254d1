//! What a button or select carries: a short text in Discord's `custom_id`, which survives a restart because Discord
//! keeps it. It is not signed and may be old, so it is parsed strictly and every press is authorised again.

use crate::ids::{ContactId, SubscriptionId};

/// The controls below messages in channels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelPress {
    /// [Show]: the person's full card, for the one who pressed.
    Show(ContactId),
    /// "Show one in full…": the select's values are contact ids.
    ShowOne,
    /// [Skip to now] of a subscription.
    SkipToNow(SubscriptionId),
}

impl ChannelPress {
    /// As a `custom_id`: version, action, argument.
    pub fn to_custom_id(&self) -> String {
        match self {
            Self::Show(contact) => format!("v1:show:{contact}"),
            Self::ShowOne => "v1:show-one".to_owned(),
            Self::SkipToNow(subscription) => format!("v1:skip:{subscription}"),
        }
    }

    /// Reads a `custom_id`; none where it is not one of these.
    pub fn parse(custom_id: &str) -> Option<Self> {
        let mut parts = custom_id.strip_prefix("v1:")?.splitn(2, ':');
        match (parts.next()?, parts.next()) {
            ("show", Some(contact)) => parse_contact(contact).map(Self::Show),
            ("show-one", None) => Some(Self::ShowOne),
            ("skip", Some(subscription)) => {
                let digits = !subscription.is_empty() && subscription.bytes().all(|b| b.is_ascii_digit());
                digits.then(|| subscription.parse().ok().map(|id| Self::SkipToNow(SubscriptionId(id))))?
            }
            _ => None,
        }
    }
}

/// An id that came back from Discord: only what an Intercom id can hold passes.
pub fn parse_contact(text: &str) -> Option<ContactId> {
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    fits.then(|| ContactId::new(text))
}

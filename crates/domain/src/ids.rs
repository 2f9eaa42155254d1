//! Identifiers, each a type of its own, so that a channel can never stand where a server is meant.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident $(, $read:literal)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        $(#[serde(try_from = $read)])?
        pub struct $name(pub u64);

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}

/// An id of Discord's: never 0, so that one is refused wherever it comes from outside, be it a press or the store.
macro_rules! snowflake {
    ($(#[$doc:meta])* $name:ident) => {
        number!($(#[$doc])* $name, "u64");

        impl TryFrom<u64> for $name {
            type Error = NoSnowflake;

            fn try_from(id: u64) -> Result<Self, NoSnowflake> {
                if id == 0 { Err(NoSnowflake) } else { Ok(Self(id)) }
            }
        }

        impl std::str::FromStr for $name {
            type Err = NoSnowflake;

            fn from_str(text: &str) -> Result<Self, NoSnowflake> {
                let digits = text.bytes().all(|b| b.is_ascii_digit());
                let id = if digits { text.parse::<u64>().ok() } else { None };
                Self::try_from(id.unwrap_or(0))
            }
        }
    };
}

/// What was read cannot be an id of Discord's: those are numbers above 0 (Discord's reference, "Snowflakes").
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no id of Discord's")]
pub struct NoSnowflake;

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Wraps an id as the other side gave it.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    };
}

snowflake!(
    /// A Discord server.
    GuildId
);
snowflake!(
    /// A Discord channel or thread.
    ChannelId
);
snowflake!(
    /// A role of a Discord server; the role with the server's own id is @everyone.
    RoleId
);
snowflake!(
    /// A person (or bot) on Discord.
    MemberId
);
snowflake!(
    /// A Discord message.
    MessageId
);
snowflake!(
    /// A Discord application.
    ApplicationId
);
number!(
    /// A subscription; never used again after it was removed.
    SubscriptionId
);
number!(
    /// The place of an event in its workspace's journal; the first event has number 1, 0 stands before all.
    JournalNumber
);

number!(
    /// The place of an amendment in its workspace's sequence of them; the first has number 1, 0 stands before all.
    AmendmentNumber
);

text_id!(
    /// A part of a conversation in Intercom. The first message of a conversation has an id of another kind.
    PartId
);
text_id!(
    /// An Intercom workspace (`app.id_code`). Contact and company ids are unique only within one.
    WorkspaceId
);
text_id!(
    /// An Intercom contact: 24 hexadecimal digits.
    ContactId
);
text_id!(
    /// An Intercom conversation: digits.
    ConversationId
);
text_id!(
    /// A teammate in Intercom, who is never a team: digits.
    AdminId
);
text_id!(
    /// An Intercom company's own id, not the `company_id` that a customer chose.
    CompanyId
);
text_id!(
    /// An Intercom tag.
    TagId
);

impl JournalNumber {
    /// The number after this one; the last there is has itself.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl AmendmentNumber {
    /// Before the first: a record as it was journaled.
    pub const NONE: Self = Self(0);
    /// Behind the last: a record with everything that is known by now.
    pub const LATEST: Self = Self(u64::MAX);

    /// Whether it stands before all amendments.
    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }
}

impl Default for AmendmentNumber {
    fn default() -> Self {
        Self::NONE
    }
}

impl GuildId {
    /// The role that everyone in the server has: Discord gives it the server's id.
    pub fn everyone(self) -> RoleId {
        RoleId(self.0)
    }
}

/// The first moment that a snowflake can tell.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

impl MessageId {
    /// The smallest id that a message made at `at` can have: the high bits of a snowflake are milliseconds
    /// since 2015 (Discord's reference, "Snowflakes").
    pub fn earliest_at(at: crate::time::UnixMillis) -> Self {
        Self(u64::try_from(at.0 - DISCORD_EPOCH_MS).unwrap_or(0) << 22)
    }

    /// When the message was made, by Discord's clock.
    pub fn made_at(self) -> crate::time::UnixMillis {
        snowflake_made_at(self.0)
    }
}

/// When Discord made this id of anything, by its clock (Discord's reference, "Snowflakes").
pub fn snowflake_made_at(id: u64) -> crate::time::UnixMillis {
    crate::time::UnixMillis(i64::try_from(id >> 22).unwrap_or(i64::MAX) + DISCORD_EPOCH_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_of_discord_is_zero_wherever_it_comes_from() {
        for text in ["0", "00", "", "-1", "+1", " 1", "1.0", "18446744073709551616"] {
            assert_eq!(text.parse::<RoleId>(), Err(NoSnowflake), "{text:?}");
        }
        assert_eq!("18446744073709551615".parse(), Ok(RoleId(u64::MAX)));
        assert!(serde_json::from_str::<ChannelId>("0").is_err());
        assert_eq!(serde_json::from_str::<ChannelId>("7").expect("an id"), ChannelId(7));
        assert_eq!(serde_json::to_string(&ChannelId(7)).expect("a number"), "7");
        assert_eq!(serde_json::from_str::<JournalNumber>("0").expect("before all"), JournalNumber(0));
    }
}

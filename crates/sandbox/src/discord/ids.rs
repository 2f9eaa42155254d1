//! Discord's ids: 64-bit snowflakes whose upper bits are the moment of making.
//!
//! Each kind has a type of its own, written as a decimal string on the wire. They are made from the sandbox's
//! clock, always rising, so that `after=` and `before=` mean what they mean at Discord.

use std::{fmt, num::ParseIntError, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Discord counts milliseconds from the first second of 2015.
const DISCORD_EPOCH_MS: i64 = 1_420_070_400_000;

macro_rules! snowflake {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// Takes the id as Discord counts it.
            pub const fn new(id: u64) -> Self {
                Self(id)
            }

            /// The id as a number.
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }
    )*};
}

snowflake! {
    /// A server.
    GuildId;
    /// A channel, a category or a thread.
    ChannelId;
    /// A role; the role @everyone has its server's number.
    RoleId;
    /// A person or a bot.
    UserId;
    /// A message.
    MessageId;
    /// The application that the bot belongs to.
    ApplicationId;
    /// A registered slash command.
    CommandId;
    /// One use of a command, a button, a select or a form.
    InteractionId;
    /// A file of a message.
    AttachmentId;
}

/// Makes ids: the clock's millisecond in the upper bits, and never the same or a lower one twice.
#[derive(Debug, Default)]
pub(crate) struct Snowflakes {
    last: u64,
}

impl Snowflakes {
    pub(crate) fn next(&mut self, now: Timestamp) -> u64 {
        let since_epoch = u64::try_from(now.as_millisecond() - DISCORD_EPOCH_MS).unwrap_or(0);
        self.last = (since_epoch << 22).max(self.last + 1);
        self.last
    }
}

/// The moment that is written in an id.
pub fn moment_of(id: u64) -> Timestamp {
    let milliseconds = i64::try_from(id >> 22).unwrap_or(0) + DISCORD_EPOCH_MS;
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A moment as Discord writes it.
pub(crate) fn iso(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_within_one_millisecond_and_when_the_clock_goes_back() {
        let mut ids = Snowflakes::default();
        let now: Timestamp = "2026-11-23T09:20:00.123Z".parse().unwrap();
        let first = ids.next(now);
        let second = ids.next(now);
        let third = ids.next(now - jiff::SignedDuration::from_secs(60));
        assert_eq!(moment_of(first), now);
        assert!(first < second && second < third);
    }

    #[test]
    fn a_moment_is_written_with_microseconds_and_an_offset() {
        let now: Timestamp = "2026-11-23T09:20:00.123Z".parse().unwrap();
        assert_eq!(iso(now), "2026-11-23T09:20:00.123000+00:00");
    }
}

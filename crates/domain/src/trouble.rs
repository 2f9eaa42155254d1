//! What does not work between the bot and a workspace: which part, why, since when, and what a person can do about it.
//!
//! The poll loop finds troubles; `/status`, `/notify list`, the notices in channels, the heartbeat and the log tell
//! them in the words that stand here, so that all of them name the same cause.

use crate::bounds::OUTAGE;
use crate::card::text::{Piece, Text};
use crate::event::EventKind;
use crate::port::intercom::{IntercomError, Lack, Unanswered};
use crate::stream::Stream;
use crate::time::UnixMillis;

/// How long a refusal stands before channels are told: somebody may just be renewing the token.
const REFUSAL_PATIENCE_MS: i64 = 2 * 60 * 1000;
/// How long anything else goes on before channels are told.
const PATIENCE_MS: i64 = OUTAGE * 1000;

/// One part of the work that does not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trouble {
    /// What does not work.
    pub part: Part,
    /// Why, as the last try told.
    pub cause: Cause,
    /// Since when.
    pub since: UnixMillis,
}

impl Trouble {
    /// Whether it has lasted so long that people are told without asking.
    pub fn lasts(&self, now: UnixMillis) -> bool {
        let patience = if self.cause.is_refusal() { REFUSAL_PATIENCE_MS } else { PATIENCE_MS };
        now.since(self.since) >= patience
    }
}

/// What is read from Intercom, in the parts that fail apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All of it.
    Everything,
    /// Leads and users by `created_at`.
    Contacts,
    /// Conversations by `created_at`.
    Conversations,
    /// Users by `updated_at`.
    UserUpdates,
    /// The one walk over all users, which learns what they are like before the first change.
    AllUsers,
    /// What companies are called.
    CompanyNames,
    /// What tags are called.
    TagNames,
    /// What teammates are called.
    TeammateNames,
}

impl From<Stream> for Part {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::Contacts => Self::Contacts,
            Stream::Conversations => Self::Conversations,
            Stream::UserUpdates => Self::UserUpdates,
        }
    }
}

impl Part {
    /// What cannot be read, as the end of "I cannot read …".
    pub fn words(self) -> &'static str {
        match self {
            Self::Everything => "anything",
            Self::Contacts => "new leads and users",
            Self::Conversations => "new conversations",
            Self::UserUpdates => "changes of users",
            Self::AllUsers => "the list of all users",
            Self::CompanyNames => "names of companies",
            Self::TagNames => "names of tags",
            Self::TeammateNames => "names of teammates",
        }
    }

    /// Whether events stay away while this cannot be read; else cards come with less on them.
    pub fn brings_events(self) -> bool {
        match self {
            Self::Everything | Self::Contacts | Self::Conversations | Self::UserUpdates => true,
            Self::AllUsers | Self::CompanyNames | Self::TagNames | Self::TeammateNames => false,
        }
    }

    /// Whether notifications of this kind are poorer for it.
    pub fn concerns(self, kind: EventKind) -> bool {
        match self {
            Self::Everything | Self::CompanyNames => true,
            Self::Contacts => kind.comes_first_from(Stream::Contacts),
            Self::Conversations | Self::TeammateNames => kind.comes_first_from(Stream::Conversations),
            Self::UserUpdates | Self::AllUsers => kind.comes_first_from(Stream::UserUpdates),
            Self::TagNames => !kind.comes_first_from(Stream::Conversations),
        }
    }
}

/// Several parts as one enumeration.
pub fn in_words(parts: impl IntoIterator<Item = Part>) -> String {
    let words: Vec<_> = parts.into_iter().map(Part::words).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// Why something cannot be read, by what a person can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Intercom does not take the token.
    TokenRefused,
    /// The token may not do this.
    Lacks(Lack),
    /// No usable answer comes.
    Unanswered(Unanswered),
    /// There are more calls than Intercom allows.
    Limited,
    /// Intercom does not know the version that is asked for.
    Version,
    /// Nothing at the address knows the call.
    Address,
    /// Intercom does not accept what is asked.
    NotAccepted,
    /// Our store cannot be read.
    Store,
    /// A mistake of ours.
    Ours,
}

impl From<&IntercomError> for Cause {
    fn from(error: &IntercomError) -> Self {
        match error {
            IntercomError::Refused { .. } => Self::TokenRefused,
            IntercomError::Forbidden { lack } => Self::Lacks(*lack),
            IntercomError::RateLimited { .. } | IntercomError::TooMany { .. } => Self::Limited,
            IntercomError::Unavailable(how) => Self::Unanswered(*how),
            IntercomError::OutcomeUnknown => Self::Unanswered(Unanswered::Silent),
            IntercomError::Invalid { code, .. } if code == "intercom_version_invalid" => Self::Version,
            // The code of an answer without words is its status: a redirect has none.
            IntercomError::Invalid { code, .. } if code.starts_with("http_3") => Self::Address,
            IntercomError::Invalid { .. } | IntercomError::NoWorkspace => Self::NotAccepted,
            IntercomError::Missing => Self::Address,
        }
    }
}

impl Cause {
    /// Whether it stays until somebody gives the token what it lacks.
    pub fn is_refusal(self) -> bool {
        matches!(self, Self::TokenRefused | Self::Lacks(_))
    }

    /// Why, as the second half of a sentence.
    pub fn reason(self) -> Text {
        Text::ours(match self {
            Self::TokenRefused => "Intercom refuses the token",
            Self::Lacks(Lack::Permission(permission)) => {
                return Text::ours("the token lacks ").with(Piece::Bold(permission.label().to_owned()));
            }
            Self::Lacks(Lack::Plan) => "Intercom says that your plan does not include it",
            Self::Unanswered(Unanswered::Silent) => "Intercom does not answer",
            Self::Unanswered(Unanswered::Failing) => "Intercom answers that it is out of order",
            Self::Unanswered(Unanswered::Unreadable) => "Intercom's answers cannot be read",
            Self::Limited => "Intercom allows no more calls",
            Self::Version => "Intercom does not know the version in INTERCOM_API_VERSION",
            Self::Address => "nothing at Intercom's address knows what I ask for",
            Self::NotAccepted => "Intercom does not accept the way I ask",
            Self::Store => "I cannot read my own store",
            Self::Ours => "something is wrong on my side",
        })
    }

    /// What to do, as a sentence.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::TokenRefused => {
                "Whoever runs this bot must renew it: Developer Hub → your app → Authentication."
            }
            Self::Lacks(Lack::Permission(_)) => {
                "Whoever manages your Intercom can give it: Developer Hub → your app → Authentication."
            }
            Self::Lacks(Lack::Plan) => "Ask Intercom which plan does.",
            Self::Unanswered(Unanswered::Silent | Unanswered::Failing) => "I keep trying.",
            Self::Limited => "Another app of your workspace may use them up. I keep trying.",
            Self::Version => "Whoever runs this bot sets one that it knows, such as 2.16.",
            Self::Address => "Whoever runs this bot checks INTERCOM_REGION and INTERCOM_API_URL.",
            Self::Unanswered(Unanswered::Unreadable) | Self::NotAccepted | Self::Store | Self::Ours => {
                "I keep trying; whoever runs this bot finds more in the log."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::intercom::TokenPermission;

    fn invalid(code: &str) -> IntercomError {
        IntercomError::Invalid { code: code.to_owned(), message: String::new() }
    }

    #[test]
    fn every_failure_of_a_call_has_its_own_cause() {
        let permission = Lack::Permission(TokenPermission::ReadConversations);
        for (error, cause) in [
            (IntercomError::Refused { code: None }, Cause::TokenRefused),
            (IntercomError::Forbidden { lack: permission }, Cause::Lacks(permission)),
            (IntercomError::Unavailable(Unanswered::Failing), Cause::Unanswered(Unanswered::Failing)),
            (invalid("parameter_invalid"), Cause::NotAccepted),
            (invalid("intercom_version_invalid"), Cause::Version),
            (invalid("http_302"), Cause::Address),
            (IntercomError::NoWorkspace, Cause::NotAccepted),
            (IntercomError::Missing, Cause::Address),
        ] {
            assert_eq!(Cause::from(&error), cause, "{error:?}");
        }
    }

    #[test]
    fn a_refusal_is_told_after_two_minutes_and_everything_else_after_a_quarter_of_an_hour() {
        let since = UnixMillis(1_000);
        let told = |cause, minutes: i64| {
            let trouble = Trouble { part: Part::Contacts, cause, since };
            trouble.lasts(UnixMillis(since.0 + minutes * 60_000))
        };
        assert!(!told(Cause::TokenRefused, 1) && told(Cause::TokenRefused, 2));
        assert!(!told(Cause::Lacks(Lack::Plan), 1) && told(Cause::Lacks(Lack::Plan), 2));
        assert!(!told(Cause::NotAccepted, 14) && told(Cause::NotAccepted, 15));
    }

    #[test]
    fn parts_are_enumerated_as_one_writes_them() {
        assert_eq!(in_words([Part::Conversations]), "new conversations");
        assert_eq!(in_words([Part::Contacts, Part::UserUpdates]), "new leads and users and changes of users");
    }
}

//! What does not work between the bot and a workspace: which part, why, since when, and what a person can do about it.
//!
//! The poll loop finds troubles; `/status`, `/notify list`, the notices in channels and the heartbeat tell them in the
//! words of `deskbell-text`, so that all of them name the same cause.

use crate::bounds::OUTAGE;
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
    /// Who waits for an answer, by `waiting_since`.
    Waits,
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
    /// Whether events stay away while this cannot be read; else cards come with less on them.
    pub fn brings_events(self) -> bool {
        match self {
            Self::Everything | Self::Contacts | Self::Conversations | Self::UserUpdates | Self::Waits => true,
            Self::AllUsers | Self::CompanyNames | Self::TagNames | Self::TeammateNames => false,
        }
    }

    /// Whether notifications of this kind are poorer for it.
    pub fn concerns(self, kind: EventKind) -> bool {
        match self {
            Self::Everything | Self::CompanyNames => true,
            Self::Contacts => kind.comes_first_from(Stream::Contacts),
            Self::Conversations | Self::TeammateNames => kind.comes_first_from(Stream::Conversations),
            Self::Waits => kind == EventKind::Unanswered,
            Self::UserUpdates | Self::AllUsers => kind.comes_first_from(Stream::UserUpdates),
            Self::TagNames => !kind.comes_first_from(Stream::Conversations),
        }
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
}

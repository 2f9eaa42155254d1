//! Why a call to Intercom fails, by what the caller can do.

use std::time::Duration;

use crate::port::token_permission::Lack;
use crate::port::unanswered::Unanswered;

/// Why Intercom did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntercomError {
    /// The token is refused (401): nothing works before somebody renews it.
    #[error("intercom refused the token")]
    Refused {
        /// Intercom's code, such as `token_revoked`.
        code: Option<String>,
    },
    /// The token may not do this (403, or 401 while the token is good for other calls): wait until somebody changes that.
    #[error("intercom did not allow it: {lack}")]
    Forbidden {
        /// What is missing.
        lack: Lack,
    },
    /// Too many calls, and waiting would take too long: try again after that time.
    #[error("intercom allows no more calls for {} s", after.as_secs())]
    RateLimited {
        /// How long.
        after: Duration,
    },
    /// The person who asks has made too many calls: try again after that time.
    #[error("the person has made too many calls; more are allowed in {} s", after.as_secs())]
    TooMany {
        /// How long.
        after: Duration,
    },
    /// Intercom is down or cannot be reached, and it is certain that nothing was changed.
    #[error("intercom gave no usable answer: {0}")]
    Unavailable(Unanswered),
    /// A call that changes something was sent, and nobody knows whether it did.
    #[error("intercom did not answer; the outcome is unknown")]
    OutcomeUnknown,
    /// Intercom does not accept what was sent: its code and, without customer data, its words.
    #[error("intercom refused the request ({code})")]
    Invalid {
        /// Intercom's code, such as `parameter_invalid`.
        code: String,
        /// Intercom's message, for the person who asked.
        message: String,
    },
    /// What the call is about does not exist.
    #[error("intercom does not know it")]
    Missing,
    /// Intercom does not say which workspace the token belongs to, and the operator has not said it either.
    #[error("intercom does not say which workspace the token belongs to")]
    NoWorkspace,
}

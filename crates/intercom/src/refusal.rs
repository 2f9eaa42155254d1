//! An answer that is no success, read as far as it can be: status, Intercom's code and words.

use deskbell_domain::{
    ids::ContactId,
    port::intercom::{IntercomError, Lack},
};
use reqwest::StatusCode;
use serde_json::Value;

use crate::{headers, transport::Head};

const LONGEST_CODE: usize = 64;
const LONGEST_MESSAGE: usize = 300;

/// Why a call did not succeed: either Intercom answered so, and the caller may know what to make of it, or nothing can
/// be made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    Answered(Refusal),
    Error(IntercomError),
}

impl Failure {
    pub(crate) fn is_refusal_of_the_token(&self) -> bool {
        matches!(self, Self::Error(IntercomError::Refused { .. }))
    }

    /// Whether another token might do: this one is refused, or lacks a permission.
    pub(crate) fn is_of_the_token(&self) -> bool {
        let may_not = |lack: &Lack| matches!(lack, Lack::Permission(_));
        self.is_refusal_of_the_token()
            || matches!(self, Self::Error(IntercomError::Forbidden { lack }) if may_not(lack))
    }
}

/// A 4xx that concerns this one call.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    /// For the person who asked; it may quote what they sent.
    pub(crate) message: String,
    /// Where a merged contact went.
    pub(crate) canonical: Option<ContactId>,
}

/// Messages may quote customer data, so they never show.
impl std::fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Refusal({} {})", self.status.as_u16(), self.code)
    }
}

impl Refusal {
    /// Reads an answer that is no success.
    pub(crate) fn read(head: &Head, body: Option<&Value>) -> Self {
        let said = |path: &str| body.and_then(|body| body.pointer(path)).and_then(Value::as_str);
        Self {
            status: head.status,
            code: said("/errors/0/code").map_or_else(|| status_word(head.status), plain_code),
            message: said("/errors/0/message").unwrap_or_default().chars().take(LONGEST_MESSAGE).collect(),
            canonical: headers::canonical_contact(&head.headers).map(ContactId::new),
        }
    }

    /// Whether what was asked about does not exist (any more).
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }
}

impl From<Refusal> for IntercomError {
    fn from(refusal: Refusal) -> Self {
        if refusal.is_missing() {
            return Self::Missing;
        }
        let message = match refusal.code.as_str() {
            "intercom_version_invalid" => {
                "Intercom does not know the version in INTERCOM_API_VERSION; 2.16 is known to work."
                    .to_owned()
            }
            _ if refusal.status.is_redirection() => {
                "Intercom's address answers with a redirect; check INTERCOM_REGION and INTERCOM_API_URL."
                    .to_owned()
            }
            _ => refusal.message,
        };
        Self::Invalid { code: refusal.code, message }
    }
}

impl From<Failure> for IntercomError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Answered(refusal) => refusal.into(),
            Failure::Error(error) => error,
        }
    }
}

/// Codes are words; anything else in their place is not repeated.
fn plain_code(code: &str) -> String {
    let word = code.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    word.take(LONGEST_CODE).collect()
}

fn status_word(status: StatusCode) -> String {
    format!("http_{}", status.as_u16())
}

//! Why a call to a service got no usable answer, by what somebody would look at first.

use std::error::Error;
use std::io::{self, ErrorKind};

/// How a call ended that got no usable answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unanswered {
    /// Nothing came in time.
    #[error("no answer came in time")]
    Silent,
    /// There was no connection to ask over.
    #[error("{0}")]
    NoConnection(NoConnection),
    /// The connection ended before the answer had come as a whole.
    #[error("the connection broke off")]
    CutOff,
    /// The service answered that it failed (5xx).
    #[error("the answer was that the service failed")]
    Failing,
    /// A web page came instead of an answer, as from a proxy or a log-in page in between.
    #[error("a web page came instead of an answer")]
    WebPage,
    /// An answer that is not what the call asked for: half of a body, the same page again.
    #[error("the answer could not be read")]
    Unreadable,
}

/// Why there was no connection: not a byte of the call can have arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum NoConnection {
    /// No address is known for the host's name.
    #[error("the host's name could not be looked up (DNS)")]
    Name,
    /// Nobody listens at the address.
    #[error("the connection was refused")]
    Refused,
    /// The other side and we do not agree on a secure connection.
    #[error("no secure connection came about (TLS)")]
    Tls,
    /// Nothing came back from the address in time.
    #[error("no connection came about in time")]
    TimedOut,
    /// There is no way to the address, or something else.
    #[error("no connection came about")]
    Other,
}

impl Unanswered {
    /// Whether the service itself answered, so that what it was asked for may be to blame; where nothing came, it
    /// cannot be.
    pub fn is_an_answer(self) -> bool {
        match self {
            Self::Failing | Self::WebPage | Self::Unreadable => true,
            Self::Silent | Self::NoConnection(_) | Self::CutOff => false,
        }
    }

    /// Whether the service cannot be had at all, as opposed to one that answers what cannot be used.
    pub fn is_outage(self) -> bool {
        !matches!(self, Self::WebPage | Self::Unreadable)
    }
}

impl NoConnection {
    /// What an HTTP client's error on connecting, and those below it, tell.
    pub fn of(error: &(dyn Error + 'static)) -> Self {
        let chain = || std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| (*error).source());
        // hyper's connector has no type of its own for a look-up that failed, only these words.
        if chain().any(|error| error.to_string().starts_with("dns error")) {
            return Self::Name;
        }
        let kind = chain().filter_map(|error| error.downcast_ref::<io::Error>()).map(innermost).last();
        match kind {
            Some(ErrorKind::ConnectionRefused) => Self::Refused,
            Some(ErrorKind::InvalidData | ErrorKind::UnexpectedEof) => Self::Tls,
            Some(ErrorKind::TimedOut) => Self::TimedOut,
            _ => Self::Other,
        }
    }
}

/// The kind of what an I/O error was made of: TLS connectors wrap one in another, and `source` passes over the inner.
fn innermost(error: &io::Error) -> ErrorKind {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>()) {
        Some(inner) => innermost(inner),
        None => error.kind(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An error as a client wraps it.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Wrapped(&'static str, #[source] io::Error);

    fn of(words: &'static str, kind: ErrorKind) -> NoConnection {
        NoConnection::of(&Wrapped(words, io::Error::from(kind)))
    }

    #[test]
    fn what_a_connector_wrapped_is_looked_into() {
        let wrapped = io::Error::other(io::Error::new(ErrorKind::InvalidData, "no TLS"));
        assert_eq!(NoConnection::of(&Wrapped("client error (Connect)", wrapped)), NoConnection::Tls);
    }

    #[test]
    fn each_way_to_have_no_connection_is_told_apart() {
        for (words, kind, expected) in [
            ("dns error", ErrorKind::Other, NoConnection::Name),
            ("tcp connect error", ErrorKind::ConnectionRefused, NoConnection::Refused),
            ("tcp connect error", ErrorKind::NetworkUnreachable, NoConnection::Other),
            ("tcp connect error", ErrorKind::TimedOut, NoConnection::TimedOut),
            ("client error (Connect)", ErrorKind::InvalidData, NoConnection::Tls),
            ("client error (Connect)", ErrorKind::UnexpectedEof, NoConnection::Tls),
        ] {
            assert_eq!(of(words, kind), expected, "{words}, {kind}");
        }
    }
}

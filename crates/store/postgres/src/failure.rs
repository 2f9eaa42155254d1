//! Why an attempt failed, and whether another may succeed.

use std::io;

use deadpool_postgres::PoolError;
use deskbell_domain::port::store::StoreError;
use tokio_postgres::error::SqlState;

/// Why an attempt failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Another attempt may succeed: two writers met, or a connection was lost.
    Again(io::Error),
    /// No other will, until somebody does something about it.
    Final(io::Error),
    /// The answer itself.
    Told(StoreError),
}

/// What an attempt comes to.
pub(crate) type Attempt<T> = Result<T, Failure>;

impl Failure {
    /// A stored value that cannot be read, by what it is.
    pub(crate) fn unreadable(what: &'static str) -> Self {
        Self::Told(StoreError::Unreadable { key: what.to_owned() })
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Told(error)
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        // Nothing is divided but by the number of those who have the work as this process does.
        if error.code() == Some(&SqlState::DIVISION_BY_ZERO) {
            return Self::Final(io::Error::other("another process has taken the work over from this one"));
        }
        let is_transient = match error.code() {
            Some(code) => is_transient(code),
            None => is_lost(&error),
        };
        let error = io::Error::other(error);
        if is_transient { Self::Again(error) } else { Self::Final(error) }
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => error.into(),
            other => Self::Again(io::Error::other(other)),
        }
    }
}

/// Whether the database, or another of its machines, may do it the next time.
fn is_transient(code: &SqlState) -> bool {
    const CODES: [SqlState; 11] = [
        SqlState::T_R_SERIALIZATION_FAILURE,
        SqlState::T_R_DEADLOCK_DETECTED,
        SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN,
        SqlState::UNIQUE_VIOLATION,
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::READ_ONLY_SQL_TRANSACTION,
        SqlState::TOO_MANY_CONNECTIONS,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        SqlState::LOCK_NOT_AVAILABLE,
    ];
    CODES.contains(code) || code.code().starts_with("08")
}

/// Without a code of the database's: the connection was lost, or never made. A certificate that does not hold, and what
/// cannot be put into a statement or read from an answer, is a mistake, and stays one.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    use std::error::Error as _;
    let mistakes = [io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput];
    let is_lost = |cause: &io::Error| !mistakes.contains(&cause.kind());
    let Some(source) = error.source() else { return true };
    error.is_closed() || source.downcast_ref::<io::Error>().is_some_and(is_lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_writers_that_met_and_a_machine_that_went_are_tried_again() {
        for code in ["40001", "40P01", "57P01", "08006", "25006", "53300"] {
            assert!(is_transient(&SqlState::from_code(code)), "{code}");
        }
        for code in ["42P01", "53100", "28P01", "42501"] {
            assert!(!is_transient(&SqlState::from_code(code)), "{code}");
        }
    }
}

//! Why a database cannot be used, in words for whoever runs the bot.

use std::error::Error as _;
use std::fmt;
use std::io;

use tokio_postgres::error::SqlState;

use crate::address::{Address, Host};
use crate::member::Who;

/// Why there are no keys.
pub type NoKeys = Box<dyn std::error::Error + Send + Sync>;

/// Why a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nobody answers, or nobody who takes writes.
    #[error(
        "no database was reached that takes writes: {}. Start it, or correct STORE_URL: nothing is lost",
        list(hosts)
    )]
    NotReached {
        /// What became of each machine.
        hosts: Vec<Unreached>,
    },
    /// It answers, and refuses.
    #[error("{refusal}")]
    Refused {
        /// What, and what to do.
        refusal: Refusal,
        /// What it says.
        #[source]
        source: io::Error,
    },
    /// Another process uses it.
    #[error("another Deskbell uses this database ({0}). Stop it, then start this one again")]
    InUse(Who),
    /// It is filled from another store, and not done.
    #[error(
        "the database is only half filled: the deskbell migrate that fills it was broken off. Run the same deskbell migrate \
         again; it begins anew by itself"
    )]
    Unfinished,
    /// A later version of Deskbell made its tables.
    #[error(
        "the database was written by a later version of Deskbell: its schema is {found}, this version knows {known}. Run \
         that version, or a later one"
    )]
    TooNew {
        /// The version of its tables.
        found: u64,
        /// The last that is known here.
        known: u64,
    },
    /// There are no keys to open it with.
    #[error(transparent)]
    Keys(NoKeys),
    /// What stands there is sealed with other keys.
    #[error("the database is sealed with other keys: set DESKBELL_KEY to the right one")]
    OtherKeys,
    /// It belongs to another bot.
    #[error(
        "the database belongs to the bot with the application id {0}: set its DISCORD_TOKEN, or name another database in \
         STORE_URL"
    )]
    OtherApplication(String),
}

/// A machine, and why it was not used.
#[derive(Debug)]
pub struct Unreached {
    /// The machine.
    pub host: Host,
    /// Why not.
    pub why: String,
}

fn list(hosts: &[Unreached]) -> String {
    let hosts: Vec<_> = hosts.iter().map(|one| format!("{} {}", one.host, one.why)).collect();
    hosts.join(", ")
}

/// What a database refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The user, or the password.
    SignIn {
        /// Who signs in.
        user: String,
    },
    /// It has no such database.
    NoDatabase {
        /// Which.
        database: String,
    },
    /// The user may not do what it has to.
    Rights {
        /// Who.
        user: String,
        /// Where.
        database: String,
    },
    /// It has no schema in which tables could be made.
    NoSchema {
        /// Who.
        user: String,
    },
    /// It has tables of these names that are none of Deskbell's.
    OtherTables,
    /// Its disk is full.
    Full,
    /// Whom we speak with cannot be made sure of.
    Certificate,
    /// It speaks no TLS, and it was not said that it need not.
    NoTls,
    /// Anything else.
    Other,
}

impl fmt::Display for Refusal {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignIn { user } => write!(
                to,
                "the database does not let the user {user} in: correct the user and the password in STORE_URL, with \
                 odd characters as % and two digits"
            ),
            Self::NoDatabase { database } => write!(
                to,
                "there is no database {database}: make it (createdb {database}), or name another one in STORE_URL"
            ),
            Self::Rights { user, database } => write!(
                to,
                "the user {user} may not make or use tables in the database {database}: let it own the database (alter \
                 database {database} owner to {user})"
            ),
            Self::NoSchema { user } => write!(
                to,
                "there is no schema in which tables can be made: let the user {user} have one (create schema \
                 authorization {user})"
            ),
            Self::OtherTables => write!(
                to,
                "the database has tables that are none of Deskbell's: name one in STORE_URL that is empty"
            ),
            Self::Full => write!(to, "the database's disk is full: free space there, then start again"),
            Self::Certificate => write!(
                to,
                "the database's certificate is not trusted: name the file of who signed it with sslrootcert= in \
                 STORE_URL, and the machine by the name that stands in it"
            ),
            Self::NoTls => write!(
                to,
                "the database speaks no TLS: turn it on there (ssl = on), or write sslmode=disable in STORE_URL where \
                 nobody can be in between"
            ),
            Self::Other => write!(to, "the database refuses"),
        }
    }
}

impl Refusal {
    /// What an error comes to.
    pub(crate) fn of(error: &io::Error, address: &Address) -> Self {
        let (user, database) = (address.user.clone(), address.database.clone());
        let Some(error) = error.get_ref().and_then(|error| error.downcast_ref::<tokio_postgres::Error>())
        else {
            return Self::Other;
        };
        match error.code() {
            Some(&SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION) => {
                Self::SignIn { user }
            }
            Some(&SqlState::INVALID_CATALOG_NAME) => Self::NoDatabase { database },
            Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Self::Rights { user, database },
            Some(&SqlState::INVALID_SCHEMA_NAME) => Self::NoSchema { user },
            Some(&SqlState::UNDEFINED_COLUMN | &SqlState::UNDEFINED_TABLE | &SqlState::DATATYPE_MISMATCH) => {
                Self::OtherTables
            }
            Some(&SqlState::DISK_FULL) => Self::Full,
            // Without a password where one is asked for, there is no code: nothing was sent.
            None if error.to_string().contains("configuration") => Self::SignIn { user },
            None if is_of_tls(error) => Self::Certificate,
            None if is_without_tls(error) => Self::NoTls,
            _ => Self::Other,
        }
    }
}

fn is_of_tls(error: &tokio_postgres::Error) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::InvalidData)
}

/// Nothing but its words tells it from other errors.
fn is_without_tls(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(|source| source.to_string().contains("does not support TLS"))
}

/// Why a machine was not used, behind its name.
pub(crate) fn why_not(error: &io::Error) -> String {
    let kind = error
        .get_ref()
        .and_then(|error| error.source()?.downcast_ref::<io::Error>())
        .map_or(error.kind(), io::Error::kind);
    match kind {
        io::ErrorKind::ConnectionRefused => "has no database that listens".to_owned(),
        io::ErrorKind::TimedOut => "does not answer".to_owned(),
        io::ErrorKind::PermissionDenied => "takes no writes".to_owned(),
        _ => format!("({})", with_causes(error)),
    }
}

/// An error with all that caused it: the first of them says no more than that there is one.
pub(crate) fn with_causes(error: &io::Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

//! Why a person got nothing from the bot.

use std::fmt;

use crate::discord::watch::Waited;

/// Why a person got nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No such command is registered for this server.
    UnknownCommand(String),
    /// The command is there, but not for this person.
    CommandHidden(String),
    /// The person cannot see the channel or the message.
    Hidden,
    /// The text is not a use of the command; the reason is told.
    BadText(String),
    /// The message has no such button or list, or it is greyed; what it has is told.
    NoSuchComponent(String),
    /// "The application did not respond": no answer within 3 s. What is known is told.
    DidNotRespond(String),
    /// The bot answered, but what was waited for did not come.
    Waited(Waited),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(name) => write!(f, "there is no command /{name}"),
            Self::CommandHidden(name) => write!(f, "/{name} is hidden from this person"),
            Self::Hidden => f.write_str("this person cannot see that"),
            Self::BadText(reason) => f.write_str(reason),
            Self::NoSuchComponent(there) => {
                write!(f, "no such button or list, or it is greyed; there is: {there}")
            }
            Self::DidNotRespond(known) => write!(f, "The application did not respond ({known})"),
            Self::Waited(waited) => waited.fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

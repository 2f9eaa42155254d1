//! Where the database is: `postgres://user:password@host1:port,host2:port/database?sslmode=verify-full`.

mod parts;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use deskbell_domain::connection::Secret;

use self::parts::Parts;

/// The port where none is written.
const PORT: u16 = 5432;

/// Where the database is, and who signs in.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The machines, of which one takes writes.
    pub hosts: Vec<Host>,
    /// Who signs in.
    pub user: String,
    /// With which password, if with one.
    pub password: Option<Secret>,
    /// The database.
    pub database: String,
    /// How the connection is kept from others.
    pub tls: Tls,
}

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name or address.
    pub name: String,
    /// The port.
    pub port: u16,
}

/// How the connection is kept from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// By TLS, with a certificate for the host's name from who signs for browsers, or from those in a file.
    Verified {
        /// The file with the certificates of who signs.
        root_certificate: Option<PathBuf>,
    },
    /// Not at all: asked for in so many words.
    Off,
}

/// Why an address cannot be used. None of them says what was written where a password may stand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It begins with something else.
    #[error("it does not begin with postgres://")]
    Scheme,
    /// Nobody is named who signs in.
    #[error("it names no user: postgres://USER@HOST/DATABASE")]
    NoUser,
    /// A host is missing.
    #[error("it names no host: postgres://USER@HOST/DATABASE")]
    NoHost,
    /// The database is missing.
    #[error("it names no database: postgres://USER@HOST/DATABASE")]
    NoDatabase,
    /// A port is no number, or none that can be.
    #[error("the port of {0} is no number from 1 to 65535")]
    Port(String),
    /// What stands behind a `%` is no byte, or the bytes are no text.
    #[error("a % in it is not followed by two digits of a byte, or the bytes are no text")]
    Escape,
    /// An option is unknown.
    #[error("the option {0} is unknown; there are sslmode and sslrootcert")]
    UnknownOption(String),
    /// An option stands there twice.
    #[error("the option {0} stands there twice")]
    Twice(String),
    /// TLS in a way that keeps nobody out.
    #[error("sslmode is verify-full, which is the default, or disable")]
    SslMode,
    /// There is nothing to be verified.
    #[error("sslrootcert says nothing with sslmode=disable")]
    RootWithoutTls,
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let parts = Parts::of(text).ok_or(AddressError::Scheme)?;
        let password = parts.password.map(decoded).transpose()?.map(Secret::new);
        let user = decoded(parts.user.ok_or(AddressError::NoUser)?)?;
        let database = decoded(parts.database)?;
        if user.is_empty() {
            return Err(AddressError::NoUser);
        }
        if database.is_empty() {
            return Err(AddressError::NoDatabase);
        }
        let hosts = parts.hosts.split(',').map(Host::read).collect::<Result<_, _>>()?;
        Ok(Self { hosts, user, password, database, tls: Tls::read(parts.options)? })
    }
}

/// As it is written, which tells no password.
impl fmt::Display for Host {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, port } = self;
        if name.contains(':') {
            write!(formatter, "[{name}]:{port}")
        } else {
            write!(formatter, "{name}:{port}")
        }
    }
}

/// Where the database is, without who signs in and with which password: `host1:5432,host2:5432/database`.
impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<_> = self.hosts.iter().map(ToString::to_string).collect();
        write!(formatter, "{}/{}", hosts.join(","), self.database)
    }
}

impl Host {
    fn read(text: &str) -> Result<Self, AddressError> {
        // An address of IPv6 has colons of its own, and stands in brackets.
        let (name, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((name, "")) => (name, None),
            Some((name, rest)) => (name, Some(rest.strip_prefix(':').ok_or(AddressError::NoHost)?)),
            None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
        };
        let name = decoded(name)?;
        if name.is_empty() || name.starts_with('/') {
            return Err(AddressError::NoHost);
        }
        let port = match port {
            None => PORT,
            Some(port) => {
                let digits = port.bytes().all(|byte| byte.is_ascii_digit());
                let number = port.parse().ok().filter(|number| digits && *number > 0);
                number.ok_or_else(|| AddressError::Port(name.clone()))?
            }
        };
        Ok(Self { name, port })
    }
}

impl Tls {
    fn read(options: &str) -> Result<Self, AddressError> {
        let (mut mode, mut root) = (None, None);
        for option in options.split('&').filter(|option| !option.is_empty()) {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let place = match name.as_str() {
                "sslmode" => &mut mode,
                "sslrootcert" => &mut root,
                _ => return Err(AddressError::UnknownOption(name)),
            };
            if place.replace(value).is_some() {
                return Err(AddressError::Twice(name));
            }
        }
        match mode.as_deref() {
            None | Some("verify-full") => Ok(Self::Verified { root_certificate: root.map(PathBuf::from) }),
            Some("disable") if root.is_some() => Err(AddressError::RootWithoutTls),
            Some("disable") => Ok(Self::Off),
            Some(_) => Err(AddressError::SslMode),
        }
    }
}

fn decoded(text: &str) -> Result<String, AddressError> {
    parts::decoded(text).ok_or(AddressError::Escape)
}

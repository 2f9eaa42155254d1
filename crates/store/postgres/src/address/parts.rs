//! The parts of an address, as they are written.

use percent_encoding::percent_decode_str;

/// The parts of an address.
pub(super) struct Parts<'a> {
    pub(super) user: Option<&'a str>,
    pub(super) password: Option<&'a str>,
    pub(super) hosts: &'a str,
    pub(super) database: &'a str,
    pub(super) options: &'a str,
}

impl<'a> Parts<'a> {
    /// None where it begins with something else.
    pub(super) fn of(text: &'a str) -> Option<Self> {
        let schemes = ["postgres://", "postgresql://"];
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme))?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (credentials, hosts) = match authority.rsplit_once('@') {
            Some((credentials, hosts)) => (Some(credentials), hosts),
            None => (None, authority),
        };
        let (user, password) = match credentials.map(|both| both.split_once(':').ok_or(both)) {
            None => (None, None),
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
        };
        Some(Self { user, password, hosts, database, options })
    }
}

/// A text without its escapes; none where one of them is no byte, or the bytes are no text.
pub(super) fn decoded(text: &str) -> Option<String> {
    let is_escape = |rest: &[u8]| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit);
    let mut escapes = text.split('%').skip(1);
    if !escapes.all(|rest| is_escape(rest.as_bytes())) {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    // No text of the database's has this in it.
    (!decoded.contains('\0')).then(|| decoded.into_owned())
}

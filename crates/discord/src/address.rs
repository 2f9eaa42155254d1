//! Addresses from outside: e-mail, phone, web. Only what passes a strict pattern becomes something that can be tapped.

use url::Url;

use crate::limits::discord;

const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];

/// `<ada@acme.io>`: a tap writes to it. None where the address is out of the ordinary.
pub(crate) fn email(address: &str) -> Option<String> {
    let address = address.trim();
    let (name, host) = address.split_once('@')?;
    let name_fits = (1..=64).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-'))
        && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    (name_fits && is_host(host) && address.len() <= 254).then(|| format!("<{address}>"))
}

fn is_host(host: &str) -> bool {
    let labels: Vec<_> = host.split('.').collect();
    let label_fits = |label: &&str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    labels.len() >= 2
        && labels.iter().all(label_fits)
        && labels.last().is_some_and(|last| last.len() >= 2 && last.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// `<+49301234567>`: a tap calls it. Spaces and the like between the digits are left out, for the link knows only
/// digits. None without a country, or with anything else in it.
pub(crate) fn phone(number: &str) -> Option<String> {
    let number = number.trim().strip_prefix('+')?;
    let fits = number.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '/'));
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    (fits && (7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("<+{digits}>"))
}

/// A web address that stands as itself, without query and fragment, which may hold tokens, and without a character
/// that markdown would read. Discord makes it a link by itself. What was cut is told by "…".
pub(crate) fn link(address: &str) -> Option<String> {
    let mut url = web(address.trim())?;
    let cut = match (url.query(), url.fragment()) {
        (Some(_), _) => "?…",
        (None, Some(_)) => "#…",
        (None, None) => "",
    };
    url.set_query(None);
    url.set_fragment(None);
    let safe = percent_encoded(url.as_str()) + cut;
    (safe.len() <= discord::BUTTON_URL).then_some(safe)
}

/// The address of a small picture: `https`, a public-looking host, no password.
pub(crate) fn picture(address: &str) -> Option<String> {
    let url = web(address)?;
    (url.scheme() == "https" && url.as_str().len() <= discord::URL).then(|| url.into())
}

/// An address that we made ourselves, as a headline, masked link or button leads to.
pub(crate) fn of_ours(address: &str) -> Option<String> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let clean = address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'(' | b')' | b'<' | b'>'));
    (clean && url.as_str().len() <= discord::BUTTON_URL).then(|| address.to_owned())
}

fn web(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let public = url.domain().is_some_and(|host| host.contains('.') && !host.ends_with('.'));
    (public && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// Keeps what an address is made of and encodes the rest, markdown above all.
fn percent_encoded(address: &str) -> String {
    let mut safe = String::with_capacity(address.len());
    for byte in address.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'/' | b':' | b'%' | b'!' | b'$' | b'&' | b'+' | b',' | b'=' => {
                safe.push(char::from(byte));
            }
            byte if byte.is_ascii_alphanumeric() => safe.push(char::from(byte)),
            byte => {
                safe.push('%');
                safe.extend([byte >> 4, byte & 15].map(|digit| HEX[usize::from(digit)]));
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests;

//! Whether two web addresses name the same thing although they are written differently.
//!
//! A store of files signs an address anew for each reader and each hour: only the signature in the query differs, and
//! the file is the same. In other addresses the query is what names the picture, such as `avatar.php?id=4711` or
//! `ui-avatars.com/api/?name=A+B`. So a parameter counts unless its name says that it belongs to a signature. The names
//! are those of Amazon's S3 and its CDN, Google Cloud Storage, Azure Storage, Alibaba's OSS, and of the networks that
//! serve the files of Discord, Facebook and Intercom.

use std::borrow::Cow;
use std::fmt;

use url::{Url, form_urlencoded};

/// Beginnings of names that only signatures have.
const SIGNING_PREFIXES: [&str; 4] = ["x-amz-", "x-goog-", "x-oss-", "x-cos-"];
/// Names that only signatures have.
const SIGNING: [&str; 17] = [
    "__gda__",
    "__token__",
    "access_token",
    "auth_token",
    "awsaccesskeyid",
    "expires",
    "googleaccessid",
    "hdnea",
    "hdnts",
    "hmac",
    "jwt",
    "key-pair-id",
    "ossaccesskeyid",
    "security-token",
    "sig",
    "signature",
    "token",
];
/// Names that belong to a signature where a parameter of the first name stands beside them, and may mean anything
/// elsewhere: where it is not certain, a change too many is told rather than one too few.
const SIGNING_BESIDE: [(&str, &[&str]); 4] = [
    // A shared access signature of Azure: version, services, permissions, start, end, addresses, the key that signed.
    (
        "sig",
        &[
            "sv", "ss", "srt", "sr", "sp", "st", "se", "sip", "spr", "si", "skoid", "sktid", "skt", "ske",
            "sks", "skv", "sdd", "saoid", "suoid", "scid",
        ],
    ),
    // Amazon's CDN, and Intercom's own files.
    ("signature", &["policy", "req"]),
    // Discord's files.
    ("hm", &["ex", "is", "hm"]),
    // Facebook's pictures.
    ("oh", &["oh", "oe", "ccb", "edm", "_nc_ht", "_nc_ohc", "_nc_oc", "_nc_sid", "_nc_gid", "_nc_cat"]),
];

/// Whether two addresses name the same thing: equal but for their signatures, the order of their parameters, and what
/// stands behind `#`, which no server is ever sent. Texts that are no web addresses never do.
pub fn is_same_thing(one: &str, other: &str) -> bool {
    match (Thing::named_by(one), Thing::named_by(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// A text in which each web address is written as what it names, so that two texts whose addresses were only signed anew
/// are the same. For comparing, not for showing.
pub fn without_signatures(text: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut rest = text;
    while let Some(at) = beginning(rest) {
        let (before, address) = rest.split_at(at);
        let (address, after) = address.split_at(address.find(ends_address).unwrap_or(address.len()));
        written.push_str(before);
        match Thing::named_by(address) {
            Some(thing) => written.push_str(&thing.to_string()),
            None => written.push_str(address),
        }
        rest = after;
    }
    if rest.len() == text.len() { Cow::Borrowed(text) } else { Cow::Owned(written + rest) }
}

/// Where the first web address begins.
fn beginning(text: &str) -> Option<usize> {
    text.match_indices("://").find_map(|(at, _)| {
        ["https", "http"].iter().find_map(|scheme| {
            let from = at.checked_sub(scheme.len())?;
            text.get(from..at)?.eq_ignore_ascii_case(scheme).then_some(from)
        })
    })
}

fn ends_address(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '|' | ',')
}

/// What an address names.
#[derive(PartialEq, Eq)]
struct Thing {
    /// Scheme, host, port and path, written as the standard writes them.
    place: String,
    /// The parameters without those of a signature, decoded, by name.
    parameters: Vec<(String, String)>,
}

impl Thing {
    fn named_by(address: &str) -> Option<Self> {
        let url = Url::parse(address.trim()).ok();
        let mut url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())?;
        let all: Vec<_> = url.query_pairs().into_owned().collect();
        let names: Vec<_> = all.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        let counting = all.into_iter().filter(|(name, _)| !is_signing(&name.to_ascii_lowercase(), &names));
        let mut parameters: Vec<_> = counting.collect();
        parameters.sort();
        url.set_query(None);
        url.set_fragment(None);
        Some(Self { place: url.into(), parameters })
    }
}

/// Written so that two that are not equal never look the same.
impl fmt::Display for Thing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parameters =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.parameters).finish();
        write!(formatter, "{}?{parameters}", self.place)
    }
}

/// Whether a parameter, its name in lower case, belongs to the signature of an address with these parameters.
fn is_signing(name: &str, all: &[String]) -> bool {
    SIGNING.contains(&name)
        || SIGNING_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || SIGNING_BESIDE
            .iter()
            .any(|(mark, names)| names.contains(&name) && all.iter().any(|one| one == mark))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn another_signature_is_the_same_thing() {
        for (one, other) in [
            (
                "https://f.test/ada.png?X-Amz-Date=20261128T090000Z&X-Amz-Signature=aa&X-Amz-Expires=300",
                "https://f.test/ada.png?X-Amz-Date=20261128T090200Z&X-Amz-Signature=bb&X-Amz-Expires=300",
            ),
            (
                "https://f.test/a?Expires=1&Signature=x&Key-Pair-Id=K",
                "https://f.test/a?Expires=2&Signature=y&Key-Pair-Id=L",
            ),
            ("https://f.test/a?AWSAccessKeyId=A&Expires=1&Signature=x", "https://f.test/a"),
            (
                "https://f.test/a?X-Goog-Date=1&X-Goog-Signature=x",
                "https://f.test/a?X-Goog-Date=2&X-Goog-Signature=y",
            ),
            ("https://f.test/a?sv=1&se=2&sr=b&sp=r&sig=x", "https://f.test/a?sv=1&se=3&sr=b&sp=r&sig=y"),
            (
                "https://f.test/a?expires=1&signature=x&req=abc",
                "https://f.test/a?expires=2&signature=y&req=def",
            ),
            ("https://f.test/a?ex=1&is=2&hm=3", "https://f.test/a?ex=4&is=5&hm=6"),
            ("https://f.test/a.jpg?oh=1&oe=2&_nc_ohc=3", "https://f.test/a.jpg?oh=4&oe=5&_nc_ohc=6"),
            ("https://f.test/a.php?id=4711&token=s3", "https://f.test/a.php?token=s4&id=4711"),
            ("https://f.test/a?TOKEN=1", "https://F.test:443/a?token=2#top"),
            ("https://f.test/?name=A+B", "https://f.test/?name=A%20B"),
        ] {
            assert!(is_same_thing(one, other), "{one} {other}");
        }
    }

    #[test]
    fn another_path_host_or_query_is_another_thing() {
        for (one, other) in [
            ("https://f.test/ada.png?X-Amz-Signature=a", "https://f.test/eve.png?X-Amz-Signature=a"),
            ("https://f.test/ada.png", "https://g.test/ada.png"),
            ("https://ui-avatars.com/api/?name=A+B", "https://ui-avatars.com/api/?name=C+D"),
            ("https://f.test/avatar.php?id=4711", "https://f.test/avatar.php?id=4712"),
            ("https://f.test/avatar.php?id=4711&token=a", "https://f.test/avatar.php?id=4712&token=a"),
            ("https://f.test/a?size=64", "https://f.test/a?size=128"),
            (
                "https://f.test/a?versionId=1&X-Amz-Signature=a",
                "https://f.test/a?versionId=2&X-Amz-Signature=a",
            ),
            // Short names belong to a signature only beside one.
            ("https://f.test/a?sp=1", "https://f.test/a?sp=2"),
            ("https://f.test/a?t=ada", "https://f.test/a?t=eve"),
            ("https://f.test/a?req=1", "https://f.test/a?req=2"),
            ("ada", "ada"),
            ("tel:+49", "tel:+49"),
        ] {
            assert!(!is_same_thing(one, other), "{one} {other}");
        }
    }

    #[test]
    fn addresses_within_a_text_are_compared_by_what_they_name() {
        let signed = |id: u32, signature: u32| {
            format!(
                r#"{{"doc":"HTTPS://f.test/c.pdf?id={id}&Expires={signature}&Signature=a{signature}","n":1}} see http://f.test"#
            )
        };
        assert_eq!(without_signatures(&signed(1, 1)), without_signatures(&signed(1, 2)));
        assert_ne!(without_signatures(&signed(1, 1)), without_signatures(&signed(2, 1)));
        assert_ne!(
            without_signatures("a https://f.test/?t=1 b"),
            without_signatures("a https://f.test/?t=1 c")
        );
        for text in ["pro", "a://b", "https://", "http://[", "é://https:/", "s3://bucket?id=1"] {
            assert_eq!(without_signatures(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_written_without_panic(text in "(https?://|[é:/?=&.a \",])*") {
            prop_assert_eq!(without_signatures(&text), without_signatures(&text));
        }

        #[test]
        fn the_order_is_of_no_account(one in "https://f\\.test/[a-z]{1,3}(\\?[a-z]=[0-9](&[a-z]=[0-9]){0,3})?") {
            let (place, query) = one.split_once('?').unwrap_or((&one, ""));
            let turned: Vec<_> = query.split('&').rev().collect();
            prop_assert!(is_same_thing(&one, &one));
            let other = format!("{place}?{}", turned.join("&"));
            prop_assert!(is_same_thing(&one, &other));
        }
    }
}

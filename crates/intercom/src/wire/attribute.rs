//! Custom attributes: what a workspace keeps of its leads and users beside Intercom's own fields.

use std::collections::BTreeMap;

use deskbell_domain::{attribute::Digest, card::text::shorten};
use serde_json::Value;

use deskbell_domain::address_cut::cut_addresses;

/// A bound for what is stored, above the 250 attributes that Intercom lets a workspace have: where only a part is kept, an
/// attribute that comes pushes another out, which then looks emptied.
const MOST: usize = 300;
const LONGEST_NAME: usize = 200;
/// Code points of a value. Intercom takes texts of 255; lists and objects may be longer.
const LONGEST_VALUE: usize = 1_000;
/// Code points of all values together. Once they are used up, values are cut to [`SHORT_VALUE`].
const ALL_VALUES: usize = 64_000;
const SHORT_VALUE: usize = 100;

/// The values by name, and the digests of those whose texts do not say all.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) values: BTreeMap<String, String>,
    pub(super) digests: BTreeMap<String, Digest>,
}

/// Reads the attributes: the first by name, so that the same record always keeps the same ones.
pub(super) fn read(value: &Value) -> Attributes {
    let mut read = Attributes::default();
    let Some(attributes) = value.as_object() else { return read };
    let mut named: Vec<_> = attributes.iter().collect();
    named.sort_unstable_by_key(|(name, _)| *name);
    let mut room = ALL_VALUES;
    for (name, value) in named {
        let Some(said) = said(value) else { continue };
        let name: String = cut_addresses(name.trim()).chars().take(LONGEST_NAME).collect();
        if name.is_empty() || read.values.len() == MOST {
            continue;
        }
        let text = shorten(&cut_addresses(&said), if room > 0 { LONGEST_VALUE } else { SHORT_VALUE });
        room = room.saturating_sub(text.chars().count());
        read.digests.extend(Digest::beside(&said, &text).map(|digest| (name.clone(), digest)));
        read.values.insert(name, text);
    }
    read
}

/// A value as one line of text; nothing for null and empty text.
fn said(value: &Value) -> Option<String> {
    let said = match value {
        Value::Null => return None,
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    (!said.is_empty()).then_some(said)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_kept_whole_and_says_where_it_was_cut() {
        let (long, endless) = ("ü".repeat(255), "ü".repeat(5_000));
        let read = read(&json!({"a": "pro", "b": long, "c": endless, "d": ["x", 1], "e": " ", "f": null}));
        assert_eq!(read.values["b"], long);
        assert_eq!(read.values["c"], format!("{}…", "ü".repeat(999)));
        assert_eq!(read.values["d"], r#"["x",1]"#);
        assert_eq!(read.values.keys().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        assert_eq!(read.digests.keys().collect::<Vec<_>>(), ["b", "c"]);
    }

    #[test]
    fn what_an_address_hides_is_told_apart_but_for_its_signature() {
        let digest = |link: &str| read(&json!({"link": {"to": link}})).digests.get("link").copied();
        let link = "https://a.test/p?id=1&token=s3";
        assert_eq!(
            read(&json!({"link": {"to": link, "n": 1}})).values["link"],
            r#"{"n":1,"to":"https://a.test/p?…"}"#
        );
        assert_eq!(digest(link), digest("https://a.test/p?id=1&token=s4"));
        assert_ne!(digest(link), digest("https://a.test/p?id=2&token=s3"));
        assert_eq!(digest("https://a.test/p"), None);
    }

    #[test]
    fn many_long_values_take_no_endless_room() {
        let values: serde_json::Map<_, _> =
            (0..500).map(|n| (format!("a{n:03}"), json!("x".repeat(2_000)))).collect();
        let kept: usize =
            read(&Value::Object(values)).values.values().map(|value| value.chars().count()).sum();
        assert!(kept < ALL_VALUES + MOST * SHORT_VALUE, "{kept}");
    }
}

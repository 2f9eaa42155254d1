//! Single values, however they are written.

use deskbell_domain::time::{RecordTimes, Timestamp};
use serde_json::Value;
use url::Url;

use deskbell_domain::address_cut::cut_addresses;

/// The most code points that are kept of a text.
pub(crate) const LONGEST_TEXT: usize = 1_000;
const LONGEST_ID: usize = 200;
/// The longest address that Discord fetches a picture from; a signed one may be long, and a part of it is worth nothing.
const LONGEST_PICTURE: usize = 2_048;

/// What stands at a path such as `/avatar/image_url`; null if nothing does.
pub(crate) fn at<'a>(record: &'a Value, path: &str) -> &'a Value {
    record.pointer(path).unwrap_or(&Value::Null)
}

/// The first of these paths that a reader can make something of.
pub(crate) fn first<T>(record: &Value, paths: &[&str], read: impl Fn(&Value) -> Option<T>) -> Option<T> {
    paths.iter().find_map(|path| read(at(record, path)))
}

/// A text, trimmed and cut; a number is read as its digits.
pub(crate) fn text(value: &Value) -> Option<String> {
    text_of(value, LONGEST_TEXT)
}

/// A text of at most so many code points.
pub(crate) fn text_of(value: &Value, most: usize) -> Option<String> {
    match value {
        Value::String(text) => cut(&cut_addresses(text), most),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An id: text, or a whole number.
pub(crate) fn id(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.trim().chars().count() <= LONGEST_ID => cut(text, LONGEST_ID),
        Value::Number(number) if !number.is_f64() => Some(number.to_string()),
        _ => None,
    }
}

/// The id of a teammate; 0 means none.
pub(crate) fn admin_id(value: &Value) -> Option<String> {
    id(value).filter(|id| id != "0")
}

/// A record's time, as a number or as digits, in seconds or milliseconds; none where it cannot be.
pub(crate) fn timestamp(value: &Value, times: RecordTimes) -> Option<Timestamp> {
    let number = match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?))?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    times.read(number)
}

/// A yes or no.
pub(crate) fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_i64().map(|number| number != 0),
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A number of things.
pub(crate) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Degrees of latitude or longitude.
pub(crate) fn degrees(value: &Value) -> Option<f64> {
    let degrees = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (-180.0..=180.0).contains(&degrees).then_some(degrees)
}

/// The address of a picture: `https`, whole, or nothing.
pub(crate) fn image_url(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.has_host())?;
    (url.as_str().len() <= LONGEST_PICTURE).then(|| text.to_owned())
}

/// The address of a page; its query, fragment and user name are cut, for they may carry what nobody should see.
pub(crate) fn page_url(value: &Value) -> Option<String> {
    let mut url = Url::parse(value.as_str()?.trim()).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    url.set_username("").and_then(|()| url.set_password(None)).ok()?;
    Some(cut_addresses(url.as_str()).into_owned()).filter(|url| url.len() <= LONGEST_TEXT)
}

/// The records of a list: the array at the first of these paths, or the value itself.
pub(crate) fn list<'a>(value: &'a Value, keys: &[&str]) -> Option<&'a Vec<Value>> {
    value.as_array().or_else(|| keys.iter().find_map(|key| value.get(key)?.as_array()))
}

fn cut(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.chars().take(most).collect())
}

fn whole(number: f64) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and fractions of seconds mean nothing here"
    )]
    let seconds = number.trunc() as i64;
    number.is_finite().then_some(seconds)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn milliseconds_are_recognised_and_an_absurd_time_is_none() {
        let read = |value: Value| timestamp(&value, RecordTimes::at(None)).map(|time| time.0);
        assert_eq!(read(json!(1_734_537_437)), Some(1_734_537_437));
        assert_eq!(read(json!(1_734_537_437_999_i64)), Some(1_734_537_437));
        assert_eq!(read(json!("1734537437123")), Some(1_734_537_437));
        for absurd in [
            json!(0),
            json!(1),
            json!(-1),
            json!(4_102_444_800_i64),
            json!("4102444800000"),
            json!(i64::MAX),
            json!(1e300),
            json!("soon"),
        ] {
            assert_eq!(read(absurd.clone()), None, "{absurd}");
        }
    }

    #[test]
    fn a_name_keeps_no_token_of_an_address() {
        assert_eq!(text(&json!(" HTTPS://a.test/r?t=s3 ")).as_deref(), Some("HTTPS://a.test/r?…"));
        assert_eq!(id(&json!("https://crm.test/?id=5")).as_deref(), Some("https://crm.test/?id=5"));
    }
}

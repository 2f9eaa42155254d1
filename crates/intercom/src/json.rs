//! JSON as it comes: with bytes that are no UTF-8 and halves of surrogate pairs, neither of which may cost a page.

use serde_json::Value;

/// Reads an answer's body; `None` where it is no JSON at all, such as a load balancer's page or half an answer.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    serde_json::from_slice(body).ok().or_else(|| {
        let text = String::from_utf8_lossy(body);
        serde_json::from_str(&mend_surrogates(&text)).ok()
    })
}

/// Puts the replacement character where an escape names half a surrogate pair.
fn mend_surrogates(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended.push_str(before);
        let (kept, length) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (&escape[..12], 12),
            (Some(0xD800..=0xDFFF), _) => (r"\ufffd", 6),
            _ => {
                let length = 1 + escape[1..].chars().next().map_or(0, char::len_utf8);
                (&escape[..length], length)
            }
        };
        mended.push_str(kept);
        rest = &escape[length..];
    }
    mended.push_str(rest);
    mended
}

/// The UTF-16 unit that an escape at the start of this text names.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix(r"\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn half_a_surrogate_pair_costs_one_character() {
        let body = br#"{"a":"x\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\udc00\n"}"#;
        let expected = json!({"a": "x\u{fffd}", "b": "😀", "c": "\\ud83d", "d": "\u{fffd}\n"});
        assert_eq!(read(body), Some(expected));
    }

    #[test]
    fn bytes_that_are_no_text_cost_one_character() {
        assert_eq!(read(b"{\"a\":\"x\xff\"}"), Some(json!({"a": "x\u{fffd}"})));
    }

    #[test]
    fn a_page_of_html_and_half_an_answer_are_no_json() {
        assert_eq!(read(b"<html>Bad gateway</html>"), None);
        assert_eq!(read(br#"{"type":"list","data":[{"id":"#), None);
        assert_eq!(read(b""), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(body in any::<Vec<u8>>(), text in r#"[\\ud8c0-9"é ]{0,40}"#) {
            let _ = read(&body);
            let _ = mend_surrogates(&text);
        }

        #[test]
        fn sound_json_is_left_alone(text in ".{0,60}") {
            let body = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(mend_surrogates(&body), body);
        }
    }
}

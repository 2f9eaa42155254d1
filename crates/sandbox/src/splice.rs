//! Answers that no serializer would write: raw bytes in the place of a text, made while they are sent, and pages that
//! are empty or cannot be given.

use axum::body::Body;
use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use serde_json::{Value, json};

/// How much is made and sent at once.
const BLOCK: usize = 64 << 10;
/// Leads to an empty page before the one that the rest of the cursor leads to.
const TO_EMPTY: &str = "empty-";
/// Leads to the first page that is not empty.
const TO_FIRST: &str = "first";

/// Raw bytes: a unit between a beginning and an end, repeated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// The beginning.
    pub before: Vec<u8>,
    /// What is repeated.
    pub unit: Vec<u8>,
    /// How often.
    pub times: usize,
    /// The end.
    pub after: Vec<u8>,
}

impl Raw {
    /// These bytes.
    pub fn new(bytes: impl AsRef<[u8]>) -> Self {
        Self { before: bytes.as_ref().to_vec(), ..Self::default() }
    }

    /// A unit, so often.
    pub fn repeated(unit: impl AsRef<[u8]>, times: usize) -> Self {
        Self { unit: unit.as_ref().to_vec(), times, ..Self::default() }
    }

    fn parts(self) -> impl Iterator<Item = Bytes> {
        let length = self.unit.len().max(1);
        let in_block = (BLOCK / length).max(1).min(self.times.max(1));
        let block = Bytes::from(self.unit.repeat(in_block));
        let (blocks, rest) = (self.times / in_block, self.times % in_block);
        let rest = block.slice(..(rest * length).min(block.len()));
        std::iter::once(Bytes::from(self.before))
            .chain(std::iter::repeat_n(block, blocks))
            .chain([rest, Bytes::from(self.after)])
            .filter(|part| !part.is_empty())
    }
}

/// Puts raw bytes in the place of a text, wherever it stands in an answer's body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Splice {
    /// The text, as it is in the body: with its quotes where they go too.
    pub mark: String,
    /// What stands there instead.
    pub raw: Raw,
}

impl Splice {
    /// Raw bytes instead of a text.
    pub fn new(mark: impl Into<String>, raw: Raw) -> Self {
        Self { mark: mark.into(), raw }
    }
}

/// The body with the raw bytes in it.
pub(crate) fn spliced(body: &Bytes, splices: &[Splice]) -> Body {
    let mut parts: Vec<Raw> = Vec::new();
    let mut rest = 0;
    while let Some((at, splice)) = next_mark(&body[rest..], splices) {
        parts.push(Raw::new(&body[rest..rest + at]));
        parts.push(splice.raw.clone());
        rest += at + splice.mark.len();
    }
    parts.push(Raw::new(&body[rest..]));
    Body::from_stream(in_turn(stream::iter(parts.into_iter().flat_map(Raw::parts))))
}

/// Whether a text stands in a body.
pub(crate) fn holds(body: &[u8], text: &str) -> bool {
    find(body, text).is_some()
}

/// The answer to a request for a page that is empty, if it is one: the next cursor leads to the page that is not.
pub(crate) fn empty_page(request: &[u8]) -> Option<Value> {
    let request: Value = serde_json::from_slice(request).ok()?;
    let cursor = match &request["pagination"] {
        pagination if pagination.is_null() => return None,
        pagination => match pagination["starting_after"].as_str() {
            None => TO_FIRST,
            Some(cursor) => cursor.strip_prefix(TO_EMPTY)?,
        },
    };
    Some(json!({"type": "list", "data": [], "conversations": [], "pages": {
        "type": "pages", "next": {"page": 2, "starting_after": cursor}}}))
}

/// The request for the page that stands behind the first empty one.
pub(crate) fn behind_the_first(request: Bytes) -> Bytes {
    let Ok(mut search) = serde_json::from_slice::<Value>(&request) else { return request };
    if search["pagination"]["starting_after"] != TO_FIRST {
        return request;
    }
    search["pagination"]["starting_after"].take();
    Bytes::from(search.to_string())
}

/// A page whose next page is an empty one.
pub(crate) fn before_an_empty_page(body: &Bytes) -> Bytes {
    let Ok(mut page) = serde_json::from_slice::<Value>(body) else { return body.clone() };
    let Some(next) = page.pointer_mut("/pages/next/starting_after") else { return body.clone() };
    *next = json!(format!("{TO_EMPTY}{}", next.as_str().unwrap_or_default()));
    Bytes::from(page.to_string())
}

fn next_mark<'a>(body: &[u8], splices: &'a [Splice]) -> Option<(usize, &'a Splice)> {
    let found = splices.iter().filter_map(|splice| Some((find(body, &splice.mark)?, splice)));
    found.min_by_key(|(at, _)| *at)
}

fn find(body: &[u8], text: &str) -> Option<usize> {
    body.windows(text.len().max(1)).position(|window| window == text.as_bytes())
}

/// Lets others run between two parts, as a network would.
fn in_turn(parts: impl Stream<Item = Bytes>) -> impl Stream<Item = std::io::Result<Bytes>> {
    parts.then(|part| async {
        tokio::task::yield_now().await;
        Ok(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(raw: Raw) -> Vec<u8> {
        raw.parts().flatten().collect()
    }

    #[test]
    fn raw_bytes_are_made_in_blocks_and_whole() {
        let raw = Raw { before: b"<".to_vec(), after: b">".to_vec(), ..Raw::repeated("ab", 100_001) };
        let expected = format!("<{}>", "ab".repeat(100_001));
        assert_eq!(made(raw), expected.as_bytes());
        assert_eq!(made(Raw::new("1e400")), b"1e400");
        assert_eq!(made(Raw::repeated("x", 0)), b"");
    }

    #[tokio::test]
    async fn raw_bytes_stand_where_the_marks_stood() {
        let splices = [Splice::new(r#""A""#, Raw::new("1e400")), Splice::new("B", Raw::repeated("x", 3))];
        let body = spliced(&Bytes::from(r#"{"a":"A","b":"<B>","c":"B"}"#), &splices);
        let sent = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        assert_eq!(sent, r#"{"a":1e400,"b":"<xxx>","c":"xxx"}"#);
    }
}

//! What a route reads of a request.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// A field that is text.
pub(super) fn text<'a>(wanted: &'a Map<String, Value>, field: &str) -> Option<&'a str> {
    wanted.get(field)?.as_str()
}

/// A field that is a number, or text made of digits.
pub(super) fn number(wanted: &Map<String, Value>, field: &str) -> Option<i64> {
    let value = wanted.get(field)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Reads a request's body, which must be a JSON object.
pub(super) fn read_object(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body)
        .map_err(|_| Refusal::bad_request("bad_request", "The request body is not a JSON object"))
}

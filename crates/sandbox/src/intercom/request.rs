//! What a route reads of a request.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// Reads a request's body, which must be a JSON object.
pub(super) fn read_object(body: &Bytes) -> Result<Map<String, Value>, Refusal> {
    serde_json::from_slice(body)
        .map_err(|_| Refusal::bad_request("bad_request", "The request body is not a JSON object"))
}

//! What a route reads of a request: the stand-in that it is asked of, ids in its path, its body.

use std::{str::FromStr, sync::Arc};

use axum::extract::State as Extract;
use serde_json::{Value, json};

use crate::discord::{error::ApiError, shared::Shared};

/// What the routes share.
pub(super) type World = Extract<Arc<Shared>>;

/// Reads an id out of a path.
pub(super) fn id<T: FromStr>(text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| {
        let message = format!("Value \"{text}\" is not snowflake.");
        ApiError::invalid_form(json!({"_errors": [{"code": "NUMBER_TYPE_COERCE", "message": message}]}))
    })
}

/// Reads a body; an empty one is an empty object.
pub(super) fn json_body(body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|_| ApiError::NOT_JSON)
}

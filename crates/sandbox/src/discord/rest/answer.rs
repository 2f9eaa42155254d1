//! The answers of the routes.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::Value;

use crate::discord::error::ApiError;

/// What a route answers: a response or a refusal.
pub(super) type Answer = Result<Response, ApiError>;

/// 200 with a body.
pub(super) fn ok(body: Value) -> Response {
    Json(body).into_response()
}

/// 204.
pub(super) fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

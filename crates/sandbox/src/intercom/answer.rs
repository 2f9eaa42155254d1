//! What a route answers.

use axum::{Extension, Json};
use serde_json::Value;

use super::refusal::Refusal;
use crate::http::Unrecorded;

/// A route's answer.
pub(super) type Answer = Result<Json<Value>, Refusal>;

/// A route's answer that may lie outside the published description.
pub(super) type MarkedAnswer = Result<(Option<Extension<Unrecorded>>, Json<Value>), Refusal>;

/// An answer as the description has it.
pub(super) fn described(answer: Json<Value>) -> (Option<Extension<Unrecorded>>, Json<Value>) {
    (None, answer)
}

/// An answer that Intercom gives all the same.
pub(super) fn outside_description(answer: Json<Value>) -> (Option<Extension<Unrecorded>>, Json<Value>) {
    (Some(Extension(Unrecorded)), answer)
}

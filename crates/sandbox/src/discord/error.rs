//! Discord's refusals: an HTTP status, Discord's own code, its sentence and, for a malformed body, where it is wrong.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::http::Unrecorded;

/// A refusal as Discord words it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: u32,
    pub(crate) message: &'static str,
    /// The tree of a form's mistakes, with code 50035 only.
    pub(crate) errors: Option<Value>,
}

macro_rules! refusals {
    ($($name:ident = $status:ident, $code:literal, $message:literal;)*) => {
        impl ApiError {$(
            pub(crate) const $name: Self =
                Self { status: StatusCode::$status, code: $code, message: $message, errors: None };
        )*}
    };
}

refusals! {
    UNAUTHORIZED = UNAUTHORIZED, 0, "401: Unauthorized";
    NOT_FOUND = NOT_FOUND, 0, "404: Not Found";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, 0, "405: Method Not Allowed";
    UNKNOWN_APPLICATION = NOT_FOUND, 10_002, "Unknown Application";
    UNKNOWN_CHANNEL = NOT_FOUND, 10_003, "Unknown Channel";
    UNKNOWN_GUILD = NOT_FOUND, 10_004, "Unknown Guild";
    UNKNOWN_MEMBER = NOT_FOUND, 10_007, "Unknown Member";
    UNKNOWN_MESSAGE = NOT_FOUND, 10_008, "Unknown Message";
    UNKNOWN_WEBHOOK = NOT_FOUND, 10_015, "Unknown Webhook";
    UNKNOWN_INTERACTION = NOT_FOUND, 10_062, "Unknown interaction";
    UNKNOWN_COMMAND = NOT_FOUND, 10_063, "Unknown application command";
    TOO_MANY_COMMANDS = BAD_REQUEST, 30_032, "Maximum number of application commands reached (100)";
    DAILY_COMMANDS_REACHED = BAD_REQUEST, 30_034, "Max number of daily application command creates has been reached (200)";
    FORUM_NEEDS_A_POST = FORBIDDEN, 40_058, "Cannot message this thread until after the post author has sent an initial message.";
    ALREADY_ACKNOWLEDGED = BAD_REQUEST, 40_060, "Interaction has already been acknowledged.";
    MISSING_ACCESS = FORBIDDEN, 50_001, "Missing Access";
    NOT_YOUR_MESSAGE = FORBIDDEN, 50_005, "Cannot edit a message authored by another user";
    EMPTY_MESSAGE = BAD_REQUEST, 50_006, "Cannot send an empty message";
    NOT_A_TEXT_CHANNEL = BAD_REQUEST, 50_008, "Cannot send messages in a non-text channel";
    MISSING_PERMISSIONS = FORBIDDEN, 50_013, "Missing Permissions";
    TOKEN_EXPIRED = UNAUTHORIZED, 50_027, "Invalid Webhook Token";
    THREAD_LOCKED = BAD_REQUEST, 160_005, "Thread is locked";
    NOT_JSON = BAD_REQUEST, 50_109, "The request body contains invalid JSON.";
    INTERNAL = INTERNAL_SERVER_ERROR, 0, "500: Internal Server Error";
    UNAVAILABLE = SERVICE_UNAVAILABLE, 0, "503: Service Unavailable";
}

impl ApiError {
    /// A body that breaks the form: `errors` is the tree of its mistakes.
    pub(crate) fn invalid_form(errors: Value) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: 50_035,
            message: "Invalid Form Body",
            errors: Some(errors),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({"message": self.message, "code": self.code});
        let Some(errors) = self.errors else { return (self.status, Json(body)).into_response() };
        body["errors"] = errors;
        let mut response = (self.status, Json(body)).into_response();
        // The codes of a form's mistakes are words at Discord; its own description calls them numbers.
        response.extensions_mut().insert(Unrecorded);
        response
    }
}

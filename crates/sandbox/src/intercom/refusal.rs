//! Refusals in Intercom's error envelope.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{ids::ContactId, state::Presence};

/// A request that Intercom answers with an error.
///
/// As a response it is only a mark: the gate writes the envelope, since that carries a request id of the workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), headers: Vec::new() }
    }

    pub(super) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(super) fn unauthorized(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, message)
    }

    pub(super) fn forbidden(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, code, message)
    }

    pub(super) fn not_found(code: &'static str, message: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, message)
    }

    pub(super) fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, message)
    }

    pub(super) fn no_tag() -> Self {
        Self::not_found("tag_not_found", "Tag not found")
    }

    pub(super) fn no_ticket() -> Self {
        Self::not_found("ticket_not_found", "Ticket not found")
    }

    pub(super) fn no_contact() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "User Not Found")
    }

    pub(super) fn no_company() -> Self {
        Self::new(StatusCode::NOT_FOUND, "company_not_found", "Company Not Found")
    }

    pub(super) fn no_admin() -> Self {
        Self::new(StatusCode::NOT_FOUND, "admin_not_found", "Admin not found")
    }

    pub(super) fn no_team() -> Self {
        Self::new(StatusCode::NOT_FOUND, "team_not_found", "Team not found")
    }

    pub(super) fn no_resource() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "Resource Not Found")
    }

    pub(super) fn no_version() -> Self {
        Self::bad_request("intercom_version_invalid", "The requested version could not be found")
    }

    pub(super) fn merged_into(canonical: &ContactId) -> Self {
        const MESSAGE: &str =
            "This contact has been merged. See the 'Link' header for the canonical contact.";
        let link = format!("</contacts/{canonical}>; rel=\"canonical\"");
        Self::new(StatusCode::GONE, "contact_merged", MESSAGE).with_header("link", link)
    }

    pub(super) fn conflict(id: &ContactId, presence: Presence) -> Self {
        let contact = match presence {
            Presence::Live => "A contact",
            Presence::Archived => "An archived contact",
        };
        let message = format!("{contact} matching those details already exists with id={id}");
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    pub(super) fn with_header(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The answer as it leaves.
    pub(super) fn envelope(&self, request_id: &str) -> Response {
        let error = json!({"code": self.code, "message": self.message});
        let body = json!({"type": "error.list", "request_id": request_id, "errors": [error]});
        let mut response = Response::new(Body::from(body.to_string()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(*name, value);
            }
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

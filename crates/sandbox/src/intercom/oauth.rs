//! An app that people allow in a browser: the page where they do, the exchange of the code, and the end of it.

use std::collections::BTreeMap;

use axum::{
    Json, Router,
    extract::{Query, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use url::Url;

use super::{Access, Intercom, oauth_app::OAuthApp};
use crate::http::Unrecorded;

/// The app that people allow in a browser.
#[derive(Clone, Copy, Debug)]
pub struct OAuthHandle<'a> {
    intercom: &'a Intercom,
}

impl Intercom {
    /// The app that people allow in a browser.
    pub fn oauth(&self) -> OAuthHandle<'_> {
        OAuthHandle { intercom: self }
    }
}

impl OAuthHandle<'_> {
    /// Registers the app.
    pub fn register(self, client_id: &str, client_secret: &str) {
        self.change(|app| {
            client_id.clone_into(&mut app.client_id);
            client_secret.clone_into(&mut app.client_secret);
        });
    }

    /// Whoever comes allows this token from now on.
    pub fn allow(self, token: &str) {
        self.change(|app| {
            app.allowed = Some(token.to_owned());
            app.refusal = None;
        });
    }

    /// Whoever comes does not allow it from now on.
    pub fn refuse(self, why: &str) {
        self.change(|app| app.refusal = Some(why.to_owned()));
    }

    /// The tokens that were given back.
    pub fn given_back(self) -> Vec<String> {
        self.intercom.with(|state| state.oauth.given_back.clone())
    }

    fn change(self, change: impl FnOnce(&mut OAuthApp)) {
        self.intercom.with(|state| change(&mut state.oauth));
    }
}

/// What is answered without a token of the workspace.
pub(super) fn router(intercom: Intercom) -> Router {
    Router::new()
        .route("/oauth", get(authorize))
        .route("/auth/eagle/token", post(exchange))
        .route("/auth/uninstall", post(uninstall))
        .with_state(intercom)
}

/// Whoever is signed in is asked, and says at once what they were told to.
async fn authorize(
    Shared(intercom): Shared<Intercom>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Response {
    let value = |name: &str| query.get(name).cloned().unwrap_or_default();
    let Ok(mut back) = Url::parse(&value("redirect_uri")) else { return unrecorded(StatusCode::BAD_REQUEST) };
    let is_ours = intercom.with(|state| state.oauth.client_id == value("client_id"));
    if !is_ours {
        return unrecorded(StatusCode::BAD_REQUEST);
    }
    let answer = intercom.with(|state| {
        if let Some(why) = &state.oauth.refusal {
            return ("error", why.clone());
        }
        // Real ones may end in an equals sign.
        let code = format!("{}=", state.chance.uuid());
        let token = state.oauth.allowed.clone().unwrap_or_default();
        state.oauth.codes.insert(code.clone(), token);
        ("code", code)
    });
    back.query_pairs_mut().append_pair(answer.0, &answer.1).append_pair("state", &value("state"));
    let mut response = unrecorded(StatusCode::SEE_OTHER);
    let to = HeaderValue::from_str(back.as_str()).expect("an address is a header");
    response.headers_mut().insert(header::LOCATION, to);
    response
}

async fn exchange(Shared(intercom): Shared<Intercom>, Json(body): Json<Value>) -> Response {
    let said = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    let token = intercom.with(|state| {
        let app = &mut state.oauth;
        let is_ours = app.client_id == said("client_id") && app.client_secret == said("client_secret");
        is_ours.then(|| app.codes.remove(&said("code"))).flatten()
    });
    let answer = if let Some(token) = token {
        Json(json!({"token_type": "Bearer", "token": token, "access_token": token})).into_response()
    } else {
        let refusal = json!({"code": "unauthorized", "message": "Unauthorized Code"});
        let error = json!({"type": "error.list", "errors": [refusal]});
        (StatusCode::UNAUTHORIZED, Json(error)).into_response()
    };
    marked(answer)
}

async fn uninstall(Shared(intercom): Shared<Intercom>, headers: HeaderMap) -> Response {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = token.trim_start_matches("Bearer ").to_owned();
    intercom.access().set_for(&token, Access::Revoked);
    intercom.neighbours.revoke(&token);
    intercom.with(|state| state.oauth.given_back.push(token));
    unrecorded(StatusCode::OK)
}

fn unrecorded(status: StatusCode) -> Response {
    marked(status.into_response())
}

/// None of it stands in the description of the API.
fn marked(mut response: Response) -> Response {
    response.extensions_mut().insert(Unrecorded);
    response
}

//! Connecting in a browser: `GET` and `POST /intercom/connect` show what is asked and set out for Intercom, and
//! `GET /intercom/oauth` is where Intercom sends the browser back to. Nothing is connected here: the question goes to the
//! one who asked, in Discord.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use deskbell_discord::interaction::{Interaction, Interactions};
use deskbell_domain::port::connector::Connector;
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{Connections, ShortLived};
use deskbell_domain::service::authorization::{Authorization, CameBack, NotAllowed};
use deskbell_domain::time::Clock;
use deskbell_text as text;
use deskbell_text::page::Asked;
use secrecy::SecretString;
use url::Url;

use super::pages::page;

/// How long the browser holds what it set out with, in seconds.
const COOKIE_AGE: u32 = 600;
/// How much of Intercom's word for a refusal is shown, in characters.
const WORD_SHOWN: usize = 64;

/// What connecting in a browser works with.
pub struct ConnectPages {
    /// Where Intercom asks whoever is signed in there.
    pub authorize: Url,
    /// The operator's app.
    pub client_id: String,
    /// Where a browser reaches this door.
    pub public_url: Url,
    /// What is kept for a while.
    pub short_lived: Arc<dyn ShortLived>,
    /// The connections that servers have.
    pub connections: Arc<dyn Connections>,
    /// What asks Intercom.
    pub connector: Arc<dyn Connector>,
    /// Our own clock.
    pub clock: Arc<dyn Clock>,
    /// Cookies.
    pub random: Arc<dyn Random>,
    /// The way to whoever asked.
    pub interactions: Interactions,
}

type Parameters = Query<BTreeMap<String, String>>;

/// What is asked, before anything happens.
pub(super) async fn ask(State(pages): State<Arc<ConnectPages>>, Query(query): Parameters) -> Response {
    let state = query.get("state").map_or("", String::as_str);
    match pages.authorization().look(state).await {
        Ok(request) => page(StatusCode::OK, &text::page::before(&request), Some(("state", state))),
        Err(why) => refusal(&why),
    }
}

/// Sets out for Intercom: this browser, and no other, may come back with this state.
pub(super) async fn set_out(
    State(pages): State<Arc<ConnectPages>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !pages.is_from_own_page(&headers) {
        return refusal(&NotAllowed::AnotherBrowser);
    }
    let state = url::form_urlencoded::parse(&body).find(|(name, _)| name == "state");
    let state = state.map(|(_, value)| value.into_owned()).unwrap_or_default();
    match pages.authorization().set_out(&state).await {
        Ok(cookie) => pages.to_intercom(&state, &cookie),
        Err(why) => refusal(&why),
    }
}

/// Where Intercom sends the browser back to.
pub(super) async fn come_back(
    State(pages): State<Arc<ConnectPages>>,
    headers: HeaderMap,
    Query(query): Parameters,
) -> Response {
    let value = |name: &str| query.get(name).map_or("", String::as_str);
    let cookie = cookie(&headers, pages.cookie_name());
    let (authorization, state) = (pages.authorization(), value("state"));
    let refused = value("error");
    if !refused.is_empty() {
        return match authorization.turned_away(state, cookie.as_deref()).await {
            Ok(_) => page(StatusCode::OK, &text::page::turned_away(&word(refused)), None),
            Err(why) => refusal(&why),
        };
    }
    match authorization.come_back(state, cookie.as_deref(), value("code")).await {
        Ok(came_back) => {
            let asked = pages.ask_in_discord(&came_back).await;
            let done = text::page::almost_done(&came_back.request, &came_back.workspace.name, asked);
            page(StatusCode::OK, &done, None)
        }
        Err(why) => refusal(&why),
    }
}

/// There is nothing else for a browser.
pub(super) async fn nothing_here() -> Response {
    page(StatusCode::NOT_FOUND, &text::page::nothing_here(), None)
}

impl ConnectPages {
    fn authorization(&self) -> Authorization<'_> {
        Authorization {
            short_lived: &*self.short_lived,
            connector: &*self.connector,
            clock: &*self.clock,
            random: &*self.random,
        }
    }

    /// Whether the button of our own page was pressed. Another page could press it for somebody who has not read which
    /// server that is; browsers say where a form is from, and programs that are none say nothing.
    fn is_from_own_page(&self, headers: &HeaderMap) -> bool {
        let said = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let own = self.public_url.origin().ascii_serialization();
        said("sec-fetch-site").is_none_or(|site| matches!(site, "same-origin" | "none"))
            && said("origin").is_none_or(|origin| origin == "null" || origin == own)
    }

    fn is_secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// A browser takes the prefix only over TLS, and then lets nobody else set that cookie.
    fn cookie_name(&self) -> &'static str {
        if self.is_secure() { "__Host-deskbell" } else { "deskbell" }
    }

    fn to_intercom(&self, state: &str, cookie: &str) -> Response {
        let mut to = self.authorize.clone();
        to.query_pairs_mut()
            .append_pair("client_id", &self.client_id)
            .append_pair("state", state)
            .append_pair("redirect_uri", below(&self.public_url, "intercom/oauth").as_str());
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let cookie = format!(
            "{}={cookie}; Path=/; Max-Age={COOKIE_AGE}; HttpOnly; SameSite=Lax{secure}",
            self.cookie_name()
        );
        let mut response = StatusCode::SEE_OTHER.into_response();
        for (name, value) in [
            (header::LOCATION, to.as_str()),
            (header::SET_COOKIE, cookie.as_str()),
            (header::CACHE_CONTROL, "no-store"),
            (header::REFERRER_POLICY, "no-referrer"),
        ] {
            if let Ok(value) = HeaderValue::from_str(value) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// The answer that the one who asked has in front of them becomes the question.
    async fn ask_in_discord(&self, came_back: &CameBack) -> Asked {
        let CameBack { request, workspace, teammates, key } = came_back;
        let present = self.connections.connection(request.guild).await.ok().flatten();
        let question = match present.filter(|present| present.workspace.id != workspace.id) {
            Some(present) => text::connection::another_workspace(&present.workspace, workspace, key),
            None => text::connection::confirm(&request.server, workspace, *teammates, key),
        };
        let answer = Interaction {
            application: request.answer.application,
            id: request.answer.interaction,
            token: SecretString::from(request.answer.token.clone()),
        };
        if let Err(failure) = self.interactions.edit(&answer, &question).await {
            tracing::warn!(%failure, guild.id = %request.guild, "the one who asked could not be asked to confirm");
            return Asked::No;
        }
        Asked::Yes
    }
}

/// An address below another one.
pub fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

fn refusal(why: &NotAllowed) -> Response {
    let status = match why {
        NotAllowed::UnknownState => StatusCode::GONE,
        NotAllowed::AnotherBrowser => StatusCode::FORBIDDEN,
        NotAllowed::Token(_) => StatusCode::BAD_GATEWAY,
        NotAllowed::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    if let NotAllowed::Store(error) = why {
        tracing::error!(error = error as &dyn std::error::Error, "a browser could not be answered");
    }
    page(status, &text::page::not_allowed(why), None)
}

/// What the browser holds under a name.
fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Intercom's own word, or what somebody put into the address in its place.
fn word(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' '))
        .take(WORD_SHOWN)
        .collect()
}

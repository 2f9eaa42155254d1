//! Stories told over HTTP.

mod contacts;
mod conversations;
mod described;
mod desk;
mod hours;
mod odd;
mod paging;
mod people;
mod refusals;
mod tickets;
mod workspace;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::*;
use crate::{clock::Clock, http::Server, recorder::Recorder};

/// 2024-06-12 10:00:00 UTC, a Wednesday.
const WEDNESDAY: i64 = 1_718_186_400;
const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// A workspace, its server and a client of it.
struct Asker {
    intercom: Intercom,
    server: Server,
    http: reqwest::Client,
}

impl Asker {
    async fn start() -> Self {
        let intercom = Intercom::new(Clock::standing_at(WEDNESDAY), Recorder::in_memory(), 1);
        let server = intercom.serve().await.unwrap();
        Self { intercom, server, http: reqwest::Client::new() }
    }

    fn request(&self, method: Method, path: &str, version: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.server.url());
        self.http
            .request(method, url)
            .bearer_auth("sandbox-intercom-token")
            .header("intercom-version", version)
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path, "2.16")).await
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::POST, path, "2.16").json(&body)).await
    }

    async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::PUT, path, "2.16").json(&body)).await
    }

    async fn delete(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.request(Method::DELETE, path, "2.16").json(&body)).await
    }

    async fn search(&self, version: &str, body: Value) -> Value {
        let (status, found) =
            answer(self.request(Method::POST, "/contacts/search", version).json(&body)).await;
        assert_eq!(status, 200, "{found}");
        found
    }

    /// The names of the contacts that a filter finds, in the answer's order.
    async fn names(&self, version: &str, filter: Value) -> Vec<String> {
        let found = self.search(version, json!({"query": filter})).await;
        names(&found)
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

fn names(found: &Value) -> Vec<String> {
    let contacts = found["data"].as_array().unwrap();
    contacts.iter().map(|contact| contact["name"].as_str().unwrap().to_owned()).collect()
}

fn is(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

/// The code and message of a refusal.
fn refusal((status, body): (StatusCode, Value)) -> String {
    assert_eq!(body["type"], "error.list");
    let error = &body["errors"][0];
    format!("{} {}: {}", status.as_u16(), error["code"].as_str().unwrap(), error["message"].as_str().unwrap())
}

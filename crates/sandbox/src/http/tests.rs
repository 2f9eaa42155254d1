use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::{Json, routing::post};
use serde_json::json;

use super::*;
use crate::fault::{Fault, FaultId};

/// A site that counts how often `/count` was processed.
struct Counter {
    server: Server,
    site: Site,
    faults: Faults,
    recorder: Recorder,
    counted: Arc<AtomicU32>,
}

impl Counter {
    async fn start() -> Self {
        let counted = Arc::new(AtomicU32::new(0));
        let counting = counted.clone();
        let count =
            move || async move { Json(json!({"count": counting.fetch_add(1, Ordering::SeqCst) + 1})) };
        let (faults, recorder) = (Faults::default(), Recorder::in_memory());
        let site = Site {
            router: Router::new().route("/count", post(count)),
            clock: Clock::standing_at(784_111_777),
            faults: faults.clone(),
            recorder: recorder.clone(),
            service_of: |_, _| Service::Discord,
        };
        Self { server: Server::start(site.clone()).await.unwrap(), site, faults, recorder, counted }
    }

    fn once(&self, effect: Effect) -> FaultId {
        self.faults.add(Fault::new(effect).once())
    }

    async fn count(&self) -> Result<reqwest::Response, reqwest::Error> {
        let client = reqwest::Client::builder().timeout(Duration::from_millis(300)).build().unwrap();
        client.post(format!("{}/count?by=1", self.server.url())).json(&json!({"by": 1})).send().await
    }

    fn counted(&self) -> u32 {
        self.counted.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn an_answer_carries_the_sandbox_date_and_is_recorded() {
    let counter = Counter::start().await;
    let answer = counter.count().await.unwrap();
    assert_eq!(answer.headers()["date"], "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({"count": 1}));
    let exchange = counter.recorder.exchanges().remove(0);
    assert_eq!(exchange.path, "/count?by=1");
    assert_eq!(exchange.body, json!({"by": 1}));
    assert_eq!(exchange.status, Some(200));
    assert_eq!(exchange.response, Some(json!({"count": 1})));
}

#[tokio::test]
async fn a_cut_before_the_answer_changes_nothing() {
    let counter = Counter::start().await;
    counter.once(Effect::CutBeforeAnswer);
    assert!(counter.count().await.unwrap_err().is_request());
    assert_eq!(counter.counted(), 0);
    assert_eq!(counter.recorder.exchanges()[0].status, None);
}

#[tokio::test]
async fn a_lost_answer_has_changed_the_state() {
    let counter = Counter::start().await;
    counter.once(Effect::LoseAnswer);
    assert!(counter.count().await.unwrap_err().is_request());
    assert_eq!(counter.counted(), 1);
}

#[tokio::test]
async fn a_cut_body_shows_its_status_but_cannot_be_read() {
    let counter = Counter::start().await;
    counter.once(Effect::CutBody);
    let answer = counter.count().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    assert_eq!(counter.counted(), 1);
}

#[tokio::test]
async fn a_hang_lasts_until_the_client_gives_up() {
    let counter = Counter::start().await;
    counter.once(Effect::Hang);
    assert!(counter.count().await.unwrap_err().is_timeout());
    assert_eq!(counter.counted(), 0);
    counter.server.stop().await;
}

#[tokio::test]
async fn a_canned_answer_carries_its_headers() {
    let counter = Counter::start().await;
    let canned =
        CannedAnswer::new(StatusCode::TOO_MANY_REQUESTS, json!({"code": 0})).with_header("retry-after", "3");
    counter.once(Effect::Status(canned.clone()));
    let answer = counter.count().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["retry-after"]),
        (429, &HeaderValue::from_static("3"))
    );
    counter.once(Effect::ProcessThenStatus(canned));
    counter.count().await.unwrap();
    assert_eq!(counter.counted(), 1);
}

#[tokio::test]
async fn a_page_in_place_of_json_is_recorded_without_a_response() {
    let counter = Counter::start().await;
    counter.once(Effect::NotJson200);
    let answer = counter.count().await.unwrap();
    assert!(answer.json::<Value>().await.is_err());
    counter.once(Effect::Html(StatusCode::BAD_GATEWAY));
    assert_eq!(counter.count().await.unwrap().status(), 502);
    assert!(counter.recorder.exchanges().iter().all(|exchange| exchange.response.is_none()));
}

#[tokio::test]
async fn a_stopped_server_can_be_started_again_where_it_was() {
    let mut counter = Counter::start().await;
    counter.server.stop().await;
    assert!(counter.count().await.unwrap_err().is_connect());
    counter.server = Server::start_on(counter.server.addr(), counter.site.clone()).await.unwrap();
    assert_eq!(counter.count().await.unwrap().status(), 200);
}

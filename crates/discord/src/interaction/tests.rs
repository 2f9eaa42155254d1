use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use deskbell_domain::message::File;

use super::*;

/// A Discord that says one thing to everything, and what it heard: method, path and body.
#[derive(Clone)]
struct Stub {
    says: (StatusCode, String),
    heard: Arc<Mutex<Vec<(String, String)>>>,
}

async fn answer(State(stub): State<Stub>, request: Request) -> (StatusCode, String) {
    let asked = format!("{} {}", request.method(), request.uri().path());
    let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.expect("a body");
    let body = String::from_utf8_lossy(&body).into_owned();
    stub.heard.lock().expect("no test panicked").push((asked, body));
    stub.says
}

/// The client of a bot whose Discord says this.
async fn hearing(status: u16, body: Value) -> (Interactions, Stub) {
    let says = (StatusCode::from_u16(status).expect("a status"), body.to_string());
    let stub = Stub { says, heard: Arc::default() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let router = Router::new().fallback(answer).with_state(stub.clone());
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's own runtime")]
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Interactions::new(Rest::new(&base, SecretString::from("t")).expect("a client")), stub)
}

fn command() -> Interaction {
    Interaction { application: ApplicationId(7), id: 8, token: SecretString::from("secret") }
}

#[tokio::test]
async fn an_answer_with_parts_that_nobody_knows_yet_is_an_answer() {
    let unknown = json!({"id": "1", "components": [{"type": 1, "components": [{"type": 99}]}, {"type": 98}], "flags": "?"});
    let (interactions, stub) = hearing(200, unknown).await;
    let message = Message::say("Done.");
    assert_eq!(interactions.edit(&command(), &message).await, Ok(()));
    assert_eq!(interactions.follow_up(&command(), &message.clone().ephemeral()).await, Ok(()));
    assert_eq!(interactions.respond(&command(), &First::Message(message)).await, Ok(()));
    let asked: Vec<_> =
        stub.heard.lock().expect("no test panicked").iter().map(|(asked, _)| asked.clone()).collect();
    assert_eq!(
        asked,
        [
            "PATCH /api/v10/webhooks/7/secret/messages/@original",
            "POST /api/v10/webhooks/7/secret",
            "POST /api/v10/interactions/8/secret/callback",
        ]
    );
}

#[tokio::test]
async fn a_file_goes_beside_the_message_as_a_form() {
    let (interactions, stub) = hearing(200, json!({})).await;
    let file = File { name: "leads.csv".to_owned(), bytes: b"id,name".to_vec() };
    let message = Message { files: vec![file], ..Message::say("Done.") };
    assert_eq!(interactions.edit(&command(), &message).await, Ok(()));
    let form = stub.heard.lock().expect("no test panicked")[0].1.clone();
    for part in
        ["name=\"payload_json\"", "name=\"files[0]\"; filename=\"leads.csv\"", "id,name", r#""id":"0""#]
    {
        assert!(form.contains(part), "{part} in {form}");
    }
}

#[tokio::test]
async fn a_refusal_tells_its_code_and_how_long_to_wait() {
    let (known, _stub) = hearing(400, json!({"code": 40060, "message": "…"})).await;
    let refused = known.respond(&command(), &First::Later).await.expect_err("it was refused");
    assert_eq!((refused.code, refused.status, refused.retry_after), (40060, 400, None));
    let (busy, _stub) = hearing(429, json!({"message": "…", "retry_after": 1.5, "global": false})).await;
    let limited = busy.edit(&command(), &Message::say("Done.")).await.expect_err("it was refused");
    assert_eq!((limited.status, limited.retry_after), (429, Some(Duration::from_millis(1500))));
}

#[tokio::test]
async fn no_answer_is_told_apart_from_a_refusal_and_tells_no_token() {
    let nowhere = Rest::new("http://127.0.0.1:9", SecretString::from("t")).expect("a client");
    let failure = Interactions::new(nowhere).respond(&command(), &First::LaterInPlace).await;
    assert_eq!(failure, Err(DiscordFailure::NO_ANSWER));
    assert!(!format!("{:?}", command()).contains("secret"));
}

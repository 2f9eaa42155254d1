//! Several tokens of one workspace.

use deskbell_domain::{
    connection::Holder,
    ids::GuildId,
    port::intercom::{IntercomError, WorkspaceFacts as _},
};
use secrecy::SecretString;
use serde_json::json;

use super::{Script, Step};
use crate::IntercomClient;

const ACME: Holder = Holder::Server(GuildId(7));

fn tags() -> Step {
    Step::json(200, &json!({"type": "list", "data": []}))
}

/// The operator's token, and that of a server.
fn client(script: &Script) -> IntercomClient {
    let client = script.client();
    client.tokens().set(ACME, &SecretString::from("theirs")).unwrap();
    client
}

fn tokens(script: &Script) -> Vec<String> {
    script.asked().into_iter().map(|asked| asked.token).collect()
}

#[tokio::test(start_paused = true)]
async fn what_serves_everybody_falls_over_to_the_next_token_and_stays_there() {
    for refusal in [
        Step::error(401, "token_revoked", "Access Token Revoked"),
        Step::error(403, "forbidden", "not allowed"),
    ] {
        let script = Script::new([refusal, tags(), tags()]);
        let client = client(&script);
        assert!(client.tags().await.is_ok());
        assert!(client.tags().await.is_ok());
        assert_eq!(tokens(&script), ["Bearer token", "Bearer theirs", "Bearer theirs"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_permission_that_one_token_lacks_says_nothing_of_what_else_it_may() {
    let admins = Step::json(200, &json!({"type": "admin.list", "admins": []}));
    let script = Script::new([Step::error(403, "forbidden", ""), tags(), admins]);
    let client = client(&script);
    assert!(client.tags().await.is_ok());
    assert!(client.admins().await.is_ok());
    assert_eq!(tokens(&script), ["Bearer token", "Bearer theirs", "Bearer token"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_with_their_own_token_never_gets_what_another_one_may_read() {
    let script = Script::new([Step::error(403, "forbidden", ""), tags()]);
    let asked = client(&script).of(ACME).tags().await;
    assert!(matches!(asked, Err(IntercomError::Forbidden { .. })));
    assert_eq!(tokens(&script), ["Bearer theirs"]);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_taken_away_is_used_no_more() {
    let script = Script::new([tags()]);
    let client = client(&script);
    client.tokens().remove(ACME);
    let asked = client.of(ACME).tags().await;
    assert!(matches!(asked, Err(IntercomError::Refused { .. })));
    assert!(client.tags().await.is_ok());
    assert_eq!(tokens(&script), ["Bearer token"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_token_is_refused_does_not_make_the_workspace_refused() {
    let script = Script::new([Step::error(401, "token_revoked", "")]);
    let client = client(&script);
    let mut verdicts = client.accepted().follow();
    assert!(client.of(ACME).tags().await.is_err());
    assert!(tokio::time::timeout(std::time::Duration::from_secs(1), verdicts.next()).await.is_err());
}

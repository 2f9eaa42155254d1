//! Several tokens of one workspace.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use deskbell_domain::{
    connection::Holder,
    ids::{ContactId, GuildId},
    port::intercom::{Contacts as _, IntercomError, WorkspaceFacts as _},
    status::Verdict,
};
use secrecy::SecretString;
use serde_json::json;
use tokio::time::timeout;

use super::{Script, Step};
use crate::{AppCalls, IntercomClient, TokenNews};

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
async fn whoever_looks_after_a_token_hears_at_once_that_it_is_refused_and_that_it_is_taken_again() {
    let revoked = || Step::error(401, "token_revoked", "Access Token Revoked");
    let script = Script::new([tags(), revoked(), tags(), revoked(), tags()]);
    let client = client(&script);
    let news = Arc::<TokenNews>::default();
    client.tokens().report_to(&news);
    let next = async || timeout(Duration::from_secs(1), news.next()).await.ok();
    let of = |holder, verdict| Some(BTreeMap::from([(holder, verdict)]));
    assert!(client.of(ACME).tags().await.is_ok());
    assert_eq!(next().await, of(ACME, Verdict::Accepted));
    assert!(client.tags().await.is_ok(), "it falls over from the operator's to the server's");
    assert_eq!(next().await, of(Holder::Operator, Verdict::Refused));
    assert!(client.of(Holder::Operator).tags().await.is_err());
    assert_eq!(next().await, None, "what is known is no news");
    assert!(client.of(Holder::Operator).tags().await.is_ok());
    assert_eq!(next().await, of(Holder::Operator, Verdict::Accepted));
    assert!(client.tokens().taken_at(Holder::Operator).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_taken_again_is_asked_in_its_turn_at_once() {
    let script = Script::new([Step::error(401, "token_revoked", ""), tags(), tags(), tags()]);
    let client = client(&script);
    assert!(client.tags().await.is_ok());
    assert!(client.of(Holder::Operator).tags().await.is_ok());
    assert!(client.tags().await.is_ok());
    assert_eq!(tokens(&script), ["Bearer token", "Bearer theirs", "Bearer token", "Bearer token"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_token_is_refused_does_not_make_the_workspace_refused() {
    let script = Script::new([Step::error(401, "token_revoked", "")]);
    let client = client(&script);
    let mut verdicts = client.accepted().follow();
    assert!(client.of(ACME).tags().await.is_err());
    assert!(timeout(Duration::from_secs(1), verdicts.next()).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn every_call_with_a_token_of_the_app_is_one_of_the_apps_also_one_to_the_legacy_api() {
    let script = Script::new([tags()]);
    let client = client(&script).of(ACME);
    client.tokens().share(ACME, &Arc::new(AppCalls::new(1)));
    assert!(client.tags().await.is_ok());
    let legacy = client.legacy(&ContactId::new("ada")).await;
    assert!(legacy.is_ok_and(|known| known.is_none()), "the app has no call left for ten seconds");
    assert_eq!(tokens(&script), ["Bearer theirs"]);
}

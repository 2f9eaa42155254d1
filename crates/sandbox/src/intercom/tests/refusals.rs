//! What is refused before any route: tokens, versions, too many calls.

use std::time::Duration;

use super::*;

#[tokio::test]
async fn tokens_are_refused_in_intercoms_words() {
    let asker = Asker::start().await;
    let url = format!("{}/me", asker.server.url());
    insta::assert_snapshot!(
        refusal(answer(asker.http.get(&url)).await),
        @"401 missing_authorization: Missing Authorization header"
    );
    insta::assert_snapshot!(
        refusal(answer(asker.http.get(&url).bearer_auth("other")).await),
        @"401 unauthorized: Access Token Invalid"
    );
    asker.intercom.access().revoke();
    insta::assert_snapshot!(refusal(asker.get("/me").await), @"401 token_revoked: Access Token Revoked");
    asker.intercom.access().set(Access::PlanRestricted);
    insta::assert_snapshot!(
        refusal(asker.get("/me").await),
        @"403 api_plan_restricted: Active subscription needed."
    );
    asker.intercom.access().restore();
    assert_eq!(asker.get("/me").await.0, 200);
}

#[tokio::test]
async fn unknown_versions_and_routes_are_refused() {
    let asker = Asker::start().await;
    for version in ["2.99", "latest"] {
        assert_eq!(
            refusal(answer(asker.request(Method::GET, "/me", version)).await),
            "400 intercom_version_invalid: The requested version could not be found"
        );
    }
    asker.intercom.api().set_versions(&[ApiVersion::STABLE]);
    assert_eq!(answer(asker.request(Method::GET, "/me", "2.17")).await.0, 400);
    assert_eq!(refusal(asker.get("/nowhere").await), "404 not_found: Resource Not Found");
    assert_eq!(asker.put("/tags", json!({})).await.0, 404);
}

#[tokio::test]
async fn more_calls_than_the_window_allows_are_refused_until_it_ends() {
    let asker = Asker::start().await;
    asker.intercom.api().set_rate_limit(RateLimit { calls_per_window: 2, retry_after: RetryAfter::Told });
    let me = || asker.request(Method::GET, "/me", "2.16").send();
    let told = me().await.unwrap();
    assert_eq!(
        (&told.headers()["x-ratelimit-limit"], &told.headers()["x-ratelimit-remaining"]),
        (&"2".parse().unwrap(), &"1".parse().unwrap())
    );
    me().await.unwrap();
    asker.intercom.clock().advance(Duration::from_secs(3));
    let refused = me().await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "7");
    assert_eq!(refused.headers()["x-ratelimit-reset"], (WEDNESDAY + 10).to_string());
    insta::assert_snapshot!(
        refusal((refused.status(), refused.json().await.unwrap())),
        @"429 rate_limit_exceeded: Exceeded rate limit of 2 in 10_seconds"
    );
    asker.intercom.api().set_rate_limit(RateLimit { calls_per_window: 2, retry_after: RetryAfter::Untold });
    assert_eq!(me().await.unwrap().headers().get("retry-after"), None);
    asker.intercom.clock().advance(Duration::from_secs(7));
    assert_eq!(me().await.unwrap().status(), 200);
}

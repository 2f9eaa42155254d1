//! What is repeated and what is not, on a clock that jumps.

use deskbell_domain::port::intercom::{Companies as _, Contacts as _, WorkspaceFacts as _};
use deskbell_domain::{
    contact::Role,
    ids::{CompanyId, ContactId},
    port::intercom::{
        Archived, Attached, ContactFields, ContactFilter, ContactSearch, ContactSort, Created, Found, Lack,
        NoConnection, PageRequest, TokenPermission, Unanswered,
    },
    status::Verdict,
    time::Timestamp,
};
use serde_json::json;

use super::*;
use crate::tests::{Script, Step};

fn page_of_none() -> Step {
    Step::json(200, &json!({"type": "list", "data": [], "total_count": 0, "pages": {"next": null}}))
}

fn contact(id: &str) -> Step {
    Step::json(200, &json!({"type": "contact", "id": id, "role": "user"}))
}

async fn poll(script: &Script) -> Result<(), IntercomError> {
    let search = ContactSearch {
        role: None,
        filter: ContactFilter::CreatedAfter(Timestamp(0)),
        endings: Vec::new(),
        sort: ContactSort::CreatedDescending,
    };
    let page = PageRequest { size: 100, cursor: None };
    script.client().at(Urgency::Poll).search_contacts(&search, &page).await.map(drop)
}

async fn create(script: &Script, role: Role) -> Result<Created, IntercomError> {
    let fields = ContactFields { email: Some("ada@example.com".to_owned()), ..ContactFields::default() };
    script.client().create_contact(role, &fields).await
}

/// Every way in which nobody can know whether a call did its work.
fn doubts() -> [Step; 8] {
    [
        Step::Fault(TransportFault::CutOff),
        Step::Hang,
        Step::error(408, "request_timeout", ""),
        Step::error(500, "server_error", ""),
        Step::text(502, "<html>Bad gateway</html>"),
        Step::error(503, "service_unavailable", ""),
        Step::text(200, "<html>Hello</html>"),
        Step::text(200, r#"{"type":"contact","id":"6762"#),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_poll_comes_through_after_every_passing_trouble() {
    for trouble in doubts() {
        let script = Script::new([trouble, page_of_none()]);
        assert_eq!(poll(&script).await, Ok(()));
        assert_eq!(script.lines(), ["POST /contacts/search", "POST /contacts/search"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_gives_up_after_four_tries_ever_further_apart() {
    let script = Script::new([Step::error(503, "service_unavailable", "")]);
    assert_eq!(poll(&script).await, Err(IntercomError::Unavailable(Unanswered::Failing)));
    assert_eq!(script.pauses(), [1.0, 2.0, 4.0]);
}

#[tokio::test(start_paused = true)]
async fn a_command_gives_up_within_the_time_of_one_slow_answer() {
    let script = Script::new([Step::Hang]);
    let begun = Instant::now();
    assert_eq!(script.client().tags().await.map(drop), Err(IntercomError::Unavailable(Unanswered::Silent)));
    assert_eq!((begun.elapsed().as_secs(), script.lines().len()), (20, 1));
}

#[tokio::test(start_paused = true)]
async fn a_lead_is_never_made_twice() {
    for doubt in doubts() {
        let script = Script::new([doubt]);
        assert_eq!(create(&script, Role::Lead).await, Err(IntercomError::OutcomeUnknown));
        assert_eq!(script.lines(), ["POST /contacts"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_certainly_was_not_made_is_tried_again() {
    for refusal in [
        Step::Fault(TransportFault::NotSent(NoConnection::Refused)),
        Step::error(429, "rate_limit_exceeded", "").with_header("retry-after", 1),
    ] {
        let script = Script::new([refusal, contact("6762")]);
        assert!(matches!(create(&script, Role::Lead).await, Ok(Created::Contact(_))));
        assert_eq!(script.lines(), ["POST /contacts", "POST /contacts"]);
    }
    let script = Script::new([Step::Fault(TransportFault::NotSent(NoConnection::Refused))]);
    let refused = Unanswered::NoConnection(NoConnection::Refused);
    assert_eq!(create(&script, Role::Lead).await, Err(IntercomError::Unavailable(refused)));
}

#[tokio::test(start_paused = true)]
async fn a_user_is_tried_again_because_the_second_time_is_a_conflict() {
    let message = "A contact matching those details already exists with id=6762";
    let script = Script::new([Step::Hang, Step::error(409, "conflict", message)]);
    // A poll's patience, because a command's is used up by one hang.
    let fields = ContactFields { email: Some("ada@example.com".to_owned()), ..ContactFields::default() };
    let created = script.client().at(Urgency::Poll).create_contact(Role::User, &fields).await;
    let conflict = Created::Conflict { id: Some(ContactId::new("6762")), archived: Archived::No };
    assert_eq!(created, Ok(conflict));
}

#[tokio::test(start_paused = true)]
async fn a_change_whose_tries_run_out_is_of_unknown_outcome() {
    let script = Script::new([Step::error(500, "server_error", "")]);
    let changed = script.client().update_contact(&ContactId::new("6762"), &ContactFields::default()).await;
    assert_eq!(changed.map(drop), Err(IntercomError::OutcomeUnknown));
    assert_eq!(script.lines().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn too_many_calls_are_waited_out_as_told() {
    let refused = Step::error(429, "rate_limit_exceeded", "");
    let told = Script::new([refused.clone().with_header("retry-after", 5), page_of_none()]);
    assert_eq!(poll(&told).await, Ok(()));
    assert_eq!(told.pauses(), [5.0]);

    let reset =
        Script::new([refused.clone().with_header("x-ratelimit-reset", 1_700_000_008), page_of_none()]);
    assert_eq!(poll(&reset).await, Ok(()));
    assert_eq!(reset.pauses(), [8.0]);

    let untold = Script::new([refused, page_of_none()]);
    assert_eq!(poll(&untold).await, Ok(()));
    assert_eq!(untold.pauses(), [10.0]);
}

#[tokio::test(start_paused = true)]
async fn a_command_is_told_how_long_rather_than_kept_waiting() {
    let script = Script::new([Step::error(429, "rate_limit_exceeded", "").with_header("retry-after", 30)]);
    let client = script.client();
    let after = Duration::from_secs(30);
    assert_eq!(client.tags().await.map(drop), Err(IntercomError::RateLimited { after }));
    // Nor does anybody else ask before the time is over.
    assert_eq!(client.admins().await.map(drop), Err(IntercomError::RateLimited { after }));
    assert_eq!(script.lines(), ["GET /tags"]);
}

#[tokio::test(start_paused = true)]
async fn the_last_call_of_a_window_holds_the_next_one_back() {
    let used_up = page_of_none()
        .with_header("x-ratelimit-remaining", 0)
        .with_header("x-ratelimit-reset", 1_700_000_006);
    let script = Script::new([used_up, Step::json(200, &json!({"data": []}))]);
    let client = script.client();
    assert!(client.tags().await.is_ok());
    assert!(client.tags().await.is_ok());
    assert_eq!(script.pauses(), [6.0]);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_not_tried_again() {
    let revoked = Script::new([Step::error(401, "token_revoked", "Access Token Revoked")]);
    let refused = IntercomError::Refused { code: Some("token_revoked".to_owned()) };
    assert_eq!(poll(&revoked).await, Err(refused));
    assert_eq!(revoked.lines().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_command_tells_that_the_token_was_refused_and_no_poll_or_mere_lack_of_a_permission_does() {
    let refusal = || Step::error(401, "unauthorized", "Access Token Invalid");
    let reads = Step::json(200, &json!({"type": "admin", "id": "1", "app": {"id_code": "acme"}}));
    let client = Script::new([refusal(), reads, refusal()]).client();
    let accepted = client.accepted();
    let mut verdicts = accepted.follow();
    let _lacks = client.create_contact(Role::Lead, &ContactFields::default()).await;
    assert_eq!(verdicts.next().await, Some(Verdict::Accepted));
    let _refused = client.at(Urgency::Poll).workspace().await;
    assert!(
        tokio::time::timeout(Duration::from_secs(1), verdicts.next()).await.is_err(),
        "it concludes for itself"
    );
    let _refused = client.workspace().await;
    assert_eq!(verdicts.next().await, Some(Verdict::Refused));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_refused_while_the_token_still_reads_lacks_a_permission() {
    let refusal = || Step::error(401, "unauthorized", "Access Token Invalid");
    let reads = Step::json(200, &json!({"type": "admin", "id": "1", "app": {"id_code": "acme"}}));
    let script = Script::new([refusal(), reads]);
    let lack = Lack::Permission(TokenPermission::WriteContacts);
    assert_eq!(create(&script, Role::Lead).await, Err(IntercomError::Forbidden { lack }));
    assert_eq!(script.lines().len(), 2);
    for unknown in [refusal(), Step::error(500, "server_error", ""), Step::Hang] {
        let script = Script::new([refusal(), unknown]);
        let refused = IntercomError::Refused { code: Some("unauthorized".to_owned()) };
        assert_eq!(create(&script, Role::User).await, Err(refused));
        assert_eq!(script.lines().len(), 2, "it is asked once");
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_the_token_may_not_make_names_the_permission_and_is_not_tried_again() {
    let wordless = Script::new([Step::text(403, "")]);
    let lack = Lack::Permission(TokenPermission::ReadContacts);
    assert_eq!(poll(&wordless).await, Err(IntercomError::Forbidden { lack }));
    assert_eq!(wordless.lines().len(), 1);
    let plan = Script::new([Step::error(403, "api_plan_restricted", "Active subscription needed.")]);
    assert_eq!(poll(&plan).await, Err(IntercomError::Forbidden { lack: Lack::Plan }));
}

#[tokio::test(start_paused = true)]
async fn a_page_of_html_and_half_an_answer_are_told_from_silence_and_from_failure() {
    const HTML: &str = "text/html; charset=utf-8";
    for (answer, how) in [
        (Step::text(200, "<html>hello</html>"), Unanswered::Unreadable),
        (Step::text(200, r#"{"type":"list","data":[{"id"#), Unanswered::Unreadable),
        (Step::text(502, "<html>bad gateway</html>"), Unanswered::Failing),
        (Step::text(200, "<html>hello</html>").with_header("content-type", HTML), Unanswered::WebPage),
        (Step::text(403, "<html>blocked</html>").with_header("content-type", HTML), Unanswered::WebPage),
        (
            Step::Fault(TransportFault::NotSent(NoConnection::Name)),
            Unanswered::NoConnection(NoConnection::Name),
        ),
        (Step::Fault(TransportFault::CutOff), Unanswered::CutOff),
        (Step::Hang, Unanswered::Silent),
    ] {
        assert_eq!(poll(&Script::new([answer])).await, Err(IntercomError::Unavailable(how)));
    }
}

#[tokio::test(start_paused = true)]
async fn what_intercom_does_not_accept_is_told_in_its_words() {
    let script = Script::new([Step::error(400, "parameter_invalid", "Invalid email")]);
    let refused = create(&script, Role::User).await.map(drop).unwrap_err();
    insta::assert_snapshot!(format!("{refused:?}"), @r#"Invalid { code: "parameter_invalid", message: "Invalid email" }"#);
    let script = Script::new([Step::error(
        400,
        "intercom_version_invalid",
        "The requested version could not be found",
    )]);
    let refused = poll(&script).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused:?}"), @r#"Invalid { code: "intercom_version_invalid", message: "Intercom does not know the version in INTERCOM_API_VERSION; 2.16 is known to work." }"#);
    let script = Script::new([Step::text(301, "").with_header("location", "https://elsewhere.example/")]);
    let refused = poll(&script).await.unwrap_err();
    insta::assert_snapshot!(format!("{refused:?}"), @r#"Invalid { code: "http_301", message: "Intercom's address answers with a redirect; check INTERCOM_REGION and INTERCOM_API_URL." }"#);
}

#[tokio::test(start_paused = true)]
async fn a_merged_contact_is_followed_once() {
    for status in [410, 404] {
        let merged = Step::error(status, "contact_merged", "")
            .with_header("link", r#"</contacts/6763>; rel="canonical""#);
        let script = Script::new([merged.clone(), contact("6763")]);
        let found = script.client().contact(&ContactId::new("6762")).await.unwrap();
        assert!(matches!(found, Found::Merged(contact) if contact.id.as_str() == "6763"));
        assert_eq!(script.lines(), ["GET /contacts/6762", "GET /contacts/6763"]);

        let endless = Script::new([merged]);
        assert_eq!(endless.client().contact(&ContactId::new("6762")).await, Ok(Found::Missing));
        assert_eq!(endless.lines().len(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_exist_is_an_answer() {
    let script = Script::new([Step::error(404, "not_found", "Not found")]);
    let client = script.client();
    assert_eq!(client.contact(&ContactId::new("x")).await, Ok(Found::Missing));
    assert_eq!(client.contact_by_external_id("x").await, Ok(None));
    assert!(client.company(&CompanyId::new("x")).await.is_ok_and(|company| company.is_none()));
    let attached = client.attach_company(&ContactId::new("x"), &CompanyId::new("y")).await;
    assert!(matches!(attached, Ok(Attached::Gone)));
    assert!(
        matches!(client.workspace().await, Err(IntercomError::Invalid { code, .. }) if code == "wrong_address")
    );
}

#[tokio::test(start_paused = true)]
async fn a_full_contact_takes_no_more_companies() {
    let script = Script::new([Step::error(400, "contact_company_limit_exceeded", "")]);
    let attached = script.client().attach_company(&ContactId::new("x"), &CompanyId::new("y")).await;
    assert!(matches!(attached, Ok(Attached::LimitReached)));
}

#[tokio::test(start_paused = true)]
async fn the_legacy_api_is_asked_once_and_not_again_after_a_refusal() {
    let known = Step::json(200, &json!({"type": "user", "session_count": 7, "pseudonym": "Blue Cat"}));
    let script = Script::new([known, Step::Fault(TransportFault::CutOff), Step::error(404, "not_found", "")]);
    let client = script.client();
    let id = ContactId::new("6762");
    assert_eq!(client.legacy(&id).await.unwrap().and_then(|legacy| legacy.session_count), Some(7));
    // No answer is no refusal; the refusal after it is the last call.
    for _ in 0..3 {
        assert!(client.legacy(&id).await.is_ok_and(|legacy| legacy.is_none()));
    }
    assert_eq!(script.lines(), ["GET /users/6762"; 3]);
    assert!(script.asked().iter().all(|asked| asked.version == "1.4"));
}

#[tokio::test(start_paused = true)]
async fn a_company_is_found_by_name_whether_one_or_a_list_comes() {
    use deskbell_domain::port::intercom::CompanyKey;
    let one = json!({"type": "company", "id": "1", "name": "Acme"});
    for answer in [one.clone(), json!({"type": "list", "data": [one]})] {
        let script = Script::new([Step::json(200, &answer)]);
        let found = script.client().find_company(&CompanyKey::Name("Acme".to_owned())).await;
        assert!(found.is_ok_and(|company| company.is_some_and(|company| company.id.as_str() == "1")));
        assert_eq!(script.lines(), ["GET /companies?name=Acme"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_created_says_its_role_and_nothing_that_was_not_given() {
    let script = Script::new([contact("6762")]);
    create(&script, Role::Lead).await.unwrap();
    assert_eq!(script.asked()[0].body, Some(json!({"role": "lead", "email": "ada@example.com"})));
    assert_eq!(script.asked()[0].version, "2.16");
}

//! Creating, changing and finding contacts over HTTP.

use super::*;
use crate::fault::{Effect, Fault};

#[tokio::test]
async fn a_second_user_with_the_same_address_is_refused_with_the_first_ones_id() {
    let asker = Asker::start().await;
    let wanted = json!({"role": "user", "email": "Ana@Example.com"});
    let (status, ana) = asker.post("/contacts", wanted).await;
    assert_eq!((status.as_u16(), &ana["role"], &ana["owner_id"]), (200, &json!("user"), &Value::Null));
    let id = ana["id"].as_str().unwrap();
    let other = asker.post("/contacts", json!({"role": "user", "email": "ana@example.com"})).await;
    assert_eq!(other.0, 200, "whether capital letters make another address is not said");
    let again = asker.post("/contacts", json!({"role": "user", "email": "Ana@Example.com"})).await;
    assert_eq!(
        refusal(again),
        format!("409 conflict: A contact matching those details already exists with id={id}")
    );
}

#[tokio::test]
async fn an_archived_user_conflicts_until_unarchived_and_updated() {
    let asker = Asker::start().await;
    let id = asker.intercom.contacts().create(NewContact::user().email("ana@example.com").external_id("7"));
    asker.intercom.contacts().archive(&id).unwrap();
    assert_eq!(asker.get(&format!("/contacts/{id}")).await.0, 404);
    let refused = refusal(asker.post("/contacts", json!({"role": "user", "external_id": "7"})).await);
    assert_eq!(
        refused,
        format!("409 conflict: An archived contact matching those details already exists with id={id}")
    );
    let (_, unarchived) = asker.post(&format!("/contacts/{id}/unarchive"), Value::Null).await;
    assert_eq!(unarchived["archived"], false);
    let (status, updated) = asker.put(&format!("/contacts/{id}"), json!({"name": "Ana"})).await;
    assert_eq!(
        (status.as_u16(), &updated["name"], &updated["email"]),
        (200, &json!("Ana"), &json!("ana@example.com"))
    );
}

#[tokio::test]
async fn many_leads_may_share_an_address() {
    let asker = Asker::start().await;
    for _ in 0..2 {
        let wanted =
            json!({"role": "lead", "email": "ana@example.com", "avatar": "https://cdn.example/a.png"});
        let (status, lead) = asker.post("/contacts", wanted).await;
        assert_eq!(status, 200);
        assert_eq!(lead["avatar"]["image_url"], "https://cdn.example/a.png");
    }
    assert_eq!(asker.intercom.contacts().all().len(), 2);
}

#[tokio::test]
async fn a_lead_becomes_a_user_with_the_same_id_and_birthday_and_never_a_lead_again() {
    let asker = Asker::start().await;
    let id = asker
        .intercom
        .contacts()
        .create(NewContact::lead().email("ana@example.com").created_at(WEDNESDAY - DAY));
    let (_, user) = asker.put(&format!("/contacts/{id}"), json!({"role": "user"})).await;
    assert_eq!((&user["role"], &user["created_at"]), (&json!("user"), &json!(WEDNESDAY - DAY)));
    assert_eq!(user["updated_at"], WEDNESDAY);
    insta::assert_snapshot!(
        refusal(asker.put(&format!("/contacts/{id}"), json!({"role": "lead"})).await),
        @"400 client_error: Contact with user role can't be converted to a lead"
    );
}

#[tokio::test]
async fn a_merged_lead_points_to_where_it_went() {
    let asker = Asker::start().await;
    let intercom = &asker.intercom;
    let [first, second] =
        [(); 2].map(|()| intercom.contacts().create(NewContact::lead().email("ana@example.com")));
    let user = intercom.contacts().create(NewContact::user().email("ana@example.com").external_id("7"));
    let talk = intercom.conversations().start(NewConversation::from_contact(&first, "<p>hello</p>"));
    intercom.contacts().merge(&first, &second).unwrap();
    intercom.contacts().merge(&second, &user).unwrap();
    let response = asker.request(Method::GET, &format!("/contacts/{first}"), "2.16").send().await.unwrap();
    assert_eq!(response.headers()["link"], format!("</contacts/{user}>; rel=\"canonical\""));
    insta::assert_snapshot!(
        refusal((response.status(), response.json().await.unwrap())),
        @"410 contact_merged: This contact has been merged. See the 'Link' header for the canonical contact."
    );
    let before_2_16 = asker.request(Method::GET, &format!("/contacts/{first}"), "2.15");
    assert_eq!(refusal(answer(before_2_16).await), "404 not_found: User Not Found");
    let (_, talk) = asker.get(&format!("/conversations/{talk}")).await;
    assert_eq!(talk["contacts"]["contacts"][0]["id"], user.as_str());
}

#[tokio::test]
async fn an_external_id_finds_users_only() {
    let asker = Asker::start().await;
    let user = asker.intercom.contacts().create(NewContact::user().external_id("u-7"));
    asker.intercom.contacts().create(NewContact::lead().external_id("l-7"));
    let (_, found) = asker.get("/contacts/find_by_external_id/u-7").await;
    assert_eq!(found["id"], user.as_str());
    assert_eq!(asker.get("/contacts/find_by_external_id/l-7").await.0, 404);
}

#[tokio::test]
async fn malformed_wishes_are_refused_in_words() {
    let asker = Asker::start().await;
    let create = async |body: Value| refusal(asker.post("/contacts", body).await);
    insta::assert_snapshot!(
        create(json!({"role": "user", "email": "ana at home"})).await,
        @"400 parameter_invalid: email is invalid"
    );
    insta::assert_snapshot!(
        create(json!({"role": "visitor"})).await,
        @"400 parameter_invalid: role must be user or lead"
    );
    insta::assert_snapshot!(
        create(json!({"role": "user"})).await,
        @"400 parameter_missing: a user needs an email or an external_id"
    );
    insta::assert_snapshot!(create(json!([])).await, @"400 bad_request: The request body is not a JSON object");
    insta::assert_snapshot!(
        refusal(asker.get("/contacts/000000000000000000000000").await),
        @"404 not_found: User Not Found"
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_the_lead_and_a_cut_one_does_not() {
    let asker = Asker::start().await;
    let create = Fault::new(Effect::LoseAnswer).method(Method::POST).path("/contacts").once();
    asker.intercom.faults().add(create);
    let lead = json!({"role": "lead", "email": "ana@example.com"});
    let request = || asker.request(Method::POST, "/contacts", "2.16").json(&lead).send();
    request().await.unwrap_err();
    assert_eq!(asker.intercom.contacts().all().len(), 1);
    asker.intercom.faults().add(Fault::new(Effect::CutBeforeAnswer).once());
    request().await.unwrap_err();
    assert_eq!(asker.intercom.contacts().all().len(), 1);
    assert_eq!(request().await.unwrap().status(), 200);
}

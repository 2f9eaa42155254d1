//! Companies, tags and conversations over HTTP.

use super::*;

#[tokio::test]
async fn a_visit_moves_the_times_and_a_tag_does_not() {
    let asker = Asker::start().await;
    let user =
        asker.intercom.contacts().create(NewContact::user().email("a@b.example").created_at(WEDNESDAY - DAY));
    let tag = asker.intercom.tags().create("VIP");
    asker.intercom.tags().apply(&user, &tag).unwrap();
    let (_, tagged) = asker.get(&format!("/contacts/{user}")).await;
    assert_eq!((&tagged["updated_at"], &tagged["tags"]["total_count"]), (&json!(WEDNESDAY - DAY), &json!(1)));
    asker.intercom.contacts().page_visit(&user).unwrap();
    let (_, visited) = asker.get(&format!("/contacts/{user}")).await;
    assert_eq!((&visited["updated_at"], &visited["last_seen_at"]), (&json!(WEDNESDAY), &json!(WEDNESDAY)));
    asker.intercom.tags().remove(&user, &tag).unwrap();
    assert_eq!(asker.get(&format!("/contacts/{user}/tags")).await.1["data"], json!([]));
}

#[tokio::test]
async fn tags_have_names_only_where_they_are_listed() {
    let asker = Asker::start().await;
    let (vip, user) = (
        asker.intercom.tags().create("VIP"),
        asker.intercom.contacts().create(NewContact::user().external_id("7")),
    );
    let (status, _) = asker.post(&format!("/contacts/{user}/tags"), json!({"id": vip.as_str()})).await;
    assert_eq!(status, 200);
    let (_, contact) = asker.get(&format!("/contacts/{user}")).await;
    assert_eq!(
        contact["tags"]["data"],
        json!([{"id": vip.as_str(), "type": "tag", "url": format!("/tags/{vip}")}])
    );
    assert_eq!(asker.get(&format!("/contacts/{user}/tags")).await.1["data"][0]["name"], "VIP");
    assert_eq!(asker.get("/tags").await.1["data"][0]["name"], "VIP");
    assert_eq!(asker.post(&format!("/contacts/{user}/tags"), json!({"id": "0"})).await.0, 404);
}

#[tokio::test]
async fn a_contact_shows_ten_companies_and_says_that_there_are_more() {
    let asker = Asker::start().await;
    let user = asker.intercom.contacts().create(NewContact::user().external_id("7"));
    for number in 1..=12 {
        let company = asker.intercom.companies().create(NewCompany::named(&format!("Company {number}")));
        let path = format!("/contacts/{user}/companies");
        let (status, attached) = asker.post(&path, json!({"id": company.as_str()})).await;
        assert_eq!((status.as_u16(), &attached["user_count"]), (200, &json!(1)));
    }
    let (_, contact) = asker.get(&format!("/contacts/{user}")).await;
    let companies = &contact["companies"];
    assert_eq!((&companies["total_count"], &companies["has_more"]), (&json!(12), &json!(true)));
    assert_eq!(companies["data"].as_array().unwrap().len(), 10);
    let (_, all) = asker.get(&format!("/contacts/{user}/companies")).await;
    assert_eq!((&all["total_count"], &all["data"][11]["name"]), (&json!(12), &json!("Company 12")));
}

#[tokio::test]
async fn a_company_is_attached_by_intercoms_id_only() {
    let asker = Asker::start().await;
    let user = asker.intercom.contacts().create(NewContact::user().external_id("7"));
    asker.intercom.companies().create(NewCompany::named("Acme"));
    let attach = async |body: Value| refusal(asker.post(&format!("/contacts/{user}/companies"), body).await);
    insta::assert_snapshot!(attach(json!({"id": "acme"})).await, @"404 company_not_found: Company Not Found");
    insta::assert_snapshot!(attach(json!({})).await, @"400 parameter_not_found: company not specified");
}

#[tokio::test]
async fn attaching_can_be_told_to_leave_updated_at_alone() {
    let asker = Asker::start().await;
    let company = asker.intercom.companies().create(NewCompany::named("Acme"));
    let user =
        asker.intercom.contacts().create(NewContact::user().external_id("7").created_at(WEDNESDAY - DAY));
    asker.intercom.api().set_attach_effect(AttachEffect::Silent);
    asker.intercom.companies().attach(&user, &company).unwrap();
    assert_eq!(asker.intercom.contacts().get(&user).unwrap().updated_at, WEDNESDAY - DAY);
}

#[tokio::test]
async fn lists_leave_out_companies_without_people_and_page_by_query() {
    let asker = Asker::start().await;
    let [acme, beta, _empty] =
        ["Acme", "Beta", "Empty"].map(|name| asker.intercom.companies().create(NewCompany::named(name)));
    for company in [&acme, &beta] {
        asker.intercom.contacts().create(NewContact::user().external_id(company.as_str()).company(company));
    }
    let (_, first) = asker.post("/companies/list?page=1&per_page=1", Value::Null).await;
    assert_eq!((&first["total_count"], &first["pages"]["total_pages"]), (&json!(2), &json!(2)));
    let (_, second) = asker.post("/companies/list?page=2&per_page=1", Value::Null).await;
    assert_ne!(first["data"][0]["name"], second["data"][0]["name"]);
    assert_eq!(second["pages"]["next"], Value::Null);
    insta::assert_snapshot!(
        refusal(asker.post("/companies/list?page=168&per_page=60", Value::Null).await),
        @"400 bad_request: page limit reached, please use scroll API"
    );
}

#[tokio::test]
async fn the_people_of_a_company_are_paged_by_a_cursor_in_the_query() {
    let asker = Asker::start().await;
    let acme = asker.intercom.companies().create(NewCompany::named("Acme"));
    for name in ["Ana", "Bo", "Cy"] {
        asker.intercom.contacts().create(NewContact::lead().name(name).company(&acme));
    }
    let path = format!("/companies/{acme}/contacts?per_page=2");
    let (_, first) = asker.get(&path).await;
    let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
    let (_, second) = asker.get(&format!("{path}&starting_after={}", cursor.replace('=', "%3D"))).await;
    let mut seen = [names(&first), names(&second)].concat();
    seen.sort();
    assert_eq!(seen, ["Ana", "Bo", "Cy"]);
    assert_eq!(second["pages"].get("next"), None);
}

#[tokio::test]
async fn an_exact_look_up_answers_one_company_even_without_people() {
    let asker = Asker::start().await;
    let acme = asker.intercom.companies().create(NewCompany::named("Acme & Sons"));
    assert_eq!(asker.get(&format!("/companies/{acme}")).await.1["id"], acme.as_str());
    let by_name = "/companies?name=Acme+%26+Sons";
    assert_eq!(asker.get(by_name).await.1["data"][0]["id"], acme.as_str());
    asker.intercom.api().set_company_look_up(CompanyLookUp::Single);
    assert_eq!(asker.get(by_name).await.1["id"], acme.as_str());
    assert_eq!(asker.get("/companies?company_id=acme-%26-sons").await.1["id"], acme.as_str());
    insta::assert_snapshot!(
        refusal(asker.get("/companies?name=acme").await),
        @"404 company_not_found: Company Not Found"
    );
}

#[tokio::test]
async fn conversations_are_searched_by_second_under_their_own_key() {
    let asker = Asker::start().await;
    let intercom = &asker.intercom;
    let lead = intercom.contacts().create(NewContact::lead().name("Ana").email("ana@example.com"));
    let admin = intercom.workspace().admins()[0].id;
    let wrote = NewConversation::from_contact(&lead, "<p>hello</p>").url("https://shop.example/cart");
    intercom.conversations().start(wrote.created_at(WEDNESDAY - 1));
    let outbound = intercom.conversations().start(NewConversation::outbound(&lead, admin, "<p>news</p>"));
    intercom.conversations().start(NewConversation::ticket(&lead, "<p>broken</p>").assigned_to(admin));
    intercom.conversations().reply(&outbound, Author::Contact(lead.clone()), "<p>stop</p>").unwrap();
    let since = async |second: i64| {
        let body = json!({"query": is("created_at", ">", second), "sort": {"field": "created_at", "order": "ascending"}});
        asker.post("/conversations/search", body).await.1
    };
    assert_eq!(since(WEDNESDAY - 2).await["total_count"], 3);
    let found = since(WEDNESDAY - 1).await;
    assert_eq!(found["conversations"].as_array().unwrap().len(), 2);
    assert_eq!(found["conversations"][0]["source"]["delivered_as"], "admin_initiated");
    assert_eq!(found["conversations"][0]["ticket"], Value::Null);
    assert_eq!(found["conversations"][1]["ticket"]["type"], "ticket");
    assert_eq!(found["conversations"][1]["source"]["author"]["type"], "lead");
    let (_, outbound) = asker.get(&format!("/conversations/{outbound}")).await;
    assert_eq!(outbound["conversation_parts"]["conversation_parts"][0]["body"], "<p>stop</p>");
    assert_eq!(asker.get("/conversations/1").await.0, 404);
}

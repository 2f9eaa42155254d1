//! The odd shapes that Intercom is known to send.

use super::*;

async fn ana() -> (Asker, ContactId) {
    let asker = Asker::start().await;
    let tag = asker.intercom.tags().create("VIP");
    let company = asker.intercom.companies().create(NewCompany::named("Acme"));
    let admin = asker.intercom.workspace().admins()[0].id;
    let ana = NewContact::user()
        .email("ana@example.com")
        .avatar("https://cdn.example/a.png")
        .location(Location::of("Berlin", "Berlin", "Germany"))
        .company(&company)
        .tag(&tag)
        .with(|ana| ana.owner = Some(admin));
    let ana = asker.intercom.contacts().create(ana);
    (asker, ana)
}

#[tokio::test]
async fn ids_times_owners_and_pictures_change_their_types() {
    let (asker, ana) = ana().await;
    let oddities = Oddities {
        ids: IdShape::Number,
        times: TimeShape::Text,
        owner: OwnerShape::Number,
        avatar: AvatarShape::Text,
        blanks: Blanks::Empty,
        extra_fields: vec!["sms_consent".to_owned()],
        ..Oddities::default()
    };
    asker.intercom.api().set_oddities(oddities);
    let (_, contact) = asker.get(&format!("/contacts/{ana}")).await;
    assert_eq!(contact["created_at"], WEDNESDAY.to_string());
    assert_eq!(contact["avatar"], "https://cdn.example/a.png");
    assert!(contact["owner_id"].is_number() && contact["tags"]["data"][0]["id"].is_number());
    assert_eq!((&contact["name"], &contact["phone"]), (&json!(""), &json!("")));
    assert!(contact["sms_consent"].is_object());
    let talk = asker.intercom.conversations().start(NewConversation::from_contact(&ana, "hi"));
    assert!(asker.get(&format!("/conversations/{talk}")).await.1["id"].is_number());
    assert!(asker.intercom.recorder().exchanges().iter().all(|exchange| exchange.response.is_none()));
}

#[tokio::test]
async fn lists_are_null_or_gone() {
    let (asker, ana) = ana().await;
    asker.intercom.api().set_oddities(Oddities { lists: ListShape::Null, ..Oddities::default() });
    assert_eq!(asker.get(&format!("/contacts/{ana}")).await.1.get("tags"), Some(&Value::Null));
    asker.intercom.api().set_oddities(Oddities { lists: ListShape::Missing, ..Oddities::default() });
    assert_eq!(asker.get(&format!("/contacts/{ana}")).await.1.get("tags"), None);
}

#[tokio::test]
async fn the_paths_of_1_x_stand_in_place_of_the_others() {
    let (asker, ana) = ana().await;
    asker.intercom.api().set_oddities(Oddities { paths: Paths::Legacy, ..Oddities::default() });
    let (_, contact) = asker.get(&format!("/contacts/{ana}")).await;
    assert_eq!(contact["location_data"]["city_name"], "Berlin");
    assert_eq!(contact["tags"]["tags"][0]["name"], "VIP");
    assert_eq!(contact["companies"]["companies"][0]["name"], "Acme");
    assert_eq!(contact.get("location"), None);
}

#[tokio::test]
async fn one_broken_record_stands_among_good_ones() {
    let (asker, ana) = ana().await;
    let good = asker.intercom.contacts().create(NewContact::user().external_id("7"));
    for malformed in [Malformed::WrongTypes, Malformed::WithoutId, Malformed::NotAnObject] {
        asker.intercom.api().malform(&ana, malformed);
        let body =
            json!({"query": is("role", "=", "user"), "sort": {"field": "created_at", "order": "ascending"}});
        let found = asker.search("2.16", body).await;
        let records = found["data"].as_array().unwrap();
        assert_eq!(records.len(), 2);
        assert!(records.iter().any(|record| record["id"] == good.as_str()));
        assert_eq!(
            records.iter().filter(|record| record["email"].is_string()).count(),
            if malformed == Malformed::WithoutId { 2 } else { 1 }
        );
    }
}

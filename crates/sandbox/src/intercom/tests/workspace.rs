//! The workspace, its versions and the legacy API over HTTP.

use jiff::tz::TimeZone;

use super::*;
use crate::recorder::Service;

#[tokio::test]
async fn me_tells_the_workspace_its_zone_and_its_region() {
    let asker = Asker::start().await;
    asker.intercom.workspace().set_time_zone(TimeZone::get("America/Los_Angeles").unwrap());
    asker.intercom.workspace().set_id("abc123");
    asker.intercom.workspace().set_region("EU");
    let (_, me) = asker.get("/me").await;
    insta::assert_snapshot!(
        me["app"],
        @r#"{"created_at":1718186400,"id_code":"abc123","identity_verification":false,"name":"Sandbox","region":"EU","secure":false,"timezone":"America/Los_Angeles","type":"app"}"#
    );
    asker.intercom.api().set_me(MeShape::WithoutApp);
    assert_eq!(asker.get("/me").await.1["app"], Value::Null);
    asker.intercom.api().set_me(MeShape::Null);
    assert_eq!(asker.get("/me").await.1, Value::Null);
}

#[tokio::test]
async fn every_teammate_is_listed() {
    let asker = Asker::start().await;
    asker.intercom.workspace().add_admin("Bo", "bo@sandbox.example");
    let (_, listed) = asker.get("/admins").await;
    assert_eq!(listed["admins"][1]["name"], "Bo");
    assert!(listed["admins"][1]["id"].is_string());
}

#[tokio::test]
async fn the_breaking_changes_of_2_16_follow_the_version_asked_for() {
    let asker = Asker::start().await;
    let admin = asker.intercom.workspace().admins()[0].id;
    let user = asker
        .intercom
        .contacts()
        .create(NewContact::user().external_id("7").with(|user| user.owner = Some(admin)));
    let talk = asker.intercom.conversations().start(NewConversation::from_contact(&user, "hi"));
    for (version, owner, assignee) in
        [("2.15", json!(admin.0), Value::Null), ("2.16", json!(admin.to_string()), json!(0))]
    {
        let show = async |path: String| answer(asker.request(Method::GET, &path, version)).await.1;
        assert_eq!(show(format!("/contacts/{user}")).await["owner_id"], owner);
        assert_eq!(show(format!("/conversations/{talk}")).await["admin_assignee_id"], assignee);
    }
}

#[tokio::test]
async fn the_legacy_look_up_tells_what_2_x_no_longer_does() {
    let asker = Asker::start().await;
    let past = PastFields {
        session_count: 12,
        latitude: Some(52.5),
        longitude: Some(13.4),
        postal_code: Some("10115".to_owned()),
        timezone: Some("Europe/Berlin".to_owned()),
        pseudonym: Some("Teal Otter".to_owned()),
    };
    let user =
        asker.intercom.contacts().create(NewContact::user().external_id("7").with(|user| user.past = past));
    let look_up = |version| answer(asker.request(Method::GET, &format!("/users/{user}"), version));
    let (_, legacy) = look_up("1.4").await;
    assert_eq!((&legacy["session_count"], &legacy["pseudonym"]), (&json!(12), &json!("Teal Otter")));
    assert_eq!(legacy["location_data"]["postal_code"], "10115");
    assert_eq!(asker.intercom.recorder().exchanges()[0].service, Service::IntercomLegacy);
    asker.intercom.api().set_legacy_api(LegacyApi::VersionRefused);
    assert_eq!(look_up("1.4").await.0, 400);
    asker.intercom.api().set_legacy_api(LegacyApi::NotFound);
    assert_eq!(look_up("1.4").await.0, 404);
    assert_eq!(look_up("2.16").await.0, 404);
}

#[tokio::test]
async fn an_unknown_record_cannot_act() {
    let asker = Asker::start().await;
    let nobody = ContactId::from("nobody");
    assert_eq!(asker.intercom.contacts().page_visit(&nobody), Err(UnknownRecord));
    assert_eq!(asker.intercom.contacts().archive(&nobody), Err(UnknownRecord));
    assert_eq!(asker.intercom.contacts().delete(&nobody), Err(UnknownRecord));
}

use serde_json::json;

use super::*;

fn read(record: &Value, asked_for: Option<Role>) -> Option<Contact> {
    super::read(record, asked_for, RecordTimes::at(None))
}

/// A contact as it would be stored, which shows every field that was read.
fn shown(record: &Value) -> String {
    read(record, None)
        .map_or("left out".to_owned(), |contact| serde_json::to_string_pretty(&contact).unwrap())
}

/// A contact as today's API gives it.
fn of_today() -> Value {
    json!({
        "type": "contact", "id": "6762f0dd1bb69f9f2193bb83", "workspace_id": "abc123", "external_id": "ext-1",
        "role": "user", "email": "joe@example.com", "phone": "+4912345", "name": " Joe ",
        "avatar": {"type": "avatar", "image_url": "https://example.com/joe.png"}, "owner_id": 321,
        "unsubscribed_from_emails": false, "created_at": 1_734_537_437, "updated_at": 1_734_537_438,
        "last_seen_at": 1_734_537_439, "location": {"type": "location", "country": "Ireland", "region": null, "city": "Dublin"},
        "custom_attributes": {"plan": "pro", "seats": 5, "beta": true, "empty": "", "none": null, "list": [1, 2]},
        "tags": {"type": "list", "data": [{"id": "12", "type": "tag"}], "total_count": 1, "has_more": false},
        "companies": {"type": "list", "data": [{"id": "6762"}], "total_count": 14, "has_more": true},
        "sms_consent": {"unknown": true}
    })
}

#[test]
fn a_contact_of_today_is_read_whole() {
    insta::assert_snapshot!(shown(&of_today()), @r#"
    {
      "id": "6762f0dd1bb69f9f2193bb83",
      "role": "user",
      "external_id": "ext-1",
      "email": "joe@example.com",
      "phone": "+4912345",
      "name": "Joe",
      "image_url": "https://example.com/joe.png",
      "created_at": 1734537437,
      "updated_at": 1734537438,
      "last_seen_at": 1734537439,
      "unsubscribed": false,
      "owner_id": "321",
      "location": {
        "city": "Dublin",
        "country": "Ireland"
      },
      "companies": {
        "items": [
          {
            "id": "6762"
          }
        ],
        "total": 14
      },
      "tags": {
        "items": [
          {
            "id": "12"
          }
        ],
        "total": 1
      },
      "custom": {
        "beta": "true",
        "list": "[1,2]",
        "plan": "pro",
        "seats": "5"
      }
    }
    "#);
}

/// A user as the API before 2.0 gave it.
fn of_the_old_api() -> Value {
    json!({
        "type": "user", "id": "530370b477ad7120001d", "user_id": 25, "email": "wash@serenity.io", "name": "Hoban",
        "avatar": "https://example.com/wash.png", "created_at": "1392731331", "updated_at": "1392734388",
        "last_request_at": 1_397_574_667, "unsubscribed_from_emails": "true", "session_count": "179",
        "pseudonym": "Blue Cat", "location_data": {"city_name": "Dublin", "country_name": "Ireland", "region_name": "Leinster",
            "latitude": 53.159_233, "longitude": "-6.723", "postal_code": "D02", "timezone": "Europe/Dublin"},
        "companies": {"type": "company.list", "companies": [{"id": "530370b477ad", "company_id": "366", "name": "Acme"}]},
        "tags": {"type": "tag.list", "tags": [{"id": 202, "name": "VIP"}, {"name": "no id"}]}
    })
}

#[test]
fn a_record_of_the_old_api_is_read_whole() {
    insta::assert_snapshot!(shown(&of_the_old_api()), @r#"
    {
      "id": "530370b477ad7120001d",
      "role": "user",
      "external_id": "25",
      "email": "wash@serenity.io",
      "name": "Hoban",
      "image_url": "https://example.com/wash.png",
      "created_at": 1392731331,
      "updated_at": 1392734388,
      "last_seen_at": 1397574667,
      "unsubscribed": true,
      "location": {
        "city": "Dublin",
        "region": "Leinster",
        "country": "Ireland"
      },
      "legacy": {
        "session_count": 179,
        "latitude": 53.159233,
        "longitude": -6.723,
        "postal_code": "D02",
        "time_zone": "Europe/Dublin",
        "pseudonym": "Blue Cat"
      },
      "companies": {
        "items": [
          {
            "id": "530370b477ad",
            "name": "Acme"
          }
        ],
        "total": 1
      },
      "tags": {
        "items": [
          {
            "id": "202",
            "name": "VIP"
          }
        ],
        "total": 1
      }
    }
    "#);
}

#[test]
fn a_record_of_which_nothing_else_can_be_read_is_a_bare_one() {
    let record = json!({"id": 42, "role": {"odd": true}, "email": ["x"], "phone": false, "name": "  ", "avatar": 7,
        "created_at": 1_734_537_437, "updated_at": "soon", "location": "Dublin", "tags": "none", "companies": null,
        "custom_attributes": [1], "unsubscribed_from_emails": {}});
    let mut bare = Contact::bare(ContactId::new("42"), Role::User);
    bare.created_at = deskbell_domain::time::Timestamp(1_734_537_437);
    assert!(read(&record, Some(Role::User)) == Some(bare));
}

#[test]
fn a_record_without_an_id_is_left_out() {
    for record in [
        json!({"role": "lead"}),
        json!({"id": ""}),
        json!({"id": null}),
        json!("text"),
        json!(null),
        json!([1]),
    ] {
        assert!(read(&record, None).is_none());
    }
}

#[test]
fn a_picture_is_shown_only_from_a_secure_address() {
    let picture = |avatar: Value| read(&json!({"id": "1", "avatar": avatar}), None).unwrap().image_url;
    for refused in ["http://example.com/a.png", "javascript:alert(1)", "https://", "picture.png", ""] {
        assert_eq!(picture(json!(refused)), None, "{refused}");
        assert_eq!(picture(json!({"type": "avatar", "image_url": refused})), None, "{refused}");
    }
    assert_eq!(picture(json!(null)), None);
    assert_eq!(picture(json!({"image_url": null})), None);
    let of_length = |length: usize| format!("https://example.com/{}", "a".repeat(length - 20));
    assert_eq!(picture(json!(of_length(2_048))), Some(of_length(2_048)));
    assert_eq!(picture(json!(of_length(2_049))), None);
}

#[test]
fn endless_text_is_cut_at_a_code_point() {
    let contact = read(&json!({"id": "1", "name": "é".repeat(5_000)}), None).unwrap();
    assert_eq!(contact.name.unwrap().chars().count(), 1_000);
}

#[test]
fn every_attribute_that_a_workspace_can_have_is_kept_and_no_endless_number() {
    let kept = |count: usize| {
        let attributes: serde_json::Map<_, _> = (0..count).map(|n| (format!("a{n:04}"), json!(n))).collect();
        read(&json!({"id": "1", "custom_attributes": attributes}), None).unwrap().custom
    };
    assert_eq!(kept(250).len(), 250);
    let bounded = kept(5_000);
    assert_eq!(bounded.len(), 300);
    assert!(bounded.contains_key("a0299"));
}

#[test]
fn a_list_that_goes_on_is_never_taken_as_whole() {
    let companies = |list: Value| read(&json!({"id": "1", "companies": list}), None).unwrap().companies;
    assert_eq!(companies(json!({"data": [{"id": "a"}], "has_more": true})).total, 2);
    assert_eq!(companies(json!({"data": [{"id": "a"}, {"id": "b"}], "total_count": 1})).total, 2);
    assert_eq!(companies(json!(null)).total, 0);
}

#[test]
fn a_list_that_calls_itself_whole_is_whole_whatever_its_count_says() {
    let tags = |list: Value| read(&json!({"id": "1", "tags": list}), None).unwrap().tags;
    assert_eq!(tags(json!({"data": [{"id": "a"}], "total_count": 2, "has_more": false})).total, 1);
    assert_eq!(tags(json!({"data": [{"id": "a"}], "total_count": 2})).total, 2);
}

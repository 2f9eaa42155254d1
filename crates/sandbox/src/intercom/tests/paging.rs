//! Searches over HTTP: both ways of matching dates, pages, lag.

use std::time::Duration;

use jiff::tz::TimeZone;

use super::*;

fn by_age(filter: &Value, order: &str, cursor: Option<&Value>) -> Value {
    json!({
        "query": filter,
        "sort": {"field": "created_at", "order": order},
        "pagination": {"per_page": 2, "starting_after": cursor},
    })
}

async fn three_leads() -> Asker {
    let asker = Asker::start().await;
    for (name, age) in [("old", 3 * DAY), ("yesterday", DAY), ("today", HOUR)] {
        asker.intercom.contacts().create(NewContact::lead().name(name).created_at(WEDNESDAY - age));
    }
    asker
}

#[tokio::test]
async fn up_to_2_16_greater_than_loses_everything_of_that_day() {
    let asker = three_leads().await;
    let since_yesterday = is("created_at", ">", WEDNESDAY - DAY - HOUR);
    assert_eq!(asker.names("2.16", since_yesterday.clone()).await, ["today"]);
    assert_eq!(asker.names("2.17", since_yesterday).await, ["today", "yesterday"]);
}

#[tokio::test]
async fn the_day_is_that_of_the_workspace() {
    let asker = three_leads().await;
    let since_now = is("created_at", "=", WEDNESDAY);
    assert_eq!(asker.names("2.16", since_now.clone()).await, ["today"]);
    // There it has just become Wednesday, and the lead of an hour ago is Tuesday's.
    asker.intercom.workspace().set_time_zone(TimeZone::get("Pacific/Honolulu").unwrap());
    assert!(asker.names("2.16", since_now).await.is_empty());
}

#[tokio::test]
async fn pages_follow_the_cursor_to_the_end() {
    let asker = three_leads().await;
    let leads = is("role", "=", "lead");
    let first = asker.search("2.16", by_age(&leads, "ascending", None)).await;
    assert_eq!(names(&first), ["old", "yesterday"]);
    assert_eq!((&first["total_count"], &first["pages"]["total_pages"]), (&json!(3), &json!(2)));
    let cursor = &first["pages"]["next"]["starting_after"];
    let second = asker.search("2.16", by_age(&leads, "ascending", Some(cursor))).await;
    assert_eq!(names(&second), ["today"]);
    assert_eq!(second["pages"]["page"], 2);
    assert_eq!(second["pages"].get("next"), None);
}

#[tokio::test]
async fn what_is_created_between_two_pages_shifts_nothing() {
    let asker = three_leads().await;
    let leads = is("role", "=", "lead");
    let first = asker.search("2.16", by_age(&leads, "descending", None)).await;
    assert_eq!(names(&first), ["today", "yesterday"]);
    asker.intercom.contacts().burst_of_leads(3);
    let cursor = &first["pages"]["next"]["starting_after"];
    let second = asker.search("2.16", by_age(&leads, "descending", Some(cursor))).await;
    assert_eq!(names(&second), ["old"]);
}

#[tokio::test]
async fn leads_of_one_second_are_each_found_once() {
    let asker = Asker::start().await;
    asker.intercom.contacts().burst_of_leads(7);
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let page = asker.search("2.16", by_age(&is("role", "=", "lead"), "descending", Some(&cursor))).await;
        seen.extend(names(&page));
        cursor = page["pages"]["next"]["starting_after"].clone();
        if cursor.is_null() {
            break;
        }
    }
    seen.sort();
    assert_eq!(seen, (1..=7).map(|number| format!("Burst lead {number}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_new_lead_is_searchable_only_after_the_lag_but_can_be_looked_up_at_once() {
    let asker = Asker::start().await;
    asker.intercom.api().set_index_lag(Duration::from_mins(3));
    let slow = asker.intercom.contacts().create(NewContact::lead().name("slow"));
    asker.intercom.contacts().create(NewContact::lead().name("quick").indexed_after(Duration::from_secs(5)));
    let leads = is("role", "=", "lead");
    assert!(asker.names("2.16", leads.clone()).await.is_empty());
    assert_eq!(asker.get(&format!("/contacts/{slow}")).await.0, 200);
    asker.intercom.clock().advance(Duration::from_secs(5));
    assert_eq!(asker.names("2.16", leads.clone()).await, ["quick"]);
    asker.intercom.clock().advance(Duration::from_secs(175));
    assert_eq!(asker.names("2.16", leads).await.len(), 2);
}

#[tokio::test]
async fn a_change_is_searchable_only_after_the_lag() {
    let asker = Asker::start().await;
    let user = asker.intercom.contacts().create(NewContact::user().name("before").email("a@b.example"));
    asker.intercom.api().set_index_lag(Duration::from_mins(1));
    asker.intercom.contacts().update(&user, |contact| contact.name = Some("after".to_owned())).unwrap();
    let users = is("role", "=", "user");
    assert_eq!(asker.names("2.16", users.clone()).await, ["before"]);
    asker.intercom.clock().advance(Duration::from_mins(1));
    assert_eq!(asker.names("2.16", users).await, ["after"]);
}

#[tokio::test]
async fn searches_refuse_what_intercom_refuses() {
    let asker = Asker::start().await;
    let leads = is("role", "=", "lead");
    let search = async |body: Value| refusal(asker.post("/contacts/search", body).await);
    insta::assert_snapshot!(
        search(json!({"query": leads, "sort": {"field": "created_at", "order": "desc"}})).await,
        @"400 invalid_sort_order: Invalid sort order 'desc'. Must be one of: ascending, descending"
    );
    insta::assert_snapshot!(
        search(json!({"query": is("created_at", ">=", WEDNESDAY)})).await,
        @"400 parameter_invalid: operator >= is not supported on the date field created_at"
    );
    insta::assert_snapshot!(
        search(json!({"query": leads, "pagination": {"starting_after": "nonsense"}})).await,
        @"400 parameter_invalid: Invalid starting_after param"
    );
    insta::assert_snapshot!(search(json!({})).await, @"400 parameter_missing: query is missing");
}

#[tokio::test]
async fn a_page_holds_fifty_contacts_unless_asked_and_never_more_than_150() {
    let asker = Asker::start().await;
    asker.intercom.contacts().burst_of_leads(160);
    let leads = is("role", "=", "lead");
    assert_eq!(asker.names("2.16", leads.clone()).await.len(), 50);
    let body = json!({"query": leads, "pagination": {"per_page": 500}});
    assert_eq!(names(&asker.search("2.16", body).await).len(), 150);
}

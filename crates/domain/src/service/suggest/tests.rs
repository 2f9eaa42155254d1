use super::*;
use crate::port::intercom::MockIntercom;
use crate::service::fixture::{page, page_before, with_email};

fn ada_and_alan() -> Vec<Contact> {
    let named =
        |id, name: &str, email| Contact { name: Some(name.to_owned()), ..with_email(Role::Lead, id, email) };
    vec![named("1", "Ada Lovelace", "ada@acme.io"), named("2", "Alan Turing", "alan@acme.io")]
}

fn names(suggested: &[Suggestion]) -> Vec<&str> {
    suggested.iter().map(|one| one.name.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn typing_on_costs_no_call_where_all_answers_are_there() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(1).returning(|_, _| Ok(page(ada_and_alan())));
    let suggestions = Suggestions::default();
    suggestions.ask(&intercom, Role::Lead, "a").await.expect("an answer");
    let known = suggestions.known(Role::Lead, "AL").expect("known");
    assert_eq!(names(&known), ["Alan Turing"]);
    assert!(suggestions.known(Role::User, "al").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_cut_answer_says_nothing_of_what_is_typed_on() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, _| Ok(page_before(ada_and_alan(), 900, "more")));
    let suggestions = Suggestions::default();
    suggestions.ask(&intercom, Role::Lead, "a").await.expect("an answer");
    assert!(suggestions.known(Role::Lead, "al").is_none());
    assert_eq!(names(&suggestions.likely(Role::Lead, "al")), ["Alan Turing"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_good_for_a_minute() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, _| Ok(page(ada_and_alan())));
    let suggestions = Suggestions::default();
    suggestions.ask(&intercom, Role::Lead, "a").await.expect("an answer");
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(suggestions.known(Role::Lead, "a").is_none());
}

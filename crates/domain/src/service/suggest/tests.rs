use super::*;
use crate::names::Names;
use crate::port::intercom::MockIntercom;
use crate::service::companies::CompanyBook;
use crate::service::fixture::{globex_corp_of, page, page_before, with_email};

fn ada_and_alan() -> Vec<Contact> {
    let named =
        |id, name: &str, email| Contact { name: Some(name.to_owned()), ..with_email(Role::Lead, id, email) };
    vec![named("1", "Ada Lovelace", "ada@acme.io"), named("2", "Alan Turing", "alan@acme.io")]
}

async fn ask(suggestions: &Suggestions, intercom: &MockIntercom, role: Role, text: &str) -> Vec<Suggestion> {
    let (companies, names) = (CompanyBook::default(), Names::default());
    let places = Places { intercom, companies: &companies, shared: intercom, names: &names };
    suggestions.ask(&places, role, text).await.expect("an answer")
}

fn names(suggested: &[Suggestion]) -> Vec<&str> {
    suggested.iter().map(|one| one.name.as_str()).collect()
}

#[tokio::test(start_paused = true)]
async fn typing_on_costs_no_call_where_all_answers_are_there() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(1).returning(|_, _| Ok(page(ada_and_alan())));
    let suggestions = Suggestions::default();
    ask(&suggestions, &intercom, Role::Lead, "a").await;
    let known = suggestions.known(Role::Lead, "AL").expect("known");
    assert_eq!(names(&known), ["Alan Turing"]);
    assert!(suggestions.known(Role::User, "al").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_cut_answer_says_nothing_of_what_is_typed_on() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, _| Ok(page_before(ada_and_alan(), 900, "more")));
    let suggestions = Suggestions::default();
    ask(&suggestions, &intercom, Role::Lead, "a").await;
    assert!(suggestions.known(Role::Lead, "al").is_none());
    assert_eq!(names(&suggestions.likely(Role::Lead, "al")), ["Alan Turing"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_good_for_a_minute() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, _| Ok(page(ada_and_alan())));
    let suggestions = Suggestions::default();
    ask(&suggestions, &intercom, Role::Lead, "a").await;
    tokio::time::advance(Duration::from_secs(61)).await;
    assert!(suggestions.known(Role::Lead, "a").is_none());
}

#[tokio::test(start_paused = true)]
async fn people_are_offered_by_the_name_of_their_company_and_typing_on_keeps_them() {
    let intercom = globex_corp_of(ada_and_alan());
    let suggestions = Suggestions::default();
    assert_eq!(
        names(&ask(&suggestions, &intercom, Role::Lead, "globex").await),
        ["Ada Lovelace", "Alan Turing"]
    );
    let known = suggestions.known(Role::Lead, "globex ada").expect("known");
    assert_eq!(names(&known), ["Ada Lovelace"]);
}

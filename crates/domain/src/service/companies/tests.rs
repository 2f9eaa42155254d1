use super::*;
use crate::port::intercom::{CompanyPage, MockIntercom, Unanswered};

fn company(id: &str, key: &str, name: &str) -> Company {
    Company { id: CompanyId::new(id), company_id: Some(key.to_owned()), name: Some(name.to_owned()) }
}

fn companies() -> Vec<Company> {
    vec![company("1", "big-acme", "Big Acme"), company("2", "acme-01", "Acme Ltd"), company("3", "b", "Beta")]
}

#[test]
fn a_picker_shows_names_that_begin_with_the_text_first() {
    let found = CompanyBook::matching(&companies(), " ACME", 25);
    let names: Vec<_> = found.iter().filter_map(|company| company.name.as_deref()).collect();
    assert_eq!(names, ["Acme Ltd", "Big Acme"]);
}

#[tokio::test(start_paused = true)]
async fn the_list_is_kept_for_five_minutes() {
    let mut intercom = MockIntercom::new();
    intercom
        .expect_companies()
        .times(2)
        .returning(|page| Ok(CompanyPage { items: companies(), more: page == 1 }));
    let (book, names) = (CompanyBook::default(), Names::default());
    assert!(book.is_stale());
    book.fetch(&intercom, &names).await.expect("a list");
    assert!(!book.is_stale());
    assert_eq!(names.company(&CompanyId::new("2")).as_deref(), Some("Acme Ltd"));
    tokio::time::advance(FRESH_FOR + Duration::from_secs(1)).await;
    assert!(book.is_stale());
    assert!(book.kept().is_some(), "an old list is better than none");
}

#[tokio::test(start_paused = true)]
async fn however_many_ask_for_the_list_it_is_fetched_once() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().times(1).returning(|_| Ok(CompanyPage { items: companies(), more: false }));
    let (book, names) = (CompanyBook::default(), Names::default());
    let fetch = || book.fetch(&intercom, &names);
    assert_eq!(tokio::join!(fetch(), fetch(), fetch()), (Ok(()), Ok(()), Ok(())));
}

#[tokio::test(start_paused = true)]
async fn keystrokes_right_after_a_failure_cost_no_calls() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().times(2).returning(|_| Err(IntercomError::Unavailable(Unanswered::Silent)));
    let (book, names) = (CompanyBook::default(), Names::default());
    for _ in 0..5 {
        assert_eq!(book.fetch(&intercom, &names).await, Err(IntercomError::Unavailable(Unanswered::Silent)));
    }
    tokio::time::advance(REST_AFTER_FAILURE).await;
    assert_eq!(book.fetch(&intercom, &names).await, Err(IntercomError::Unavailable(Unanswered::Silent)));
}

#[tokio::test]
async fn a_picked_id_costs_no_call() {
    let chosen = CompanyBook::default().choose(&MockIntercom::new(), "6762f0dd1bb69f9f2193bb83").await;
    assert!(matches!(chosen, Ok(Chosen::Company(company)) if company.name.is_none()));
}

#[tokio::test]
async fn a_typed_text_is_a_name_before_it_is_a_company_id() {
    let mut intercom = MockIntercom::new();
    intercom.expect_find_company().times(2).returning(|key| {
        Ok(matches!(key, CompanyKey::CompanyId(_)).then(|| company("2", "acme-01", "Acme Ltd")))
    });
    let chosen = CompanyBook::default().choose(&intercom, "acme-01").await;
    assert!(matches!(chosen, Ok(Chosen::Company(company)) if company.id.as_str() == "2"));
}

#[tokio::test]
async fn a_text_that_nobody_knows_is_unknown() {
    let mut intercom = MockIntercom::new();
    intercom.expect_find_company().times(2).returning(|_| Ok(None));
    assert!(matches!(CompanyBook::default().choose(&intercom, "nobody").await, Ok(Chosen::Unknown)));
}

#[tokio::test]
async fn a_company_is_chosen_by_its_name_without_capitals_and_accents_and_by_a_part_that_only_one_has() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().returning(|_| Ok(CompanyPage { items: companies(), more: false }));
    let (book, names) = (CompanyBook::default(), Names::default());
    let id = async |text: &str| match book.choose_among_all(&intercom, &names, text).await {
        Ok(Chosen::Company(company)) => company.id.to_string(),
        Ok(Chosen::Several(several)) => several.len().to_string() + " companies",
        Ok(Chosen::Unknown) => "none".to_owned(),
        Err(error) => panic!("{error}"),
    };
    assert_eq!(id("àcme LTD").await, "2");
    assert_eq!(id("ltd acme").await, "2");
    assert_eq!(id("acme").await, "2 companies");
    assert_eq!(id("gamma").await, "none");
}

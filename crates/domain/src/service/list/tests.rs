use super::*;
use crate::port::intercom::MockIntercom;
use crate::service::fixture::{contact, page, page_before};

fn leads(count: usize) -> Vec<Contact> {
    (0..count).map(|number| contact(Role::Lead, &number.to_string())).collect()
}

/// 25 leads on three pages.
fn three_pages() -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, request| {
        Ok(match request.cursor.as_ref().map(|cursor| cursor.0.as_str()) {
            None => page_before(leads(10), 25, "second"),
            Some("second") => page_before(leads(10), 25, "third"),
            Some("third") => crate::port::intercom::Page { total: Some(25), ..page(leads(5)) },
            Some(_) => panic!("an unknown cursor"),
        })
    });
    intercom
}

#[tokio::test]
async fn one_can_go_forth_and_back_and_forth_again() {
    let intercom = three_pages();
    let mut list = List::new(ListQuery::all(Role::Lead));
    for (number, more, count) in [(1, true, 10), (2, true, 10), (3, false, 5), (2, true, 10), (3, false, 5)] {
        let page = list.page(&intercom, number).await.expect("a page");
        assert_eq!((page.number, page.more, page.contacts.len()), (number, more, count));
        assert_eq!(page.pages(), 3);
    }
}

#[tokio::test]
async fn a_page_whose_beginning_nobody_saw_is_the_first() {
    let mut list = List::new(ListQuery::all(Role::Lead));
    assert_eq!(list.page(&three_pages(), 3).await.expect("a page").number, 1);
}

#[tokio::test]
async fn a_list_survives_being_kept() {
    let mut list = List::new(ListQuery { search: Some("acme".to_owned()), ..ListQuery::all(Role::Lead) });
    list.page(&three_pages(), 1).await.expect("a page");
    let kept = serde_json::to_string(&list).expect("text");
    insta::assert_snapshot!(
        kept,
        @r#"{"query":{"role":"lead","company":null,"company_name":null,"search":"acme"},"cursors":["second"]}"#
    );
    assert!(serde_json::from_str::<List>(&kept).expect("a list") == list);
}

#[test]
fn both_filters_reach_intercom() {
    let query = ListQuery {
        company: Some(CompanyId::new("c")),
        search: Some("ada".to_owned()),
        ..ListQuery::all(Role::Lead)
    };
    let filter = query.search().filter;
    assert!(filter == ContactFilter::CompanyAndText(CompanyId::new("c"), "ada".to_owned()));
}

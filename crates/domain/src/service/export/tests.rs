use super::*;
use crate::contact::{Company, Named, PartialList, Role};
use crate::port::intercom::{ContactFilter, ContactSort, MockIntercom, Unanswered};
use crate::service::fixture::{contact, page, page_before};

fn walk() -> Walk {
    let sort = ContactSort::CreatedDescending;
    Walk::new(ContactSearch {
        role: Some(Role::Lead),
        filter: ContactFilter::None,
        endings: Vec::new(),
        sort,
    })
}

#[tokio::test]
async fn everybody_comes_once_though_pages_overlap() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(2).returning(|_, request| {
        Ok(match request.cursor {
            None => page_before(vec![contact(Role::Lead, "1"), contact(Role::Lead, "2")], 3, "more"),
            Some(_) => page(vec![contact(Role::Lead, "2"), contact(Role::Lead, "3")]),
        })
    });
    let (mut walk, mut ids) = (walk(), Vec::new());
    while let Some(contacts) = walk.next(&intercom).await.expect("a page") {
        ids.extend(contacts.into_iter().map(|contact| contact.id.to_string()));
    }
    assert_eq!(ids, ["1", "2", "3"]);
    assert_eq!(walk.total(), 3);
}

#[tokio::test]
async fn an_empty_page_is_passed_and_a_cursor_that_never_moves_is_a_failure_and_no_end() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(4).returning(|_, request| {
        Ok(match request.cursor.as_ref().map(|cursor| cursor.0.as_str()) {
            None => page_before(vec![contact(Role::Lead, "1")], 9, "second"),
            Some("second") => page_before(Vec::new(), 9, "third"),
            Some(_) => page_before(vec![contact(Role::Lead, "2")], 9, "third"),
        })
    });
    let (mut walk, mut counts) = (walk(), Vec::new());
    let end = loop {
        match walk.next(&intercom).await {
            Ok(Some(contacts)) => counts.push(contacts.len()),
            end => break end,
        }
    };
    assert_eq!((counts, end), (vec![1, 0, 1], Err(IntercomError::Unavailable(Unanswered::Unreadable))));
}

#[tokio::test(start_paused = true)]
async fn a_bad_moment_does_not_end_an_export() {
    let mut intercom = MockIntercom::new();
    let mut answers = vec![
        Ok(page(vec![contact(Role::Lead, "2")])),
        Err(IntercomError::RateLimited { after: Duration::from_secs(5) }),
        Err(IntercomError::Unavailable(Unanswered::Silent)),
        Ok(page_before(vec![contact(Role::Lead, "1")], 2, "more")),
    ];
    intercom.expect_search_contacts().times(4).returning(move |_, _| answers.pop().expect("an answer"));
    let mut walk = walk();
    for _ in 0..2 {
        assert_eq!(walk.next(&intercom).await.expect("a page").expect("leads").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn an_outage_ends_it_in_the_end_and_at_once_where_it_had_not_begun() {
    let silent = || Err(IntercomError::Unavailable(Unanswered::Silent));
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(1).returning(move |_, _| silent());
    assert_eq!(walk().next(&intercom).await, Err(IntercomError::Unavailable(Unanswered::Silent)));
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(5).returning(move |_, request| match request.cursor {
        None => Ok(page_before(vec![contact(Role::Lead, "1")], 2, "more")),
        Some(_) => silent(),
    });
    let mut walk = walk();
    assert!(walk.next(&intercom).await.is_ok());
    assert_eq!(walk.next(&intercom).await, Err(IntercomError::Unavailable(Unanswered::Silent)));
}

#[tokio::test]
async fn no_name_is_waited_for_where_intercom_gave_none_before() {
    let mut intercom = MockIntercom::new();
    let silent = || Err(IntercomError::Unavailable(Unanswered::Silent));
    intercom.expect_company().times(1).returning(move |_| silent());
    let mut contacts = ["a", "b"].map(|company| {
        let named = Named { id: CompanyId::new(company), name: None };
        Contact { companies: PartialList { items: vec![named], total: 1 }, ..contact(Role::Lead, company) }
    });
    walk().name(&intercom, &Names::default(), &mut contacts).await;
}

#[tokio::test]
async fn a_company_without_a_name_is_looked_up_once_for_all_who_are_in_it() {
    let mut intercom = MockIntercom::new();
    intercom.expect_company().times(1).returning(|id| {
        Ok(Some(Company { id: id.clone(), company_id: None, name: Some("Acme".to_owned()) }))
    });
    let named = Named { id: CompanyId::new("c"), name: None };
    let companies = PartialList { items: vec![named], total: 1 };
    let mut contacts =
        ["1", "2"].map(|id| Contact { companies: companies.clone(), ..contact(Role::Lead, id) });
    walk().name(&intercom, &Names::default(), &mut contacts).await;
    for contact in &contacts {
        assert_eq!(contact.companies.items[0].name.as_deref(), Some("Acme"));
    }
}

#[tokio::test]
async fn a_record_with_a_part_of_its_companies_is_asked_for_all() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies_of().times(1).returning(|_| {
        Ok(["a", "b"]
            .map(|id| Company { id: CompanyId::new(id), company_id: None, name: Some(id.into()) })
            .into())
    });
    let companies = PartialList { items: Vec::new(), total: 2 };
    let mut contacts = [Contact { companies, ..contact(Role::Lead, "1") }];
    walk().name(&intercom, &Names::default(), &mut contacts).await;
    assert_eq!(contacts[0].companies.items.len(), 2);
}

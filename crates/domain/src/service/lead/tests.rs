use super::*;
use crate::ids::CompanyId;
use crate::port::intercom::{Attached, MockIntercom, Unanswered};
use crate::service::fixture::{contact, page, with_email};

fn fields() -> ContactFields {
    ContactFields { email: Some("ada@acme.io".to_owned()), ..ContactFields::default() }
}

#[tokio::test]
async fn an_unclear_outcome_is_told_and_never_tried_again() {
    let mut intercom = MockIntercom::new();
    intercom.expect_create_contact().times(1).returning(|_, _| Err(IntercomError::OutcomeUnknown));
    assert_eq!(create(&intercom, &fields()).await, Ok(LeadCreation::Unclear));
}

#[tokio::test]
async fn a_lead_is_made_as_a_lead_without_asking_who_else_has_the_address() {
    let mut intercom = MockIntercom::new();
    intercom
        .expect_create_contact()
        .times(1)
        .withf(|role, fields| *role == Role::Lead && fields.email.as_deref() == Some("ada@acme.io"))
        .returning(|role, _| Ok(Created::Contact(Box::new(contact(role, "1")))));
    assert!(matches!(create(&intercom, &fields()).await, Ok(LeadCreation::Created(_))));
}

#[tokio::test]
async fn a_company_that_is_gone_costs_the_company_and_not_the_lead() {
    let mut intercom = MockIntercom::new();
    intercom.expect_attach_company().times(1).returning(|_, _| Ok(Attached::Gone));
    let company = Company { id: CompanyId::new("c"), company_id: None, name: None };
    let mut lead = contact(Role::Lead, "1");
    assert!(put_into(&intercom, &mut lead, Some(&company)).await == Attachment::Gone);
}

#[tokio::test]
async fn an_attached_company_stands_in_the_record_with_its_name() {
    let company = Company { id: CompanyId::new("c"), company_id: None, name: Some("Acme".to_owned()) };
    let mut intercom = MockIntercom::new();
    let answer = Company { name: None, ..company.clone() };
    intercom.expect_attach_company().times(1).returning(move |_, _| Ok(Attached::Company(answer.clone())));
    let mut lead = contact(Role::Lead, "1");
    assert!(put_into(&intercom, &mut lead, Some(&company)).await == Attachment::Attached);
    assert_eq!(lead.companies.items[0].name.as_deref(), Some("Acme"));
    assert_eq!(lead.companies.total, 1);
}

#[tokio::test]
async fn other_leads_with_the_address_are_counted_without_the_new_one() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(1).returning(|_, _| {
        Ok(page(["1", "2", "3"].map(|id| with_email(Role::Lead, id, "ada@acme.io")).to_vec()))
    });
    let others = namesakes(&intercom, &with_email(Role::Lead, "1", "ada@acme.io")).await;
    assert_eq!(others.count, 2);
    assert_eq!(others.newest.len(), 2);
}

#[tokio::test]
async fn a_new_lead_that_the_search_does_not_know_yet_is_not_subtracted() {
    let mut intercom = MockIntercom::new();
    intercom
        .expect_search_contacts()
        .returning(|_, _| Ok(page(vec![with_email(Role::Lead, "2", "ada@acme.io")])));
    assert_eq!(namesakes(&intercom, &with_email(Role::Lead, "1", "ada@acme.io")).await.count, 1);
}

#[tokio::test]
async fn a_hint_that_cannot_be_had_is_no_hint() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|_, _| Err(IntercomError::Unavailable(Unanswered::Silent)));
    assert_eq!(namesakes(&intercom, &with_email(Role::Lead, "1", "ada@acme.io")).await.count, 0);
}

#[tokio::test]
async fn a_user_with_the_address_is_told_apart_from_other_leads() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(|search, _| {
        assert_eq!(search.role, None);
        let user = with_email(Role::User, "9", "Ada@acme.io");
        Ok(page(vec![
            with_email(Role::Lead, "1", "ada@acme.io"),
            user,
            with_email(Role::Lead, "2", "ada@acme.io"),
        ]))
    });
    let others = namesakes(&intercom, &with_email(Role::Lead, "1", "ada@acme.io")).await;
    assert_eq!((others.count, others.newest.len(), others.users.len()), (1, 1, 1));
}

#[tokio::test]
async fn a_lead_whose_answer_was_lost_is_not_taken_for_an_older_one() {
    let at =
        |id, second| Contact { created_at: Timestamp(second), ..with_email(Role::Lead, id, "ada@acme.io") };
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(move |_, _| Ok(page(vec![at("2", 1_000), at("1", 500)])));
    let found = async |since| made_since(&intercom, &fields(), Timestamp(since)).await;
    assert_eq!(found(1_001).await.map(|lead| lead.id.to_string()), Some("2".to_owned()));
    assert_eq!(found(1_100).await, None);
}

#[tokio::test]
async fn a_lead_is_found_again_by_a_name_of_which_an_address_is_cut_where_it_is_read() {
    let typed = ContactFields { name: Some(" Ada https://a.test/?ref=ads ".to_owned()), ..fields() };
    let found = async |name: &str| {
        let lead = Contact {
            created_at: Timestamp(1_000),
            name: Some(name.to_owned()),
            ..with_email(Role::Lead, "1", "ada@acme.io")
        };
        let mut intercom = MockIntercom::new();
        intercom.expect_search_contacts().returning(move |_, _| Ok(page(vec![lead.clone()])));
        made_since(&intercom, &typed, Timestamp(1_000)).await.is_some()
    };
    assert!(found("Ada https://a.test/?…").await);
    assert!(!found("Eve https://a.test/?…").await);
}

use super::*;
use crate::port::intercom::MockIntercom;
use crate::service::fixture::{contact, page, with_email};

const ID: &str = "6762f0dd1bb69f9f2193bb83";

#[tokio::test]
async fn an_id_of_the_wrong_role_is_told_as_such() {
    let mut intercom = MockIntercom::new();
    intercom.expect_contact().returning(|_| Ok(Found::Contact(Box::new(contact(Role::User, ID)))));
    let found = look_up(&intercom, Role::Lead, ID).await;
    assert!(matches!(found, Ok(LookUp::WrongRole(contact)) if contact.role == Role::User));
}

#[tokio::test]
async fn a_merged_lead_leads_to_the_user_whatever_was_asked_for() {
    let mut intercom = MockIntercom::new();
    intercom.expect_contact().returning(|_| Ok(Found::Merged(Box::new(contact(Role::User, ID)))));
    assert!(matches!(look_up(&intercom, Role::Lead, ID).await, Ok(LookUp::Merged(_))));
}

#[tokio::test]
async fn an_unknown_id_is_tried_as_an_external_id_before_it_is_unknown() {
    let mut intercom = MockIntercom::new();
    intercom.expect_contact().times(1).returning(|_| Ok(Found::Missing));
    intercom
        .expect_search_contacts()
        .times(1)
        .withf(|search, _| search.filter == ContactFilter::ExternalId(ID.to_owned()))
        .returning(|_, _| Ok(page(Vec::new())));
    intercom.expect_contact_by_external_id().times(1).returning(|_| Ok(None));
    assert_eq!(look_up(&intercom, Role::Lead, ID).await, Ok(LookUp::Unknown));
}

#[tokio::test]
async fn an_address_shared_by_several_leads_is_a_choice() {
    let mut intercom = MockIntercom::new();
    intercom
        .expect_search_contacts()
        .times(1)
        .returning(|_, _| Ok(page(["1", "2"].map(|id| with_email(Role::Lead, id, "ada@acme.io")).to_vec())));
    let found = look_up(&intercom, Role::Lead, " ada@acme.io ").await;
    assert!(matches!(found, Ok(LookUp::Several(contacts)) if contacts.len() == 2));
}

#[tokio::test]
async fn an_address_that_only_the_other_kind_has_says_so() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(2).returning(|search, _| {
        let users = vec![with_email(Role::User, "1", "ada@acme.io")];
        Ok(page(if search.role == Some(Role::Lead) { Vec::new() } else { users }))
    });
    assert!(matches!(look_up(&intercom, Role::Lead, "ada@acme.io").await, Ok(LookUp::WrongRole(_))));
}

#[tokio::test]
async fn nothing_typed_asks_nobody() {
    assert_eq!(look_up(&MockIntercom::new(), Role::User, "  ").await, Ok(LookUp::Unknown));
}

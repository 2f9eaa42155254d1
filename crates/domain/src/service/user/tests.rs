use super::*;
use crate::port::intercom::MockIntercom;
use crate::service::fixture::{contact, page, with_email};

fn fields(name: &str) -> ContactFields {
    ContactFields {
        email: Some("ada@acme.io".to_owned()),
        name: Some(name.to_owned()),
        phone: Some("+49301234567".to_owned()),
        ..ContactFields::default()
    }
}

fn ada() -> Contact {
    Contact {
        name: Some("Ada".to_owned()),
        phone: Some("+49 30 1234567".to_owned()),
        ..with_email(Role::User, "1", "ADA@acme.io")
    }
}

fn knowing(users: Vec<Contact>) -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().returning(move |search, _| {
        let is_role = |contact: &&Contact| Some(contact.role) == search.role;
        Ok(page(users.iter().filter(is_role).cloned().collect()))
    });
    intercom
}

async fn upsert(intercom: &MockIntercom, fields: &ContactFields) -> Result<Upsert, IntercomError> {
    super::upsert(intercom, fields, Leads::AskFirst).await
}

#[tokio::test]
async fn where_a_lead_has_the_address_nobody_is_made_before_the_asker_decides() {
    let intercom = knowing(vec![with_email(Role::Lead, "1", "ada@acme.io")]);
    let outcome = upsert(&intercom, &fields("Ada")).await;
    assert!(matches!(outcome, Ok(Upsert::LeadsHave(leads)) if leads.len() == 1));
    let mut intercom = knowing(vec![with_email(Role::Lead, "1", "ada@acme.io")]);
    intercom.expect_create_contact().times(1).returning(|_, _| Ok(Created::Contact(Box::new(ada()))));
    let beside = super::upsert(&intercom, &fields("Ada"), Leads::LeaveAlone).await;
    assert!(matches!(beside, Ok(Upsert::Created(_))));
}

#[tokio::test]
async fn a_lead_becomes_a_user_with_what_was_typed_and_keeps_what_was_not() {
    let mut intercom = MockIntercom::new();
    let lead = with_email(Role::Lead, "1", "ADA@acme.io");
    intercom.expect_contact().returning(move |_| Ok(Found::Contact(Box::new(lead.clone()))));
    intercom
        .expect_convert_lead()
        .times(1)
        .withf(|id, sent| id.as_str() == "1" && sent.email.is_none() && sent.name.as_deref() == Some("Ada"))
        .returning(|_, _| Ok(ada()));
    let outcome = convert(&intercom, &ContactId::new("1"), &fields("Ada")).await;
    assert!(matches!(outcome, Ok(Upsert::Converted(_))));
}

#[tokio::test]
async fn a_lead_that_became_a_user_meanwhile_is_not_made_one_again() {
    let mut intercom = MockIntercom::new();
    intercom.expect_contact().returning(|_| Ok(Found::Contact(Box::new(ada()))));
    let outcome = convert(&intercom, &ContactId::new("1"), &fields("Ada")).await;
    assert!(matches!(outcome, Ok(Upsert::Unchanged(_))));
}

#[tokio::test]
async fn a_known_user_gets_only_what_is_different() {
    let mut intercom = knowing(vec![ada()]);
    intercom
        .expect_update_contact()
        .times(1)
        .withf(|_, sent| {
            sent.name.as_deref() == Some("Ada Lovelace") && sent.email.is_none() && sent.phone.is_none()
        })
        .returning(|_, _| Ok(Contact { name: Some("Ada Lovelace".to_owned()), ..ada() }));
    let outcome = upsert(&intercom, &fields("Ada Lovelace")).await.expect("an outcome");
    let Upsert::Updated(update) = outcome else { panic!("not updated") };
    assert_eq!(update.before.and_then(|before| before.name).as_deref(), Some("Ada"));
}

#[tokio::test]
async fn a_user_who_has_these_values_is_not_touched() {
    let intercom = knowing(vec![ada()]);
    assert!(matches!(upsert(&intercom, &fields("Ada")).await, Ok(Upsert::Unchanged(_))));
}

#[tokio::test]
async fn of_several_users_with_the_address_none_is_changed() {
    let intercom = knowing(vec![ada(), with_email(Role::User, "2", "ada@acme.io")]);
    let outcome = upsert(&intercom, &fields("Ada")).await;
    assert!(matches!(outcome, Ok(Upsert::Several(users)) if users.len() == 2));
}

#[tokio::test]
async fn a_restored_user_who_could_not_be_changed_then_is_told_of() {
    let mut intercom = knowing(Vec::new());
    let id = Some(ContactId::new("1"));
    intercom
        .expect_create_contact()
        .times(1)
        .returning(move |_, _| Ok(Created::Conflict { id: id.clone(), archived: Archived::Yes }));
    intercom.expect_unarchive_contact().times(1).returning(|_| Ok(()));
    let cause = IntercomError::TooMany { after: std::time::Duration::from_secs(9) };
    let refused = cause.clone();
    intercom.expect_update_contact().times(1).returning(move |_, _| Err(refused.clone()));
    let outcome = upsert(&intercom, &fields("Ada")).await;
    assert_eq!(outcome, Ok(Upsert::OnlyRestored { user: ContactId::new("1"), cause }));
}

#[tokio::test]
async fn an_unknown_user_is_made_as_a_user() {
    let mut intercom = knowing(Vec::new());
    intercom
        .expect_create_contact()
        .times(1)
        .withf(|role, _| *role == Role::User)
        .returning(|_, _| Ok(Created::Contact(Box::new(ada()))));
    assert!(matches!(upsert(&intercom, &fields("Ada")).await, Ok(Upsert::Created(_))));
}

#[tokio::test]
async fn a_user_whom_the_search_does_not_know_yet_is_updated_by_the_conflicts_id() {
    let mut intercom = knowing(Vec::new());
    let id = Some(ContactId::new("1"));
    intercom
        .expect_create_contact()
        .times(1)
        .returning(move |_, _| Ok(Created::Conflict { id: id.clone(), archived: Archived::No }));
    intercom.expect_contact().times(1).returning(|_| Ok(Found::Contact(Box::new(ada()))));
    intercom.expect_update_contact().times(1).returning(|_, _| Ok(ada()));
    assert!(matches!(upsert(&intercom, &fields("Ada Lovelace")).await, Ok(Upsert::Updated(_))));
}

#[tokio::test]
async fn an_archived_user_is_restored_before_it_is_updated() {
    let mut intercom = knowing(Vec::new());
    intercom
        .expect_create_contact()
        .times(1)
        .returning(|_, _| Ok(Created::Conflict { id: Some(ContactId::new("1")), archived: Archived::Yes }));
    let mut order = mockall::Sequence::new();
    intercom.expect_unarchive_contact().times(1).in_sequence(&mut order).returning(|_| Ok(()));
    intercom.expect_update_contact().times(1).in_sequence(&mut order).returning(|_, _| Ok(ada()));
    let outcome = upsert(&intercom, &fields("Ada")).await;
    assert!(matches!(outcome, Ok(Upsert::Updated(update)) if update.before.is_none()));
}

#[tokio::test]
async fn a_conflict_with_a_lead_converts_nobody() {
    let mut intercom = knowing(Vec::new());
    intercom
        .expect_create_contact()
        .times(1)
        .returning(|_, _| Ok(Created::Conflict { id: Some(ContactId::new("1")), archived: Archived::No }));
    let lead = contact(Role::Lead, "1");
    intercom.expect_contact().times(1).returning(move |_| Ok(Found::Contact(Box::new(lead.clone()))));
    assert!(matches!(upsert(&intercom, &fields("Ada")).await, Ok(Upsert::LeadsHave(_))));
}

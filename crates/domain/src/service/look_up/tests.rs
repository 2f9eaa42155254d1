use super::*;
use crate::delivery::{PostedMessage, Reference};
use crate::event::Entry;
use crate::ids::{ChannelId, GuildId, JournalNumber, MessageId, SubscriptionId};
use crate::names::Names;
use crate::port::intercom::{CompanyPage, MockIntercom};
use crate::port::store::{MockDeliveries, MockJournal};
use crate::service::companies::CompanyBook;
use crate::service::fixture::{contact, globex_corp_of, page, with_email};
use crate::time::Timestamp;

const ID: &str = "6762f0dd1bb69f9f2193bb83";

async fn look_up(intercom: &MockIntercom, role: Role, text: &str) -> Result<LookUp, IntercomError> {
    let (companies, names) = (CompanyBook::default(), Names::default());
    let places = Places { intercom, companies: &companies, shared: intercom, names: &names };
    super::look_up(&places, role, text).await
}

fn named(role: Role, id: &str, name: &str) -> Contact {
    Contact { name: Some(name.to_owned()), ..contact(role, id) }
}

/// The search finds these by a text, and no company is known.
fn finding(people: Vec<Contact>) -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().returning(|_| Ok(CompanyPage { items: Vec::new(), more: false }));
    intercom.expect_contact_by_external_id().returning(|_| Ok(None));
    intercom.expect_search_contacts().returning(move |search, _| {
        let is_role = |contact: &&Contact| search.role.is_none_or(|role| role == contact.role);
        Ok(page(people.iter().filter(is_role).cloned().collect()))
    });
    intercom
}

#[tokio::test]
async fn a_name_that_was_typed_and_not_picked_is_as_good_as_picked() {
    let ada = finding(vec![named(Role::Lead, "1", "Ada Lovelace")]);
    assert!(
        matches!(look_up(&ada, Role::Lead, "lovelace ada").await, Ok(LookUp::Found(one)) if one.id.as_str() == "1")
    );
    let two = finding(["1", "2"].map(|id| named(Role::Lead, id, "Ada")).to_vec());
    let several = look_up(&two, Role::Lead, "ada").await;
    assert!(matches!(several, Ok(LookUp::Several(people, Shared::Text)) if people.len() == 2));
}

#[tokio::test]
async fn an_exact_external_id_is_found_among_those_who_only_have_it_in_their_name() {
    let exact = Contact { external_id: Some("42".to_owned()), ..named(Role::User, "2", "Grace") };
    let intercom = finding(vec![named(Role::User, "1", "Agent 42"), exact]);
    assert!(
        matches!(look_up(&intercom, Role::User, "42").await, Ok(LookUp::Found(one)) if one.id.as_str() == "2")
    );
}

#[tokio::test]
async fn a_name_that_only_the_other_kind_has_says_so() {
    let intercom = finding(vec![named(Role::User, "1", "Ada")]);
    assert!(matches!(look_up(&intercom, Role::Lead, "ada").await, Ok(LookUp::WrongRole(_))));
}

#[tokio::test]
async fn whose_name_has_accents_is_found_among_the_newest_without_them() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().returning(|_| Ok(CompanyPage { items: Vec::new(), more: false }));
    intercom.expect_search_contacts().returning(|search, _| {
        let all = vec![named(Role::Lead, "1", "Ádám Nagy"), named(Role::Lead, "2", "Eva Kis")];
        Ok(page(if search.filter == ContactFilter::None { all } else { Vec::new() }))
    });
    assert!(
        matches!(look_up(&intercom, Role::Lead, "nagy adam").await, Ok(LookUp::Found(one)) if one.id.as_str() == "1")
    );
}

#[tokio::test]
async fn whose_name_has_accents_is_found_by_half_of_it_however_many_are_newer() {
    let mut intercom = MockIntercom::new();
    intercom.expect_companies().returning(|_| Ok(CompanyPage { items: Vec::new(), more: false }));
    intercom.expect_search_contacts().times(2).returning(|search, _| {
        let by_half = ContactFilter::MayBearAccents("muller".to_owned());
        let found = vec![named(Role::Lead, "1", "Mulder"), named(Role::Lead, "2", "Anna Müller")];
        Ok(page(if search.filter == by_half { found } else { Vec::new() }))
    });
    assert!(
        matches!(look_up(&intercom, Role::Lead, "muller").await, Ok(LookUp::Found(one)) if one.id.as_str() == "2")
    );
}

#[tokio::test]
async fn a_companys_name_finds_who_is_in_it() {
    let intercom = globex_corp_of(["1", "2"].map(|id| contact(Role::Lead, id)).to_vec());
    let found = look_up(&intercom, Role::Lead, "globex").await;
    assert!(
        matches!(found, Ok(LookUp::Several(two, Shared::Company(name))) if two.len() == 2 && name == "Globex Corp")
    );
}

#[tokio::test]
async fn of_several_addresses_each_is_looked_up() {
    let mut intercom = MockIntercom::new();
    intercom.expect_search_contacts().times(2).returning(|search, _| {
        let is_ada = search.filter == ContactFilter::Email("ada@acme.io".to_owned());
        Ok(page(if is_ada { vec![with_email(Role::User, "1", "ada@acme.io")] } else { Vec::new() }))
    });
    let emails = ["ada@acme.io", "eve@acme.io"].into_iter().filter_map(Email::parse).collect();
    let owners = owners(&intercom, emails).await.expect("an answer");
    assert_eq!((owners.found.len(), owners.nobodys[0].as_str()), (1, "eve@acme.io"));
}

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
    let mut intercom = finding(Vec::new());
    intercom.expect_contact().times(1).returning(|_| Ok(Found::Missing));
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
    assert!(matches!(found, Ok(LookUp::Several(contacts, Shared::Email)) if contacts.len() == 2));
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

#[tokio::test]
async fn whoever_was_deleted_is_known_as_they_were_announced() {
    let id = ContactId::new("1");
    let event = |record| Event {
        id: EventId::lead_created(&ContactId::new("1")),
        at: Timestamp(1),
        record,
        actor: None,
    };
    let mut journal = MockJournal::new();
    journal.expect_event().returning(move |_, asked| {
        let contact = Box::new(named(Role::Lead, "1", "Ada"));
        let is_lead = *asked == EventId::lead_created(&ContactId::new("1"));
        Ok(is_lead.then(|| event(Record::Lead { contact })))
    });
    let mut deliveries = MockDeliveries::new();
    deliveries.expect_posted_about().returning(|_, _| Ok(Vec::new()));
    let found =
        announced(&journal, &deliveries, &WorkspaceId::new("w"), &id).await.expect("the store answers");
    assert_eq!(found.and_then(|contact| contact.name).as_deref(), Some("Ada"));
}

#[tokio::test]
async fn another_event_at_the_place_of_the_one_that_was_shown_is_not_taken_for_it() {
    let event = |id: &str| {
        let contact = Box::new(contact(Role::Lead, id));
        Event {
            id: EventId::lead_created(&contact.id),
            at: Timestamp(1),
            record: Record::Lead { contact },
            actor: None,
        }
    };
    let subscription = SubscriptionId(7);
    let reference = Reference::of(&event("ada").id, subscription);
    let shown = ShownEvent { subscription, number: JournalNumber(3), reference };
    for (stands_there, found) in [(Some("ada"), true), (Some("eve"), false), (None, false)] {
        let mut deliveries = MockDeliveries::new();
        let entries = stands_there.map(|id| Entry { number: JournalNumber(3), event: event(id) });
        deliveries.expect_entries().returning(move |_, numbers, _| {
            assert_eq!(numbers, [JournalNumber(3)]);
            Ok(entries.clone().into_iter().collect())
        });
        let event = shown_event(&deliveries, &WorkspaceId::new("w"), &shown).await.unwrap();
        assert_eq!(event.is_some(), found, "{stands_there:?}");
    }
}

#[tokio::test]
async fn a_deleted_user_who_was_only_announced_as_changed_is_known_as_the_last_message_showed_them() {
    let id = ContactId::new("1");
    let changed = |revision| EventId::user_updated(&ContactId::new("1"), revision);
    let talk = EventId::conversation_created(&ConversationId::new("5"));
    let mut deliveries = MockDeliveries::new();
    let posted = [changed(1), changed(2), talk.clone()].map(posted);
    deliveries.expect_posted_about().returning(move |_, _| Ok(posted.to_vec()));
    let mut journal = MockJournal::new();
    journal.expect_event().returning(move |_, asked| {
        let name = if *asked == changed(2) { "Ada King" } else { "Ada" };
        let contact = Box::new(named(Role::User, "1", name));
        let record = Record::Update { contact, changes: Vec::new() };
        Ok((*asked != talk).then(|| Event { id: asked.clone(), at: Timestamp(1), record, actor: None }))
    });
    let found =
        announced(&journal, &deliveries, &WorkspaceId::new("w"), &id).await.expect("the store answers");
    assert_eq!(found.and_then(|contact| contact.name).as_deref(), Some("Ada King"));
}

fn posted(event: EventId) -> PostedMessage {
    PostedMessage { guild: GuildId(7), channel: ChannelId(20), message: MessageId(1), event }
}

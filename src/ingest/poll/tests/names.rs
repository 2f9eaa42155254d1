//! Names are resolved when an event is appended, and never at the cost of many calls.

use deskbell_domain::contact::{Contact, Named, PartialList};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::port::intercom::{Admin, IntercomError, Lack, TokenPermission};

use super::world::World;

fn tagged(mut contact: Contact, ids: &[&str]) -> Contact {
    let items: Vec<_> = ids.iter().map(|id| Named { id: TagId::new(*id), name: None }).collect();
    contact.tags = PartialList { total: items.len().try_into().unwrap(), items };
    contact
}

fn employed(mut contact: Contact, company: &str) -> Contact {
    contact.companies =
        PartialList { items: vec![Named { id: CompanyId::new(company), name: None }], total: 1 };
    contact
}

fn contact(world: &World, place: usize) -> Contact {
    match world.events()[place].record.clone() {
        Record::Lead { contact } => *contact,
        other => panic!("no lead: {other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn the_list_of_tags_is_read_once_when_an_unknown_tag_turns_up() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.tag("1", "Trial");
    for id in ["a", "b", "c"] {
        world.intercom.put(tagged(world.lead(id), &["1", "gone"]));
    }
    let report = world.tick().await;
    assert_eq!(world.intercom.take_calls(), ["contacts", "tags"]);
    assert_eq!(report.calls, 2);
    for place in 0..3 {
        let names: Vec<_> = contact(&world, place).tags.items.into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, [Some("Trial".to_owned()), None]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_makes_five_single_look_ups_at_most_and_what_is_known_costs_none() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    for number in 0..8 {
        let company = format!("company {number}");
        world.intercom.state().companies.insert(CompanyId::new(&company), format!("Name {number}"));
        world.intercom.put(employed(world.lead(&number.to_string()), &company));
    }
    let _report = world.tick().await;
    let calls = world.intercom.take_calls();
    assert_eq!(calls.iter().filter(|call| **call == "company").count(), 5);
    let named = (0..8).filter(|place| contact(&world, *place).companies.items[0].name.is_some()).count();
    assert_eq!(named, 5);
    world.intercom.put(employed(world.lead("again"), "company 0"));
    let _report = world.tick().await;
    assert!(!world.intercom.take_calls().contains(&"company"));
    assert_eq!(contact(&world, 8).companies.items[0].name.as_deref(), Some("Name 0"));
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_fails_fails_nothing_else() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let refused = IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::ReadContacts) };
    world.intercom.answer("company", [Some(refused)]);
    world.intercom.put(employed(world.lead("ada"), "acme"));
    let report = world.tick().await;
    assert!(report.went_well());
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_tells_its_teammate_and_its_companies_by_name() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.intercom.state().admins.push(Admin { id: "9".to_owned(), name: Some("Ciaran".to_owned()) });
    world.intercom.state().companies.insert(CompanyId::new("1"), "Acme".to_owned());
    let mut conversation = world.conversation("1");
    conversation.admin_id = Some("9".to_owned());
    conversation.contact = Some(ContactId::new("ada"));
    world.intercom.start(conversation);
    let _report = world.tick().await;
    let Record::Conversation { conversation } = &world.events()[0].record else { panic!("a conversation") };
    assert_eq!(conversation.admin_name.as_deref(), Some("Ciaran"));
    assert_eq!(conversation.company_names, ["Acme"]);
}

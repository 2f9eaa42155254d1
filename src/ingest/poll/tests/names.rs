//! Names are resolved when an event is appended, and never at the cost of many calls.

use deskbell_domain::contact::{Company, Contact, Named, PartialList};
use deskbell_domain::event::{EventKind, Record};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::port::intercom::{Admin, InboxSeat, IntercomError, Lack, TokenPermission};

use super::world::{World, count, employed, leads_of_companies};

fn tagged(mut contact: Contact, ids: &[&str]) -> Contact {
    let items: Vec<_> = ids.iter().map(|id| Named { id: TagId::new(*id), name: None }).collect();
    contact.tags = PartialList { total: items.len().try_into().unwrap(), items };
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
    assert_eq!(
        world.intercom.take_calls(),
        ["contacts", "tags", "tag"],
        "the one that it lacks is asked for once"
    );
    assert_eq!(report.calls, 3);
    for place in 0..3 {
        let names: Vec<_> = contact(&world, place).tags.items.into_iter().map(|tag| tag.name).collect();
        assert_eq!(names, [Some("Trial".to_owned()), None]);
    }
}

/// How many of the leads have a company with a name.
fn named(world: &World, count: usize) -> usize {
    (0..count).filter(|place| contact(world, *place).companies.items[0].name.is_some()).count()
}

#[tokio::test(start_paused = true)]
async fn twenty_leads_of_twenty_companies_in_a_second_are_all_named_by_one_page_of_the_list() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let companies = leads_of_companies(&world, 20);
    world.intercom.state().listed_companies = companies;
    let report = world.tick().await;
    assert_eq!(world.intercom.take_calls(), ["contacts", "companies"]);
    assert_eq!((named(&world, 20), report.calls), (20, 2));
    let _report = world.tick().await;
    assert_eq!(world.intercom.take_calls(), ["contacts"], "what is known costs nothing");
}

#[tokio::test(start_paused = true)]
async fn what_the_list_lacks_is_looked_up_one_by_one() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    for company in leads_of_companies(&world, 40) {
        world.intercom.state().companies.insert(company.id, company.name.unwrap());
    }
    let _report = world.tick().await;
    let calls = world.intercom.take_calls();
    assert_eq!((count(&calls, "companies"), count(&calls, "company")), (1, 25), "a poll is bounded");
    assert_eq!(named(&world, 40), 25);
}

#[tokio::test(start_paused = true)]
async fn the_list_of_companies_is_read_to_its_tenth_page() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let filler = |number| Company {
        id: CompanyId::new(format!("filler {number}")),
        company_id: None,
        name: Some("Filler".to_owned()),
    };
    world.intercom.state().listed_companies = (0..900).map(filler).collect();
    for company in leads_of_companies(&world, 3) {
        world.intercom.state().companies.insert(company.id, company.name.unwrap());
    }
    let _report = world.tick().await;
    let calls = world.intercom.take_calls();
    assert_eq!((count(&calls, "companies"), count(&calls, "company"), named(&world, 3)), (10, 3, 3));
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
    world.intercom.state().admins.push(Admin {
        id: "9".to_owned(),
        name: Some("Ciaran".to_owned()),
        seat: InboxSeat::Has,
    });
    world.intercom.state().companies.insert(CompanyId::new("1"), "Acme".to_owned());
    let mut conversation = world.conversation("1");
    conversation.admin_id = Some("9".to_owned());
    conversation.contact = Some(ContactId::new("ada"));
    world.intercom.start(conversation);
    let _report = world.tick().await;
    let Record::Conversation { conversation, .. } = &world.events()[0].record else {
        panic!("a conversation")
    };
    assert_eq!(conversation.admin_name.as_deref(), Some("Ciaran"));
    assert_eq!(conversation.company_names, ["Acme"]);
}

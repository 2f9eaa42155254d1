//! Names that come late: what is learnt of an event after it was journaled stands in it from then on, and is never
//! another event.

use std::collections::BTreeSet;

use deskbell_domain::contact::{Contact, Named, PartialList, Tag};
use deskbell_domain::event::{Event, EventKind, Record};
use deskbell_domain::ids::{CompanyId, ContactId, TagId};
use deskbell_domain::port::intercom::{Admin, InboxSeat, IntercomError, Team, Unanswered};

use super::world::{World, count, employed, leads_of_companies};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn down() -> IntercomError {
    IntercomError::Unavailable(Unanswered::Silent)
}

/// Polls for so many seconds.
async fn poll_for(world: &World, seconds: i64) {
    for _ in 0..seconds / 120 {
        world.pass(120).await;
        let _report = world.tick().await;
    }
}

fn contact(event: &Event) -> &Contact {
    match &event.record {
        Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => contact,
        other => panic!("no new contact: {other:?}"),
    }
}

/// How many of the events have a company with a name.
fn named(world: &World) -> usize {
    let events = world.events();
    events.iter().filter(|event| contact(event).companies.items[0].name.is_some()).count()
}

#[tokio::test(start_paused = true)]
async fn what_a_poll_had_no_look_ups_left_for_is_named_by_the_next_ones() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    for company in leads_of_companies(&world, 60) {
        world.intercom.state().companies.insert(company.id, company.name.unwrap());
    }
    let _report = world.tick().await;
    assert_eq!(named(&world), 25);
    world.listener.wakes.lock().unwrap().clear();
    poll_for(&world, 20 * MINUTE).await;
    assert_eq!((world.events().len(), named(&world)), (60, 60), "and none is journaled twice");
    let wakes = world.listener.wakes.lock().unwrap().clone();
    assert!(wakes.contains(&BTreeSet::from([EventKind::NewLead])), "whoever holds them reads them anew");
    world.intercom.take_calls();
    poll_for(&world, HOUR).await;
    let calls = world.intercom.take_calls();
    assert!(calls.iter().all(|call| *call == "contacts"), "an idle poll asks for nothing else: {calls:?}");
}

#[tokio::test(start_paused = true)]
async fn names_that_intercom_did_not_give_in_time_come_later_and_after_a_restart_too() {
    let mut world = World::new();
    world.subscribe(EventKind::NewLead);
    let companies = leads_of_companies(&world, 2);
    world.intercom.answer("companies", [Some(down())]);
    let _report = world.tick().await;
    assert_eq!((world.events().len(), named(&world)), (2, 0));
    world.restart();
    world.intercom.state().listed_companies = companies;
    poll_for(&world, 10 * MINUTE).await;
    assert_eq!((world.events().len(), named(&world)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_company_that_is_gone_is_asked_for_once() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(employed(world.lead("ada"), "gone"));
    poll_for(&world, DAY).await;
    let calls = world.intercom.take_calls();
    assert_eq!((count(&calls, "companies"), count(&calls, "company")), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_another_event_brought_is_taken_from_there() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.answer("companies", [Some(down())]);
    world.intercom.put(employed(world.lead("ada"), "1"));
    let _report = world.tick().await;
    world.intercom.state().companies.insert(CompanyId::new("1"), "Acme".to_owned());
    world.pass(30).await;
    world.intercom.put(employed(world.lead("bob"), "1"));
    let _report = world.tick().await;
    assert_eq!((world.events().len(), named(&world)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn tags_teammates_and_teams_come_late_too() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewConversation);
    for list in ["tags", "admins", "teams"] {
        world.intercom.answer(list, [Some(down())]);
    }
    let mut lead = world.lead("ada");
    let items = vec![Named { id: TagId::new("1"), name: None }];
    lead.tags = PartialList { items, total: 1 };
    world.intercom.put(lead);
    let mut conversation = world.conversation("1");
    conversation.admin_id = Some("9".to_owned());
    conversation.team_id = Some("7".to_owned());
    world.intercom.start(conversation);
    let _report = world.tick().await;
    {
        let mut state = world.intercom.state();
        state.tags.push(Tag { id: TagId::new("1"), name: "vip".to_owned() });
        state.admins.push(Admin {
            id: "9".to_owned(),
            name: Some("Ciaran".to_owned()),
            seat: InboxSeat::Has,
        });
        state.teams.push(Team { id: "7".to_owned(), name: Some("Sales".to_owned()) });
    }
    let names = |world: &World| -> Vec<Option<String>> {
        let of = |event: &Event| match &event.record {
            Record::Conversation { conversation, .. } => {
                vec![conversation.admin_name.clone(), conversation.team_name.clone()]
            }
            _ => vec![contact(event).tags.items[0].name.clone()],
        };
        world.events().iter().flat_map(of).collect()
    };
    assert!(names(&world).iter().all(Option::is_none));
    poll_for(&world, 10 * MINUTE).await;
    let mut names: Vec<_> = names(&world).into_iter().map(Option::unwrap).collect();
    names.sort();
    assert_eq!(names, ["Ciaran", "Sales", "vip"]);
}

#[tokio::test(start_paused = true)]
async fn fifty_conversations_in_a_second_all_tell_their_company_in_the_end() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.intercom.state().companies.insert(CompanyId::new("1"), "Acme".to_owned());
    for number in 0..50 {
        let mut conversation = world.conversation(&number.to_string());
        conversation.contact = Some(ContactId::new(format!("user {number}")));
        world.intercom.start(conversation);
    }
    let _report = world.tick().await;
    assert_eq!(count(&world.intercom.take_calls(), "companies of"), 25);
    poll_for(&world, 10 * MINUTE).await;
    let is_told = |event: &Event| matches!(&event.record, Record::Conversation { conversation, .. } if conversation.company_names == ["Acme"]);
    assert_eq!(world.events().iter().filter(|event| is_told(event)).count(), 50);
}

#[tokio::test(start_paused = true)]
async fn after_three_days_nobody_looks_any_more() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.answer("companies", std::iter::repeat_n(Some(down()), 5_000));
    world.intercom.put(employed(world.lead("ada"), "1"));
    poll_for(&world, 3 * DAY + HOUR).await;
    world.intercom.take_calls();
    poll_for(&world, DAY).await;
    let calls = world.intercom.take_calls();
    assert_eq!(count(&calls, "companies") + count(&calls, "company"), 0);
}

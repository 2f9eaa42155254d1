//! How announced leads and users stand: what a poll reads of one that was announced is learnt beside its event, and is
//! never an event of its own.

use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::conversation::Conversation;
use deskbell_domain::event::{Event, EventKind, Record};
use deskbell_domain::ids::ContactId;
use deskbell_domain::person::Fate;

use super::world::{DAY, MINUTE, World};

fn known(world: &World) -> Contact {
    match world.events().remove(0).record {
        Record::Lead { contact } | Record::Identified { contact } | Record::User { contact, .. } => *contact,
        other => panic!("a lead: {other:?}"),
    }
}

fn with_email(world: &World, email: &str) -> Contact {
    Contact { email: Some(email.to_owned()), updated_at: world.now(), ..world.lead("ada") }
}

async fn announced() -> World {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(world.lead("ada"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
    world
}

#[tokio::test(start_paused = true)]
async fn an_address_that_comes_in_later_is_learnt_with_the_next_poll_and_never_undone_by_an_older_index() {
    let world = announced().await;
    let created = world.now();
    world.pass(MINUTE).await;
    let earlier = with_email(&world, "old@acme.io");
    world.pass(MINUTE).await;
    let later = Contact { created_at: created, ..with_email(&world, "ada@acme.io") };
    world.intercom.put(later);
    let _report = world.tick().await;
    assert_eq!(known(&world).email.as_deref(), Some("ada@acme.io"));
    world.intercom.put(Contact { created_at: created, ..earlier });
    let _report = world.tick().await;
    assert_eq!(known(&world).email.as_deref(), Some("ada@acme.io"));
    assert_eq!(world.ids(), ["lead_created:ada", "lead_identified:ada"], "and that is told once");
}

#[tokio::test(start_paused = true)]
async fn who_had_an_address_from_the_start_or_was_announced_to_nobody_is_not_identified() {
    let world = World::new();
    world.intercom.put(world.lead("old"));
    world.pass(1).await;
    world.subscribe(EventKind::NewLead);
    world.intercom.put(with_email(&world, "ada@acme.io"));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
    world.pass(MINUTE).await;
    let (now, made) = (world.now(), world.now().minus(MINUTE));
    let changed = |lead: Contact| Contact { created_at: made, updated_at: now, ..lead };
    world.intercom.put(changed(with_email(&world, "ada@other.io")));
    let email = Some("old@acme.io".to_owned());
    world.intercom.put(Contact { email, created_at: made.minus(1), ..changed(world.lead("old")) });
    world.poll_for(4 * MINUTE).await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_dies_before_a_lead_is_learnt_to_be_identified_tells_of_it_once() {
    let mut world = announced().await;
    let created_at = world.now();
    world.pass(MINUTE).await;
    world.intercom.put(Contact { created_at, ..with_email(&world, "ada@acme.io") });
    let _report = world.tick().await;
    world.restart();
    world.poll_for(4 * MINUTE).await;
    assert_eq!(world.ids(), ["lead_created:ada", "lead_identified:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_signs_up_is_known_as_one_where_users_are_walked() {
    let world = announced().await;
    world.subscribe(EventKind::NewUser);
    let (created_at, created) = (known(&world).created_at, known(&world));
    let _report = world.tick().await;
    world.see_all_users().await;
    world.pass(MINUTE).await;
    let signed_up = Contact { role: Role::User, created_at, updated_at: world.now(), ..created };
    let at = signed_up.updated_at;
    world.intercom.put(signed_up);
    world.poll_for(4 * MINUTE).await;
    assert_eq!(known(&world).fate, Some(Fate::BecameUser(at)));
}

#[tokio::test(start_paused = true)]
async fn nothing_is_learnt_of_whom_was_announced_more_than_a_week_ago() {
    let world = announced().await;
    let created_at = known(&world).created_at;
    world.poll_for(8 * DAY).await;
    world.intercom.put(Contact { created_at, ..with_email(&world, "ada@acme.io") });
    world.poll_for(10 * MINUTE).await;
    assert_eq!(known(&world).email, world.lead("ada").email);
}

#[tokio::test(start_paused = true)]
async fn that_a_lead_wrote_is_kept_where_its_conversation_is_told_too() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let writing = |id: &str| Contact { wrote_at: Some(world.now()), ..world.lead(id) };
    world.intercom.put(writing("ada"));
    let _report = world.tick().await;
    assert_eq!(known(&world).wrote_at, None, "nobody is told of conversations");
    world.pass(MINUTE).await;
    world.subscribe(EventKind::NewConversation);
    world.intercom.put(writing("bea"));
    let wrote = world.now();
    // Of the third only the conversation tells, which is read first.
    world.intercom.put_late(world.lead("cleo"), 4 * MINUTE);
    let contact = Some(ContactId::new("cleo"));
    world.intercom.start(Conversation { contact, ..world.conversation("1") });
    world.poll_for(6 * MINUTE).await;
    let wrote_at = |event: Event| event.record.into_contact().map(|contact| contact.wrote_at);
    let told: Vec<_> = world.events().into_iter().filter_map(wrote_at).collect();
    assert_eq!(told, [None, Some(wrote), Some(wrote)]);
}

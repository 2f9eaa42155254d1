//! What stops polling, what people are told of it, and how it goes on.

use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{IntercomError, Lack, TokenPermission, Unanswered};
use deskbell_domain::port::store::Stream;
use deskbell_domain::status::{LinkState, PollStatus, StoreState};
use deskbell_domain::trouble::{Cause, Part, Trouble};

use super::journal::Disk;
use super::world::{MINUTE, World};
use crate::ingest::poll::{Skipped, StreamOutcome};

fn refused() -> IntercomError {
    IntercomError::Refused { code: None }
}

fn forbidden() -> IntercomError {
    IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::ReadConversations) }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_stops_the_walks_until_it_is_accepted() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewConversation);
    world.intercom.state().down = Some(refused());
    let _report = world.tick().await;
    let since = world.clock_now();
    let everything = Trouble { part: Part::Everything, cause: Cause::TokenRefused, since };
    assert_eq!(world.board.poll().link, LinkState::Refused { since });
    assert_eq!(world.intercom.take_calls(), ["contacts"], "the other streams need not be asked");
    assert_eq!(world.tick().await.skipped, Some(Skipped::TokenRefused));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
    world.pass(30).await;
    assert_eq!(world.tick().await.skipped, Some(Skipped::TokenRefused));
    assert_eq!(world.intercom.take_calls(), ["me"]);
    assert_eq!(world.board.poll().troubles, [everything]);
    world.intercom.put(world.lead("meanwhile"));
    world.intercom.state().down = None;
    world.pass(60).await;
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:meanwhile"], "the first success takes up polling at once");
    assert_eq!(world.board.poll().link, LinkState::Connected);
    assert_eq!(world.board.poll().troubles, []);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_lacks_one_permission_is_told_so_and_the_other_streams_are_read() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.subscribe(EventKind::NewLead);
    world.intercom.answer("conversations", std::iter::repeat_n(Some(forbidden()), 3));
    let _report = world.tick().await;
    let since = world.clock_now();
    for seconds in [30, 60] {
        world.pass(seconds).await;
        world.intercom.put(world.lead(&seconds.to_string()));
        let _report = world.tick().await;
    }
    assert_eq!(world.ids(), ["lead_created:30", "lead_created:60"]);
    let cause = Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations));
    let PollStatus { link, troubles, .. } = world.board.poll();
    assert_eq!(troubles, [Trouble { part: Part::Conversations, cause, since }]);
    assert_eq!(link, LinkState::Connected);
}

#[tokio::test(start_paused = true)]
async fn every_class_of_failure_is_told_with_its_cause_and_its_end() {
    for (error, cause) in [
        (IntercomError::Unavailable(Unanswered::Silent), Cause::Unanswered(Unanswered::Silent)),
        (IntercomError::Unavailable(Unanswered::Failing), Cause::Unanswered(Unanswered::Failing)),
        (IntercomError::Unavailable(Unanswered::Unreadable), Cause::Unanswered(Unanswered::Unreadable)),
        (IntercomError::RateLimited { after: std::time::Duration::from_secs(60) }, Cause::Limited),
        (
            IntercomError::Invalid { code: "parameter_invalid".to_owned(), message: String::new() },
            Cause::NotAccepted,
        ),
        (IntercomError::Missing, Cause::Address),
        (forbidden(), Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations))),
    ] {
        let world = World::new();
        world.subscribe(EventKind::NewLead);
        let _report = world.tick().await;
        world.intercom.state().down = Some(error);
        world.poll_for(30 * MINUTE).await;
        let status = world.board.poll();
        let [trouble] = status.troubles[..] else { panic!("one trouble: {status:?}") };
        assert_eq!((trouble.part, trouble.cause), (Part::Contacts, cause));
        assert!(trouble.lasts(world.clock_now()));
        assert_eq!(status.link, LinkState::Down { since: trouble.since });
        world.intercom.put(world.lead("ada"));
        world.intercom.state().down = None;
        world.poll_for(6 * MINUTE).await;
        assert_eq!((world.board.poll().link, world.board.poll().troubles.len()), (LinkState::Connected, 0));
        assert_eq!(world.ids(), ["lead_created:ada"]);
    }
}

#[tokio::test(start_paused = true)]
async fn names_that_the_token_may_not_read_are_told_and_the_cards_come_without_them() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    let lack = Lack::Permission(TokenPermission::ReadContacts);
    world.intercom.answer("companies of", [Some(IntercomError::Forbidden { lack })]);
    for id in ["1", "2"] {
        let mut conversation = world.conversation(id);
        conversation.contact = Some(deskbell_domain::ids::ContactId::new("ada"));
        world.intercom.start(conversation);
        let _report = world.tick().await;
        let parts: Vec<_> = world.board.poll().troubles.iter().map(|one| one.part).collect();
        let expected = if id == "1" { vec![Part::CompanyNames] } else { vec![] };
        assert_eq!(parts, expected);
        world.pass(120).await;
    }
    assert_eq!(world.ids(), ["conversation_created:1", "conversation_created:2"]);
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_fails_the_walk_and_the_next_poll_catches_up() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let limited = IntercomError::RateLimited { after: std::time::Duration::from_secs(10) };
    world.intercom.answer("contacts", [Some(limited)]);
    world.intercom.put(world.lead("ada"));
    let report = world.tick().await;
    assert!(matches!(report.streams[&Stream::Contacts], StreamOutcome::Failed(_)));
    assert_eq!(world.board.poll().last_check, None);
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_stops_polling_until_a_small_write_succeeds_and_nothing_is_lost() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(world.lead("ada"));
    world.journal.has_disk(Disk::IsFull);
    let _report = world.tick().await;
    let since = world.now();
    let StoreState::Unwritable { since: told } = world.board.store() else {
        panic!("the store is unwritable")
    };
    assert_eq!(told.seconds(), since);
    world.intercom.take_calls();
    world.pass(5).await;
    assert_eq!(world.tick().await.skipped, Some(Skipped::StoreUnwritable));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
    let StoreState::Unwritable { since: told } = world.board.store() else { panic!("it still is") };
    assert_eq!(told.seconds(), since, "since when it is does not move");
    world.journal.has_disk(Disk::HasRoom);
    let _report = world.tick().await;
    assert_eq!((world.board.store(), world.ids().len()), (StoreState::Writable, 1));
}

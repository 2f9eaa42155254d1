//! What stops polling, what people are told of it, and how it goes on.

use deskbell_desk::event::EventKind;
use deskbell_desk::port::intercom::{IntercomError, Lack, TokenPermission, Unanswered};
use deskbell_desk::port::store::Stream;
use deskbell_desk::status::{LinkState, StoreState};

use super::world::{MINUTE, World};
use crate::poll::{LinkNotice, Skipped, StreamOutcome};

fn refused() -> IntercomError {
    IntercomError::Refused { code: None }
}

fn forbidden() -> IntercomError {
    IntercomError::Forbidden { lack: Lack::Permission(TokenPermission::ReadConversations) }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_stops_the_walks_with_one_alert_until_it_is_accepted() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.subscribe(EventKind::NewConversation);
    world.intercom.state().down = Some(refused());
    let report = world.tick().await;
    assert!(matches!(report.notice, Some(LinkNotice::Refused { .. })));
    assert!(matches!(world.board.poll().link, LinkState::Refused { .. }));
    assert_eq!(world.intercom.take_calls(), ["contacts"], "the other streams need not be asked");
    assert_eq!(world.tick().await.skipped, Some(Skipped::TokenRefused));
    assert_eq!(world.intercom.take_calls(), [""; 0]);
    world.pass(30).await;
    let report = world.tick().await;
    assert_eq!((report.skipped, report.notice), (Some(Skipped::TokenRefused), None));
    assert_eq!(world.intercom.take_calls(), ["me"]);
    world.intercom.put(world.lead("meanwhile"));
    world.intercom.state().down = None;
    world.pass(60).await;
    let report = world.tick().await;
    assert!(matches!(report.notice, Some(LinkNotice::Accepted { .. })));
    assert_eq!(world.ids(), ["lead_created:meanwhile"], "the first success takes up polling at once");
    assert_eq!(world.board.poll().link, LinkState::Connected);
    assert_eq!(world.listener.notices.lock().unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_lacks_one_permission_rings_once_and_the_other_streams_are_read() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.subscribe(EventKind::NewLead);
    world.intercom.answer("conversations", std::iter::repeat_n(Some(forbidden()), 3));
    let _report = world.tick().await;
    for seconds in [30, 60] {
        world.pass(seconds).await;
        world.intercom.put(world.lead(&seconds.to_string()));
        let report = world.tick().await;
        assert_eq!(report.notice, None);
    }
    assert_eq!(world.ids(), ["lead_created:30", "lead_created:60"]);
    assert_eq!(world.listener.notices.lock().unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_intercom_that_is_down_for_a_quarter_of_an_hour_is_told_once_and_its_return_too() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    world.intercom.put(world.lead("ada"));
    world.intercom.state().down = Some(IntercomError::Unavailable(Unanswered::Silent));
    world.poll_for(30 * MINUTE).await;
    assert!(matches!(world.board.poll().link, LinkState::Down { .. }));
    world.intercom.state().down = None;
    world.poll_for(4 * MINUTE).await;
    let notices = world.listener.notices.lock().unwrap().clone();
    assert!(matches!(notices[..], [LinkNotice::Down { .. }, LinkNotice::Back { .. }]));
    assert_eq!(world.ids(), ["lead_created:ada"]);
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
    world.journal.contents().unwritable = true;
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
    world.journal.contents().unwritable = false;
    let _report = world.tick().await;
    assert_eq!((world.board.store(), world.ids().len()), (StoreState::Writable, 1));
}

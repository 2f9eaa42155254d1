//! Records that no page can bring: everything around them comes, and they hold nothing up.

use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{IntercomError, Unanswered};
use deskbell_domain::port::store::Stream;

use super::world::{MINUTE, World};
use crate::ingest::poll::BaselineStep;

/// A workspace with leads of which one cannot be given.
async fn with_poison(count: usize, poison: &[&str]) -> World {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.state().poison = poison.iter().map(|id| (*id).to_owned()).collect();
    for number in 0..count {
        world.pass(1).await;
        world.intercom.put(world.lead(&format!("{number:03}")));
    }
    world
}

fn all_but(count: usize, poison: &[&str]) -> Vec<String> {
    let ids = (0..count).map(|number| format!("{number:03}")).filter(|id| !poison.contains(&id.as_str()));
    ids.map(|id| format!("lead_created:{id}")).collect()
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_be_given_three_times_is_passed_over_and_told() {
    for (count, poison) in [(30, "015"), (30, "000"), (30, "029"), (250, "120"), (250, "249"), (250, "000")] {
        let world = with_poison(count, &[poison]).await;
        world.poll_for(16 * MINUTE).await;
        assert_eq!(world.ids(), all_but(count, &[poison]), "{poison} of {count}");
        assert_eq!(world.board.unreadable(), 1, "{poison} of {count}");
        assert!(world.mark(Stream::Contacts) >= world.now().minus(10 * MINUTE), "the mark goes on");
    }
}

#[tokio::test(start_paused = true)]
async fn a_record_that_can_be_given_later_is_announced_later() {
    let world = with_poison(30, &["015"]).await;
    world.poll_for(16 * MINUTE).await;
    world.intercom.state().poison.clear();
    world.poll_for(30 * MINUTE).await;
    assert_eq!(world.ids().len(), 30);
    assert_eq!(world.board.unreadable(), 1, "told once, however often it was met");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_passed_over_before_the_third_failure() {
    let world = with_poison(250, &["120"]).await;
    for _ in 0..2 {
        let _report = world.tick().await;
        assert_eq!((world.ids().len(), world.board.unreadable()), (0, 0));
        world.pass(2 * MINUTE).await;
    }
    let _report = world.tick().await;
    assert_eq!((world.ids().len(), world.board.unreadable()), (249, 1));
}

#[tokio::test(start_paused = true)]
async fn a_record_that_the_index_has_late_hides_none_that_cannot_be_given() {
    let world = with_poison(30, &["015"]).await;
    let _the_first_page_failed = world.tick().await;
    world.pass(2 * MINUTE).await;
    // It comes into the index between the way down and the way up.
    let mut late = world.lead("0a0");
    late.created_at = late.created_at.minus(2 * MINUTE + 20);
    world.intercom.after_next_page(|intercom| intercom.put(late));
    for _ in 0..2 {
        let _report = world.tick().await;
        assert_eq!((world.ids().len(), world.board.unreadable()), (0, 0));
        world.pass(2 * MINUTE).await;
    }
    let _report = world.tick().await;
    assert_eq!((world.ids().len(), world.board.unreadable()), (30, 1));
}

#[tokio::test(start_paused = true)]
async fn one_that_is_deleted_while_another_comes_hides_none_that_cannot_be_given() {
    let world = with_poison(30, &["015"]).await;
    for _ in 0..3 {
        let _report = world.tick().await;
        world.pass(2 * MINUTE).await;
    }
    // The newest was read by then, and what the index had late is read on the way up.
    let mut late = world.lead("0a0");
    late.created_at = late.created_at.minus(6 * MINUTE + 20);
    world.intercom.after_next_page(|intercom| {
        intercom.delete("029");
        intercom.put(late);
    });
    let _report = world.tick().await;
    assert_eq!((world.ids().len(), world.board.unreadable()), (30, 1));
}

#[tokio::test(start_paused = true)]
async fn what_comes_in_parts_while_another_is_deleted_hides_none_that_cannot_be_given() {
    let world = with_poison(30, &["015"]).await;
    for _ in 0..3 {
        let _report = world.tick().await;
        world.pass(2 * MINUTE).await;
    }
    // Two come that neither way leads to, so that the rest is read in parts, and one that was read goes.
    let come = ["030", "031"].map(|id| world.lead(id));
    world.intercom.after_next_page(|intercom| {
        intercom.delete("029");
        for lead in come {
            intercom.put(lead);
        }
    });
    let _report = world.tick().await;
    world.pass(2 * MINUTE).await;
    world.poll_for(4 * MINUTE).await;
    assert_eq!((world.ids().len(), world.board.unreadable()), (31, 1));
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_no_record_that_cannot_be_given() {
    let world = with_poison(30, &[]).await;
    world.intercom.state().down = Some(IntercomError::Unavailable(Unanswered::Silent));
    world.poll_for(60 * MINUTE).await;
    assert_eq!(world.board.unreadable(), 0);
    world.intercom.state().down = None;
    world.poll_for(4 * MINUTE).await;
    assert_eq!(world.ids(), all_but(30, &[]));
}

#[tokio::test(start_paused = true)]
async fn several_records_far_apart_cost_only_themselves() {
    let several: [&[&str]; 4] =
        [&["010", "050"], &["000", "059"], &["010", "012"], &["003", "020", "033", "041", "058"]];
    for poison in several {
        let world = with_poison(60, poison).await;
        world.poll_for(16 * MINUTE).await;
        assert_eq!(world.ids(), all_but(60, poison), "{poison:?}");
        assert_eq!(world.board.unreadable(), poison.len() as u64, "{poison:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_second_record_has_its_own_three_failures() {
    let world = with_poison(30, &["015"]).await;
    world.poll_for(16 * MINUTE).await;
    assert_eq!(world.board.unreadable(), 1);
    world.intercom.state().poison.insert("035".to_owned());
    for number in 30..60 {
        world.pass(1).await;
        world.intercom.put(world.lead(&format!("{number:03}")));
    }
    for _ in 0..2 {
        let _report = world.tick().await;
        assert_eq!((world.ids().len(), world.board.unreadable()), (29, 1));
        world.pass(2 * MINUTE).await;
    }
    world.poll_for(16 * MINUTE).await;
    assert_eq!(world.ids(), all_but(60, &["015", "035"]));
    assert_eq!(world.board.unreadable(), 2);
}

#[tokio::test(start_paused = true)]
async fn where_a_search_in_parts_is_refused_a_few_records_side_by_side_are_passed_over() {
    let world = with_poison(60, &["020", "022"]).await;
    world.intercom.state().refuses_parts = true;
    world.poll_for(16 * MINUTE).await;
    assert_eq!(world.ids(), all_but(60, &["020", "021", "022"]));
    assert_eq!(world.board.unreadable(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_search_of_which_a_large_part_fails_moves_no_mark() {
    let poison: Vec<_> = (10..22).map(|number| format!("{number:03}")).collect();
    let poison: Vec<_> = poison.iter().map(String::as_str).collect();
    let world = with_poison(60, &poison).await;
    world.poll_for(30 * MINUTE).await;
    assert_eq!((world.ids().len(), world.board.unreadable()), (0, 0));
    world.intercom.state().poison.clear();
    world.poll_for(4 * MINUTE).await;
    assert_eq!(world.ids(), all_but(60, &[]));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_cannot_be_given_holds_none_of_the_others() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    world.intercom.state().poison.insert("3".to_owned());
    for number in 0..6 {
        world.pass(1).await;
        world.intercom.start(world.conversation(&number.to_string()));
    }
    world.poll_for(16 * MINUTE).await;
    let expected = ["0", "1", "2", "4", "5"].map(|id| format!("conversation_created:{id}"));
    assert_eq!((world.ids(), world.board.unreadable()), (expected.to_vec(), 1));
}

#[tokio::test(start_paused = true)]
async fn users_who_cannot_be_given_hide_no_others_from_the_walk_over_all_users() {
    for poison in [&["000"][..], &["120"], &["249"], &["050", "051", "200"], &["001", "041", "248"]] {
        let world = World::new();
        world.intercom.state().poison.extend(poison.iter().map(|id| (*id).to_owned()));
        for number in 0..250 {
            world.pass(60).await;
            world.intercom.put(world.user(&format!("{number:03}")));
        }
        world.pass(60).await;
        world.subscribe(EventKind::UserUpdated);
        let _report = world.tick().await;
        let mut steps = 0;
        while !matches!(world.poll.baseline_step().await, BaselineStep::Finished) {
            steps += 1;
            assert!(steps < 300, "the walk ends");
        }
        assert_eq!(world.board.unreadable(), poison.len() as u64);
        assert_eq!(world.journal.snapshot_count(), 250 - poison.len(), "{poison:?}");
    }
}

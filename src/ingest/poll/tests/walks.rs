//! What a walk reads, page by page, and when it gives up.

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::event::EventKind;
use deskbell_domain::port::intercom::{IntercomError, Page, PageCursor, PageRequest, Unanswered};
use deskbell_domain::port::store::Stream;
use deskbell_domain::time::Timestamp;

use super::journal::Plan;
use super::world::{MINUTE, World, made};
use crate::ingest::poll::pages::{Pages, SearchPart};
use crate::ingest::poll::walk::{Asked, Bounds, Lately, WalkError, walk};
use crate::ingest::poll::{StreamOutcome, TickReport};

/// A page as written down: ids with their times, and the cursor to the next.
type Written = (Vec<(&'static str, i64)>, Option<&'static str>);

/// Pages as written down.
struct Script(Mutex<VecDeque<Written>>);

impl Script {
    fn new(pages: impl IntoIterator<Item = Written>) -> Self {
        Self(Mutex::new(pages.into_iter().collect()))
    }

    fn pages_left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

#[async_trait]
impl Pages for Script {
    type Item = Contact;

    async fn page(&self, _: &PageRequest, _: &SearchPart) -> Result<Page<Contact>, IntercomError> {
        let (items, next) = self.0.lock().unwrap().pop_front().expect("another page was not expected");
        let items = items.into_iter().map(|(id, at)| made(id, Role::Lead, Timestamp(at))).collect();
        Ok(Page { items, total: None, next: next.map(|cursor| PageCursor(cursor.to_owned())) })
    }

    fn id<'a>(&self, item: &'a Contact) -> &'a str {
        item.id.as_str()
    }

    fn time(&self, item: &Contact) -> Timestamp {
        item.created_at
    }

    fn assume_time(&self, item: &mut Contact, time: Timestamp) {
        item.created_at = time;
    }

    fn moved(&self, item: &Contact) -> Timestamp {
        item.updated_at
    }
}

async fn read(script: &Script) -> Result<Vec<(String, i64)>, WalkError> {
    let asked = Asked { size: 2, lately: Lately::Failed };
    let bounds = Bounds { boundary: Timestamp(100), mark: Timestamp(100) };
    let walked = walk(script, bounds, asked, &[]).await?;
    Ok(walked.records.into_iter().map(|one| (one.id.as_str().to_owned(), one.created_at.0)).collect())
}

#[tokio::test]
async fn a_walk_ends_at_the_first_record_before_its_boundary() {
    let script = Script::new([
        (vec![("c", 130), ("b", 120)], Some("1")),
        (vec![("a", 100), ("z", 99)], Some("2")),
        (vec![("y", 98)], None),
    ]);
    let read = read(&script).await.unwrap();
    assert_eq!(read, [("a".to_owned(), 100), ("b".to_owned(), 120), ("c".to_owned(), 130)]);
    assert_eq!(script.pages_left(), 1);
}

#[tokio::test]
async fn a_walk_whose_order_does_not_hold_reads_every_page() {
    let script = Script::new([
        (vec![("z", 90), ("c", 130)], Some("1")),
        (vec![("y", 91), ("x", 80)], Some("2")),
        (vec![("b", 120)], None),
    ]);
    let read = read(&script).await.unwrap();
    assert_eq!(read, [("b".to_owned(), 120), ("c".to_owned(), 130)]);
}

#[tokio::test]
async fn a_cursor_that_comes_again_fails_the_walk() {
    let script = Script::new([
        (vec![("d", 140)], Some("same")),
        (vec![("c", 130)], Some("same")),
        (vec![("b", 120)], None),
    ]);
    assert!(matches!(read(&script).await, Err(WalkError::Repeated)));
}

#[tokio::test]
async fn a_page_that_is_empty_or_brings_nothing_new_is_neither_a_loop_nor_the_end() {
    let script = Script::new([
        (vec![("d", 140)], Some("1")),
        (vec![], Some("2")),
        (vec![("d", 140)], Some("3")),
        (vec![("c", 130)], None),
    ]);
    assert_eq!(read(&script).await.unwrap().len(), 2);
    let last = [(vec![("d", 140)], Some("1")), (vec![], None)];
    assert_eq!(read(&Script::new(last)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn pages_that_bring_nothing_under_ever_new_cursors_fail_the_walk_in_the_end() {
    const CURSORS: [&str; 200] = {
        let text = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
        let mut cursors = [""; 200];
        let mut at = 0;
        while at < 200 {
            cursors[at] = text.split_at(at % 26).1.split_at(1 + at / 26).0;
            at += 1;
        }
        cursors
    };
    let script = Script::new(CURSORS.map(|cursor| (vec![], Some(cursor))));
    assert!(matches!(read(&script).await, Err(WalkError::Repeated)));
    assert_eq!(script.pages_left(), 99);
}

#[tokio::test]
async fn a_record_that_does_not_tell_its_time_counts_as_old_as_the_next_one() {
    let script = Script::new([
        (vec![("c", 130), ("broken", 0), ("b", 120), ("last", 0)], Some("1")),
        (vec![("z", 99)], None),
    ]);
    let read = read(&script).await.unwrap();
    let expected =
        [("b", 120), ("broken", 120), ("c", 130), ("last", 120)].map(|(id, at)| (id.to_owned(), at));
    assert_eq!(read, expected);
}

#[tokio::test(start_paused = true)]
async fn an_intercom_that_ignores_cursors_is_not_asked_for_ever() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    for number in 0..150 {
        world.intercom.put(world.lead(&number.to_string()));
    }
    world.intercom.state().ignores_cursors = true;
    let report = world.tick().await;
    assert!(matches!(failure(&report), WalkError::Repeated));
    assert_eq!((world.intercom.take_calls().len(), world.ids().len()), (2, 0));
}

#[tokio::test(start_paused = true)]
async fn a_walk_in_which_one_page_fails_appends_nothing_and_moves_no_mark() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    let mark = world.mark(Stream::Contacts);
    for number in 0..150 {
        world.pass(1).await;
        world.intercom.put(world.lead(&number.to_string()));
    }
    world.pass(10 * MINUTE).await;
    let limited = IntercomError::RateLimited { after: std::time::Duration::from_secs(10) };
    world.intercom.answer("contacts", [None, Some(limited.clone())]);
    let report = world.tick().await;
    assert!(matches!(failure(&report), WalkError::Intercom(error) if *error == limited));
    assert_eq!((world.ids().len(), world.mark(Stream::Contacts)), (0, mark));
    let _report = world.tick().await;
    assert_eq!(world.ids().len(), 150);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_come_is_asked_for_smaller_and_later_larger_again() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.answer(
        "contacts",
        [
            Some(IntercomError::Unavailable(Unanswered::Silent)),
            Some(IntercomError::Unavailable(Unanswered::Silent)),
        ],
    );
    for _ in 0..5 {
        let _report = world.tick().await;
    }
    assert_eq!(world.intercom.state().sizes, [1, 10, 100]);
}

#[tokio::test(start_paused = true)]
async fn a_first_page_that_does_not_come_though_the_walk_before_went_well_comes_smaller_at_once() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    let _report = world.tick().await;
    world.intercom.put(world.lead("ada"));
    world.intercom.answer("contacts", [Some(IntercomError::Unavailable(Unanswered::Failing))]);
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
    assert_eq!(world.intercom.state().sizes, [100, 10]);
}

#[tokio::test(start_paused = true)]
async fn a_crash_between_two_writes_costs_a_second_reading_and_nothing_else() {
    let mut world = World::new();
    world.subscribe(EventKind::NewLead);
    for number in 0..600 {
        world.intercom.put(world.lead(&format!("{number:03}")));
    }
    world.journal.plans([Plan::Succeed, Plan::Fail]);
    let _report = world.tick().await;
    assert_eq!((world.ids().len(), world.stream(Stream::Contacts)), (256, None));
    world.restart();
    let _report = world.tick().await;
    let expected: Vec<_> = (0..600).map(|number| format!("lead_created:{number:03}")).collect();
    assert_eq!(world.ids(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_somebody_else_moved_is_walked_again() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    world.intercom.put(world.lead("ada"));
    world.journal.plans([Plan::Conflict]);
    let report = world.tick().await;
    assert!(matches!(failure(&report), WalkError::Conflict));
    let _report = world.tick().await;
    assert_eq!(world.ids(), ["lead_created:ada"]);
}

#[tokio::test(start_paused = true)]
async fn records_that_come_and_go_while_a_walk_reads_are_neither_lost_nor_doubled() {
    let world = World::new();
    world.subscribe(EventKind::NewLead);
    for number in 0..250 {
        world.pass(1).await;
        world.intercom.put(world.lead(&format!("{number:03}")));
    }
    world.intercom.after_next_page(|intercom| {
        for number in 250..400 {
            intercom.put(made(&format!("{number:03}"), Role::Lead, intercom.now()));
        }
    });
    let _report = world.tick().await;
    let _report = world.tick().await;
    let expected: Vec<_> = (0..400).map(|number| format!("lead_created:{number:03}")).collect();
    assert_eq!(world.ids(), expected);
}

fn failure(report: &TickReport) -> &WalkError {
    match &report.streams[&Stream::Contacts] {
        StreamOutcome::Failed(error) => error,
        other => panic!("the walk did not fail: {other:?}"),
    }
}

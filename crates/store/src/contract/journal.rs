//! The poll loop's part.

use std::collections::BTreeMap;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::event::{Actor, Event, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, MemberId, WorkspaceId};
use deskbell_domain::port::store::{
    Append, AppendOutcome, Baseline, Naming, SnapshotMode, SnapshotWrite, Store, Stream, StreamMove,
    StreamState,
};
use deskbell_domain::time::Timestamp;

use super::{Fixture, lead, of_a_company, snapshot, user};

fn state(mark: i64) -> StreamState {
    StreamState { mark: Timestamp(mark), hourly_at: Timestamp(mark), deep_at: Timestamp(mark) }
}

#[expect(clippy::unnecessary_wraps, reason = "an append's field is optional")]
fn moved(expected: Option<i64>, next: Option<i64>) -> Option<StreamMove> {
    Some(StreamMove { stream: Stream::Contacts, expected: expected.map(state), next: next.map(state) })
}

fn appended(numbers: &[u64]) -> AppendOutcome {
    AppendOutcome::Appended { numbers: numbers.iter().copied().map(JournalNumber).collect() }
}

fn numbers(of: &[u64]) -> Vec<JournalNumber> {
    of.iter().copied().map(JournalNumber).collect()
}

fn write(of: deskbell_domain::difference::StoredSnapshot, mode: SnapshotMode) -> Vec<SnapshotWrite> {
    vec![SnapshotWrite { epoch: 1, snapshot: of, mode }]
}

pub(super) async fn events_are_numbered_from_one_in_their_order(fixture: Fixture<impl Store>) {
    assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap(), JournalNumber(0));
    assert_eq!(fixture.journal(vec![lead("a", 10), user("b", 10)]).await, [1, 2]);
    assert_eq!(fixture.journal(vec![lead("c", 11)]).await, [3]);
    assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap(), JournalNumber(3));
    let entries = fixture
        .store
        .entries(&fixture.workspace, &numbers(&[1, 2, 9, 3]), AmendmentNumber::LATEST)
        .await
        .unwrap();
    let found: Vec<_> = entries.iter().map(|entry| (entry.number.0, entry.event.clone())).collect();
    assert_eq!(found, [(1, lead("a", 10)), (2, user("b", 10)), (3, lead("c", 11))]);
}

pub(super) async fn an_event_that_was_seen_is_passed_over(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("a", 10)]).await;
    assert_eq!(fixture.journal(vec![lead("a", 10), lead("b", 11)]).await, [2]);
    let ids = [lead("a", 10).id, lead("c", 12).id, lead("b", 11).id];
    assert_eq!(fixture.store.seen(&fixture.workspace, &ids).await.unwrap(), [true, false, true]);
}

pub(super) async fn an_event_is_found_by_its_id_as_long_as_it_is_kept(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("a", 10), user("b", 10)]).await;
    let found = async |event: Event| fixture.store.event(&fixture.workspace, &event.id).await.unwrap();
    assert_eq!(found(user("b", 10)).await, Some(user("b", 10)));
    assert_eq!(found(lead("b", 10)).await, None);
    let elsewhere = fixture.store.event(&WorkspaceId::new("elsewhere"), &lead("a", 10).id).await.unwrap();
    assert_eq!(elsewhere, None);
}

pub(super) async fn an_event_that_stands_twice_in_one_append_is_journaled_once(fixture: Fixture<impl Store>) {
    assert_eq!(fixture.journal(vec![lead("a", 10), lead("a", 10)]).await, [1]);
}

pub(super) async fn a_repeated_append_changes_nothing(fixture: Fixture<impl Store>) {
    let append = Append {
        events: vec![user("a", 10)],
        snapshots: write(snapshot("a", 0, 10), SnapshotMode::Replace),
        ..fixture.nothing()
    };
    assert_eq!(fixture.append(append.clone()).await, appended(&[1]));
    assert_eq!(fixture.append(append).await, appended(&[]));
    assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap(), JournalNumber(1));
}

pub(super) async fn a_stream_that_another_walk_moved_is_a_conflict_and_nothing_is_written(
    fixture: Fixture<impl Store>,
) {
    fixture.append(Append { stream: moved(None, Some(50)), ..fixture.nothing() }).await;
    let late = Append {
        events: vec![user("a", 10)],
        snapshots: write(snapshot("a", 0, 10), SnapshotMode::Replace),
        stream: moved(None, Some(60)),
        ..fixture.nothing()
    };
    assert_eq!(fixture.append(late).await, AppendOutcome::Conflict);
    assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap(), JournalNumber(0));
    assert_eq!(fixture.store.stream(&fixture.workspace, Stream::Contacts).await.unwrap(), Some(state(50)));
    let found = fixture.store.snapshots(&fixture.workspace, 1, &[ContactId::new("a")]).await.unwrap();
    assert_eq!(found, [None]);
}

pub(super) async fn a_repeated_last_write_of_a_walk_is_no_conflict(fixture: Fixture<impl Store>) {
    let last = Append { events: vec![lead("a", 10)], stream: moved(None, Some(50)), ..fixture.nothing() };
    assert_eq!(fixture.append(last.clone()).await, appended(&[1]));
    assert_eq!(fixture.append(last.clone()).await, appended(&[]));
    let other = Append { events: vec![lead("b", 10)], ..last };
    assert_eq!(fixture.append(other).await, AppendOutcome::Conflict);
}

pub(super) async fn a_stream_that_was_left_can_be_taken_up_again(fixture: Fixture<impl Store>) {
    fixture.append(Append { stream: moved(None, Some(50)), ..fixture.nothing() }).await;
    let left = fixture.append(Append { stream: moved(Some(50), None), ..fixture.nothing() }).await;
    assert_eq!(left, appended(&[]));
    assert_eq!(fixture.store.stream(&fixture.workspace, Stream::Contacts).await.unwrap(), None);
    let again = fixture.append(Append { stream: moved(None, Some(90)), ..fixture.nothing() }).await;
    assert_eq!(again, appended(&[]));
}

async fn stored(fixture: &Fixture<impl Store>) -> Option<(u64, i64)> {
    let found = fixture.store.snapshots(&fixture.workspace, 1, &[ContactId::new("a")]).await.unwrap();
    let first = found.into_iter().next().unwrap();
    first.map(|snapshot| (snapshot.revision, snapshot.snapshot.updated_at.0))
}

pub(super) async fn a_snapshot_never_goes_back(fixture: Fixture<impl Store>) {
    for (revision, at) in [(2, 20), (1, 30), (2, 10)] {
        let snapshots = write(snapshot("a", revision, at), SnapshotMode::Replace);
        fixture.append(Append { snapshots, ..fixture.nothing() }).await;
        assert_eq!(stored(&fixture).await, Some((2, 20)));
    }
    let snapshots = write(snapshot("a", 3, 31), SnapshotMode::Replace);
    fixture.append(Append { snapshots, ..fixture.nothing() }).await;
    assert_eq!(stored(&fixture).await, Some((3, 31)));
}

pub(super) async fn the_walk_over_all_users_keeps_what_a_poll_saw(fixture: Fixture<impl Store>) {
    for (revision, mode) in [(1, SnapshotMode::Replace), (9, SnapshotMode::KeepExisting)] {
        let snapshots = write(snapshot("a", revision, 20), mode);
        fixture.append(Append { snapshots, ..fixture.nothing() }).await;
    }
    assert_eq!(stored(&fixture).await, Some((1, 20)));
}

pub(super) async fn snapshots_of_an_earlier_epoch_are_absent(fixture: Fixture<impl Store>) {
    let snapshots = write(snapshot("a", 1, 20), SnapshotMode::KeepExisting);
    fixture.append(Append { snapshots, ..fixture.nothing() }).await;
    let found = fixture.store.snapshots(&fixture.workspace, 2, &[ContactId::new("a")]).await.unwrap();
    assert_eq!(found, [None]);
}

pub(super) async fn a_baseline_never_goes_back(fixture: Fixture<impl Store>) {
    let baseline = |position, finished| Baseline {
        epoch: 1,
        started: Timestamp(5),
        position: Timestamp(position),
        finished,
    };
    for (written, expected) in [
        (baseline(10, false), baseline(10, false)),
        (baseline(8, false), baseline(10, false)),
        (baseline(20, true), baseline(20, true)),
        (baseline(15, false), baseline(20, true)),
    ] {
        fixture.append(Append { baseline: Some(written), ..fixture.nothing() }).await;
        assert_eq!(fixture.store.baseline(&fixture.workspace).await.unwrap(), Some(expected));
    }
    let next = Baseline { epoch: 2, ..baseline(1, false) };
    fixture.append(Append { baseline: Some(next), ..fixture.nothing() }).await;
    assert_eq!(fixture.store.baseline(&fixture.workspace).await.unwrap(), Some(next));
}

pub(super) async fn the_newest_time_of_each_kind_is_known(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("a", 10), lead("b", 30), user("c", 20)]).await;
    fixture.journal(vec![lead("late", 15)]).await;
    let newest = fixture.store.newest(&fixture.workspace).await.unwrap();
    let known = [(EventKind::NewLead, Timestamp(30)), (EventKind::NewUser, Timestamp(20))];
    assert_eq!(newest, BTreeMap::from(known));
}

pub(super) async fn an_actor_is_forgotten_with_the_event_that_names_them_or_after_a_day(
    fixture: Fixture<impl Store>,
) {
    let actor = Actor { member: MemberId(3), command: "/lead create".to_owned() };
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let (one, other) = (ContactId::new("a"), ContactId::new("b"));
    store.remember_actor(workspace, &one, &actor).await.unwrap();
    store.remember_actor(workspace, &other, &actor).await.unwrap();
    assert_eq!(store.actor(workspace, &one).await.unwrap().as_ref(), Some(&actor));
    fixture.journal(vec![Event { actor: Some(actor.clone()), ..lead("a", 10) }, lead("b", 10)]).await;
    assert_eq!(store.actor(workspace, &one).await.unwrap(), None);
    assert_eq!(store.actor(workspace, &other).await.unwrap().as_ref(), Some(&actor));
    fixture.pass(24 * 3_600_000);
    assert_eq!(store.actor(workspace, &other).await.unwrap(), None);
}

async fn journal_unnamed(fixture: &Fixture<impl Store>, events: Vec<Event>) {
    let unnamed = events.iter().map(|event| event.id.clone()).collect();
    fixture.append(Append { events, unnamed, ..fixture.nothing() }).await;
}

async fn open(fixture: &Fixture<impl Store>, after: u64) -> Vec<u64> {
    let unnamed = fixture.store.unnamed(&fixture.workspace, JournalNumber(after), 100).await.unwrap();
    unnamed.iter().map(|entry| entry.number.0).collect()
}

/// What is learnt when the company's name is told.
fn told(company: &str) -> Amendment {
    Amendment::learnt(&of_a_company("a", None).record, &of_a_company("a", Some(company)).record)
}

async fn shown(fixture: &Fixture<impl Store>, amended: AmendmentNumber) -> Vec<Event> {
    let entries = fixture.store.entries(&fixture.workspace, &numbers(&[1, 2]), amended).await.unwrap();
    entries.into_iter().map(|entry| entry.event).collect()
}

pub(super) async fn what_is_learnt_of_an_entry_stands_in_it_from_then_on(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    journal_unnamed(&fixture, vec![of_a_company("a", None), of_a_company("b", None)]).await;
    for _ in 0..2 {
        fixture.store.amend(&fixture.workspace, JournalNumber(1), &told("Acme"), Naming::Done).await.unwrap();
    }
    let amended = [of_a_company("a", Some("Acme")), of_a_company("b", None)];
    assert_eq!(shown(&fixture, AmendmentNumber::LATEST).await, amended);
    let look = fixture.store.look(&subscription, JournalNumber(0), 2).await.unwrap();
    let waiting: Vec<_> = look.waiting.into_iter().filter_map(|waiting| waiting.event).collect();
    assert_eq!(waiting, amended);
    let event = fixture.store.event(&fixture.workspace, &amended[0].id).await.unwrap();
    assert_eq!(event.as_ref(), Some(&amended[0]));
}

/// A message on its way is written anew from its record, which says up to where it shows what was learnt.
pub(super) async fn an_entry_can_be_read_as_it_was_before_something_was_learnt(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    journal_unnamed(&fixture, vec![of_a_company("a", None), of_a_company("b", None)]).await;
    let mut amended = vec![fixture.store.look(&subscription, JournalNumber(0), 1).await.unwrap().amended];
    for (number, company) in [(1, "Acme"), (1, "Acme"), (2, "Globex"), (1, "Initech")] {
        let (number, learnt) = (JournalNumber(number), told(company));
        fixture.store.amend(&fixture.workspace, number, &learnt, Naming::Open).await.unwrap();
        amended.push(fixture.store.look(&subscription, JournalNumber(0), 1).await.unwrap().amended);
    }
    let numbers: Vec<_> = amended.iter().map(|amended| amended.0).collect();
    assert_eq!(numbers, [0, 1, 1, 2, 2], "what is known already is no amendment");
    let lead = |name: &str, company: Option<&str>| of_a_company(name, company);
    assert_eq!(shown(&fixture, amended[0]).await, [lead("a", None), lead("b", None)]);
    assert_eq!(shown(&fixture, amended[1]).await, [lead("a", Some("Acme")), lead("b", None)]);
    assert_eq!(shown(&fixture, amended[4]).await, [lead("a", Some("Acme")), lead("b", Some("Globex"))]);
}

pub(super) async fn what_is_to_be_learnt_is_told_until_it_is_done(fixture: Fixture<impl Store>) {
    journal_unnamed(&fixture, vec![of_a_company("a", None), of_a_company("b", None)]).await;
    fixture.journal(vec![lead("c", 10)]).await;
    assert_eq!(open(&fixture, 0).await, [1, 2]);
    assert_eq!(open(&fixture, 1).await, [2]);
    let nothing = Amendment::default();
    let (one, two, three) = (JournalNumber(1), JournalNumber(2), JournalNumber(3));
    for (number, naming) in [(one, Naming::Open), (two, Naming::Done), (three, Naming::Open)] {
        fixture.store.amend(&fixture.workspace, number, &nothing, naming).await.unwrap();
    }
    assert_eq!(open(&fixture, 0).await, [1], "and nothing is looked for of which all was known");
}

pub(super) async fn workspaces_do_not_see_each_other(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("a", 10)]).await;
    let other = WorkspaceId::new("w");
    assert_eq!(fixture.store.head(&other).await.unwrap(), JournalNumber(0));
    let seen = fixture.store.seen(&other, &[EventId::lead_created(&ContactId::new("a"))]).await.unwrap();
    assert_eq!(seen, [false]);
    let append = Append { workspace: other, events: vec![lead("a", 10)], ..fixture.nothing() };
    assert_eq!(fixture.append(append).await, appended(&[1]));
}

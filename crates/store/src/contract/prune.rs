//! Pruning.

use deskbell_domain::amendment::Amendment;
use deskbell_domain::bounds::SEEN_KEYS_STAY;
use deskbell_domain::delivery::{Settlement, Verdict};
use deskbell_domain::event::{Actor, EventId, EventKind};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, MemberId, MessageId};
use deskbell_domain::port::store::{
    Alias, Append, Baseline, ChangeOutcome, DeliveryOutcome, Leftover, Naming, Pruned, SnapshotMode,
    SnapshotWrite, Store, Stream,
};
use deskbell_domain::subscription::{Subscription, SubscriptionState};
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::delivery::with_a_dead_letter;
use super::{DAY_MS, Fixture, batch, lead, of_a_company, settlement, snapshot, user};

/// Prunes everything that is older than 30 days, as often as there is more to do.
async fn prune(fixture: &Fixture<impl Store>) -> Pruned {
    let mut sum = Pruned::default();
    for _ in 0..100 {
        let keep_from = UnixMillis(fixture.now().0 - 30 * DAY_MS);
        let pruned = fixture.store.prune(&fixture.workspace, keep_from).await.unwrap();
        sum.entries += pruned.entries;
        sum.seen += pruned.seen;
        sum.unserved += pruned.unserved;
        sum.letters += pruned.letters;
        sum.messages += pruned.messages;
        if !pruned.more {
            return sum;
        }
    }
    panic!("pruning never came to an end");
}

fn seconds(fixture: &Fixture<impl Store>) -> i64 {
    fixture.now().seconds().0
}

async fn left(fixture: &Fixture<impl Store>, numbers: std::ops::RangeInclusive<u64>) -> Vec<u64> {
    let numbers: Vec<_> = numbers.map(JournalNumber).collect();
    let entries = fixture.store.entries(&fixture.workspace, &numbers, AmendmentNumber::LATEST).await.unwrap();
    entries.into_iter().map(|entry| entry.number.0).collect()
}

async fn hold(fixture: &Fixture<impl Store>, subscription: &Subscription) {
    let state = SubscriptionState::Paused { by: None, since: Timestamp(0) };
    let change = Subscription { state, ..subscription.clone() };
    assert_eq!(fixture.store.change_subscription(change, None).await.unwrap(), ChangeOutcome::Changed);
}

async fn leads(fixture: &Fixture<impl Store>, names: std::ops::Range<u32>) {
    let events = names.map(|name| lead(&format!("{name:04}"), seconds(fixture))).collect();
    fixture.journal(events).await;
}

pub(super) async fn old_entries_go_with_their_seen_keys(fixture: Fixture<impl Store>) {
    for start in 0..6 {
        leads(&fixture, start * 200..(start + 1) * 200).await;
    }
    fixture.pass(31 * DAY_MS);
    leads(&fixture, 2000..2002).await;
    fixture.set_mark(Stream::Contacts, fixture.now().seconds()).await;
    let pruned = prune(&fixture).await;
    assert_eq!(pruned, Pruned { entries: 1200, seen: 1200, ..Pruned::default() });
    assert_eq!(left(&fixture, 1..=1202).await, [1201, 1202]);
    let ids = [lead("0000", 0).id, lead("1199", 0).id, lead("2000", 0).id];
    assert_eq!(fixture.store.seen(&fixture.workspace, &ids).await.unwrap(), [false, false, true]);
    assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap(), JournalNumber(1202));
    assert_eq!(prune(&fixture).await, Pruned::default());
}

pub(super) async fn what_was_learnt_of_an_entry_goes_with_it(fixture: Fixture<impl Store>) {
    let events = vec![of_a_company("a", None), of_a_company("b", None)];
    let unnamed = events.iter().map(|event| event.id.clone()).collect();
    fixture.append(Append { events, unnamed, ..fixture.nothing() }).await;
    let learnt = Amendment::learnt(&of_a_company("a", None).record, &of_a_company("a", Some("Acme")).record);
    fixture.store.amend(&fixture.workspace, JournalNumber(1), &learnt, Naming::Open).await.unwrap();
    fixture.pass(31 * DAY_MS);
    assert_eq!(prune(&fixture).await.entries, 2);
    assert_eq!(fixture.store.unnamed(&fixture.workspace, JournalNumber(0), 10).await.unwrap(), []);
    // Nothing is kept for an entry that is gone, and nothing can be learnt of it any more.
    fixture.store.amend(&fixture.workspace, JournalNumber(2), &learnt, Naming::Open).await.unwrap();
    assert_eq!(left(&fixture, 1..=2).await, Vec::<u64>::new());
}

pub(super) async fn an_entry_that_an_active_subscription_waits_for_stays(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture
        .journal(vec![
            lead("a", seconds(&fixture)),
            user("b", seconds(&fixture)),
            lead("c", seconds(&fixture)),
        ])
        .await;
    let served = fixture.store.advance(&fixture.home, subscription.id, JournalNumber(1)).await.unwrap();
    assert_eq!(served, DeliveryOutcome::Done);
    fixture.pass(31 * DAY_MS);
    let pruned = prune(&fixture).await;
    assert_eq!((pruned.entries, pruned.unserved), (2, 0));
    assert_eq!(left(&fixture, 1..=3).await, [3]);
    assert_eq!(fixture.store.backlog(&subscription, JournalNumber(1)).await.unwrap().count, 1);
}

pub(super) async fn an_entry_in_flight_stays_even_on_hold(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    leads(&fixture, 0..2).await;
    let first = batch(&subscription, &[1], 0);
    let _ = fixture.store.begin(&fixture.home, first.clone(), None).await.unwrap();
    hold(&fixture, &subscription).await;
    fixture.pass(31 * DAY_MS);
    let pruned = prune(&fixture).await;
    assert_eq!((pruned.entries, pruned.unserved), (1, 1));
    assert_eq!(left(&fixture, 1..=2).await, [1]);
    let _ = fixture.store.settle(settlement(&subscription, first, Verdict::Posted(None))).await.unwrap();
    assert_eq!(prune(&fixture).await.entries, 1);
}

pub(super) async fn what_waited_for_a_subscription_on_hold_goes_and_is_counted(fixture: Fixture<impl Store>) {
    let held = fixture.subscribe_to_leads().await;
    let other = fixture.subscribe(fixture.wish(EventKind::NewLead, 101)).await;
    leads(&fixture, 0..3).await;
    hold(&fixture, &held).await;
    fixture.pass(31 * DAY_MS);
    assert_eq!(prune(&fixture).await, Pruned::default());
    let _ = fixture.store.advance(&fixture.home, other.id, JournalNumber(3)).await.unwrap();
    let pruned = prune(&fixture).await;
    assert_eq!((pruned.entries, pruned.unserved), (3, 3));
    let dropped = async |id| fixture.store.dropped(&fixture.home, id).await.unwrap();
    assert_eq!(dropped(held.id).await, Leftover { waiting: 3, ..Leftover::default() });
    assert_eq!(dropped(other.id).await, Leftover::default());
    assert_eq!(fixture.store.look(&held, JournalNumber(0), 9).await.unwrap().waiting, []);
}

pub(super) async fn an_entry_that_must_stay_does_not_hold_up_the_rest(fixture: Fixture<impl Store>) {
    fixture.subscribe_to_leads().await;
    for start in 0..3 {
        leads(&fixture, start * 250..(start + 1) * 250).await;
    }
    fixture.journal((0..10).map(|name| user(&format!("u{name}"), seconds(&fixture))).collect()).await;
    fixture.pass(31 * DAY_MS);
    assert_eq!(prune(&fixture).await.entries, 10);
    assert_eq!(left(&fixture, 750..=760).await, [750]);
}

pub(super) async fn a_seen_key_that_a_walk_could_need_outlives_its_entry(fixture: Fixture<impl Store>) {
    let made = seconds(&fixture);
    fixture.set_mark(Stream::Contacts, Timestamp(made + 60)).await;
    fixture.journal(vec![lead("old", made - SEEN_KEYS_STAY), lead("needed", made)]).await;
    fixture.pass(31 * DAY_MS);
    let seen = async || {
        let ids = [lead("old", 0).id, lead("needed", 0).id];
        fixture.store.seen(&fixture.workspace, &ids).await.unwrap()
    };
    let pruned = prune(&fixture).await;
    assert_eq!((pruned.entries, pruned.seen), (2, 1));
    assert_eq!(seen().await, [false, true]);
    assert_eq!(left(&fixture, 1..=2).await, [0_u64; 0]);
    assert_eq!(fixture.journal(vec![lead("needed", made)]).await, [0_u64; 0]);
    fixture.set_mark(Stream::Contacts, Timestamp(made + SEEN_KEYS_STAY)).await;
    assert_eq!(prune(&fixture).await.seen, 0);
    fixture.set_mark(Stream::Contacts, Timestamp(made + SEEN_KEYS_STAY + 1)).await;
    assert_eq!(prune(&fixture).await.seen, 1);
    assert_eq!(seen().await, [false, false]);
}

pub(super) async fn another_id_of_an_event_is_seen_as_long_as_one_of_its_time(fixture: Fixture<impl Store>) {
    let made = seconds(&fixture);
    fixture.journal(vec![lead("first", made)]).await;
    let (first, later) = (lead("first", 0).id, lead("later", 0).id);
    let alias = |id: &EventId, of: &EventId| Alias {
        id: id.clone(),
        at: Timestamp(made + 60),
        of: of.clone(),
        kind: EventKind::NewLead,
    };
    let nobodys = lead("nobody's", 0).id;
    let aliases = vec![alias(&later, &first), alias(&nobodys, &lead("unknown", 0).id)];
    fixture.append(Append { aliases, ..fixture.nothing() }).await;
    let ids = [first, later.clone(), nobodys];
    let seen = async || fixture.store.seen(&fixture.workspace, &ids).await.unwrap();
    assert_eq!(seen().await, [true, true, false]);
    fixture.pass(31 * DAY_MS);
    fixture.set_mark(Stream::Contacts, Timestamp(made + 1 + SEEN_KEYS_STAY)).await;
    prune(&fixture).await;
    assert_eq!(seen().await, [false, true, false]);
    let further = EventId::lead_created(&ContactId::new("further"));
    fixture.append(Append { aliases: vec![alias(&further, &later)], ..fixture.nothing() }).await;
    assert_eq!(fixture.store.seen(&fixture.workspace, &[further]).await.unwrap(), [true]);
    fixture.set_mark(Stream::Contacts, Timestamp(made + 61 + SEEN_KEYS_STAY)).await;
    prune(&fixture).await;
    assert_eq!(seen().await, [false, false, false]);
}

pub(super) async fn snapshots_of_the_present_epoch_stay(fixture: Fixture<impl Store>) {
    let baseline = Baseline { epoch: 2, started: Timestamp(0), position: Timestamp(0), finished: false };
    let write = |epoch| SnapshotWrite { epoch, snapshot: snapshot("a", 1, 10), mode: SnapshotMode::Replace };
    let snapshots = [1, 2].map(write).to_vec();
    fixture.append(Append { snapshots, baseline: Some(baseline), ..fixture.nothing() }).await;
    fixture.pass(400 * DAY_MS);
    prune(&fixture).await;
    let found = async |epoch| {
        let ids = [ContactId::new("a")];
        fixture.store.snapshots(&fixture.workspace, epoch, &ids).await.unwrap()[0].is_some()
    };
    assert!(!found(1).await);
    assert!(found(2).await);
}

pub(super) async fn an_actor_goes_after_a_day(fixture: Fixture<impl Store>) {
    let actor = Actor { member: MemberId(1), command: "/lead create".to_owned() };
    let id = ContactId::new("a");
    fixture.store.remember_actor(&fixture.workspace, &id, &actor).await.unwrap();
    fixture.pass(2 * DAY_MS);
    prune(&fixture).await;
    fixture.pass(-2 * DAY_MS);
    assert_eq!(fixture.store.actor(&fixture.workspace, &id).await.unwrap(), None);
}

pub(super) async fn pruning_a_workspace_leaves_short_lived_texts_alone(fixture: Fixture<impl Store>) {
    let key = fixture.buttons("list");
    fixture.store.keep(&key, "text", fixture.now()).await.unwrap();
    fixture.pass(2 * DAY_MS);
    prune(&fixture).await;
    let there = fixture.store.kept(&key, UnixMillis(0)).await.unwrap();
    assert_eq!(there.as_deref(), Some("text"));
}

pub(super) async fn a_clock_that_was_wrong_once_does_not_stop_pruning(fixture: Fixture<impl Store>) {
    let at = UnixMillis(fixture.now().0 + 9_000 * DAY_MS);
    let events = vec![lead("a", seconds(&fixture))];
    fixture.append(Append { events, at, ..fixture.nothing() }).await;
    leads(&fixture, 0..2).await;
    fixture.pass(31 * DAY_MS);
    assert_eq!(prune(&fixture).await.entries, 3);
}

async fn letters(fixture: &Fixture<impl Store>) -> usize {
    fixture.store.dead_letters(&fixture.home).await.unwrap().len()
}

pub(super) async fn a_dead_letter_that_is_too_old_goes_and_is_counted(fixture: Fixture<impl Store>) {
    let (subscription, _) = with_a_dead_letter(&fixture).await;
    fixture.pass(30 * DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (0, 1));
    fixture.pass(DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (1, 0));
    let dropped = fixture.store.dropped(&fixture.home, subscription.id).await.unwrap();
    assert_eq!(dropped, Leftover { failed: 1, ..Leftover::default() });
    assert_eq!(prune(&fixture).await, Pruned::default());
}

pub(super) async fn a_dead_letter_that_is_just_being_posted_again_stays(fixture: Fixture<impl Store>) {
    let (subscription, again) = with_a_dead_letter(&fixture).await;
    let begun = fixture.store.begin(&fixture.home, again.clone(), None).await.unwrap();
    assert_eq!(begun, DeliveryOutcome::Done);
    fixture.pass(31 * DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (0, 1));
    let refused = Verdict::Dead { event: Box::new(lead("a", 10)), reason: "other".to_owned() };
    let settled = Settlement { at: fixture.now(), ..settlement(&subscription, again, refused) };
    assert_eq!(fixture.store.settle(settled).await.unwrap(), DeliveryOutcome::Done);
    fixture.pass(30 * DAY_MS);
    assert_eq!(letters(&fixture).await, 1, "it is kept from when it was refused last");
    fixture.pass(DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (1, 0));
}

pub(super) async fn a_dead_letter_that_a_wrong_clock_dated_goes_in_its_time(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    let made = seconds(&fixture);
    fixture.journal(vec![lead("a", made), lead("b", made)]).await;
    for (number, wrong_by) in [(1, -9_000 * DAY_MS), (2, 9_000 * DAY_MS)] {
        let only = batch(&subscription, &[number], 0);
        let _ = fixture.store.begin(&fixture.home, only.clone(), None).await.unwrap();
        let dead = Verdict::Dead { event: Box::new(lead("a", made)), reason: String::new() };
        let at = UnixMillis(fixture.now().0 + wrong_by);
        let settled = Settlement { at, ..settlement(&subscription, only, dead) };
        assert_eq!(fixture.store.settle(settled).await.unwrap(), DeliveryOutcome::Done);
    }
    fixture.pass(29 * DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (0, 2));
    fixture.pass(2 * DAY_MS);
    assert_eq!((prune(&fixture).await.letters, letters(&fixture).await), (2, 0));
}

pub(super) async fn the_ids_of_messages_go_when_they_are_too_old(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    let post = async |first: u64, count: u64| {
        let names = (first..first + count).map(|number| format!("{number:04}"));
        fixture.journal(names.map(|name| lead(&name, seconds(&fixture))).collect()).await;
        let numbers: Vec<_> = (first..first + count).collect();
        let all = batch(&subscription, &numbers, 0);
        let _ = fixture.store.begin(&fixture.home, all.clone(), None).await.unwrap();
        let posted = Verdict::Posted(Some(MessageId::earliest_at(fixture.now())));
        let settled = fixture.store.settle(settlement(&subscription, all, posted)).await.unwrap();
        assert_eq!(settled, DeliveryOutcome::Done);
    };
    for hundred in 0..6 {
        post(hundred * 200 + 1, 200).await;
    }
    fixture.pass(31 * DAY_MS);
    post(1201, 1).await;
    assert_eq!(prune(&fixture).await.messages, 1200);
    let about = async |name: &str| {
        fixture.store.posted_about(&fixture.workspace, &ContactId::new(name)).await.unwrap().len()
    };
    assert_eq!((about("0001").await, about("1200").await, about("1201").await), (0, 0, 1));
    assert_eq!(prune(&fixture).await.messages, 0);
}

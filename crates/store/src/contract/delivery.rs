//! Delivery's part.

use deskbell_domain::contact::Role;
use deskbell_domain::delivery::{
    DeadLetterId, InFlight, Nonce, PostedCounts, PostedMessage, Settlement, Source, Verdict,
};
use deskbell_domain::event::{Event, EventId, EventKind, Record};
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, ContactId, JournalNumber, MemberId, MessageId, RoleId,
};
use deskbell_domain::mention::{Call, Called};
use deskbell_domain::port::store::{Backlogged, DeliveryOutcome, Look, Progress, Store, Waiting};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::{Fixture, batch, contact, lead, settlement, user};

async fn begin(
    fixture: &Fixture<impl Store>,
    in_flight: InFlight,
    replaces: Option<&Nonce>,
) -> DeliveryOutcome {
    fixture.store.begin(&fixture.home, in_flight, replaces.cloned()).await.unwrap()
}

async fn settle(fixture: &Fixture<impl Store>, settlement: Settlement) -> DeliveryOutcome {
    fixture.store.settle(settlement).await.unwrap()
}

async fn progress(fixture: &Fixture<impl Store>, subscription: &Subscription) -> Progress {
    fixture.store.progress(&fixture.home, subscription.id).await.unwrap().unwrap()
}

fn posted(message: u64) -> Verdict {
    Verdict::Posted(Some(MessageId(message)))
}

fn dead(id: &str) -> Verdict {
    Verdict::Dead { event: Box::new(lead(id, 10)), reason: "50035 embeds[0].description".to_owned() }
}

pub(super) async fn only_events_after_the_floor_and_the_head_wait(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("before", 100)]).await;
    let wish = Subscription { floor: Timestamp(50), ..fixture.wish(EventKind::NewLead, 100) };
    let subscription = fixture.subscribe(wish).await;
    fixture
        .journal(vec![lead("late indexed", 40), user("other kind", 60), lead("a", 50), lead("b", 70)])
        .await;
    let cursor = progress(&fixture, &subscription).await.cursor;
    let look = async |cursor, limit| fixture.store.look(&subscription, cursor, limit).await.unwrap();
    let first = Waiting { number: JournalNumber(4), at: Timestamp(50), event: Some(lead("a", 50)) };
    let second = Waiting { number: JournalNumber(5), at: Timestamp(70), event: Some(lead("b", 70)) };
    let (head, amended) = (JournalNumber(5), AmendmentNumber::NONE);
    assert_eq!(look(cursor, 1).await, Look { head, amended, waiting: vec![first.clone()] });
    assert_eq!(look(first.number, 9).await, Look { head, amended, waiting: vec![second.clone()] });
    assert_eq!(look(cursor, 10).await, Look { head, amended, waiting: vec![first, second] });
    assert_eq!(look(head, 10).await, Look { head, amended, waiting: Vec::new() });
    let backlog = fixture.store.backlog(&subscription, cursor).await.unwrap();
    assert_eq!(backlog, Backlogged { count: 2, since: Some(Timestamp(50)) });
}

pub(super) async fn a_batch_begins_only_where_the_expected_one_stands(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11)]).await;
    let whole = batch(&subscription, &[1, 2], 0);
    let half = batch(&subscription, &[1], 1);
    assert_eq!(begin(&fixture, whole.clone(), Some(&half.nonce)).await, DeliveryOutcome::Conflict);
    assert_eq!(begin(&fixture, whole.clone(), None).await, DeliveryOutcome::Done);
    assert_eq!(begin(&fixture, whole.clone(), None).await, DeliveryOutcome::Done);
    assert_eq!(begin(&fixture, half.clone(), None).await, DeliveryOutcome::Conflict);
    let counted = InFlight { attempts: 2, ..whole.clone() };
    assert_eq!(begin(&fixture, counted, Some(&whole.nonce)).await, DeliveryOutcome::Done);
    assert_eq!(begin(&fixture, half.clone(), Some(&whole.nonce)).await, DeliveryOutcome::Done);
    assert_eq!(progress(&fixture, &subscription).await.in_flight, Some(half));
}

pub(super) async fn a_batch_that_was_settled_cannot_begin_again(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10)]).await;
    let only = batch(&subscription, &[1], 0);
    let _ = begin(&fixture, only.clone(), None).await;
    let _ = settle(&fixture, settlement(&subscription, only.clone(), posted(1))).await;
    assert_eq!(begin(&fixture, only, None).await, DeliveryOutcome::Conflict);
}

pub(super) async fn a_batch_of_events_that_are_not_journaled_cannot_begin(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![user("b", 11)]).await;
    assert_eq!(begin(&fixture, batch(&subscription, &[1], 0), None).await, DeliveryOutcome::Conflict);
    assert_eq!(begin(&fixture, batch(&subscription, &[2], 0), None).await, DeliveryOutcome::Conflict);
}

pub(super) async fn posting_moves_the_cursor_counts_and_is_found_by_contact(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11)]).await;
    let both = InFlight { cursor_after: JournalNumber(9), ..batch(&subscription, &[1, 2], 0) };
    let _ = begin(&fixture, both.clone(), None).await;
    let outcome = settle(&fixture, settlement(&subscription, both, posted(77))).await;
    assert_eq!(outcome, DeliveryOutcome::Done);
    let after = progress(&fixture, &subscription).await;
    assert_eq!((after.cursor, after.in_flight), (JournalNumber(9), None));
    assert_eq!(after.last_posted, Some(fixture.now()));
    let counts = fixture.store.posted_on(&fixture.home, "2026-11-23").await.unwrap();
    let mut two_leads = PostedCounts::default();
    two_leads.add(EventKind::NewLead, 2);
    assert_eq!(counts, two_leads);
    let found = fixture.store.posted_about(&fixture.workspace, &ContactId::new("b")).await.unwrap();
    let expected = PostedMessage {
        guild: fixture.home.guild,
        channel: ChannelId(100),
        message: MessageId(77),
        event: lead("b", 11).id,
    };
    assert_eq!(found, [expected]);
    assert_eq!(fixture.store.own_messages(&fixture.home, ChannelId(100)).await.unwrap(), [MessageId(77)]);
}

pub(super) async fn a_repeated_settlement_counts_once(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10)]).await;
    let only = batch(&subscription, &[1], 0);
    assert_eq!(
        settle(&fixture, settlement(&subscription, only.clone(), posted(1))).await,
        DeliveryOutcome::Conflict
    );
    let _ = begin(&fixture, only.clone(), None).await;
    for _ in 0..2 {
        let outcome = settle(&fixture, settlement(&subscription, only.clone(), posted(1))).await;
        assert_eq!(outcome, DeliveryOutcome::Done);
    }
    assert_eq!(fixture.store.posted_on(&fixture.home, "2026-11-23").await.unwrap().of(EventKind::NewLead), 1);
}

pub(super) async fn a_dead_event_becomes_a_dead_letter_and_the_rest_goes_on(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11)]).await;
    let first = batch(&subscription, &[1], 0);
    let _ = begin(&fixture, first.clone(), None).await;
    for _ in 0..2 {
        let outcome = settle(&fixture, settlement(&subscription, first.clone(), dead("a"))).await;
        assert_eq!(outcome, DeliveryOutcome::Done);
    }
    let letters = fixture.store.dead_letters(&fixture.home).await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!((letters[0].id, letters[0].number), (DeadLetterId(1), JournalNumber(1)));
    assert_eq!(letters[0].event, lead("a", 10));
    assert!(!letters[0].retry);
    assert_eq!(progress(&fixture, &subscription).await.cursor, JournalNumber(1));
    assert_eq!(fixture.store.posted_on(&fixture.home, "2026-11-23").await.unwrap(), PostedCounts::default());
}

pub(super) async fn with_a_dead_letter(fixture: &Fixture<impl Store>) -> (Subscription, InFlight) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10)]).await;
    let first = batch(&subscription, &[1], 0);
    let _ = begin(fixture, first.clone(), None).await;
    let _ = settle(fixture, settlement(&subscription, first, dead("a"))).await;
    let again = InFlight { source: Source::DeadLetter(DeadLetterId(1)), ..batch(&subscription, &[1], 7) };
    (subscription, again)
}

pub(super) async fn a_dead_letter_can_be_tried_again_or_dropped(fixture: Fixture<impl Store>) {
    let (subscription, again) = with_a_dead_letter(&fixture).await;
    assert!(fixture.store.retry_dead_letter(&fixture.home, DeadLetterId(1), None).await.unwrap());
    assert!(fixture.store.dead_letters(&fixture.home).await.unwrap()[0].retry);
    assert_eq!(begin(&fixture, again.clone(), None).await, DeliveryOutcome::Done);
    for _ in 0..2 {
        let outcome = settle(&fixture, settlement(&subscription, again.clone(), posted(5))).await;
        assert_eq!(outcome, DeliveryOutcome::Done);
    }
    assert_eq!(fixture.store.dead_letters(&fixture.home).await.unwrap(), []);
    let found = fixture.store.posted_about(&fixture.workspace, &ContactId::new("a")).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(begin(&fixture, again, None).await, DeliveryOutcome::Conflict);
    assert!(!fixture.store.retry_dead_letter(&fixture.home, DeadLetterId(1), None).await.unwrap());
    assert!(!fixture.store.drop_dead_letter(&fixture.home, DeadLetterId(1), None).await.unwrap());
}

pub(super) async fn a_dead_letter_that_dies_again_stays_with_its_new_reason(fixture: Fixture<impl Store>) {
    let (subscription, again) = with_a_dead_letter(&fixture).await;
    let _ = fixture.store.retry_dead_letter(&fixture.home, DeadLetterId(1), None).await.unwrap();
    let _ = begin(&fixture, again.clone(), None).await;
    let verdict = Verdict::Dead { event: Box::new(lead("a", 10)), reason: "other".to_owned() };
    let outcome = settle(&fixture, settlement(&subscription, again, verdict)).await;
    assert_eq!(outcome, DeliveryOutcome::Done);
    let letters = fixture.store.dead_letters(&fixture.home).await.unwrap();
    let told: Vec<_> = letters.iter().map(|letter| (letter.reason.as_str(), letter.retry)).collect();
    assert_eq!(told, [("other", false)]);
    assert!(fixture.store.drop_dead_letter(&fixture.home, DeadLetterId(1), None).await.unwrap());
}

pub(super) async fn a_cursor_never_goes_back_and_stays_while_a_batch_is_in_flight(
    fixture: Fixture<impl Store>,
) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11), lead("c", 12)]).await;
    let advance =
        async |to| fixture.store.advance(&fixture.home, subscription.id, JournalNumber(to)).await.unwrap();
    assert_eq!(advance(2).await, DeliveryOutcome::Done);
    assert_eq!(advance(1).await, DeliveryOutcome::Done);
    assert_eq!(progress(&fixture, &subscription).await.cursor, JournalNumber(2));
    let _ = begin(&fixture, batch(&subscription, &[3], 0), None).await;
    assert_eq!(advance(9).await, DeliveryOutcome::Conflict);
    assert_eq!(progress(&fixture, &subscription).await.cursor, JournalNumber(2));
}

pub(super) async fn the_last_five_own_messages_are_known(fixture: Fixture<impl Store>) {
    let channel = ChannelId(4);
    for message in [1, 2, 3, 2, 4, 5, 6] {
        fixture.store.remember_own_message(&fixture.home, channel, MessageId(message)).await.unwrap();
    }
    let known = fixture.store.own_messages(&fixture.home, channel).await.unwrap();
    assert_eq!(known, [6, 5, 4, 3, 2].map(MessageId));
    assert_eq!(fixture.store.own_messages(&fixture.home, ChannelId(5)).await.unwrap(), []);
}

pub(super) async fn the_last_call_is_known_by_channel_and_whom_it_was_to(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11)]).await;
    let (role, member) = (Called::Role(RoleId(5)), Called::Member(MemberId(5)));
    let last = async |channel: ChannelId, to| {
        fixture.store.last_call(&fixture.home, channel, to).await.unwrap().map(|at| at.0)
    };
    let here = subscription.channel;
    assert_eq!(last(here, role).await, None);
    let calling = |number: u64, at: i64| {
        let mention = Some(Call { to: role, at: UnixMillis(at) });
        InFlight { mention, ..batch(&subscription, &[number], 0) }
    };
    let first = calling(1, 7);
    assert_eq!(begin(&fixture, first.clone(), None).await, DeliveryOutcome::Done);
    assert_eq!(last(here, role).await, Some(7));
    assert_eq!(last(here, member).await, None, "a member may have the number of a role");
    assert_eq!(last(ChannelId(4), role).await, None, "another channel");
    let again = InFlight { attempts: 2, ..first.clone() };
    let _ = begin(&fixture, again.clone(), Some(&first.nonce)).await;
    let anew = calling(1, 9);
    let _ = begin(&fixture, anew.clone(), Some(&again.nonce)).await;
    assert_eq!(last(here, role).await, Some(9), "it was not made before");
    let _ = settle(&fixture, settlement(&subscription, anew, posted(1))).await;
    let _ = begin(&fixture, batch(&subscription, &[2], 0), None).await;
    assert_eq!(last(here, role).await, Some(9), "a batch that calls nobody changes nothing");
}

pub(super) async fn counters_of_the_last_35_days_are_kept(fixture: Fixture<impl Store>) {
    let subscription = fixture.subscribe_to_leads().await;
    for day in 1..=40_u64 {
        let id = format!("{day}");
        let contact = super::fixture::contact(&id, Role::Lead, 10);
        fixture.journal(vec![lead(contact.id.as_str(), 10)]).await;
        let only = batch(&subscription, &[day], 0);
        let _ = begin(&fixture, only.clone(), None).await;
        let day = format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        let _ = settle(&fixture, Settlement { day, ..settlement(&subscription, only, posted(1)) }).await;
    }
    let leads =
        async |day: &str| fixture.store.posted_on(&fixture.home, day).await.unwrap().of(EventKind::NewLead);
    assert_eq!(leads("2026-01-06").await, 0);
    assert_eq!(leads("2026-01-07").await, 1);
    assert_eq!(leads("2026-02-13").await, 1);
}

fn identified(id: &str, made: i64, at: i64) -> Event {
    let mut contact = Box::new(contact(id, Role::Lead, made));
    contact.email = Some("ada@acme.io".to_owned());
    let id = EventId::lead_identified(&contact.id);
    Event { id, at: Timestamp(at), record: Record::Identified { contact }, actor: None }
}

pub(super) async fn that_a_lead_was_identified_waits_where_it_was_posted_before(
    fixture: Fixture<impl Store>,
) {
    let at_once = fixture.subscribe_to_leads().await;
    let later = fixture.subscribe(fixture.wish(EventKind::NewLead, 101)).await;
    let wish = Subscription { floor: Timestamp(20), ..fixture.wish(EventKind::NewLead, 102) };
    let made_since = fixture.subscribe(wish).await;
    fixture.journal(vec![lead("a", 10)]).await;
    let post = async |subscription: &Subscription, numbers: &[u64]| {
        let batch = InFlight { first_attempt: fixture.now(), ..batch(subscription, numbers, 0) };
        assert_eq!(begin(&fixture, batch.clone(), None).await, DeliveryOutcome::Done);
        let message = subscription.channel.0 * 10 + numbers[0];
        let settled = settle(&fixture, settlement(subscription, batch, posted(message))).await;
        assert_eq!(settled, DeliveryOutcome::Done);
    };
    post(&at_once, &[1]).await;
    fixture.pass(1000);
    fixture.journal(vec![identified("a", 10, 30)]).await;
    fixture.pass(1000);
    post(&later, &[1]).await;
    let waiting = async |subscription: &Subscription| {
        let look = fixture.store.look(subscription, JournalNumber(0), 9).await.unwrap();
        look.waiting.into_iter().map(|waiting| waiting.number.0).collect::<Vec<_>>()
    };
    assert_eq!(waiting(&at_once).await, [1, 2]);
    assert_eq!(waiting(&later).await, [1], "its message shows the address");
    assert_eq!(waiting(&made_since).await, [0; 0], "it was never told of the lead");
    post(&at_once, &[2]).await;
    let counts = fixture.store.posted_on(&fixture.home, "2026-11-23").await.unwrap();
    assert_eq!((counts.of(EventKind::NewLead), counts.of(EventKind::LeadIdentified)), (2, 1));
}

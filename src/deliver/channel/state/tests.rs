use std::collections::BTreeSet;
use std::time::Duration;

use deskbell_domain::delivery::{Layout, Nonce, Phrasing, Source};
use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, GuildId, JournalNumber, MessageId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::messenger::{Pace, Passed};
use deskbell_domain::subscription::Detail;

use super::super::flight::Attempt;
use super::*;
use crate::deliver::pace::{Reach, Reachability};

const WALL: UnixMillis = UnixMillis(1_000_000);

/// A coin that always falls on the same side.
struct NoChance;

impl Random for NoChance {
    fn number(&self) -> u64 {
        0
    }
}

fn record(attempts: u32) -> InFlight {
    let number = JournalNumber(7);
    InFlight {
        subscription: SubscriptionId(1),
        channel: ChannelId(10),
        numbers: vec![number],
        cursor_after: number,
        source: Source::Journal,
        layout: Layout::Cards,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(SubscriptionId(1), number, number, 0),
        first_attempt: WALL,
        attempts,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: BTreeSet::new(),
        ring: None,
        mention: None,
    }
}

fn in_flight(now: Instant) -> State {
    let mut state = State::Idle;
    state.begin(Flight::begun(record(1), now));
    state
}

fn settlement(record: &InFlight, verdict: Verdict) -> Settlement {
    Settlement {
        in_flight: record.clone(),
        home: Home::new(&WorkspaceId::new("acme"), GuildId(1)),
        kind: EventKind::NewLead,
        detail: Detail::Full,
        verdict,
        at: WALL,
        day: "2026-11-23".to_owned(),
    }
}

fn answered(state: &mut State, outcome: PostOutcome, blocked: Option<Blocked>) -> Next {
    state.answered(outcome, blocked, &NoChance, Instant::now())
}

/// Others get through, each time one more.
fn blocked(answered: u64) -> Blocked {
    let reachability = Reachability { answered, others_failing: 0, reach: Reach::Open, since: WALL };
    Blocked { reachability, pause: Duration::from_secs(30) }
}

fn refused() -> PostOutcome {
    PostOutcome::Refused { reason: "too long".to_owned() }
}

#[tokio::test(start_paused = true)]
async fn a_posted_batch_is_in_flight_no_more_but_idle_only_once_that_is_written() {
    let mut state = in_flight(Instant::now());
    let posted = PostOutcome::Posted { message: Some(MessageId(5)), pace: Pace::Unsaid };
    let verdict = Verdict::Posted(Some(MessageId(5)));
    assert_eq!(answered(&mut state, posted, None), Next::Settle(verdict.clone()));
    state.settle(|record| settlement(record, verdict));
    assert!(state.flight().is_none() && state.due(WALL, Instant::now()).is_none());
    assert!(state.settlement().is_some());
    assert!(matches!(state.written(DeliveryOutcome::Done), Written::Landed(_)));
    assert!(matches!(state, State::Idle));
}

#[tokio::test(start_paused = true)]
async fn where_something_else_is_stored_the_batch_is_in_flight_until_that_is_read() {
    let mut state = in_flight(Instant::now());
    state.settle(|record| settlement(record, Verdict::Vanished));
    assert!(matches!(state.written(DeliveryOutcome::Conflict), Written::Conflict));
    assert!(state.flight().is_some());
    let stored = State::stored(None, state, Instant::now());
    assert!(matches!(stored, State::Idle));
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_unknown_fate_is_sent_again_and_looked_for_once_its_nonce_is_old() {
    let mut state = in_flight(Instant::now());
    assert_eq!(answered(&mut state, PostOutcome::Unknown, None), Next::LookAgain);
    assert!(state.flight().is_some_and(|flight| flight.not_before > Instant::now()));
    assert_eq!(state.due(WALL, Instant::now()), Some(Due::Send(Attempt::Repeated)));
    tokio::time::advance(Duration::from_mins(2)).await;
    assert_eq!(state.due(WALL, Instant::now()), Some(Due::Find));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_counts_at_once_only_where_no_earlier_try_may_be_in_the_channel() {
    let said = Refused::Said("too long".to_owned());
    let mut state = in_flight(Instant::now());
    assert_eq!(answered(&mut state, refused(), None), Next::GiveUp(said.clone()));
    answered(&mut state, PostOutcome::Unknown, None);
    assert_eq!(answered(&mut state, refused(), None), Next::LookAgain);
    assert_eq!(state.due(WALL, Instant::now()), Some(Due::Decide(said.clone())));
    assert_eq!(state.refused_and_absent(said.clone(), Instant::now()), Next::LookAgain);
    tokio::time::advance(Duration::from_secs(30)).await;
    assert_eq!(state.refused_and_absent(said.clone(), Instant::now()), Next::GiveUp(said));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_does_not_count_while_what_was_sent_before_the_look_may_still_come() {
    let said = Refused::Said("too long".to_owned());
    for (since_sent, next) in [(20, Next::LookAgain), (30, Next::GiveUp(said))] {
        let mut state = in_flight(Instant::now());
        answered(&mut state, PostOutcome::Unknown, None);
        tokio::time::advance(Duration::from_secs(since_sent)).await;
        state.flight_mut().unwrap().starts_over(Instant::now());
        assert_eq!(answered(&mut state, refused(), None), next, "{since_sent} s after it was sent");
    }
}

#[tokio::test(start_paused = true)]
async fn what_another_process_sent_is_looked_for_however_young_its_record_seems() {
    let state = State::stored(Some(record(1)), State::Idle, Instant::now());
    assert_eq!(state.due(WALL, Instant::now()), Some(Due::Find));
    let certainly_not_posted = State::stored(Some(record(0)), State::Idle, Instant::now());
    assert_eq!(certainly_not_posted.due(WALL, Instant::now()), Some(Due::Send(Attempt::First)));
}

#[tokio::test(start_paused = true)]
async fn a_batch_that_alone_is_turned_away_three_times_is_given_up() {
    let mut state = in_flight(Instant::now());
    let turned_away = || PostOutcome::TurnedAway { after: None, passed: Passed::No };
    assert_eq!(answered(&mut state, turned_away(), Some(blocked(1))), Next::LookAgain);
    assert_eq!(answered(&mut state, turned_away(), Some(blocked(2))), Next::LookAgain);
    assert_eq!(
        answered(&mut state, turned_away(), Some(blocked(3))),
        Next::GiveUp(Refused::Unsaid(NO_ANSWER.to_owned()))
    );
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_nobody_knows_counts_like_no_answer_and_keeps_its_code() {
    let mut state = in_flight(Instant::now());
    let unexplained = || PostOutcome::Unexplained { reason: "400 99999".to_owned() };
    assert_eq!(answered(&mut state, unexplained(), Some(blocked(1))), Next::LookAgain);
    assert!(state.flight().is_some_and(|flight| flight.not_before > Instant::now()), "not at once again");
    assert_eq!(answered(&mut state, unexplained(), Some(blocked(2))), Next::LookAgain);
    let given_up = Next::GiveUp(Refused::Unsaid("400 99999".to_owned()));
    assert_eq!(answered(&mut state, unexplained(), Some(blocked(3))), given_up);
}

#[tokio::test(start_paused = true)]
async fn what_the_process_knows_of_a_record_outlives_that_it_is_read_again() {
    let now = Instant::now();
    let fate = |state: &State| state.flight().map(|flight| flight.fate);
    assert_eq!(fate(&State::stored(Some(record(1)), in_flight(now), now)), Some(Fate::NotPosted));
    assert_eq!(fate(&State::stored(Some(record(1)), State::Idle, now)), Some(Fate::Open));
    assert_eq!(fate(&State::stored(Some(record(0)), State::Idle, now)), Some(Fate::NotPosted));
    assert_eq!(fate(&State::stored(Some(record(2)), in_flight(now), now)), Some(Fate::Open));
}

#[tokio::test(start_paused = true)]
async fn what_was_certainly_not_posted_goes_out_as_if_for_the_first_time_once_its_time_is_old() {
    let state = in_flight(Instant::now());
    assert_eq!(state.due(WALL, Instant::now()), Some(Due::Send(Attempt::Repeated)));
    let later = UnixMillis(WALL.0 + 120_000);
    assert_eq!(state.due(later, Instant::now()), Some(Due::Send(Attempt::First)));
    let set_back = UnixMillis(WALL.0 - 1);
    assert_eq!(state.due(set_back, Instant::now()), Some(Due::Send(Attempt::First)));
}

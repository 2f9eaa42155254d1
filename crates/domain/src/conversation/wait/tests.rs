use super::*;
use crate::conversation::{Activity, Author, Holder, Now, Readers};
use crate::ids::PartId;
use crate::rich_text::RichText;

const BEGUN: i64 = 1_000;

fn part(id: u32, speaker: Speaker, text: &str) -> Part {
    Part {
        id: PartId::new(id.to_string()),
        at: Timestamp(BEGUN + i64::from(id)),
        author: Author { name: Some(format!("{speaker:?}")), ..Author::default() },
        speaker,
        readers: Readers::Everybody,
        text: RichText::plain(text),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

fn customer(id: u32) -> Part {
    part(id, Speaker::Customer, &format!("words {id}"))
}

fn teammate(id: u32) -> Part {
    part(id, Speaker::Teammate, "an answer")
}

fn bot(id: u32) -> Part {
    part(id, Speaker::Bot, "I am a bot")
}

fn close(id: u32) -> Part {
    Part { stands: Some(State::Closed), ..part(id, Speaker::Teammate, "") }
}

fn thread(now: Now, parts: impl IntoIterator<Item = Part>) -> Thread {
    let text = r#"{"id":"5","created_at":1000}"#;
    let mut conversation: crate::conversation::Conversation =
        serde_json::from_str(text).expect("the rest has defaults");
    conversation.now = Some(Box::new(now));
    Thread {
        conversation,
        parts: parts.into_iter().collect(),
        extent: Extent::Whole,
        opened_by: Speaker::Customer,
        reached: crate::conversation::Reached::Otherwise,
        tags: Vec::new(),
        bot_took_part: false,
        asks_for_the_team: false,
    }
}

fn open() -> Now {
    Now { waiting_since: Some(Timestamp(BEGUN)), ..Now::default() }
}

/// By what a wait is known, and since when it lasts, in seconds after the beginning.
fn wait(thread: &Thread) -> Option<(String, i64)> {
    thread.wait().map(|wait| (wait.id.to_string(), wait.counted.begin().0 - BEGUN))
}

fn known(id: &str, since: i64) -> (String, i64) {
    (id.to_owned(), since)
}

#[test]
fn a_wait_begins_with_the_first_words_after_an_answer_and_stays_the_same_however_much_is_added() {
    assert_eq!(wait(&thread(open(), [])), Some(known("conversation-5", 0)));
    assert_eq!(wait(&thread(open(), [customer(10), customer(20)])), Some(known("conversation-5", 0)));
    let answered = |later: Vec<Part>| thread(open(), [customer(10), teammate(20)].into_iter().chain(later));
    assert_eq!(wait(&answered(vec![customer(30)])), Some(known("30", 30)));
    assert_eq!(wait(&answered(vec![customer(30), customer(40), customer(50)])), Some(known("30", 30)));
}

#[test]
fn nobody_waits_where_a_person_spoke_last_or_it_is_put_off_or_closed_or_ours() {
    let mut answered = open();
    answered.waiting_since = None;
    assert_eq!(wait(&thread(answered, [customer(10), teammate(20)])), None);
    for state in [State::Snoozed, State::Closed] {
        assert_eq!(wait(&thread(Now { state, ..open() }, [customer(10)])), None);
    }
    for start in [Start::Ticket, Start::Team] {
        let mut ours = thread(open(), [customer(10)]);
        ours.conversation.start = start;
        assert_eq!(wait(&ours), None);
    }
}

#[test]
fn a_note_is_no_answer() {
    let note = Part { readers: Readers::Team, ..teammate(20) };
    assert_eq!(wait(&thread(open(), [customer(10), note])), Some(known("conversation-5", 0)));
}

fn with_bot(now: Now, parts: impl IntoIterator<Item = Part>) -> Thread {
    Thread { bot_took_part: true, ..thread(now, parts) }
}

#[test]
fn a_bot_neither_ends_a_wait_nor_lets_it_count_while_it_has_it() {
    let by_bot = Now { is_with_bot: true, ..open() };
    assert_eq!(wait(&with_bot(by_bot.clone(), [bot(10)])), None);
    let asked = Thread { asks_for_the_team: true, ..with_bot(by_bot, [bot(10), customer(20)]) };
    assert_eq!(wait(&asked), Some(known("conversation-5", 10)), "it counts since the bot asked for the team");
    let handed = Part { assigned: Some(Holder::People), ..part(30, Speaker::Nobody, "") };
    assert_eq!(
        wait(&with_bot(open(), [bot(10), customer(20), handed])),
        Some(known("conversation-5", 30)),
        "it counts since people have it"
    );
    let people = Part { assigned: Some(Holder::People), ..part(1, Speaker::Nobody, "") };
    assert_eq!(wait(&with_bot(open(), [people, bot(10), customer(20)])), Some(known("conversation-5", 0)));
}

#[test]
fn nothing_that_a_bot_says_later_lets_a_wait_begin_anew() {
    let by_bot = Now { is_with_bot: true, ..open() };
    let asked =
        |parts: Vec<Part>| wait(&Thread { asks_for_the_team: true, ..with_bot(by_bot.clone(), parts) });
    for later in [vec![], vec![bot(40)], vec![bot(40), customer(50), bot(60)]] {
        let parts = [bot(10), customer(20), bot(30)].into_iter().chain(later).collect();
        assert_eq!(asked(parts), Some(known("conversation-5", 10)));
    }
    let assigned = |id, to| Part { assigned: Some(to), ..part(id, Speaker::Nobody, "") };
    let had_again = [bot(10), assigned(20, Holder::People), assigned(30, Holder::Nobody), bot(40)];
    let had_again = had_again.into_iter().chain([assigned(50, Holder::People)]);
    assert_eq!(wait(&with_bot(open(), had_again)), Some(known("conversation-5", 20)));
    let greeted = [bot(10), assigned(20, Holder::People)];
    assert_eq!(wait(&thread(open(), greeted)), Some(known("conversation-5", 0)), "no bot had it");
}

fn assigned(id: u32, to: Holder) -> Part {
    Part { assigned: Some(to), ..part(id, Speaker::Nobody, "") }
}

/// When a step of it is over, in seconds after the beginning.
fn over(thread: &Thread, seconds: u32) -> Option<i64> {
    let step = Threshold::of_seconds(seconds).expect("a threshold");
    Some(thread.wait()?.counted.over(step, &OpenTime::RoundTheClock)?.0 - BEGUN)
}

#[test]
fn the_time_in_which_a_bot_had_it_again_does_not_count() {
    let parts = [bot(10), assigned(100, Holder::People), assigned(300, Holder::Bot), bot(310)];
    let had_again = with_bot(open(), parts.into_iter().chain([assigned(1_000, Holder::People)]));
    assert_eq!(wait(&had_again), Some(known("conversation-5", 100)));
    assert_eq!((over(&had_again, 120), over(&had_again, 300)), (Some(220), Some(1_100)));
}

#[test]
fn one_that_a_bot_had_and_nobody_has_is_the_bots_until_it_is_given_to_people() {
    let parts = [assigned(10, Holder::Bot), assigned(11, Holder::Nobody), customer(20)];
    let given = with_bot(open(), parts.into_iter().chain([assigned(500, Holder::People)]));
    assert_eq!(wait(&given), Some(known("conversation-5", 500)));
    let parts = [assigned(10, Holder::People), assigned(100, Holder::Nobody), bot(110), customer(120)];
    let given = with_bot(open(), parts.into_iter().chain([assigned(500, Holder::People)]));
    assert_eq!(over(&given, 120), Some(510), "until the bot came it was nobody's");
}

#[test]
fn who_writes_after_it_was_closed_waits_anew() {
    let parts = [customer(10), close(20), customer(30), customer(40)];
    assert_eq!(wait(&thread(open(), parts)), Some(known("30", 30)));
    let answered = [teammate(10), close(20), customer(30)];
    assert_eq!(wait(&thread(open(), answered)), Some(known("30", 30)));
}

#[test]
fn what_comes_first_in_one_second_is_told_by_the_order_of_parts() {
    let at_once = |parts: [Part; 3]| parts.map(|part| Part { at: Timestamp(BEGUN + 20), ..part });
    let opened_again = thread(open(), at_once([customer(20), close(21), customer(22)]));
    assert_eq!(wait(&opened_again), Some(known("22", 20)));
    let answered = thread(open(), at_once([teammate(20), customer(21), close(22)]));
    let closed = Now { state: State::Closed, closed_at: Some(Timestamp(BEGUN + 20)), ..Now::default() };
    assert_eq!(wait(&Thread { conversation: thread(closed, []).conversation, ..answered.clone() }), None);
    assert_eq!(wait(&answered), Some(known("21", 20)), "the team opened again what the customer had asked");
    let in_turn = thread(open(), at_once([customer(20), teammate(21), customer(22)]));
    assert_eq!(wait(&in_turn), Some(known("22", 20)));
}

#[test]
fn who_waited_when_it_was_closed_by_mistake_waits_on_when_the_team_opens_it_again() {
    assert_eq!(wait(&thread(open(), [customer(10), close(20)])), Some(known("conversation-5", 0)));
    assert_eq!(wait(&thread(open(), [teammate(10), customer(20), close(30)])), Some(known("20", 20)));
    let answered = Now { waiting_since: None, ..open() };
    assert_eq!(wait(&thread(answered, [customer(10), teammate(20), close(30)])), None);
    let twice = thread(open(), [close(20), customer(30), close(40)]);
    assert_eq!(wait(&twice), Some(known("30", 30)), "what was closed before they wrote on is over");
    let past: Vec<_> = twice.past_waits().into_iter().map(|one| one.id.to_string()).collect();
    assert_eq!(past, ["conversation-5"]);
}

fn stands(id: u32, state: State) -> Part {
    Part { stands: Some(state), ..part(id, Speaker::Nobody, "") }
}

#[test]
fn while_it_is_put_off_or_closed_nobody_waits_and_the_step_is_over_so_much_later() {
    for away in [State::Snoozed, State::Closed] {
        let off = [stands(300, away), stands(14_700, State::Open)];
        let woken = thread(open(), off.clone());
        assert_eq!(wait(&woken), Some(known("conversation-5", 0)));
        assert_eq!((over(&woken, 240), over(&woken, 900)), (Some(240), Some(15_300)), "{away:?}");
        let twice = off.into_iter().chain([stands(14_760, away), stands(20_000, State::Open)]);
        assert_eq!(over(&thread(open(), twice), 900), Some(20_540), "{away:?}");
    }
    let closed_when_put_off =
        [stands(300, State::Snoozed), stands(400, State::Closed), stands(500, State::Open)];
    assert_eq!(over(&thread(open(), closed_when_put_off), 900), Some(1_100));
}

#[test]
fn a_customer_who_adds_to_what_was_put_off_waits_on_from_then() {
    let woken = thread(open(), [stands(300, State::Snoozed), customer(7_500)]);
    assert_eq!(wait(&woken), Some(known("conversation-5", 0)));
    assert_eq!(over(&woken, 900), Some(8_100));
    let before = thread(open(), [teammate(10), stands(20, State::Snoozed), customer(7_500)]);
    assert_eq!(over(&before, 900), Some(8_400), "they wait since they wrote");
}

#[test]
fn neither_a_bots_time_nor_that_in_which_it_was_put_off_counts() {
    let parts = [bot(10), assigned(100, Holder::People), stands(200, State::Snoozed)];
    let more = [assigned(300, Holder::Bot), stands(400, State::Open), assigned(1_000, Holder::People)];
    let had = with_bot(open(), parts.into_iter().chain(more));
    assert_eq!((over(&had, 60), over(&had, 300)), (Some(160), Some(1_200)));
}

#[test]
fn what_nothing_tells_to_be_woken_waits_on_since_it_last_moved() {
    let mut woken = thread(open(), [stands(300, State::Snoozed)]);
    woken.conversation.updated_at = Timestamp(BEGUN + 14_700);
    assert_eq!(over(&woken, 900), Some(15_300));
}

#[test]
fn where_the_first_words_cannot_be_read_intercom_tells_since_when() {
    let cut = Thread { extent: Extent::Cut, ..thread(open(), [customer(900)]) };
    assert_eq!(wait(&cut), Some(known("conversation-5-1000", 0)));
    let cut = Thread { extent: Extent::Cut, ..thread(open(), [teammate(900), customer(901)]) };
    assert_eq!(wait(&cut), Some(known("901", 901)));
}

#[test]
fn a_step_is_an_event_with_the_first_words_and_its_own_time() {
    let thread = thread(open(), [teammate(10), customer(20), customer(30)]);
    let wait = thread.wait().expect("somebody waits");
    let told = thread.unanswered(&wait, Threshold::USUAL, Timestamp(BEGUN + 920));
    assert_eq!((told.id.as_str(), told.at), ("unanswered:20:900", Timestamp(BEGUN + 920)));
    assert_eq!(told.conversation.text.to_plain(), "words 20");
    let Activity::Unanswered(unanswered) = told.activity else { panic!("it is a wait") };
    assert_eq!((unanswered.since, unanswered.ended), (Timestamp(BEGUN + 20), None));
}

#[test]
fn what_is_over_is_told_by_whom() {
    let now = Now { state: State::Closed, closed_at: Some(Timestamp(BEGUN + 50)), ..open() };
    let past = thread(now, [bot(5), teammate(10), customer(20), teammate(30), customer(40)]).past_waits();
    let told: Vec<_> =
        past.iter().map(|one| (one.id.to_string(), one.at.0 - BEGUN, one.how, one.by.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("conversation-5".to_owned(), 10, Closing::Answered, Some("Teammate")),
            ("20".to_owned(), 30, Closing::Answered, Some("Teammate")),
            ("40".to_owned(), 50, Closing::Closed, None),
        ]
    );
}

#[test]
fn a_wait_that_ended_by_a_close_ended_then_whatever_came_later() {
    let ends = |now: Now, parts: Vec<Part>| -> Vec<_> {
        let past = thread(now, parts).past_waits().into_iter();
        past.map(|one| (one.id.to_string(), one.at.0 - BEGUN, one.how, one.by)).collect()
    };
    let grace = || Some("Teammate".to_owned());
    let source = || "conversation-5".to_owned();
    assert_eq!(
        ends(open(), vec![close(20), customer(30), teammate(40)]),
        [(source(), 20, Closing::Closed, grace()), ("30".to_owned(), 40, Closing::Answered, grace())]
    );
    let by_mistake = vec![close(20), teammate(40)];
    assert_eq!(ends(open(), by_mistake), [(source(), 40, Closing::Answered, grace())]);
    let untold = Now { state: State::Closed, closed_at: None, ..open() };
    assert_eq!(ends(untold, vec![close(20)]), [(source(), 20, Closing::Closed, None)]);
}

#[test]
fn of_several_steps_those_are_due_that_are_over() {
    let steps = [60, 120, 300].map(|seconds| Threshold::of_seconds(seconds).expect("a threshold"));
    let due =
        Due::of(&Counted::since(Timestamp(BEGUN)), steps, &OpenTime::RoundTheClock, Timestamp(BEGUN + 130));
    let over: Vec<_> = due.over.iter().map(|(_, at)| at.0 - BEGUN).collect();
    assert_eq!((over, due.next), (vec![60, 120], Some(Timestamp(BEGUN + 300))));
}

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
        asks_for_the_team: false,
    }
}

fn open() -> Now {
    Now { waiting_since: Some(Timestamp(BEGUN)), ..Now::default() }
}

/// By what a wait is known, and since when it lasts, in seconds after the beginning.
fn wait(thread: &Thread) -> Option<(String, i64)> {
    thread.wait().map(|wait| (wait.id.to_string(), wait.since.0 - BEGUN))
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

#[test]
fn a_bot_neither_ends_a_wait_nor_lets_it_count_while_it_has_it() {
    let by_bot = Now { is_with_bot: true, ..open() };
    assert_eq!(wait(&thread(by_bot.clone(), [bot(10)])), None);
    let asked = Thread { asks_for_the_team: true, ..thread(by_bot, [bot(10), customer(20)]) };
    assert_eq!(wait(&asked), Some(known("conversation-5", 10)), "it counts since the bot asked for the team");
    let handed = Part { assigned: Some(Holder::People), ..part(30, Speaker::Nobody, "") };
    assert_eq!(
        wait(&thread(open(), [bot(10), customer(20), handed])),
        Some(known("conversation-5", 30)),
        "it counts since people have it"
    );
    let people = Part { assigned: Some(Holder::People), ..part(1, Speaker::Nobody, "") };
    assert_eq!(wait(&thread(open(), [people, bot(10), customer(20)])), Some(known("conversation-5", 0)));
}

#[test]
fn who_writes_after_it_was_closed_waits_anew() {
    let closed = Now { closed_at: Some(Timestamp(BEGUN + 20)), ..open() };
    assert_eq!(wait(&thread(closed, [customer(10), customer(30), customer(40)])), Some(known("30", 30)));
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
fn of_several_steps_those_are_due_that_are_over() {
    let steps = [60, 120, 300].map(|seconds| Threshold::of_seconds(seconds).expect("a threshold"));
    let due = Due::of(Timestamp(BEGUN), steps, &OpenTime::RoundTheClock, Timestamp(BEGUN + 130));
    let over: Vec<_> = due.over.iter().map(|(_, at)| at.0 - BEGUN).collect();
    assert_eq!((over, due.next), (vec![60, 120], Some(Timestamp(BEGUN + 300))));
}

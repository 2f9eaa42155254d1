use super::*;
use crate::conversation::{Author, Now, Readers};
use crate::rich_text::RichText;

fn part(id: u32, speaker: Speaker, text: &str) -> Part {
    Part {
        id: PartId::new(id.to_string()),
        at: Timestamp(1_000 + i64::from(id)),
        author: Author { name: Some(format!("{speaker:?}")), ..Author::default() },
        speaker,
        readers: Readers::Everybody,
        text: RichText::plain(text),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

fn assigned(id: u32, to: Holder) -> Part {
    Part { assigned: Some(to), ..part(id, Speaker::Nobody, "") }
}

fn customer(id: u32) -> Part {
    part(id, Speaker::Customer, &format!("words {id}"))
}

fn bot(id: u32) -> Part {
    part(id, Speaker::Bot, "I am a bot")
}

/// Of a conversation that a customer began, unless it is said otherwise.
fn thread(parts: impl IntoIterator<Item = Part>) -> Thread {
    let text = r#"{"id":"5","created_at":1000,"now":{"w":1000}}"#;
    Thread {
        conversation: serde_json::from_str(text).expect("the rest has defaults"),
        parts: parts.into_iter().collect(),
        extent: Extent::Whole,
        opened_by: Speaker::Customer,
        reached: crate::conversation::Reached::Otherwise,
        tags: Vec::new(),
        bot_took_part: true,
        asks_for_the_team: false,
    }
}

fn begun_by_bot(parts: impl IntoIterator<Item = Part>, answered_at: i64) -> Thread {
    let mut thread = thread(parts);
    thread.conversation.start = Start::Bot(Answer::At(Timestamp(answered_at)));
    Thread { opened_by: Speaker::Bot, ..thread }
}

fn ids(thread: &Thread) -> Vec<String> {
    thread.happenings().iter().map(|one| one.id.to_string()).collect()
}

#[test]
fn every_word_of_a_customer_is_a_reply_whatever_part_it_rides_on() {
    let reopened = Part { assigned: Some(Holder::Nobody), ..customer(3) };
    let silent = part(4, Speaker::Customer, "");
    let file = Part { attachments: vec!["bill.pdf".to_owned()], ..part(5, Speaker::Customer, "") };
    let note = Part { readers: Readers::Team, ..part(6, Speaker::Customer, "a note") };
    let thread = thread([customer(1), part(2, Speaker::Teammate, "Hello"), reopened, silent, file, note]);
    assert_eq!(ids(&thread), ["customer_replied:1", "customer_replied:3", "customer_replied:5"]);
    let reply = &thread.happenings()[1];
    assert_eq!((reply.at, reply.conversation.text.to_plain().as_str()), (Timestamp(1_003), "words 3"));
    assert_eq!(reply.conversation.now, None, "how it stands is for the card of the conversation");
}

#[test]
fn the_first_answer_to_a_bot_is_the_beginning_and_no_reply() {
    let parts = || [bot(1), customer(2), customer(3)];
    assert_eq!(ids(&begun_by_bot(parts(), 1_002)), ["customer_replied:3"]);
    let cut = Thread { extent: Extent::Cut, ..begun_by_bot(parts(), 500) };
    assert_eq!(ids(&cut), ["customer_replied:2", "customer_replied:3"], "the beginning is not among them");
}

#[test]
fn people_are_needed_when_they_come_to_have_what_a_bot_had() {
    let people = Holder::People;
    let needed = |thread: Thread| {
        ids(&thread).into_iter().filter(|id| id.starts_with("handed_over")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(needed(thread([customer(1), assigned(2, people)])), none, "no bot took part");
    assert_eq!(needed(thread([bot(1), customer(2), assigned(3, people)])), ["handed_over:3"]);
    assert_eq!(needed(begun_by_bot([customer(2), assigned(3, people)], 1_002)), ["handed_over:3"]);
    let twice =
        [bot(1), assigned(2, people), assigned(3, people), assigned(4, Holder::Bot), assigned(5, people)];
    assert_eq!(needed(thread(twice)), ["handed_over:2", "handed_over:5"], "again if the bot had it again");
    let bot_that_speaks_on = [bot(1), assigned(2, people), bot(3), assigned(4, people)];
    assert_eq!(needed(thread(bot_that_speaks_on)), ["handed_over:2"]);
    let stepped_in = [bot(1), part(2, Speaker::Teammate, "I am here"), assigned(3, people)];
    assert_eq!(needed(thread(stepped_in)), none, "a person speaks already");
    let cut = Thread { extent: Extent::Cut, ..begun_by_bot([assigned(9, people)], 1_002) };
    assert_eq!(needed(cut), none, "who had it before is not known");
}

#[test]
fn what_a_bot_sent_and_nobody_answered_needs_no_person() {
    let unanswered = |parts: Vec<Part>| {
        let mut thread = thread(parts);
        thread.conversation.start = Start::Bot(Answer::None);
        Thread { opened_by: Speaker::Bot, ..thread }
    };
    let campaign = || vec![bot(1), assigned(2, Holder::People)];
    assert_eq!(ids(&unanswered(campaign())), [""; 0]);
    assert_eq!(ids(&Thread { asks_for_the_team: true, ..unanswered(vec![bot(1)]) }), [""; 0]);
    let answered_later = [bot(1), assigned(2, Holder::People), customer(3)];
    assert_eq!(ids(&begun_by_bot(answered_later, 1_003)), [""; 0], "people have it when it begins");
}

#[test]
fn who_is_asked_for_without_an_assignment_is_not_asked_for_again_by_it() {
    let routed = Thread { asks_for_the_team: true, ..thread([bot(1), customer(2), bot(3)]) };
    let happenings = routed.happenings();
    let asked =
        happenings.iter().find(|one| one.activity == Activity::HandedOver).expect("people are needed");
    assert_eq!((asked.id.as_str(), asked.twins.len()), ("handed_over:3", 1));
    assert_eq!(asked.conversation.text.to_plain(), "words 2", "it says what the customer wants");
    let later = Thread {
        asks_for_the_team: true,
        ..thread([bot(1), customer(2), bot(3), assigned(4, Holder::People)])
    };
    let happenings = later.happenings();
    let handed: Vec<_> = happenings.iter().filter(|one| one.activity == Activity::HandedOver).collect();
    assert_eq!(handed.len(), 1);
    assert!(handed[0].twins.contains(&asked.id));
}

#[test]
fn a_bot_that_speaks_on_after_it_asked_for_the_team_asks_once() {
    let asking =
        |parts: Vec<Part>| Thread { asks_for_the_team: true, ..thread(parts) }.happenings().pop().unwrap();
    let asked = asking(vec![bot(1)]);
    assert_eq!(asked.id.as_str(), "handed_over:1");
    assert!(asking(vec![bot(1), bot(2)]).twins.contains(&asked.id));
    assert!(asking(vec![bot(1), bot(2), assigned(3, Holder::People)]).twins.contains(&asked.id));
}

#[test]
fn a_bot_that_was_silent_for_two_days_asks_anew() {
    let at = |part: Part, hours: i64| Part { at: Timestamp(1_000 + hours * 3_600), ..part };
    let asking = |parts: Vec<Part>| Thread { asks_for_the_team: true, ..thread(parts) }.happenings().pop();
    let soon = asking(vec![at(bot(1), 0), at(bot(2), 48), at(bot(3), 96)]).unwrap();
    assert_eq!((soon.id.as_str(), soon.twins.len()), ("handed_over:3", 2));
    let late = asking(vec![at(bot(1), 0), at(bot(2), 49)]).unwrap();
    assert_eq!((late.id.as_str(), late.twins.len()), ("handed_over:2", 0));
    let people = asking(vec![at(bot(1), 0), at(assigned(2, Holder::People), 49)]).unwrap();
    assert_eq!((people.id.as_str(), people.twins.len()), ("handed_over:2", 0));
}

#[test]
fn a_rating_is_one_whatever_is_remarked_later() {
    let rated = |remark: Option<&str>| {
        let rating =
            super::super::Rating { score: 1, at: Timestamp(2_000), remark: remark.map(str::to_owned) };
        let mut thread = thread([]);
        thread.conversation.now = Some(Box::new(Now { rating: Some(rating), ..Now::default() }));
        ids(&thread)
    };
    assert_eq!(rated(None), ["rated:5:2000"]);
    assert_eq!(rated(Some("slow")), rated(None));
}

#[test]
fn a_ticket_tells_nothing() {
    let mut ticket = thread([customer(1)]);
    ticket.conversation.start = Start::Ticket;
    assert_eq!(ids(&ticket), [""; 0]);
}

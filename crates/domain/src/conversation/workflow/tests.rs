use super::*;
use crate::conversation::{Author, Happening, Readers};
use crate::ids::PartId;
use crate::office_hours::OpenTime;
use crate::rich_text::RichText;
use crate::threshold::Threshold;

const BEGUN: i64 = 1_000;

fn part(id: u32, speaker: Speaker, text: &str) -> Part {
    Part {
        id: PartId::new(id.to_string()),
        at: Timestamp(BEGUN + i64::from(id)),
        author: Author::default(),
        speaker,
        readers: Readers::Everybody,
        text: RichText::plain(text),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

fn customer(id: u32) -> Part {
    part(id, Speaker::Customer, "words")
}

fn bot(id: u32) -> Part {
    part(id, Speaker::Bot, "I am a bot")
}

fn teammate(id: u32) -> Part {
    part(id, Speaker::Teammate, "an answer")
}

fn assigned(id: u32, to: Holder) -> Part {
    Part { assigned: Some(to), ..part(id, Speaker::Nobody, "") }
}

/// Of a conversation that a customer began.
fn thread(parts: &[Part]) -> Thread {
    let text = r#"{"id":"5","created_at":1000,"now":{"w":1000}}"#;
    Thread::whole(serde_json::from_str(text).expect("the rest has defaults"), parts.to_vec())
}

fn is_with_bot(mut thread: Thread) -> bool {
    note_bot(&mut thread);
    thread.conversation.now.is_some_and(|now| now.is_with_bot)
}

/// In a talk with the customer, who has answered it.
const TALK: fn() -> Vec<Part> = || vec![bot(10), customer(20), bot(30)];

fn talk(later: impl IntoIterator<Item = Part>) -> Thread {
    thread(&TALK().into_iter().chain(later).collect::<Vec<_>>())
}

#[test]
fn a_bot_has_what_is_assigned_to_it_and_what_it_goes_on_with() {
    assert!(is_with_bot(thread(&[assigned(1, Holder::Bot)])));
    assert!(is_with_bot(talk([])));
    assert!(is_with_bot(talk([customer(40)])));
}

#[test]
fn a_bot_that_only_greets_has_nothing() {
    for parts in [vec![bot(10)], vec![bot(10), bot(11)], vec![bot(10), customer(20)]] {
        assert!(!is_with_bot(thread(&parts)), "{parts:?}");
    }
    let greets_again = [bot(10), customer(3_611), bot(3_612), customer(3_613)];
    assert!(!is_with_bot(thread(&greets_again)), "what came an hour later was no answer to it");
}

/// The same of which the record says that a team has it.
fn of_team(mut thread: Thread) -> Thread {
    let team = Some(crate::conversation::Assignee::unnamed("3".to_owned()));
    thread.conversation.now.get_or_insert_default().team = team;
    thread
}

#[test]
fn it_has_it_until_it_is_assigned_or_a_teammate_speaks() {
    for to in [Holder::People, Holder::Nobody] {
        assert!(!is_with_bot(talk([assigned(40, to)])), "{to:?}");
        assert!(!is_with_bot(thread(&[assigned(1, Holder::Bot), assigned(2, to), bot(3)])), "{to:?}");
    }
    assert!(!is_with_bot(talk([teammate(40), customer(50)])));
    assert!(!is_with_bot(thread(&[assigned(1, Holder::Bot), teammate(2)])));
    assert!(is_with_bot(talk([assigned(40, Holder::People), assigned(50, Holder::Bot)])), "again");
    let note = Part { readers: Readers::Team, ..teammate(40) };
    assert!(is_with_bot(talk([note])));
    assert!(!is_with_bot(of_team(talk([]))), "the record says that a team has it");
}

#[test]
fn where_the_oldest_parts_are_missing_people_have_it_until_a_part_says_otherwise() {
    let cut = |parts: &[Part]| Thread { extent: Extent::Cut, ..thread(parts) };
    assert!(!is_with_bot(cut(&TALK())));
    assert!(is_with_bot(cut(&[assigned(1, Holder::Bot)])));
}

/// Since when somebody waits, in seconds after the beginning, and when ten minutes of it are over.
fn wait(thread: &Thread) -> Option<(i64, i64)> {
    let wait = thread.wait()?;
    assert_eq!(wait.id.to_string(), "conversation-5");
    let step = Threshold::of_seconds(600).expect("a threshold");
    let over = wait.counted.over(step, &OpenTime::RoundTheClock)?;
    Some((wait.counted.begin().0 - BEGUN, over.0 - BEGUN))
}

#[test]
fn nobody_waits_while_it_has_it_and_who_is_handed_over_waits_from_then() {
    assert_eq!(wait(&thread(&[assigned(1, Holder::Bot)])), None);
    assert_eq!(wait(&talk([])), None);
    for to in [Holder::People, Holder::Nobody] {
        assert_eq!(wait(&talk([assigned(500, to)])), Some((500, 1_100)), "{to:?}");
        let had = [assigned(1, Holder::Bot), bot(2), customer(3), assigned(500, to)];
        assert_eq!(wait(&thread(&had)), Some((500, 1_100)), "{to:?}");
    }
}

#[test]
fn who_is_only_greeted_waits_from_the_beginning() {
    for parts in [vec![bot(10)], vec![bot(10), customer(20)], vec![bot(10), assigned(20, Holder::People)]] {
        assert_eq!(wait(&thread(&parts)), Some((0, 600)), "{parts:?}");
    }
}

#[test]
fn whose_words_it_leaves_alone_waits_from_then() {
    assert_eq!(wait(&talk([customer(40), customer(50)])), Some((40, 640)));
    assert_eq!(wait(&talk([customer(40), bot(50)])), None);
    assert_eq!(wait(&thread(&[assigned(1, Holder::Bot), customer(40)])), None, "it was given to the bot");
}

#[test]
fn the_time_in_which_it_has_it_again_does_not_count() {
    let again = [
        assigned(100, Holder::People),
        assigned(300, Holder::Bot),
        bot(310),
        assigned(1_000, Holder::People),
    ];
    assert_eq!(wait(&talk(again)), Some((100, 1_400)));
}

/// The words of the customer that ring for nobody.
fn silent(thread: &Thread) -> Vec<String> {
    let is_silent = |one: &Happening| one.conversation.now.as_deref().is_some_and(|now| now.is_with_bot);
    thread.happenings().into_iter().filter(is_silent).map(|one| one.id.to_string()).collect()
}

#[test]
fn what_is_said_to_a_bot_rings_for_nobody_and_what_is_said_after_it_does() {
    let handed = talk([customer(40), assigned(50, Holder::People), customer(60), bot(70), customer(80)]);
    assert_eq!(silent(&handed), ["customer_replied:20", "customer_replied:40"]);
    assert_eq!(silent(&thread(&[bot(10), customer(20), customer(30)])).len(), 2, "it was asked for them");
    assert_eq!(silent(&thread(&[bot(10), customer(3_611)])), [""; 0], "an hour later it was not");
    assert_eq!(silent(&thread(&[customer(5), bot(10)])), [""; 0]);
    let to_bot = thread(&[assigned(1, Holder::Bot), customer(3), teammate(4), customer(5)]);
    assert_eq!(silent(&to_bot), ["customer_replied:3"]);
}

#[test]
fn what_a_team_has_without_a_part_that_gives_it_to_them_is_no_talk_with_a_bot() {
    assert_eq!(silent(&of_team(talk([customer(40)]))), [""; 0], "it was the team's from the beginning");
    assert_eq!(wait(&of_team(talk([customer(40)]))), Some((0, 600)));
    let handed = of_team(talk([customer(40), assigned(50, Holder::People), customer(60)]));
    assert_eq!(silent(&handed), ["customer_replied:20", "customer_replied:40"]);
}

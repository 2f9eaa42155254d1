//! Customers who wait: told once for each wait when its time is over, and no more once a person answered.

use std::time::Duration;

use deskbell_sandbox::discord::{Discord, Message};
use deskbell_sandbox::intercom::{
    Assignee, ContactId, ConversationId, Intercom, Minutes, NewContact, NewConversation, OfficeHours,
};
use deskbell_stage::cards_in;

use crate::stage::{PATIENCE, Stage};

fn begin(stage: &Stage, name: &str, text: &str) -> (ContactId, ConversationId) {
    let who = stage.intercom.contacts().create(NewContact::lead().name(name));
    let talk = stage.intercom.conversations().start(NewConversation::from_contact(&who, text));
    (who, talk)
}

async fn answered(stage: &Stage, who: &str) -> Message {
    let is_answered = |card: &&Message| {
        card.content.contains(who) && card.embeds[0]["description"].to_string().contains("✅ Answered after")
    };
    let stands =
        |discord: &Discord| cards_in(discord, stage.guild.support).iter().any(|card| is_answered(&card));
    let waited = stage.discord.wait_for("that it is answered", PATIENCE * 8, stands).await;
    waited.unwrap_or_else(|waited| panic!("{waited}"));
    let cards = cards_in(&stage.discord, stage.guild.support);
    cards.iter().find(is_answered).expect("it stands there").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_is_told_once_whatever_a_bot_says_and_the_card_says_who_answered() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("Unanswered", "#support after:1m").await;
    stage.next_second().await;
    let intercom = stage.intercom.clone();
    let talks = intercom.conversations();
    let grace = stage.intercom.workspace().add_admin("Grace", "grace@acme.test");
    let (ada, waits) = begin(&stage, "Ada", "How do I reset my password?");
    talks.customer(&ada).reply(&waits, "<p>Anybody?</p>").expect("it is there");
    let (_, of_bot) = begin(&stage, "Bob", "A bot has this.");
    talks.fin().say(&of_bot, "<p>Let me see.</p>").expect("it is there");
    let (_, of_people) = begin(&stage, "Cleo", "A bot says something here.");
    talks.teammate(grace).assign(&of_people, Assignee::Admin(grace)).expect("it is there");
    talks.fin().say(&of_people, "<p>A person will be with you.</p>").expect("it is there");
    let (_, in_time) = begin(&stage, "Dora", "This is answered in time.");
    talks.teammate(grace).reply(&in_time, "<p>At once.</p>").expect("it is there");

    let told = stage.cards_within(stage.guild.support, 2, PATIENCE * 8).await;
    let mut lines: Vec<_> = told.into_iter().map(|card| card.content).collect();
    lines.sort();
    assert_eq!(
        lines,
        [
            "⏳ Ada waits for 1 min: How do I reset my password?",
            "⏳ Cleo waits for 1 min: A bot says something here.",
        ]
    );
    talks.teammate(grace).reply(&waits, "<p>Here is how.</p>").expect("it is there");
    let card = answered(&stage, "Ada").await;
    let said = card.embeds[0]["description"].to_string();
    assert!(said.contains("by Grace") && said.contains("How do I reset my password?"), "{said}");
    assert_eq!(card.content, "⏳ Ada waits for 1 min: How do I reset my password?", "the line stays");
    assert_eq!(cards_in(&stage.discord, stage.guild.support).len(), 2, "nothing else was told");
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_how_long_is_for_waits_alone_and_must_be_possible() {
    let mut stage = Stage::with_bot().await;
    let mark = stage.discord.guild(stage.guild.id).member("mark");
    for (command, said) in [
        ("event:New lead channel:#support after:5m", "**after** is for Unanswered alone"),
        ("event:Unanswered channel:#support after:soon", "**after** cannot be soon."),
        ("event:Unanswered channel:#support after:31d", "Write a duration from 1m to 30d"),
    ] {
        let reply = mark.slash(stage.guild.support, &format!("/notify add {command}")).expect("registered");
        let text = reply.text().await.expect("the bot answers");
        assert!(text.contains(said), "{command}: {text}");
    }
    stage.subscribe("Unanswered", "#support").await;
    stage.subscribe("Unanswered", "#support after:4h").await;
    let reply = mark.slash(stage.guild.support, "/notify list").expect("registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.contains("⏳ Unanswered → ") && text.contains("· after 15 min"), "{text}");
    assert!(text.contains("· after 4 h"), "{text}");
    let again = "/notify add event:Unanswered channel:#support after:15m";
    let reply = mark.slash(stage.guild.support, again).expect("registered");
    let text = reply.text().await.expect("the bot answers");
    assert!(text.contains("already go to"), "{text}");
    stage.stop().await;
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
/// In minutes.
const WEEK: u32 = 7 * 24 * 60;

/// The cards once there are so many. A conversation that was read at the start is not read again for half a minute.
async fn told(stage: &Stage, count: usize) -> Vec<Message> {
    stage.cards_within(stage.guild.support, count, PATIENCE * 3).await
}

fn first_lines(cards: &[Message]) -> Vec<&str> {
    cards.iter().map(|card| card.content.as_str()).collect()
}

/// Has the workspace open in two hours, for eight; answers when it opens.
fn opens_in_two_hours(stage: &Stage) -> i64 {
    let opens_at = (stage.intercom.clock().unix_seconds() + 2 * HOUR) / MINUTE * MINUTE;
    // The week begins on a Monday, and the first day of 1970 was a Thursday.
    let minute = u32::try_from(opens_at / MINUTE).expect("a minute of this century") + 3 * 24 * 60;
    let (start, end) = (minute % WEEK, minute % WEEK + 8 * 60);
    let this_week = Minutes { start, end: end.min(WEEK) };
    let next_week = (end > WEEK).then(|| Minutes { start: 0, end: end - WEEK });
    let open = [this_week].into_iter().chain(next_week).collect();
    let hours = OfficeHours { open, ..OfficeHours::weekdays("Etc/UTC", 9, 17) };
    stage.intercom.workspace().set_office_hours(&[hours]);
    opens_at
}

/// The bot is started anew when it is that late at Intercom and here, and somebody has said something just then.
async fn at(stage: &mut Stage, moment: i64, says: impl FnOnce(&Intercom)) {
    stage.stop().await;
    let seconds = moment - stage.intercom.clock().unix_seconds();
    let by = Duration::from_secs(u64::try_from(seconds).expect("no time goes back"));
    stage.clock.advance(by);
    stage.intercom.clock().advance(by);
    says(&stage.intercom);
    stage.start().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_writes_while_the_office_is_closed_is_told_after_a_quarter_of_an_hour_in_which_it_is_open() {
    let mut stage = Stage::set().await;
    let opens_at = opens_in_two_hours(&stage);
    stage.start().await;
    for event in ["Unanswered", "Customer replied"] {
        stage.subscribe(event, "#support").await;
    }
    stage.next_second().await;
    let (ada, talk) = begin(&stage, "Ada", "Is anybody there?");
    let says = |words: &'static str| {
        let (ada, talk) = (ada.clone(), talk.clone());
        move |intercom: &Intercom| {
            intercom.conversations().customer(&ada).reply(&talk, words).expect("it is there");
        }
    };
    // Whatever is to be told of a conversation is told with what its customer adds.
    at(&mut stage, opens_at - HOUR, says("<p>Hello?</p>")).await;
    let cards = told(&stage, 1).await;
    assert_eq!(first_lines(&cards), ["↩️ Ada: Hello?"]);
    at(&mut stage, opens_at + 14 * MINUTE, says("<p>Good morning!</p>")).await;
    let cards = told(&stage, 2).await;
    assert_eq!(first_lines(&cards), ["↩️ Ada: Hello?", "↩️ Ada: Good morning!"]);
    at(&mut stage, opens_at + 16 * MINUTE, |_| ()).await;
    let cards = told(&stage, 3).await;
    assert_eq!(first_lines(&cards)[2..], ["⏳ Ada waits for 15 min: Is anybody there?"]);
    assert!(!cards[2].is_silent());
    let told = cards[2].embeds[0]["timestamp"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    assert_eq!(told.expect("a time").as_second(), opens_at + 15 * MINUTE);
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_waits_when_it_is_put_off_is_told_when_the_rest_of_the_time_is_over_and_it_rings() {
    let mut stage = Stage::with_bot().await;
    stage.subscribe("Unanswered", "#support").await;
    stage.next_second().await;
    let grace = stage.intercom.workspace().add_admin("Grace", "grace@acme.test");
    let (_, talk) = begin(&stage, "Ada", "Where is my parcel?");
    let begun = stage.intercom.clock().unix_seconds();
    let (put_off, woken) = (begun + 5 * MINUTE, begun + 4 * HOUR);
    at(&mut stage, put_off, |intercom| {
        intercom.conversations().teammate(grace).snooze(&talk, woken).expect("it is there");
    })
    .await;
    at(&mut stage, woken, |intercom| {
        intercom.conversations().end_snooze(&talk).expect("it is there");
    })
    .await;
    at(&mut stage, woken + 11 * MINUTE, |_| ()).await;
    let cards = told(&stage, 1).await;
    assert_eq!(first_lines(&cards), ["⏳ Ada waits for 15 min: Where is my parcel?"]);
    assert!(!cards[0].is_silent(), "{}", cards[0].render());
    let told = cards[0].embeds[0]["timestamp"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok());
    let late = told.expect("a time").as_second() - (woken + 10 * MINUTE);
    assert!(late.abs() < MINUTE, "{late} s after the rest of the time was over");
    stage.stop().await;
}

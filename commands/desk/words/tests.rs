mod beside;
mod readers;

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use deskbell_discord::interaction::Interaction;
use deskbell_domain::conversation::{Author, Part, Reached, Readers, Speaker, Thread};
use deskbell_domain::ids::{AdminId, ApplicationId, ChannelId, PartId};
use deskbell_domain::outgoing::{AnswerAddress, Telling};
use deskbell_domain::port::intercom::{Admin, InboxSeat, IntercomError, MockIntercom, Unanswered};
use deskbell_domain::port::store::{OutgoingKey, ShortLivedKey};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::service::desk::{act_as, act_as_nobody};
use deskbell_domain::time::UnixMillis;
use secrecy::SecretString;

use super::*;
use crate::fixture::{MARK, NOW, World, home, manager, run};
use crate::interaction::answer::Answer;
use crate::interaction::context::CommandContext;
use crate::press::place::AnswerPlace;

const KEY: &str = "abc";
const GRACE: &str = "814";
const ALAN: &str = "815";

async fn kept(world: &World) -> Option<(String, Stage)> {
    let kept = looking::load(&world.context.bot, &place()).await.unwrap();
    kept.map(|words| (words.text, words.stage))
}

fn filled() -> BTreeMap<String, String> {
    [(text::desk::words::FIELD.to_owned(), "It is closed.".to_owned())].into()
}

fn place() -> OutgoingKey {
    OutgoingKey { home: home(), key: KEY.to_owned() }
}

/// A reply that is shown once more, and not sent.
async fn is_written(world: &World) {
    let outgoing = Outgoing {
        to: WordsFor::Customer,
        conversation: ConversationId::new("215470"),
        customer: "Ada".to_owned(),
        reached: Reached::Otherwise,
        member: MARK,
        admin: AdminId::new("814"),
        text: "It is open.".to_owned(),
        known: [].into(),
        channel: ChannelId(20),
        answer: AnswerAddress::default(),
        stage: Stage::Written,
        tried: None,
        telling: Telling::Done,
    };
    save(&world.context.bot, &place(), &outgoing).await.unwrap();
    says_to_be(world, GRACE).await;
}

/// Mark acts in the name of this teammate from now on.
async fn says_to_be(world: &World, admin: &str) {
    act_as(world.context.store(), &home(), MARK, AdminId::new(admin)).await.unwrap();
}

/// Words that were looked for to the end and not found.
async fn not_found(world: &World) {
    is_written(world).await;
    let mut outgoing = looking::load(&world.context.bot, &place()).await.unwrap().unwrap();
    outgoing.stage = Stage::Sending(NOW.minus(300));
    outgoing.was_not_found();
    save(&world.context.bot, &place(), &outgoing).await.unwrap();
}

/// Grace's words.
fn part() -> Part {
    Part {
        id: PartId::new("7"),
        at: NOW.minus(100),
        author: Author { id: Some(GRACE.to_owned()), ..Author::default() },
        speaker: Speaker::Teammate,
        readers: Readers::Everybody,
        text: RichText::plain("It is open."),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

/// Intercom with these teammates, and perhaps with the words in the conversation; it takes words so often.
fn intercom(teammates: &[&str], arrived: bool, sends: usize) -> MockIntercom {
    let mut intercom = MockIntercom::new();
    intercom.expect_name().returning(|_| Ok(None));
    let admin =
        |id: &&str| Admin { id: (*id).to_owned(), name: Some(format!("N{id}")), seat: InboxSeat::Has };
    let all: Vec<_> = teammates.iter().map(admin).collect();
    intercom.expect_admins().returning(move || Ok(all.clone()));
    let part = part();
    let record = serde_json::from_str(r#"{"id": "215470"}"#).expect("all but the id may be missing");
    let thread = Thread::whole(record, if arrived { vec![part] } else { Vec::new() });
    intercom.expect_conversation().returning(move |_| Ok(Some(thread.clone())));
    intercom.expect_say().times(sends).returning(|_, _, _, _| Ok(Vec::new()));
    intercom
}

/// What Mark is answered when he presses this.
async fn answered(world: &World, act: WordsAct, intercom: MockIntercom) -> String {
    let acknowledged = AtomicBool::new(false);
    let mut session = press(world, &acknowledged, 0);
    session.ask(intercom);
    pressed(&session, act, KEY, &filled()).await.unwrap();
    world.answered().join("\n")
}

#[tokio::test]
async fn words_that_turn_up_after_the_last_look_are_not_sent_again() {
    for act in [WordsAct::Send, WordsAct::Edited, WordsAct::Discard] {
        run(async |world| {
            not_found(world).await;
            assert_eq!(answered(world, act, intercom(&[GRACE], true, 0)).await, "✅ It was sent.", "{act:?}");
            let kept = kept(world).await.map(|(_, stage)| stage);
            assert_eq!(kept, Some(Stage::Sent(Some(PartId::new("7")))), "{act:?}");
        })
        .await;
    }
    run(async |world| {
        not_found(world).await;
        assert_eq!(answered(world, WordsAct::Send, intercom(&[GRACE], false, 1)).await, "✅ Sent.");
    })
    .await;
}

#[tokio::test]
async fn words_are_never_sent_in_the_name_of_somebody_whom_their_writer_no_longer_is() {
    run(async |world| {
        is_written(world).await;
        act_as_nobody(world.context.store(), &home(), MARK, MARK).await.unwrap();
        let asked = answered(world, WordsAct::Send, intercom(&[ALAN], false, 0)).await;
        assert!(asked.contains("Who are you in Intercom?"), "{asked}");
        let acknowledged = AtomicBool::new(false);
        let mut session = press(world, &acknowledged, 0);
        session.ask(intercom(&[ALAN], false, 0));
        chosen_by(&session, KEY, &[ALAN.to_owned()]).await.unwrap();
        let shown = world.answered().join("\n");
        assert!(shown.contains("To **Ada**, as"), "{shown}");
        says_to_be(world, GRACE).await;
        let shown = answered(world, WordsAct::Send, intercom(&[GRACE, ALAN], false, 0)).await;
        assert!(shown.contains("To **Ada**, as"), "they are shown in the new name first: {shown}");
        assert_eq!(answered(world, WordsAct::Send, intercom(&[GRACE], false, 1)).await, "✅ Sent.");
    })
    .await;
}

#[tokio::test]
async fn whoever_lost_their_seat_is_asked_who_they_are_and_keeps_their_words() {
    run(async |world| {
        is_written(world).await;
        let mut refusing = MockIntercom::new();
        refusing.expect_conversation().returning(|_| Ok(None));
        refusing.expect_say().times(1).returning(|_, _, _, _| Err(IntercomError::Missing));
        let alan = || Admin { id: ALAN.to_owned(), name: None, seat: InboxSeat::Has };
        refusing.expect_admins().returning(move || Ok(vec![alan()]));
        let asked = answered(world, WordsAct::Send, refusing).await;
        assert!(asked.contains("has no seat in Intercom's inbox any more"), "{asked}");
        assert_eq!(kept(world).await, Some(("It is open.".to_owned(), Stage::NotSent)));
    })
    .await;
}

#[tokio::test]
async fn words_that_are_being_sent_go_for_no_list_that_somebody_opens() {
    run(async |world| {
        is_written(world).await;
        let (bot, now) = (&world.context.bot, world.context.bot.now());
        let note = |key: ShortLivedKey| bot.kept.note(MARK, &key, now, UnixMillis(now.0 + 1000));
        assert_eq!(note(place().into()), None);
        answered(world, WordsAct::Send, intercom(&[GRACE], false, 1)).await;
        for number in 0..60 {
            let went = note(ShortLivedKey::Buttons { home: home(), key: number.to_string() });
            assert_ne!(went, Some(place().into()), "another could take its part for its own");
        }
    })
    .await;
}

/// What Mark is answered when he sends a form with this, or presses below it, and Intercom is so.
async fn types(world: &World, to: WordsFor, intercom: MockIntercom) -> String {
    let acknowledged = AtomicBool::new(false);
    let mut session = press(world, &acknowledged, 0);
    session.ask(intercom);
    written(&session, to, &ConversationId::new("215470"), &filled()).await.unwrap();
    world.answered().join("\n")
}

/// Intercom as it shows this instead of a conversation and of teammates, and takes no words.
fn failing(error: IntercomError) -> MockIntercom {
    let (mut intercom, other) = (MockIntercom::new(), error.clone());
    intercom.expect_conversation().returning(move |_| Err(error.clone()));
    intercom.expect_admins().returning(move || Err(other.clone()));
    intercom
}

const SILENT: IntercomError = IntercomError::Unavailable(Unanswered::Silent);

/// The only words that are kept, and what Mark is answered when he presses this below them.
async fn pressed_below_the_only(world: &World, act: WordsAct, intercom: MockIntercom) -> (String, Outgoing) {
    let place = the_only_place(world).await;
    let acknowledged = AtomicBool::new(false);
    let mut session = press(world, &acknowledged, 0);
    session.ask(intercom);
    pressed(&session, act, &place.key, &filled()).await.unwrap();
    let kept = looking::load(&world.context.bot, &place).await.unwrap().expect("they are kept");
    (world.answered().join("\n"), kept)
}

async fn the_only_place(world: &World) -> OutgoingKey {
    let mut places = world.context.store().outgoing().await.unwrap();
    assert_eq!(places.len(), 1);
    places.remove(0)
}

async fn the_only_words(world: &World) -> Outgoing {
    let place = the_only_place(world).await;
    looking::load(&world.context.bot, &place).await.unwrap().expect("they are kept")
}

#[tokio::test]
async fn whoever_typed_a_reply_has_it_again_where_its_conversation_cannot_be_read() {
    let too_many = IntercomError::TooMany { after: Duration::from_secs(9) };
    let failures = [
        (SILENT, "Intercom did not answer"),
        (too_many, "you have asked Intercom for as much as one person may in a minute"),
        (IntercomError::Missing, "Intercom does not know this record any more"),
    ];
    for (failure, why) in failures {
        run(async |world| {
            says_to_be(world, GRACE).await;
            let told = types(world, WordsFor::Customer, failing(failure.clone())).await;
            assert_eq!(told, format!("❌ It was not sent: {why}.\n> It is closed."));
            assert_eq!(the_only_words(world).await.telling, Telling::Done);
            let shown = pressed_below_the_only(world, WordsAct::Send, intercom(&[GRACE], true, 0)).await;
            assert!(
                shown.0.contains(", as **A teammate**:\n> It is closed."),
                "not sent unseen: {}",
                shown.0
            );
            let (known, admin) = (shown.1.known, shown.1.admin);
            assert_eq!((known, admin), ([PartId::new("7")].into(), AdminId::new(GRACE)));
            let sent = pressed_below_the_only(world, WordsAct::Send, intercom(&[GRACE], true, 1)).await;
            assert_eq!(sent.0, "✅ Sent.");
        })
        .await;
    }
}

#[tokio::test]
async fn a_note_that_was_not_added_at_the_first_try_is_added_at_the_second() {
    run(async |world| {
        says_to_be(world, GRACE).await;
        let told = types(world, WordsFor::Team, failing(SILENT)).await;
        assert!(told.starts_with("❌ The note was not added: Intercom did not answer."), "{told}");
        let added = pressed_below_the_only(world, WordsAct::Send, intercom(&[GRACE], false, 1)).await;
        assert_eq!(added.0, "✅ Note added. Only your team sees it.");
    })
    .await;
}

#[tokio::test]
async fn words_that_could_not_be_sent_can_be_changed_before_the_next_try() {
    run(async |world| {
        says_to_be(world, GRACE).await;
        types(world, WordsFor::Customer, failing(SILENT)).await;
        let told = pressed_below_the_only(world, WordsAct::Edited, failing(SILENT)).await;
        assert!(told.0.contains("> It is closed."), "{}", told.0);
        let shown = pressed_below_the_only(world, WordsAct::Edited, intercom(&[GRACE], false, 0)).await;
        assert!(shown.0.contains(", as **A teammate**:"), "{}", shown.0);
    })
    .await;
}

#[tokio::test]
async fn whoever_is_nobody_any_more_when_the_form_comes_keeps_what_they_typed() {
    run(async |world| {
        let told = types(world, WordsFor::Customer, failing(SILENT)).await;
        assert!(told.contains("> It is closed."), "{told}");
        let asked = pressed_below_the_only(world, WordsAct::Send, intercom(&[ALAN], false, 0)).await;
        assert!(asked.0.contains("Who are you in Intercom?"), "{}", asked.0);
        let acknowledged = AtomicBool::new(false);
        let mut session = press(world, &acknowledged, 0);
        session.ask(intercom(&[ALAN], false, 0));
        let place = the_only_place(world).await;
        chosen_by(&session, &place.key, &[ALAN.to_owned()]).await.unwrap();
        let shown = world.answered().join("\n");
        assert!(shown.contains(", as **A teammate**:\n> It is closed."), "{shown}");
        let words = the_only_words(world).await;
        assert_eq!((words.stage, words.admin), (Stage::Written, AdminId::new(ALAN)));
    })
    .await;
}

#[tokio::test]
async fn words_that_were_kept_by_a_process_that_ended_then_are_given_back_by_the_next() {
    run(async |world| {
        let at = (ChannelId(20), AnswerAddress::default());
        let text = "It is open.".to_owned();
        let typed = Outgoing::typed(WordsFor::Customer, ConversationId::new("215470"), MARK, at, text);
        save(&world.context.bot, &place(), &typed).await.unwrap();
        looking::look_after_words(&world.context.bot).await;
        assert!(world.posted().contains("your reply was **not** sent"));
        assert_eq!(kept(world).await, Some(("It is open.".to_owned(), Stage::Typed)));
        looking::look_after_words(&world.context.bot).await;
        assert_eq!(world.posted(), "");
    })
    .await;
}

/// A press of Mark, and Intercom as it takes these words so often and shows none of them.
fn press<'a>(world: &World, acknowledged: &'a AtomicBool, sends: usize) -> Session<'a> {
    let context =
        CommandContext { bot: world.context.bot.clone(), workspace: world.context.workspace.clone() };
    let token = SecretString::from("token".to_owned());
    let address = Interaction { application: ApplicationId(1), id: 1, token };
    let answer = Answer::new(&context.bot, address, acknowledged, AnswerPlace::Same);
    let at_work = context.bot.work.begin(MARK).unwrap();
    let mut intercom = MockIntercom::new();
    intercom.expect_conversation().returning(|_| Ok(None));
    intercom.expect_name().returning(|_| Ok(None));
    let says = |_: &ConversationId, _: &AdminId, _: WordsFor, text: &str| {
        assert_eq!(text, "It is open.");
        Ok(Vec::new())
    };
    intercom.expect_say().times(sends).returning(says);
    let mut session = Session::new(context, manager(), answer, at_work);
    session.ask(intercom);
    session
}

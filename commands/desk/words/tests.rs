use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deskbell_discord::interaction::Interaction;
use deskbell_domain::ids::{ApplicationId, ChannelId};
use deskbell_domain::port::intercom::MockIntercom;
use futures::poll;
use secrecy::SecretString;

use super::*;
use crate::fixture::{MARK, World, home, manager, run};
use crate::interaction::answer::Answer;
use crate::interaction::context::CommandContext;
use crate::press::place::AnswerPlace;

const KEY: &str = "abc";

fn place() -> OutgoingKey {
    OutgoingKey { home: home(), key: KEY.to_owned() }
}

/// A reply that is shown once more, and not sent.
async fn written(world: &World) {
    let outgoing = Outgoing {
        to: WordsFor::Customer,
        conversation: ConversationId::new("215470"),
        customer: "Ada".to_owned(),
        member: MARK,
        admin: AdminId::new("814"),
        text: "It is open.".to_owned(),
        known: [].into(),
        channel: ChannelId(20),
        answer: AnswerAddress::default(),
        stage: Stage::Written,
        telling: Telling::Done,
    };
    save(&world.context.bot, &place(), &outgoing).await.unwrap();
}

async fn kept(world: &World) -> Option<(String, Stage)> {
    let kept = looking::load(&world.context.bot, &place()).await.unwrap();
    kept.map(|words| (words.text, words.stage))
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
    intercom.expect_name().returning(|_| Ok(None));
    let says = |_: &ConversationId, _: &AdminId, _: WordsFor, text: &str| {
        assert_eq!(text, "It is open.");
        Ok(Vec::new())
    };
    intercom.expect_say().times(sends).returning(says);
    let mut session = Session::new(context, manager(), answer, at_work);
    session.intercom = Arc::new(intercom);
    session
}

fn filled() -> BTreeMap<String, String> {
    [(text::desk::words::FIELD.to_owned(), "It is closed.".to_owned())].into()
}

/// Somebody else does something in the conversation while `[Send]` is pressed, and then this.
async fn sent_and(world: &World, act: WordsAct) {
    written(world).await;
    let (first, second) = (AtomicBool::new(false), AtomicBool::new(false));
    let (sender, other) = (press(world, &first, 1), press(world, &second, 0));
    let (empty, typed) = (BTreeMap::new(), filled());
    let bot = &world.context.bot;
    let turn = bot.turns.of(world.context.workspace.id(), &ConversationId::new("215470")).await;
    let send = pressed(&sender, WordsAct::Send, KEY, &empty);
    let then = pressed(&other, act, KEY, &typed);
    tokio::pin!(send, then);
    assert!(poll!(&mut send).is_pending() && poll!(&mut then).is_pending(), "both wait for their turn");
    drop(turn);
    let (sent, done) = tokio::join!(send, then);
    assert!(sent.is_ok() && done.is_ok(), "{act:?}: {sent:?}, {done:?}");
}

#[tokio::test]
async fn words_that_are_being_sent_are_not_changed_thrown_away_or_sent_again_by_a_press_beside_it() {
    for act in [WordsAct::Edited, WordsAct::Discard, WordsAct::Send] {
        run(async |world| {
            sent_and(world, act).await;
            assert_eq!(kept(world).await, Some(("It is open.".to_owned(), Stage::Sent(None))), "{act:?}");
            let (sent, stands) = (text::desk::words::sent, text::desk::words::found);
            let told = [sent(WordsFor::Customer), stands(WordsFor::Customer)];
            assert_eq!(world.answered(), told.map(|told| deskbell_discord::testing::read(&told)), "{act:?}");
        })
        .await;
    }
}

#[tokio::test]
async fn words_that_were_changed_before_they_are_sent_are_sent_as_they_are_then() {
    run(async |world| {
        written(world).await;
        let acknowledged = AtomicBool::new(false);
        pressed(&press(world, &acknowledged, 0), WordsAct::Edited, KEY, &filled()).await.unwrap();
        assert_eq!(kept(world).await, Some(("It is closed.".to_owned(), Stage::Written)));
        let acknowledged = AtomicBool::new(false);
        pressed(&press(world, &acknowledged, 0), WordsAct::Discard, KEY, &filled()).await.unwrap();
        assert_eq!(kept(world).await, None);
    })
    .await;
}

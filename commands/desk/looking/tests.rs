use deskbell_domain::channel::Obstacle;
use deskbell_domain::conversation::{Author, Part, Reached, Readers, Speaker, Thread};
use deskbell_domain::ids::{AdminId, ChannelId, ConversationId};
use deskbell_domain::outgoing::{AnswerAddress, Telling, WordsFor};
use deskbell_domain::port::intercom::{IntercomError, MockIntercom, Unanswered};
use deskbell_domain::port::messenger::Pace;
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::Timestamp;

use super::*;
use crate::fixture::{MARK, NOW, World, home, run};

fn place(key: &str) -> OutgoingKey {
    OutgoingKey { home: home(), key: key.to_owned() }
}

/// Words that are being sent since so many seconds, kept as they were before the one call.
async fn sending(world: &World, key: &str, seconds: i64) {
    let outgoing = Outgoing {
        to: WordsFor::Customer,
        conversation: ConversationId::new("215470"),
        customer: "Ada".to_owned(),
        reached: Reached::Otherwise,
        member: MARK,
        admin: AdminId::new("814"),
        text: "It is open.".to_owned(),
        known: BTreeSet::new(),
        channel: ChannelId(20),
        answer: AnswerAddress::default(),
        stage: Stage::Sending(NOW.minus(seconds)),
        tried: None,
        telling: Telling::Done,
    };
    save(&world.context.bot, &place(key), &outgoing).await.unwrap();
}

fn part(id: &str, at: Timestamp) -> Part {
    Part {
        id: PartId::new(id),
        at,
        author: Author { id: Some("814".to_owned()), ..Author::default() },
        speaker: Speaker::Teammate,
        readers: Readers::Everybody,
        text: RichText::plain("It is open."),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

/// Intercom, which shows these parts; it is never asked to say anything.
fn shows(parts: &[Part]) -> MockIntercom {
    let record = serde_json::from_str(r#"{"id": "215470"}"#).expect("all but the id may be missing");
    let (thread, mut intercom) = (Thread::whole(record, parts.to_vec()), MockIntercom::new());
    intercom.expect_conversation().returning(move |_| Ok(Some(thread.clone())));
    intercom
}

async fn looked(world: &World, intercom: &MockIntercom, key: &str) -> Option<Stage> {
    let (bot, workspace) = (&world.context.bot, &world.context.workspace);
    look(bot, workspace, intercom, &place(key)).await.unwrap().map(|known| known.stage)
}

#[tokio::test]
async fn two_equal_replies_whose_answers_were_lost_claim_a_part_each() {
    run(async |world| {
        sending(world, "one", 10).await;
        sending(world, "two", 10).await;
        let intercom = shows(&[part("7", NOW)]);
        assert_eq!(looked(world, &intercom, "one").await, Some(Stage::Sent(Some(PartId::new("7")))));
        assert_eq!(looked(world, &intercom, "two").await, None, "the one part is the other's");
        let intercom = shows(&[part("7", NOW), part("8", NOW)]);
        assert_eq!(looked(world, &intercom, "two").await, Some(Stage::Sent(Some(PartId::new("8")))));
    })
    .await;
}

#[tokio::test]
async fn a_reply_counts_as_not_sent_only_once_intercom_showed_so_after_the_last_look() {
    run(async |world| {
        sending(world, "early", 119).await;
        assert_eq!(looked(world, &shows(&[]), "early").await, None);
        sending(world, "late", 120).await;
        let mut silent = MockIntercom::new();
        silent.expect_conversation().returning(|_| Err(IntercomError::Unavailable(Unanswered::Silent)));
        let (bot, workspace) = (&world.context.bot, &world.context.workspace);
        assert!(look(bot, workspace, &silent, &place("late")).await.is_err());
        assert_eq!(looked(world, &shows(&[]), "late").await, Some(Stage::NotSent));
        let kept = load(bot, &place("late")).await.unwrap().expect("it is kept for whoever typed it");
        assert_eq!((kept.stage, kept.text.as_str()), (Stage::NotSent, "It is open."));
    })
    .await;
}

#[tokio::test]
async fn what_this_process_sends_is_left_to_the_press_that_sends_it() {
    run(async |world| {
        sending(world, "mine", 500).await;
        let under_way = world.context.bot.under_way.begin("mine");
        look_after_words(&world.context.bot).await;
        let stage = async || load(&world.context.bot, &place("mine")).await.unwrap().map(|words| words.stage);
        assert_eq!(stage().await, Some(Stage::Sending(NOW.minus(500))));
        drop(under_way);
        assert!(world.context.bot.under_way.is_free("mine", world.context.bot.now()));
    })
    .await;
}

#[tokio::test]
async fn whoever_was_not_told_what_became_of_their_words_is_told_once_by_the_next_process() {
    run(async |world| {
        let bot = &world.context.bot;
        for stage in [Stage::NotSent, Stage::Sent(None)] {
            sending(world, "untold", 10).await;
            let mut outgoing = load(bot, &place("untold")).await.unwrap().expect("it was just kept");
            settle(bot, &place("untold"), &mut outgoing, stage.clone()).await;
            look_after_words(bot).await;
            assert!(world.posted().contains("I could not tell you before"), "{stage:?}");
            look_after_words(bot).await;
            assert_eq!(world.posted(), "", "{stage:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn whoever_cannot_be_told_now_is_told_later() {
    run(async |world| {
        let bot = &world.context.bot;
        sending(world, "untold", 10).await;
        let mut outgoing = load(bot, &place("untold")).await.unwrap().expect("it was just kept");
        settle(bot, &place("untold"), &mut outgoing, Stage::NotSent).await;
        let telling = async || load(bot, &place("untold")).await.unwrap().map(|words| words.telling);
        world.posts_end(PostOutcome::Unknown);
        look_after_words(bot).await;
        assert_eq!(telling().await, Some(Telling::Owed));
        world.posts_end(PostOutcome::Closed(Obstacle::ChannelGone));
        look_after_words(bot).await;
        assert_eq!(telling().await, Some(Telling::Owed), "the channel may be opened again");
        world.posts_end(PostOutcome::Posted { message: None, pace: Pace::Unsaid });
        look_after_words(bot).await;
        assert_eq!(telling().await, Some(Telling::Owed), "a closed channel is left alone for a while");
        bot.under_way.rest("untold", bot.now());
        look_after_words(bot).await;
        assert_eq!(telling().await, Some(Telling::Done));
    })
    .await;
}

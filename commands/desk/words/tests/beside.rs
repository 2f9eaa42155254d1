//! Presses beside words that are just being sent.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use deskbell_domain::ids::ConversationId;
use deskbell_domain::outgoing::{Stage, WordsFor};
use deskbell_domain::press::desk::WordsAct;
use deskbell_text as text;
use futures::poll;

use super::{KEY, filled, is_written, kept, press};
use crate::desk::words::pressed;
use crate::fixture::{World, run};

/// Somebody else does something in the conversation while `[Send]` is pressed, and then this.
async fn sent_and(world: &World, act: WordsAct) {
    is_written(world).await;
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
            let stage = kept(world).await.map(|(_, stage)| stage);
            assert_eq!(stage, Some(Stage::Sent(None)), "{act:?}");
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
        is_written(world).await;
        let acknowledged = AtomicBool::new(false);
        pressed(&press(world, &acknowledged, 0), WordsAct::Edited, KEY, &filled()).await.unwrap();
        assert_eq!(kept(world).await, Some(("It is closed.".to_owned(), Stage::Written)));
        let acknowledged = AtomicBool::new(false);
        pressed(&press(world, &acknowledged, 0), WordsAct::Discard, KEY, &filled()).await.unwrap();
        assert_eq!(kept(world).await, None);
    })
    .await;
}

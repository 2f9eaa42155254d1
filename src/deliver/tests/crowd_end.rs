//! What a batch in flight keeps across a restart, and across an update: that it is a part of a crowd, and its words.

use deskbell_domain::card::text::Text;
use deskbell_domain::delivery::{InFlight, Phrasing};
use deskbell_domain::event::EventKind::NewConversation;
use deskbell_domain::message::Content;
use deskbell_domain::port::store::Deliveries as _;

use super::fate::Fate;
use super::plug::Pull;
use super::seconds;
use super::world::{Ended, World};

#[tokio::test(start_paused = true)]
async fn a_crowd_is_served_as_one_though_the_bot_was_restarted_meanwhile() {
    let mut world = World::new();
    world.notify(NewConversation, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewConversation, 25).await;
    world.run_for(seconds(5)).await;
    world.kill();
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
    let cards: Vec<_> = world.discord.messages(10).iter().map(|one| one.message.cards.len()).collect();
    assert_eq!(cards, [10, 10, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_crowd_is_served_as_one_though_the_bot_died_between_two_of_its_messages() {
    let mut world = World::new();
    let conversations = world.notify(NewConversation, 10).await;
    world.happen(NewConversation, 25).await;
    // The first write begins the batch, and the second settles it.
    world.pull.lock().unwrap().push(Pull::AfterWrite(2));
    assert_eq!(world.run_for(seconds(5)).await, Ended::Crashed);
    let progress = world.store.progress(&world.home(), conversations.id).await.unwrap().expect("it is there");
    assert_eq!((progress.in_flight, progress.cursor.0), (None, 10), "the first is settled, no other begun");
    world.run_for(seconds(60)).await;
    let cards: Vec<_> = world.discord.messages(10).iter().map(|one| one.message.cards.len()).collect();
    assert_eq!(cards, [10, 10, 5]);
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_version_posted_is_found_by_the_line_that_it_wrote() {
    let mut world = World::new();
    let conversations = world.notify(NewConversation, 10).await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    assert_eq!(world.discord.lines(10), ["💬 A visitor: P00001"]);
    world.kill();
    let progress = world.store.progress(&world.home(), conversations.id).await.unwrap();
    let record = progress.and_then(|progress| progress.in_flight).expect("it is in flight");
    let (nonce, earlier) = (record.nonce.clone(), InFlight { phrasing: Phrasing::default(), ..record });
    let _ = world.store.begin(&world.home(), earlier, Some(nonce)).await.unwrap();
    world.discord.change_messages(10, |message| {
        message.content = Content::Lines(Text::ours("💬 New conversation"));
        message.cards.clear();
        message.rows.clear();
    });
    tokio::time::sleep(seconds(300)).await;
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
    assert_eq!((world.discord.lines(10).len(), world.status.possible_duplicates()), (1, 0));
}

//! What is said in conversations: found by the ids of parts, once, whether a walk or a webhook led to it.

use deskbell_domain::conversation::{Author, Conversation, Holder, Now, Part, Rating, Readers, Speaker};
use deskbell_domain::event::{Event, EventKind, Record};
use deskbell_domain::ids::{ConversationId, PartId};
use deskbell_domain::port::store::{Hinted, Inbox as _, Journal as _, Stream};
use deskbell_domain::rich_text::RichText;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::journal::workspace;
use super::standings::{grace, held_by};
use super::world::{DAY, HOUR, MINUTE, World, count};

pub(super) fn said(id: u32, at: Timestamp, speaker: Speaker) -> Part {
    Part {
        id: PartId::new(id.to_string()),
        at,
        author: Author::default(),
        speaker,
        readers: Readers::Everybody,
        text: RichText::plain("Hello"),
        attachments: Vec::new(),
        assigned: None,
        stands: None,
    }
}

/// A conversation of before, in which nothing happened yet, and somebody who asks for what happens in conversations.
async fn world() -> (World, Conversation) {
    let world = World::new();
    let conversation = world.conversation("1");
    goes_on(&world, &conversation, Vec::new());
    world.pass(HOUR).await;
    for kind in [EventKind::CustomerReplied, EventKind::HandedOver, EventKind::Rated] {
        world.subscribe(kind);
    }
    read(&world).await;
    world.intercom.take_calls();
    (world, conversation)
}

/// It moves now, and has these parts.
fn goes_on(world: &World, conversation: &Conversation, parts: Vec<Part>) {
    let moved = Conversation { updated_at: world.now(), ..conversation.clone() };
    let mut state = world.intercom.state();
    state.whole.insert(moved.id.to_string(), moved.clone());
    state.parts.insert(moved.id.to_string(), parts);
    drop(state);
    world.intercom.start(moved);
}

/// A poll, and a look at what it found to have moved.
async fn read(world: &World) {
    assert!(world.tick().await.went_well());
    let _looked = world.look().await;
}

/// Polls every two minutes for a while, and looks.
async fn read_for(world: &World, seconds: i64) {
    for _ in 0..seconds / 120 {
        world.pass(120).await;
        read(world).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_reply_is_announced_once_however_often_it_is_read() {
    let (world, conversation) = world().await;
    let first = said(1, world.now(), Speaker::Customer);
    goes_on(&world, &conversation, vec![first.clone()]);
    world.pass(MINUTE).await;
    read(&world).await;
    assert_eq!(world.ids(), ["customer_replied:1"]);
    goes_on(&world, &conversation, vec![first, said(2, world.now(), Speaker::Customer)]);
    read_for(&world, 2 * DAY).await;
    assert_eq!(world.ids(), ["customer_replied:1", "customer_replied:2"]);
}

#[tokio::test(start_paused = true)]
async fn a_part_that_turns_up_late_is_found_though_later_ones_were_read() {
    let (world, conversation) = world().await;
    let (early, late) = (world.now(), world.now().plus(5));
    world.pass(MINUTE).await;
    goes_on(&world, &conversation, vec![said(2, late, Speaker::Customer)]);
    read_for(&world, 10 * MINUTE).await;
    goes_on(&world, &conversation, vec![said(1, early, Speaker::Customer), said(2, late, Speaker::Customer)]);
    read_for(&world, 10 * MINUTE).await;
    assert_eq!(world.ids(), ["customer_replied:2", "customer_replied:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_conversation_that_rests_is_not_read_again_and_after_a_restart_neither() {
    let (mut world, conversation) = world().await;
    goes_on(&world, &conversation, vec![said(1, world.now(), Speaker::Customer)]);
    world.pass(MINUTE).await;
    read(&world).await;
    assert_eq!(count(&world.intercom.take_calls(), "conversation"), 1);
    read_for(&world, DAY).await;
    world.restart();
    read_for(&world, DAY).await;
    assert_eq!(count(&world.intercom.take_calls(), "conversation"), 0, "deep walks see it again");
    assert_eq!(world.ids(), ["customer_replied:1"]);
}

#[tokio::test(start_paused = true)]
async fn what_happens_in_the_second_of_a_reading_is_found_by_the_next_poll() {
    let (world, conversation) = world().await;
    let now = world.now();
    goes_on(&world, &conversation, vec![said(1, now, Speaker::Customer)]);
    read(&world).await;
    goes_on(&world, &conversation, vec![said(1, now, Speaker::Customer), said(2, now, Speaker::Customer)]);
    read_for(&world, 10 * MINUTE).await;
    assert_eq!(world.ids(), ["customer_replied:1", "customer_replied:2"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_told_of_a_conversation_that_was_just_read_waits_half_a_minute() {
    let (world, conversation) = world().await;
    let id = Hinted::Conversation(ConversationId::new("1"));
    let mut parts = Vec::new();
    for number in 1..=5 {
        parts.push(said(number, world.now(), Speaker::Customer));
        goes_on(&world, &conversation, parts.clone());
        world.journal.store.hint(&workspace(), &id).await.unwrap();
        let _looked = world.look().await;
        world.pass(1).await;
    }
    assert_eq!(world.ids(), ["customer_replied:1"]);
    world.pass(30).await;
    let _looked = world.look().await;
    assert_eq!(world.ids().len(), 5);
    assert_eq!(count(&world.intercom.take_calls(), "conversation"), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_said_before_anybody_asked_is_no_news() {
    let world = World::new();
    let conversation = world.conversation("1");
    let before = said(1, world.now(), Speaker::Customer);
    world.pass(HOUR).await;
    world.subscribe(EventKind::CustomerReplied);
    goes_on(&world, &conversation, vec![before.clone(), said(2, world.now(), Speaker::Customer)]);
    read_for(&world, HOUR).await;
    assert_eq!(world.ids(), ["customer_replied:2"]);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_is_read_while_the_notification_for_it_is_being_made_is_no_less_for_it() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    let conversation = world.conversation("1");
    goes_on(&world, &conversation, Vec::new());
    read_for(&world, HOUR).await;
    let asked_at = world.now();
    let being_made = world.poll.source.in_the_making.begin(asked_at);
    goes_on(&world, &conversation, vec![said(1, asked_at.plus(1), Speaker::Customer)]);
    let id = Hinted::Conversation(ConversationId::new("1"));
    world.journal.store.hint(&workspace(), &id).await.unwrap();
    world.pass(10).await;
    let _looked = world.look().await;
    world.subscribe(EventKind::CustomerReplied);
    world.subscriptions.lock().unwrap().last_mut().unwrap().floor = asked_at;
    drop(being_made);
    read_for(&world, 10 * MINUTE).await;
    assert_eq!(world.ids(), ["conversation_created:1", "customer_replied:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_speaks_on_after_it_asked_for_the_team_asks_once() {
    let (world, conversation) = world().await;
    let bot = |id| said(id, world.now(), Speaker::Bot);
    let mut parts = vec![bot(1)];
    world.intercom.state().asking.insert("1".to_owned());
    for id in 2..4 {
        goes_on(&world, &conversation, parts.clone());
        read_for(&world, 4 * MINUTE).await;
        parts.push(bot(id));
    }
    let people = Part { assigned: Some(Holder::People), ..said(9, world.now(), Speaker::Nobody) };
    parts.push(people);
    goes_on(&world, &conversation, parts);
    read_for(&world, HOUR).await;
    assert_eq!(world.ids(), ["handed_over:1"]);
}

#[tokio::test(start_paused = true)]
async fn a_bot_that_speaks_for_days_after_it_asked_for_the_team_asks_once() {
    let (world, conversation) = world().await;
    world.intercom.state().asking.insert("1".to_owned());
    let (mut parts, mut told) = (Vec::new(), Vec::new());
    for (id, hours) in [(1, 30), (2, 30), (3, 30), (4, 50), (5, 1)] {
        parts.push(said(id, world.now(), Speaker::Bot));
        goes_on(&world, &conversation, parts.clone());
        read_for(&world, hours * HOUR).await;
        told.extend(world.ids());
        world.journal.prune(&workspace(), UnixMillis(world.now().0 * 1000)).await.unwrap();
    }
    assert_eq!(told, ["handed_over:1", "handed_over:5"], "after two days of silence it is told anew");
}

#[tokio::test(start_paused = true)]
async fn what_happened_last_says_who_has_the_conversation_by_now() {
    let (world, conversation) = world().await;
    let bot = said(1, world.now(), Speaker::Bot);
    let people = Part { assigned: Some(Holder::People), ..said(2, world.now(), Speaker::Nobody) };
    let words = [3, 4].map(|id| said(id, world.now(), Speaker::Customer));
    let parts = [vec![bot, people], words.to_vec()].concat();
    goes_on(&world, &conversation, parts.clone());
    read_for(&world, 4 * MINUTE).await;
    grace(&world);
    goes_on(&world, &held_by(&conversation, "7", &world), parts);
    read_for(&world, 4 * MINUTE).await;
    let holder = |event: Event| match event.record {
        Record::Conversation { conversation, .. } => (event.id.to_string(), conversation.admin_name),
        other => panic!("a conversation: {other:?}"),
    };
    let told: Vec<_> = world.events().into_iter().map(holder).collect();
    let grace = Some("Grace".to_owned());
    let told: Vec<_> = told.iter().map(|(id, name)| (id.as_str(), name.clone())).collect();
    let all = [("handed_over:2", grace.clone()), ("customer_replied:3", None), ("customer_replied:4", grace)];
    assert_eq!(sorted(told), sorted(all.to_vec()));
}

fn sorted<T: Ord>(mut all: Vec<T>) -> Vec<T> {
    all.sort();
    all
}

#[tokio::test(start_paused = true)]
async fn what_is_said_is_read_only_where_somebody_asks_for_it() {
    let world = World::new();
    world.subscribe(EventKind::NewConversation);
    let conversation = world.conversation("1");
    goes_on(&world, &conversation, Vec::new());
    read_for(&world, HOUR).await;
    goes_on(&world, &conversation, vec![said(1, world.now(), Speaker::Customer)]);
    read_for(&world, HOUR).await;
    assert_eq!(world.ids(), ["conversation_created:1"]);
    assert_eq!(count(&world.intercom.take_calls(), "conversation"), 0);
}

#[tokio::test(start_paused = true)]
async fn who_is_asked_for_by_the_bot_is_announced_before_and_after_the_assignment_once() {
    let (world, conversation) = world().await;
    let bot = said(1, world.now(), Speaker::Bot);
    goes_on(&world, &conversation, vec![bot.clone()]);
    read_for(&world, 4 * MINUTE).await;
    assert_eq!(world.ids(), [""; 0]);
    let people = Part { assigned: Some(Holder::People), ..said(2, world.now(), Speaker::Nobody) };
    goes_on(&world, &conversation, vec![bot, people]);
    read_for(&world, HOUR).await;
    assert_eq!(world.ids(), ["handed_over:2"]);
}

#[tokio::test(start_paused = true)]
async fn a_rating_is_announced_by_the_search_alone_and_its_remark_is_learnt() {
    let (world, conversation) = world().await;
    let rate = |remark: Option<&str>| {
        let rating = Rating { score: 1, at: world.now(), remark: remark.map(str::to_owned) };
        let now = Some(Box::new(Now { rating: Some(rating), ..Now::default() }));
        Conversation { now, ..conversation.clone() }
    };
    let rated = rate(None);
    let at = world.now();
    goes_on(&world, &rated, Vec::new());
    read(&world).await;
    assert_eq!(world.ids(), [format!("rated:1:{}", at.0)]);
    let remarked = rate(Some("slow"));
    world.pass(MINUTE).await;
    goes_on(&world, &remarked, Vec::new());
    read_for(&world, HOUR).await;
    assert_eq!(world.ids().len(), 1, "a remark is no other rating");
    let remarks: Vec<_> = world.events().into_iter().map(|event| event.record).collect();
    assert!(
        matches!(&remarks[..], [Record::Conversation { what, .. }] if format!("{what:?}").contains("Rated")),
        "{remarks:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_mark_does_not_pass_what_is_yet_to_be_read() {
    let (mut world, conversation) = world().await;
    goes_on(&world, &conversation, vec![said(1, world.now(), Speaker::Customer)]);
    world.pass(MINUTE).await;
    assert!(world.tick().await.went_well());
    let mark = world.mark(Stream::Conversations);
    world.restart();
    let _looked = world.look().await;
    assert_eq!(world.ids(), ["customer_replied:1"], "that it is to be read was kept with the mark {mark:?}");
}

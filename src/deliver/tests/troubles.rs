//! What people are told in channels of what cannot be read from Intercom.

use std::sync::Arc;

use deskbell_domain::channel::{Obstacle, Permission};
use deskbell_domain::event::EventKind;
use deskbell_domain::event::EventKind::{NewConversation, NewLead};
use deskbell_domain::port::intercom::{Lack, TokenPermission, Unanswered};
use deskbell_domain::port::store::Subscriptions;
use deskbell_domain::status::{LinkState, PollStatus};
use deskbell_domain::trouble::{Cause, Part, Trouble};

use super::seconds;
use super::world::World;
use crate::deliver::Delivery;
use crate::deliver::notices::TroubleWatch;

const LACKS: Cause = Cause::Lacks(Lack::Permission(TokenPermission::ReadConversations));
const SILENT: Cause = Cause::Unanswered(Unanswered::Silent);

/// A bot with a notification in each of two channels, and its watch.
struct Story {
    world: World,
    delivery: Arc<Delivery>,
    watch: TroubleWatch,
}

impl Story {
    async fn begin() -> Self {
        let mut world = World::new();
        world.notify(NewLead, 10).await;
        world.notify(NewConversation, 20).await;
        world.run_for(seconds(1)).await;
        let delivery = world.start().await;
        Self { world, delivery, watch: TroubleWatch::default() }
    }

    fn trouble(&self, part: Part, cause: Cause) -> Trouble {
        Trouble { part, cause, since: self.world.clock.true_time() }
    }

    fn shows(&self, link: LinkState, troubles: &[Trouble]) {
        self.world.status.set_poll(PollStatus { link, troubles: troubles.to_vec(), ..PollStatus::default() });
    }

    async fn pass(&mut self, minutes: u64) {
        for _ in 0..2 * minutes {
            self.world.run_for(seconds(30)).await;
            self.watch.look(&self.delivery.shared).await;
        }
        self.world.run_for(seconds(10)).await;
    }

    fn lines(&self) -> String {
        [self.world.discord.lines(10), self.world.discord.lines(20)].concat().join("\n")
    }
}

#[tokio::test(start_paused = true)]
async fn a_missing_permission_is_told_after_two_minutes_in_one_channel_and_so_is_its_end() {
    let mut story = Story::begin().await;
    let trouble = story.trouble(Part::Conversations, LACKS);
    story.shows(LinkState::Connected, &[trouble]);
    story.pass(1).await;
    assert_eq!(story.lines(), "");
    story.pass(30).await;
    insta::assert_snapshot!(story.lines(), @"⚠️ Since <t:1795435201> I cannot read new conversations from Acme: the token lacks Read conversations. Whoever manages your Intercom can give it: Developer Hub → your app → Authentication. Nothing is lost: I catch up then.");
    story.shows(LinkState::Connected, &[]);
    story.pass(30).await;
    assert_eq!(story.lines().lines().count(), 2);
    assert!(story.lines().contains("-# Back: I can read new conversations from Acme again."));
    assert!(story.world.discord.lines(20).is_empty(), "one channel is enough");
}

#[tokio::test(start_paused = true)]
async fn streams_that_fail_alike_are_told_in_one_notice_after_a_quarter_of_an_hour() {
    let mut story = Story::begin().await;
    let contacts = story.trouble(Part::Contacts, SILENT);
    story.world.run_for(seconds(50)).await;
    let conversations = story.trouble(Part::Conversations, SILENT);
    story.shows(LinkState::Down { since: contacts.since }, &[contacts, conversations]);
    story.pass(13).await;
    assert_eq!(story.lines(), "");
    story.pass(60).await;
    assert_eq!(story.lines().lines().count(), 1, "{}", story.lines());
    assert!(story.lines().contains("new leads and users and new conversations"), "{}", story.lines());
    story.shows(LinkState::Connected, &[conversations]);
    story.pass(1).await;
    assert_eq!(story.lines().lines().count(), 1, "the end is told when all of it is over");
    story.shows(LinkState::Connected, &[]);
    story.pass(1).await;
    assert_eq!(story.lines().lines().count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_told_although_an_outage_was_and_both_end_in_one_line() {
    let mut story = Story::begin().await;
    let silent = story.trouble(Part::Contacts, SILENT);
    story.shows(LinkState::Down { since: silent.since }, &[silent]);
    story.pass(16).await;
    let refused = story.trouble(Part::Everything, Cause::TokenRefused);
    story.shows(LinkState::Refused { since: refused.since }, &[refused]);
    story.pass(3).await;
    assert_eq!(story.lines().lines().count(), 2, "{}", story.lines());
    story.shows(LinkState::Down { since: silent.since }, &[silent]);
    story.pass(1).await;
    assert_eq!(story.lines().lines().count(), 2, "nothing was read yet");
    story.shows(LinkState::Connected, &[]);
    story.pass(1).await;
    assert_eq!(story.lines().lines().count(), 3, "{}", story.lines());
}

#[tokio::test(start_paused = true)]
async fn a_notice_of_a_hold_takes_no_trouble_notice_its_place() {
    let mut story = Story::begin().await;
    let lacks = Obstacle::MissingPermissions(Vec::new());
    story.world.discord.close(20, lacks, &[Permission::SendMessages]);
    story.world.happen(NewConversation, 1).await;
    story.world.run_for(seconds(10)).await;
    assert!(story.lines().contains("on hold"), "{}", story.lines());
    let trouble = story.trouble(Part::Contacts, LACKS);
    story.shows(LinkState::Connected, &[trouble]);
    story.pass(3).await;
    assert!(story.lines().contains("I cannot read"), "{}", story.lines());
}

#[tokio::test(start_paused = true)]
async fn where_no_channel_works_it_is_told_as_soon_as_one_does() {
    let mut story = Story::begin().await;
    for channel in [10, 20] {
        let lacks = Obstacle::MissingPermissions(Vec::new());
        story.world.discord.close(channel, lacks, &[Permission::SendMessages]);
    }
    let trouble = story.trouble(Part::Contacts, LACKS);
    story.shows(LinkState::Connected, &[trouble]);
    story.pass(5).await;
    assert!(!story.lines().contains("I cannot read"), "{}", story.lines());
    story.world.discord.reopen(10);
    story.pass(120).await;
    assert_eq!(story.lines().matches("I cannot read").count(), 1, "{}", story.lines());
}

#[tokio::test(start_paused = true)]
async fn what_nobody_wants_to_know_of_any_more_is_not_told_to_work_again() {
    let mut story = Story::begin().await;
    let troubles = [story.trouble(Part::Conversations, LACKS), story.trouble(Part::Contacts, LACKS)];
    story.shows(LinkState::Connected, &troubles);
    story.pass(5).await;
    assert_eq!(story.lines().lines().count(), 1, "{}", story.lines());
    let all = story.world.store.guild_subscriptions(&story.world.home()).await.unwrap();
    let conversations = all.into_iter().find(|one| one.kind == EventKind::NewConversation).unwrap();
    let removed = story.world.store.remove_subscription(&story.world.home(), conversations.id, None).await;
    assert!(removed.is_ok());
    story.shows(LinkState::Connected, &[]);
    story.pass(5).await;
    let told = story.lines();
    assert!(told.contains("Back: I can read new leads and users from Acme again."), "{told}");
    assert!(!told.lines().last().unwrap().contains("conversations"), "{told}");
}

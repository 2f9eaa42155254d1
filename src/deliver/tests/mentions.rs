//! Whom messages call: once in a while in a channel, whatever becomes of the messages.

use deskbell_domain::access::{Access, ActsAs};
use deskbell_domain::event::EventKind::{self, NewConversation, Unanswered};
use deskbell_domain::ids::{AdminId, MemberId, RoleId};
use deskbell_domain::mention::{Called, Every, Mention, Whom};
use deskbell_domain::port::channels::RoleCall;
use deskbell_domain::port::outbox::Outbox as _;
use deskbell_domain::port::store::{AccessLists as _, ChangeOutcome, Subscriptions as _};
use deskbell_domain::subscription::{Alert, Subscription};
use deskbell_store::engine::memory::Fault;

use super::discord::Fate;
use super::seconds;
use super::world::{Ended, World};

const SUPPORT: RoleId = RoleId(30);
const SALES: RoleId = RoleId(31);
const CALLS_SUPPORT: Option<Called> = Some(Called::Role(SUPPORT));
const CALLS_SALES: Option<Called> = Some(Called::Role(SALES));
const QUARTER: u64 = 15 * 60;

impl World {
    /// A notification that always rings and calls somebody at most once in a quarter of an hour.
    async fn calling(&self, kind: EventKind, channel: u64, whom: Whom) -> Subscription {
        let made = self.notify(kind, channel).await;
        self.change(Subscription { alert: Alert::Loud, mention: Some(Mention::of(whom)), ..made }).await
    }

    async fn change(&self, changed: Subscription) -> Subscription {
        let (id, channel) = (changed.id, changed.channel);
        assert_eq!(self.store.change_subscription(changed, None).await.unwrap(), ChangeOutcome::Changed);
        if let Some(delivery) = &self.delivery {
            delivery.wake(channel);
        }
        self.stored(id).await
    }

    /// Whom each message of a channel calls.
    fn calls(&self, channel: u64) -> Vec<Option<Called>> {
        self.discord.messages(channel).iter().map(|standing| standing.message.calls).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_role_is_called_at_most_once_in_its_time_and_after_a_restart_too() {
    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    world.kill();
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, None]);
    assert_eq!(world.discord.lines(10), ["<@&30> 💬 A visitor: P00001", "💬 A visitor: P00002"]);
    world.run_for(seconds(QUARTER)).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, None, CALLS_SUPPORT]);
}

#[tokio::test(start_paused = true)]
async fn two_notifications_share_the_time_of_a_role_and_two_roles_do_not() {
    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    world.calling(Unanswered, 10, Whom::Role(SUPPORT)).await;
    world.calling(NewConversation, 20, Whom::Role(SUPPORT)).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(30)).await;
    world.happen(Unanswered, 1).await;
    world.run_for(seconds(30)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, None]);
    assert_eq!(world.calls(20), [CALLS_SUPPORT], "another channel has a time of its own");

    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    world.calling(Unanswered, 10, Whom::Role(SALES)).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(30)).await;
    world.happen(Unanswered, 1).await;
    world.run_for(seconds(30)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, CALLS_SALES]);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_counts_as_a_call_and_the_same_message_is_found() {
    let mut world = World::new();
    let made = world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    world.discord.goes(|post| if post == 1 { Fate::AnswerLost } else { Fate::Down });
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(5)).await;
    world.kill();
    // Whom it called stays as it was begun, whatever is set meanwhile.
    let mention = Some(Mention::of(Whom::Role(SALES)));
    world.change(Subscription { mention, ..world.stored(made.id).await }).await;
    tokio::time::sleep(seconds(300)).await;
    world.discord.change_messages(10, |message| {
        message.cards.clear();
        message.rows.clear();
    });
    world.discord.goes(|_| Fate::Answered);
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT], "it is found by its line, with the call in it");
    let mention = Some(Mention::of(Whom::Role(SUPPORT)));
    world.change(Subscription { mention, ..world.stored(made.id).await }).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, None]);
}

#[tokio::test(start_paused = true)]
async fn a_kill_at_any_moment_of_a_send_calls_once() {
    for crash in [Fate::CrashBefore, Fate::CrashAfter] {
        for down in [1, 300] {
            let mut world = World::new();
            world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
            let fate = crash.clone();
            world.discord.goes(move |post| if post == 1 { fate.clone() } else { Fate::Answered });
            world.happen(NewConversation, 1).await;
            assert_eq!(world.run_for(seconds(60)).await, Ended::Crashed);
            tokio::time::sleep(seconds(down)).await;
            world.run_for(seconds(60)).await;
            world.happen(NewConversation, 1).await;
            world.run_for(seconds(60)).await;
            assert_eq!(world.calls(10), [CALLS_SUPPORT, None], "{crash:?}, {down} s");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_silent_and_what_goes_on_of_a_crowd_call_nobody() {
    let mut world = World::new();
    let made = world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    let minute = Every::parse("1m").unwrap();
    let mention = Some(Mention { whom: Whom::Role(SUPPORT), every: minute });
    world.change(Subscription { mention, alert: Alert::Silent, ..made.clone() }).await;
    world.happen(NewConversation, 1).await;
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [None]);
    let loud = Subscription { mention, alert: Alert::Loud, ..world.stored(made.id).await };
    world.change(loud).await;
    world.kill();
    world.happen(NewConversation, 25).await;
    world.run_for(seconds(120)).await;
    assert_eq!(world.calls(10)[1..], [CALLS_SUPPORT, None, None]);
}

#[tokio::test(start_paused = true)]
async fn a_crowd_whose_beginning_could_not_be_kept_rings_and_calls_once_it_is() {
    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    world.run_for(seconds(1)).await;
    world.happen(NewConversation, 25).await;
    world.engine.fail(Some(Fault::Commit));
    world.run_for(seconds(40)).await;
    assert_eq!(world.discord.posts(), 0);
    world.engine.fail(None);
    world.run_for(seconds(60)).await;
    assert_eq!(world.calls(10), [CALLS_SUPPORT, None, None]);
    let rings: Vec<_> = world.discord.messages(10).iter().map(|one| !one.message.flags.silent).collect();
    assert_eq!(rings, [true, false, false]);
}

#[tokio::test(start_paused = true)]
async fn a_role_that_is_gone_or_cannot_be_called_holds_no_card_back_and_uses_no_time_up() {
    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::Role(SUPPORT)).await;
    for call in [RoleCall::Gone, RoleCall::IsQuiet, RoleCall::Rings] {
        world.discord.calls_role(call);
        world.happen(NewConversation, 1).await;
        world.run_for(seconds(30)).await;
    }
    assert_eq!(world.calls(10), [None, None, CALLS_SUPPORT]);
    assert_eq!(world.discord.lines(10)[0], "💬 A visitor: P00001");
}

#[tokio::test(start_paused = true)]
async fn a_batch_whose_part_is_refused_calls_once() {
    let mut world = World::new();
    world.calling(EventKind::NewLead, 10, Whom::Role(SUPPORT)).await;
    world.discord.refuse(2);
    world.happen(EventKind::NewLead, 3).await;
    world.run_for(seconds(120)).await;
    let calls = world.calls(10);
    assert_eq!(calls.iter().flatten().count(), 1, "{calls:?}");
    assert_eq!(calls[0], CALLS_SUPPORT);
}

#[tokio::test(start_paused = true)]
async fn whoever_has_it_is_called_where_a_member_acts_as_them() {
    let mut world = World::new();
    world.calling(NewConversation, 10, Whom::WhoeverHasIt).await;
    let acts_as = ActsAs { workspace: world.workspace.clone(), admin: AdminId::new("7") };
    let access = Access { teammates: [(MemberId(8), acts_as)].into(), ..Access::default() };
    let changed = world.store.change_access(&world.home(), access, None).await.unwrap();
    assert_eq!(changed, ChangeOutcome::Changed);
    let at = world.clock.true_time().seconds().0;
    for (number, admin) in [(1, None), (2, Some("7")), (3, Some("5"))] {
        world.append(vec![super::events::held_by(number, admin, at)]).await;
        world.run_for(seconds(30)).await;
    }
    assert_eq!(world.calls(10), [None, Some(Called::Member(MemberId(8))), None]);
    assert!(world.discord.lines(10)[1].starts_with("<@8> 💬 "), "{:?}", world.discord.lines(10));
}

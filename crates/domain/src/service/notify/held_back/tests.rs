use mockall::Sequence;
use mockall::predicate::eq;

use super::*;
use crate::access::Access;
use crate::being_made::InTheMaking;
use crate::crowd::Headcount;
use crate::event::EventKind::NewUser;
use crate::ids::JournalNumber;
use crate::port::store::{
    Backlogged, NewSubscription, Progress, StoreError, SubscriptionAdded, SubscriptionRemoved,
};
use crate::service::fixture::{
    Ports, SALES, SUPPORT, home, notification, paused, stands, still, view, workspace,
};
use crate::subscription::SubscriptionState;
use crate::time::UnixMillis;

/// One notification in #support, which a crowd reads, with so many events that wait.
fn in_a_crowd(waiting: u64) -> Ports {
    several_in_a_crowd(&[notification(1, SUPPORT, SubscriptionState::Active)], waiting)
}

fn several_in_a_crowd(there: &[Subscription], waiting: u64) -> Ports {
    let (mut ports, there) = (Ports::default(), there.to_vec());
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(there.clone()));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.short_lived.expect_kept().returning(|_, _| Ok(None));
    ports.short_lived.expect_keep().returning(|_, _, _| Ok(()));
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().returning(|_, channel| {
        let audience = if channel == SUPPORT { Audience::Crowd(Some(4990)) } else { Audience::Some };
        Ok(ChannelView { audience, ..view(channel) })
    });
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.deliveries.expect_dead_letters().returning(|_| Ok(Vec::new()));
    ports.deliveries.expect_progress().returning(|_, _| {
        Ok(Some(Progress { cursor: JournalNumber(5), in_flight: None, last_posted: None, crowd: None }))
    });
    let backlog = Backlogged { count: waiting, since: None };
    ports.deliveries.expect_backlog().returning(move |_, _| Ok(backlog));
    ports.deliveries.expect_dropped().returning(|_, _| Ok(Leftover::default()));
    ports
}

async fn moved(mut ports: Ports) -> Result<Move, NotDone> {
    ports.journal.expect_head().returning(|_| Ok(JournalNumber(9)));
    ports.outbox.expect_making().returning(|earliest| InTheMaking::default().begin(earliest));
    let (time, workspace) = (still(), workspace());
    let request = ports.request(&time);
    let point = SubscribePoint::of(&request, &workspace, UnixMillis(1_001_000)).await?;
    move_to(&request, &workspace, Held::In(SUPPORT), SALES, point).await
}

#[tokio::test]
async fn a_notification_is_made_in_the_other_channel_before_it_ends_here() {
    let (mut ports, mut order) = (in_a_crowd(0), Sequence::new());
    ports.outbox.expect_post_once().once().in_sequence(&mut order).returning(|_, _| stands());
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    let floor = notification(1, SUPPORT, SubscriptionState::Active).floor;
    let made =
        move |new: &NewSubscription| new.subscription.channel == SALES && new.subscription.floor == floor;
    let make = ports.subscriptions.expect_add_subscription();
    make.withf(made)
        .once()
        .in_sequence(&mut order)
        .returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    ports.outbox.expect_wake().with(eq(SALES)).once().in_sequence(&mut order).return_const(());
    let remove = ports.subscriptions.expect_remove_subscription();
    remove
        .withf(|at, _, by| *at == home() && by.is_some())
        .once()
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(SubscriptionRemoved::Removed(Leftover::default())));
    ports.outbox.expect_wake().with(eq(SUPPORT)).once().in_sequence(&mut order).return_const(());
    let outcome = moved(ports).await;
    assert!(matches!(outcome, Ok(Move::Moved { moved, .. }) if moved.len() == 1));
}

#[tokio::test]
async fn what_waits_is_not_dropped_by_a_move() {
    let outcome = moved(in_a_crowd(2)).await;
    assert!(matches!(outcome, Ok(Move::Unposted(_, Leftover { waiting: 2, failed: 0, .. }))));
}

#[tokio::test]
async fn what_was_moved_is_told_where_the_next_one_cannot_be() {
    let users = Subscription { kind: NewUser, ..notification(2, SUPPORT, SubscriptionState::Active) };
    let both = [notification(1, SUPPORT, SubscriptionState::Active), users.clone()];
    let mut ports = several_in_a_crowd(&both, 0);
    ports.outbox.expect_post_once().returning(|_, _| stands());
    ports.outbox.expect_wake().return_const(());
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    let add = ports.subscriptions.expect_add_subscription();
    add.returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    let gone = || Ok(SubscriptionRemoved::Removed(Leftover { waiting: 3, ..Leftover::default() }));
    ports.subscriptions.expect_remove_subscription().once().returning(move |_, _, _| gone());
    ports.subscriptions.expect_remove_subscription().returning(|_, _, _| Err(StoreError::Closed));
    let Ok(Move::MovedInPart { moved, dropped, rest, why: WhyNot::NotDone(NotDone::Store(_)) }) =
        moved(ports).await
    else {
        panic!("the second one fails after the first was moved");
    };
    assert_eq!((&moved[..], &rest[..], dropped.waiting), (&both[..1], &[users][..], 3));
}

#[tokio::test]
async fn what_was_paused_is_made_paused_in_its_new_channel_and_runs_at_no_time() {
    let mut ports = several_in_a_crowd(&[notification(1, SUPPORT, paused())], 0);
    ports.outbox.expect_post_once().returning(|_, _| stands());
    ports.outbox.expect_wake().return_const(());
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    let add = ports.subscriptions.expect_add_subscription();
    add.withf(|new| new.subscription.state == paused())
        .once()
        .returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    let gone = |_: &_, _, _| Ok(SubscriptionRemoved::Removed(Leftover::default()));
    ports.subscriptions.expect_remove_subscription().once().returning(gone);
    assert!(matches!(moved(ports).await, Ok(Move::Moved { .. })));
}

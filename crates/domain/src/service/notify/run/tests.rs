use mockall::Sequence;
use mockall::predicate::eq;

use super::*;
use crate::ids::JournalNumber;
use crate::port::store::{Backlogged, ChangeOutcome, Progress};
use crate::service::fixture::{MARK, Ports, SALES, SUPPORT, home, notification, paused, still, view};

const FIRST: SubscriptionId = SubscriptionId(1);
const SECOND: SubscriptionId = SubscriptionId(2);

/// The first in #sales, the second in #support.
fn two(first: SubscriptionState, second: SubscriptionState) -> Ports {
    let mut ports = Ports::default();
    let both = vec![notification(1, SALES, first), notification(2, SUPPORT, second)];
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(both.clone()));
    ports
}

fn waiting(ports: &mut Ports, count: u64) {
    ports.deliveries.expect_dead_letters().returning(|_| Ok(Vec::new()));
    ports.deliveries.expect_progress().returning(|_, _| {
        Ok(Some(Progress { cursor: JournalNumber(5), in_flight: None, last_posted: None, crowd: None }))
    });
    let since = Some(Timestamp(950));
    ports.deliveries.expect_backlog().returning(move |_, _| Ok(Backlogged { count, since }));
    ports.deliveries.expect_dropped().returning(|_, _| Ok(Leftover::default()));
    ports.channels.expect_view().returning(|_, channel| Ok(view(channel)));
}

fn becomes(
    ports: &mut Ports,
    order: &mut Sequence,
    fits: impl Fn(&Subscription) -> bool + Send + 'static,
    channel: ChannelId,
) {
    let change = ports.subscriptions.expect_change_subscription();
    change
        .withf(move |one, by| fits(one) && by.as_ref().is_some_and(|deed| deed.member == MARK))
        .once()
        .in_sequence(order)
        .returning(|_, _| Ok(ChangeOutcome::Changed));
    ports.outbox.expect_wake().with(eq(channel)).once().in_sequence(order).return_const(());
}

#[tokio::test]
async fn a_pause_is_written_before_the_channel_of_that_notification_is_woken() {
    let (mut ports, mut order) = (two(SubscriptionState::Active, SubscriptionState::Active), Sequence::new());
    becomes(&mut ports, &mut order, |one| one.id == SECOND && one.is_paused(), SUPPORT);
    let done = pause(&ports.request(&still()), Target::One(SECOND)).await.expect("the store answers").done;
    assert_eq!(done.iter().map(|one| one.id).collect::<Vec<_>>(), [SECOND]);
}

#[tokio::test]
async fn all_are_paused_and_only_the_channels_of_those_that_ran_are_woken() {
    let (mut ports, mut order) = (two(paused(), SubscriptionState::Active), Sequence::new());
    becomes(&mut ports, &mut order, |one| one.id == SECOND && one.is_paused(), SUPPORT);
    let answer = pause(&ports.request(&still()), Target::All).await.expect("the store answers");
    assert_eq!((answer.meant.len(), answer.done.len()), (2, 1));
}

#[tokio::test]
async fn a_notification_goes_on_from_where_it_stood() {
    let (mut ports, mut order) = (two(paused(), SubscriptionState::Active), Sequence::new());
    waiting(&mut ports, 14);
    let was = notification(1, SALES, SubscriptionState::Active);
    becomes(&mut ports, &mut order, move |one| *one == was, SALES);
    let answer = resume(&ports.request(&still()), Target::One(FIRST), None).await;
    let Ok(Resumption::Resumed(resumed)) = answer else { panic!("{answer:?}") };
    assert_eq!((resumed.missed, resumed.waited, resumed.done.len()), (Missed::Post, 14, 1));
}

#[tokio::test]
async fn what_is_skipped_is_dropped_before_the_notification_runs_again() {
    let (mut ports, mut order) = (two(paused(), paused()), Sequence::new());
    waiting(&mut ports, 30);
    let skip = ports.outbox.expect_skip_to_now();
    skip.with(eq(home().guild), eq(SECOND)).once().in_sequence(&mut order).returning(|_, _| 30);
    becomes(&mut ports, &mut order, |one| one.id == SECOND && one.is_active(), SUPPORT);
    let answer = resume(&ports.request(&still()), Target::One(SECOND), Some(Missed::Skip)).await;
    let Ok(Resumption::Resumed(resumed)) = answer else { panic!("{answer:?}") };
    assert_eq!((resumed.missed, resumed.waited), (Missed::Skip, 30));
}

#[tokio::test]
async fn many_that_wait_are_asked_about_before_anything_is_done() {
    let mut ports = two(paused(), SubscriptionState::Active);
    waiting(&mut ports, 20);
    let answer = resume(&ports.request(&still()), Target::All, None).await;
    let asked = Resumption::ToDecide { waiting: 20, since: Some(Timestamp(950)) };
    assert_eq!(answer.expect("the store answers"), asked);
}

#[tokio::test]
async fn what_cannot_be_skipped_now_stays_paused() {
    let mut ports = two(paused(), SubscriptionState::Active);
    waiting(&mut ports, 3);
    ports.outbox.expect_skip_to_now().once().returning(|_, _| 0);
    let answer = resume(&ports.request(&still()), Target::One(FIRST), Some(Missed::Skip)).await;
    assert!(matches!(answer, Err(NotDone::Busy)));
}

#[tokio::test]
async fn a_notification_is_removed_before_its_channel_is_woken() {
    let (mut ports, mut order) = (two(SubscriptionState::Active, SubscriptionState::Active), Sequence::new());
    let dropped = Leftover { waiting: 2, failed: 1, erased: 0 };
    let gone = ports.subscriptions.expect_remove_subscription();
    gone.withf(|at, id, by| *at == home() && *id == SECOND && by.is_some())
        .once()
        .in_sequence(&mut order)
        .returning(move |_, _, _| Ok(SubscriptionRemoved::Removed(dropped)));
    ports.outbox.expect_wake().with(eq(SUPPORT)).once().in_sequence(&mut order).return_const(());
    ports.short_lived.expect_keep().once().in_sequence(&mut order).returning(|_, _, _| Ok(()));
    let removed = remove(&ports.request(&still()), SECOND).await.expect("the store answers");
    assert_eq!((removed.subscription.channel, removed.dropped), (SUPPORT, dropped));
}

#[tokio::test]
async fn what_is_not_there_changes_nothing_and_wakes_nobody() {
    let gone = SubscriptionId(99);
    for target in [Target::All, Target::One(gone)] {
        let mut ports = Ports::default();
        ports.subscriptions.expect_guild_subscriptions().returning(|_| Ok(Vec::new()));
        let time = still();
        let request = ports.request(&time);
        let expected =
            |error: &NotDone| matches!(error, NotDone::NoNotifications | NotDone::UnknownNotification);
        assert!(pause(&request, target).await.is_err_and(|error| expected(&error)));
        assert!(resume(&request, target, None).await.is_err_and(|error| expected(&error)));
        assert!(remove(&request, gone).await.is_err_and(|error| expected(&error)));
        assert!(skip_to_now(&request, gone).await.is_err_and(|error| expected(&error)));
    }
}

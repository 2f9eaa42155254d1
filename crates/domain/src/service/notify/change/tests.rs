use std::sync::{Arc, Mutex};

use super::*;
use crate::access::Access;
use crate::channel::ChannelView;
use crate::crowd::Headcount;
use crate::ids::JournalNumber;
use crate::port::store::{Backlogged, ChangeOutcome, Progress, SubscriptionAdded, SubscriptionRemoved};
use crate::service::fixture::{Ports, SALES, SUPPORT, notification, paused, stands, still, view, workspace};
use crate::subscription::{PublicChoice, SubscriptionState};

const ONE: SubscriptionId = SubscriptionId(1);
const FULL: Change = Change { detail: Some(Detail::Full), alert: None, mention: None };

fn one(detail: Detail, public: PublicChoice) -> Subscription {
    Subscription { detail, public, ..notification(1, SALES, SubscriptionState::Active) }
}

/// Channels whose readers are these.
fn read_by(readers: Audience) -> Ports {
    let mut ports = Ports::default();
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports
        .channels
        .expect_view()
        .returning(move |_, channel| Ok(ChannelView { audience: readers, ..view(channel) }));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.short_lived.expect_kept().returning(|_, _| Ok(None));
    ports.short_lived.expect_keep().returning(|_, _, _| Ok(()));
    ports.outbox.expect_wake().return_const(());
    ports
}

/// What is read each time, and what was written, with the action that is written down for it.
fn reads(ports: &mut Ports, mut reads: Vec<Subscription>) -> Arc<Mutex<Vec<(Subscription, Action)>>> {
    let last = reads.last().cloned().expect("one at least");
    reads.reverse();
    let reads = Mutex::new(reads);
    ports
        .subscriptions
        .expect_guild_subscriptions()
        .returning(move |_| Ok(vec![reads.lock().expect("no panic").pop().unwrap_or_else(|| last.clone())]));
    let written = Arc::<Mutex<Vec<_>>>::default();
    let keep = Arc::clone(&written);
    ports.subscriptions.expect_change_subscription().returning(move |wanted, by| {
        keep.lock().expect("no panic").push((wanted, by.expect("somebody did it").action));
        Ok(ChangeOutcome::Changed)
    });
    written
}

async fn changed(ports: &mut Ports, wanted: Change, decision: PublicDecision) -> Changed {
    change(&ports.request(&still()), ONE, wanted, decision).await.expect("it can be changed")
}

#[tokio::test]
async fn a_crowd_sees_nothing_personal_before_a_person_said_so_and_then_the_notification_is_marked() {
    for (detail, public) in [
        (Detail::Private, PublicChoice::WithoutPersonalData),
        (Detail::Private, PublicChoice::Everything),
        (Detail::Full, PublicChoice::WithoutPersonalData),
    ] {
        let mut ports = read_by(Audience::Everyone);
        let written = reads(&mut ports, vec![one(detail, public)]);
        let asked = changed(&mut ports, FULL, PublicDecision::Open).await;
        assert!(
            matches!(asked, Changed::ToDecide(_, Audience::Everyone, Exposure::PersonalData(None))),
            "{asked:?}"
        );
        assert!(written.lock().expect("no panic").is_empty());
    }
    let mut ports = read_by(Audience::Everyone);
    let written = reads(&mut ports, vec![one(Detail::Private, PublicChoice::WithoutPersonalData)]);
    changed(&mut ports, FULL, PublicDecision::Everything).await;
    let (kept, action) = written.lock().expect("no panic").pop().expect("it is written");
    assert_eq!((kept.detail, kept.public), (Detail::Full, PublicChoice::Everything));
    assert!(matches!(action, Action::Opened(_)), "{action:?}");
}

#[tokio::test]
async fn where_discord_does_not_tell_who_reads_a_channel_it_may_be_a_crowd() {
    let mut ports = Ports::default();
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().returning(|_, _| Err(crate::port::channels::ChannelError::Unavailable));
    reads(&mut ports, vec![one(Detail::Private, PublicChoice::WithoutPersonalData)]);
    let asked = changed(&mut ports, FULL, PublicDecision::Open).await;
    assert!(matches!(asked, Changed::ToDecide(_, Audience::Crowd(None), _)), "{asked:?}");
}

#[tokio::test]
async fn less_for_a_crowd_that_sees_everything_already_needs_no_question() {
    let mut ports = read_by(Audience::Everyone);
    let written = reads(&mut ports, vec![one(Detail::Full, PublicChoice::Everything)]);
    let short = changed(&mut ports, Change::of_detail(Detail::Short), PublicDecision::Open).await;
    assert!(matches!(short, Changed::Done(one) if one.detail == Detail::Short));
    let (kept, action) = written.lock().expect("no panic").pop().expect("it is written");
    assert_eq!(kept.public, PublicChoice::Everything);
    assert!(matches!(action, Action::Changed(_)), "{action:?}");
}

#[tokio::test]
async fn what_somebody_faster_made_private_is_not_shown_to_a_crowd_without_a_question() {
    let open = one(Detail::Full, PublicChoice::Everything);
    let private = Subscription { detail: Detail::Private, version: 2, ..open.clone() };
    let mut ports = read_by(Audience::Everyone);
    let written = reads(&mut ports, vec![open, private]);
    let asked = changed(&mut ports, Change::of_detail(Detail::Short), PublicDecision::Open).await;
    assert!(matches!(asked, Changed::ToDecide(one, ..) if one.detail == Detail::Private));
    assert!(written.lock().expect("no panic").is_empty());
}

#[tokio::test]
async fn one_setting_is_changed_and_the_other_stays_as_somebody_faster_wrote_it() {
    let before = one(Detail::Full, PublicChoice::WithoutPersonalData);
    let faster = Subscription { detail: Detail::Short, version: 2, ..before.clone() };
    let mut ports = read_by(Audience::Some);
    let written = reads(&mut ports, vec![before, faster]);
    changed(&mut ports, Change::of_alert(Alert::Silent), PublicDecision::Open).await;
    let (kept, _) = written.lock().expect("no panic").pop().expect("it is written");
    assert_eq!((kept.detail, kept.alert), (Detail::Short, Alert::Silent));
}

/// Moves the notification to #support.
async fn moved(ports: &mut Ports) -> Moved {
    try_to_move(ports).await.expect("it can be moved")
}

async fn try_to_move(ports: &mut Ports) -> Result<Moved, NotDone> {
    ports.outbox.expect_making().returning(|at| crate::being_made::InTheMaking::default().begin(at));
    ports.journal.expect_head().returning(|_| Ok(JournalNumber(9)));
    let (time, workspace) = (still(), workspace());
    let request = ports.request(&time);
    let asked_at = crate::time::UnixMillis(1_000_000);
    let point = SubscribePoint::of(&request, &workspace, asked_at).await.expect("the store answers");
    let there = (SUPPORT, PublicDecision::Open);
    move_to(&request, &workspace, ONE, there, point).await
}

/// So many events wait for every notification.
fn waiting(ports: &mut Ports, count: u64) {
    ports.deliveries.expect_dead_letters().returning(|_| Ok(Vec::new()));
    ports.deliveries.expect_progress().returning(|_, _| {
        Ok(Some(Progress { cursor: JournalNumber(5), in_flight: None, last_posted: None, crowd: None }))
    });
    ports.deliveries.expect_backlog().returning(move |_, _| Ok(Backlogged { count, since: None }));
    ports.deliveries.expect_dropped().returning(|_, _| Ok(Leftover::default()));
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
}

#[tokio::test]
async fn a_notification_is_made_in_the_other_channel_before_it_ends_here_with_its_settings_and_its_pause() {
    let mut ports = read_by(Audience::Some);
    waiting(&mut ports, 0);
    let was =
        Subscription { state: paused(), alert: Alert::Silent, ..one(Detail::Short, PublicChoice::default()) };
    reads(&mut ports, vec![was]);
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.outbox.expect_post_once().returning(|_, _| stands());
    let mut order = mockall::Sequence::new();
    let add = ports.subscriptions.expect_add_subscription().once().in_sequence(&mut order);
    add.returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    let remove = ports.subscriptions.expect_remove_subscription().once().in_sequence(&mut order);
    remove.returning(|_, _, _| Ok(SubscriptionRemoved::Removed(Leftover::default())));
    let Moved::Done { now, .. } = moved(&mut ports).await else { panic!("not moved") };
    assert_eq!((now.channel, now.detail, now.alert), (SUPPORT, Detail::Short, Alert::Silent));
    assert_eq!(
        (now.state, now.floor),
        (paused(), crate::time::Timestamp(100)),
        "what was not found yet is for it"
    );
}

/// Ports that can move, and read these notifications one after the other, the last of them again and again.
fn can_move(mut reads: Vec<Vec<Subscription>>) -> Ports {
    let mut ports = read_by(Audience::Some);
    waiting(&mut ports, 0);
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.outbox.expect_post_once().returning(|_, _| stands());
    let add = ports.subscriptions.expect_add_subscription();
    add.returning(|new| {
        Ok(SubscriptionAdded::Added(Subscription { id: SubscriptionId(2), ..new.subscription }))
    });
    let last = reads.last().cloned().expect("one at least");
    reads.reverse();
    let reads = Mutex::new(reads);
    ports
        .subscriptions
        .expect_guild_subscriptions()
        .returning(move |_| Ok(reads.lock().expect("no panic").pop().unwrap_or_else(|| last.clone())));
    ports
}

#[tokio::test]
async fn a_pause_while_a_notification_moves_holds_where_it_goes() {
    let was = one(Detail::Full, PublicChoice::default());
    let paused = Subscription { state: paused(), version: 2, ..was.clone() };
    let now = notification(2, SUPPORT, SubscriptionState::Active);
    let mut ports = can_move(vec![vec![was.clone()], vec![was], vec![paused], vec![now]]);
    ports.subscriptions.expect_change_subscription().returning(|_, _| Ok(ChangeOutcome::Changed));
    let remove = ports.subscriptions.expect_remove_subscription().once();
    remove.returning(|_, _, _| Ok(SubscriptionRemoved::Removed(Leftover::default())));
    let Moved::Done { now, .. } = moved(&mut ports).await else { panic!("not moved") };
    assert!(now.channel == SUPPORT && now.is_paused());
}

#[tokio::test]
async fn of_two_who_move_one_notification_at_once_one_moves_it() {
    let was = one(Detail::Full, PublicChoice::default());
    let mut ports = can_move(vec![vec![was.clone()], vec![was], Vec::new()]);
    let removed = Arc::<Mutex<Vec<_>>>::default();
    let keep = Arc::clone(&removed);
    ports.subscriptions.expect_remove_subscription().returning(move |_, id, _| {
        keep.lock().expect("no panic").push(id);
        let gone = SubscriptionRemoved::Removed(Leftover::default());
        Ok(if id == ONE { SubscriptionRemoved::AlreadyGone } else { gone })
    });
    let late = try_to_move(&mut ports).await;
    assert!(matches!(late, Err(NotDone::UnknownNotification)), "{late:?}");
    assert_eq!(*removed.lock().expect("no panic"), [ONE, SubscriptionId(2)], "there is no third one");
}

#[tokio::test]
async fn what_waits_or_would_meet_another_is_not_moved() {
    let mut ports = read_by(Audience::Some);
    waiting(&mut ports, 3);
    reads(&mut ports, vec![one(Detail::Full, PublicChoice::default())]);
    let kept = moved(&mut ports).await;
    assert!(matches!(&kept, Moved::Unposted(_, leftover) if leftover.waiting == 3), "{kept:?}");

    let mut ports = read_by(Audience::Some);
    waiting(&mut ports, 0);
    let both =
        vec![one(Detail::Full, PublicChoice::default()), notification(2, SUPPORT, SubscriptionState::Active)];
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(both.clone()));
    let kept = moved(&mut ports).await;
    assert!(matches!(&kept, Moved::AlreadyThere(there) if there.id == SubscriptionId(2)), "{kept:?}");
}

#[tokio::test]
async fn a_crowd_in_the_other_channel_is_asked_about_before_anything_is_moved() {
    let mut ports = read_by(Audience::Everyone);
    waiting(&mut ports, 0);
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    reads(&mut ports, vec![one(Detail::Full, PublicChoice::Everything)]);
    let asked = moved(&mut ports).await;
    assert!(matches!(asked, Moved::ToDecide(..)), "{asked:?}");
}

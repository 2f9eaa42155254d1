use mockall::Sequence;
use mockall::predicate::{always, eq};

use super::*;
use crate::access::Access;
use crate::being_made::InTheMaking;
use crate::channel::{Audience, ChannelKind, Obstacle, Permission};
use crate::crowd::Headcount;
use crate::port::channels::ChannelError;
use crate::service::fixture::{Ports, SALES, SUPPORT, notification, paused, stands, still, view, workspace};

fn wanted(workspace: &Workspace, decision: PublicDecision) -> Wanted<'_> {
    let making = Arc::new(InTheMaking::default().begin(Timestamp(1000)));
    let point = SubscribePoint { floor: Timestamp(1000), head: JournalNumber(3), _making: making };
    let wish = Wish::plain(EventKind::NewLead);
    Wanted { workspace, wish, channel: SALES, decision, point, state: None }
}

/// Ports over which everything can be looked at, and nothing be done.
fn looked_at(seen: Result<ChannelView, ChannelError>, present: Vec<Subscription>) -> Ports {
    let mut ports = Ports::default();
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.short_lived.expect_kept().returning(|_, _| Ok(None));
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().returning(move |_, _| seen.clone());
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(present.clone()));
    ports
}

async fn tried(mut ports: Ports, decision: PublicDecision) -> Result<Addition, NotDone> {
    add(&ports.request(&still()), wanted(&workspace(), decision)).await
}

#[tokio::test]
async fn all_is_checked_before_the_first_message_and_the_notification_kept_after_it() {
    let (mut ports, mut order) = (Ports::default(), Sequence::new());
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.short_lived.expect_kept().returning(|_, _| Ok(None));
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().once().in_sequence(&mut order).returning(|_, channel| Ok(view(channel)));
    let others = vec![notification(1, SUPPORT, SubscriptionState::Active)];
    let present = ports.subscriptions.expect_guild_subscriptions();
    present.once().in_sequence(&mut order).return_once(move |_| Ok(others));
    let rights = ports.rights.expect_lacking();
    rights.with(eq(SALES)).once().in_sequence(&mut order).returning(|_| Ok(Vec::new()));
    let post = ports.outbox.expect_post_once();
    post.with(eq(SALES), always()).once().in_sequence(&mut order).returning(|_, _| stands());
    let remember = ports.deliveries.expect_remember_own_message();
    remember.once().in_sequence(&mut order).returning(|_, _, _| Ok(()));
    let keep = ports.subscriptions.expect_add_subscription();
    keep.withf(|new| new.head == Some(JournalNumber(3)) && new.subscription.floor == Timestamp(1000))
        .once()
        .in_sequence(&mut order)
        .returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    ports.outbox.expect_wake().with(eq(SALES)).once().in_sequence(&mut order).return_const(());
    let added = tried(ports, PublicDecision::Open).await;
    assert!(matches!(added, Ok(Addition::Added(made, _)) if made.channel == SALES));
}

#[tokio::test]
async fn nothing_is_posted_in_a_channel_that_cannot_take_it() {
    let lacking = vec![Permission::SendMessages];
    let unfit = [
        (Err(ChannelError::Closed(Obstacle::ChannelGone)), ChannelError::Closed(Obstacle::ChannelGone)),
        (Err(ChannelError::Unavailable), ChannelError::Unavailable),
        (
            Ok(ChannelView { kind: ChannelKind::Forum, ..view(SALES) }),
            ChannelError::Closed(Obstacle::ChannelUnfit),
        ),
        (
            Ok(ChannelView { lacking: Some(lacking.clone()), ..view(SALES) }),
            ChannelError::Closed(Obstacle::MissingPermissions(lacking)),
        ),
    ];
    for (seen, expected) in unfit {
        let refused = tried(looked_at(seen, Vec::new()), PublicDecision::Open).await;
        assert!(matches!(&refused, Err(NotDone::Closed { why, .. }) if *why == expected), "{refused:?}");
    }
}

#[tokio::test]
async fn nothing_is_posted_for_what_is_there_already() {
    let there = notification(1, SALES, SubscriptionState::Active);
    let answer = tried(looked_at(Ok(view(SALES)), vec![there.clone()]), PublicDecision::Open).await;
    assert!(matches!(answer, Ok(Addition::AlreadyThere(one, _)) if *one == there));
}

#[tokio::test]
async fn nothing_is_posted_for_somebody_who_may_not_post_there() {
    let mut ports = looked_at(Ok(view(SALES)), Vec::new());
    ports.rights.expect_lacking().returning(|_| Ok(vec![Permission::SendMessages]));
    assert!(matches!(tried(ports, PublicDecision::Open).await, Err(NotDone::MayNotPost(SALES, _))));
    let mut ports = looked_at(Ok(view(SALES)), Vec::new());
    ports.rights.expect_lacking().returning(|_| Err(ChannelError::Unavailable));
    assert!(matches!(tried(ports, PublicDecision::Open).await, Err(NotDone::Closed { channel: SALES, .. })));
}

#[tokio::test]
async fn nothing_is_posted_before_a_person_chose_what_a_crowd_may_read() {
    let seen = ChannelView { audience: Audience::Crowd(Some(4990)), ..view(SALES) };
    let mut ports = looked_at(Ok(seen), Vec::new());
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    assert!(matches!(
        tried(ports, PublicDecision::Open).await,
        Ok(Addition::ToDecide(_, Exposure::PersonalData(None)))
    ));
}

#[tokio::test]
async fn a_first_message_that_does_not_stand_there_for_certain_keeps_nothing() {
    for outcome in [PostOutcome::Unknown, PostOutcome::Unauthorized] {
        let mut ports = looked_at(Ok(view(SALES)), Vec::new());
        ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
        ports.outbox.expect_post_once().once().return_once(|_, _| outcome);
        let refused = tried(ports, PublicDecision::Open).await;
        assert!(matches!(refused, Err(NotDone::FirstMessageUnclear(SALES) | NotDone::NotPosted(_))));
    }
}

/// Ports over which a notification is made anew of which this is remembered.
fn removed_lately(before: &'static str) -> Ports {
    let mut ports = Ports::default();
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports.channels.expect_view().returning(|_, channel| Ok(view(channel)));
    ports.subscriptions.expect_guild_subscriptions().returning(|_| Ok(Vec::new()));
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.outbox.expect_post_once().returning(|_, _| stands());
    ports.outbox.expect_wake().return_const(());
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    ports.short_lived.expect_kept().once().returning(move |_, _| Ok(Some(before.to_owned())));
    let added = ports.subscriptions.expect_add_subscription();
    added.returning(|new| Ok(SubscriptionAdded::Added(new.subscription)));
    ports
}

#[tokio::test]
async fn what_was_paused_when_it_was_removed_comes_back_paused_unless_another_takes_its_place() {
    let before = r#"{"detail":"card","alert":"smart","state":{"paused":{"by":9,"since":900}}}"#;
    let active = SubscriptionState::Active;
    for (state, expected) in [(None, &paused()), (Some(&active), &active)] {
        let mut ports = removed_lately(before);
        let (workspace, time) = (workspace(), still());
        let wanted = Wanted { state, ..wanted(&workspace, PublicDecision::Open) };
        let Ok(Addition::Added(made, _)) = add(&ports.request(&time), wanted).await else {
            panic!("nothing is in the way")
        };
        assert_eq!(made.state, *expected);
        assert_eq!(Wish::plain(EventKind::NewLead).is_as_in(&made), made.is_active());
    }
}

#[tokio::test]
async fn what_was_removed_within_a_day_comes_back_as_it_was_where_nothing_else_is_said() {
    for (asked, detail) in [(None, Detail::Private), (Some(Detail::Short), Detail::Short)] {
        let mut ports = removed_lately(r#"{"detail":"private","alert":"silent"}"#);
        let (workspace, time) = (workspace(), still());
        let mut wanted = wanted(&workspace, PublicDecision::Open);
        wanted.wish.detail = asked;
        let Ok(Addition::Added(made, _)) = add(&ports.request(&time), wanted).await else {
            panic!("nothing is in the way")
        };
        assert_eq!((made.detail, made.alert), (detail, Alert::Silent));
        assert!(made.is_active(), "what was kept before pauses were kept is read as it was then");
        assert!(!Wish::plain(EventKind::NewLead).is_as_in(&made));
    }
}

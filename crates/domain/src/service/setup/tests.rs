use mockall::predicate::eq;

use super::*;
use crate::being_made::InTheMaking;
use crate::channel::{ChannelKind, ChannelView};
use crate::ids::JournalNumber;
use crate::port::store::{Backlogged, Leftover, Progress, SubscriptionRemoved};
use crate::service::fixture::{Ports, SALES, SUPPORT, home, notification, still, view, workspace};
use crate::subscription::SubscriptionState;
use crate::time::UnixMillis;

/// New leads go to #sales, where so many wait. #support is a forum.
fn ports(waiting: u64) -> Ports {
    let mut ports = Ports::default();
    ports.journal.expect_head().returning(|_| Ok(JournalNumber(9)));
    let there = notification(1, SALES, SubscriptionState::Active);
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(vec![there.clone()]));
    ports.channels.expect_forget_older_than().return_const(0_usize);
    ports.short_lived.expect_kept().returning(|_, _| Ok(None));
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    ports
        .channels
        .expect_view()
        .returning(|_, channel| Ok(ChannelView { kind: ChannelKind::Forum, ..view(channel) }));
    ports.deliveries.expect_dead_letters().returning(|_| Ok(Vec::new()));
    ports.deliveries.expect_progress().returning(|_, _| {
        Ok(Some(Progress { cursor: JournalNumber(5), in_flight: None, last_posted: None, crowd: None }))
    });
    let backlog = Backlogged { count: waiting, since: None };
    ports.deliveries.expect_backlog().returning(move |_, _| Ok(backlog));
    ports.deliveries.expect_dropped().returning(|_, _| Ok(Leftover::default()));
    ports
}

async fn chosen(mut ports: Ports, shown: Option<u64>, channels: &[ChannelId]) -> Vec<ChannelNews> {
    ports.outbox.expect_making().returning(|earliest| InTheMaking::default().begin(earliest));
    let (time, workspace) = (still(), workspace());
    let request = ports.request(&time);
    let point = SubscribePoint::of(&request, &workspace, UnixMillis(1_001_000)).await.expect("a head");
    let shown = shown.map(SubscriptionId);
    let chosen = channels.iter().copied().collect();
    let kind = EventKind::NewLead;
    let choice = ChannelChoice { workspace: &workspace, kind, shown, chosen: &chosen, point };
    choose_channels(&request, choice).await.expect("the store answers")
}

#[tokio::test]
async fn a_channel_that_cannot_be_used_costs_none_that_can() {
    let news = chosen(ports(0), Some(1), &[SUPPORT]).await;
    assert!(
        matches!(news[..], [ChannelNews::NotAdded(NotDone::Closed { channel: SUPPORT, .. })]),
        "{news:?}"
    );
}

#[tokio::test]
async fn everyone_gets_no_access_and_costs_no_role_that_has_it() {
    let (mut ports, team) = (Ports::default(), RoleId(30));
    let present = Access { roles: [(team, Grant::default())].into(), ..Access::default() };
    ports.access.expect_access().returning(move |_| Ok(present.clone()));
    ports.channels.expect_headcount().returning(|_, _| Headcount::default());
    let chosen = [home().guild.everyone()].into();
    let shown = |access: &Access| access.roles.keys().copied().collect();
    let choice = RoleChoice { version: 0, shown, chosen: &chosen };
    let news = choose_roles(&ports.request(&still()), choice).await.expect("the store answers");
    assert!(matches!(news[..], [RoleNews::NotGiven(NotDone::Everyone)]), "{news:?}");
}

#[tokio::test]
async fn only_what_was_shown_is_taken_away() {
    assert!(chosen(ports(0), None, &[]).await.is_empty());
    let mut ports = ports(0);
    let remove = ports.subscriptions.expect_remove_subscription();
    remove
        .withf(|at, id, by| *at == home() && *id == SubscriptionId(1) && by.is_some())
        .once()
        .returning(|_, _, _| Ok(SubscriptionRemoved::Removed(Leftover::default())));
    ports.outbox.expect_wake().with(eq(SALES)).once().return_const(());
    ports.short_lived.expect_keep().once().returning(|_, _, _| Ok(()));
    assert!(chosen(ports, Some(1), &[]).await.is_empty());
}

#[tokio::test]
async fn what_waits_is_asked_about_before_it_is_dropped() {
    let news = chosen(ports(3), Some(1), &[]).await;
    assert!(matches!(&news[..], [ChannelNews::AskBeforeRemoving(one)] if one.waiting.count == 3), "{news:?}");
}

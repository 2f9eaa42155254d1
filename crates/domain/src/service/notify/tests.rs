use mockall::Sequence;

use super::*;
use crate::event::EventKind;
use crate::ids::{ChannelId, JournalNumber, MemberId};
use crate::port::store::{MockDeliveries, MockSubscriptions, Progress};
use crate::service::fixture::home;
use crate::subscription::{Alert, Detail, PublicChoice, SubscriptionState};
use crate::time::Timestamp;

fn subscription(version: u64, detail: Detail) -> Subscription {
    Subscription {
        waits: None,
        steps_before: Vec::new(),
        mention: None,
        id: SubscriptionId(1),
        guild: home().guild,
        workspace: home().workspace,
        channel: ChannelId(20),
        kind: EventKind::NewLead,
        detail,
        alert: Alert::Loud,
        floor: Timestamp(100),
        after: JournalNumber(0),
        made_by: MemberId(9),
        public: PublicChoice::default(),
        state: SubscriptionState::Active,
        version,
    }
}

#[tokio::test]
async fn an_edit_keeps_what_somebody_faster_wrote() {
    let mut subscriptions = MockSubscriptions::new();
    let mut order = Sequence::new();
    let reads = [subscription(1, Detail::Full), subscription(2, Detail::Short)];
    for (read, outcome) in reads.into_iter().zip([ChangeOutcome::Conflict, ChangeOutcome::Changed]) {
        let detail = read.detail;
        subscriptions
            .expect_guild_subscriptions()
            .once()
            .in_sequence(&mut order)
            .return_once(move |_| Ok(vec![read]));
        subscriptions
            .expect_change_subscription()
            .once()
            .in_sequence(&mut order)
            .withf(move |wanted, _| wanted.alert == Alert::Silent && wanted.detail == detail)
            .return_once(move |_, _| Ok(outcome));
    }
    let edited =
        edit(&subscriptions, &home(), SubscriptionId(1), None, |one| one.alert = Alert::Silent).await;
    assert!(matches!(edited, Ok(Edited::Done(one)) if one.detail == Detail::Short));
}

#[tokio::test]
async fn an_edit_that_changes_nothing_writes_nothing() {
    let mut subscriptions = MockSubscriptions::new();
    subscriptions.expect_guild_subscriptions().returning(|_| Ok(vec![subscription(1, Detail::Full)]));
    let edited = edit(&subscriptions, &home(), SubscriptionId(1), None, |one| one.alert = Alert::Loud).await;
    assert!(matches!(edited, Ok(Edited::Needless(_))));
    let gone = edit(&subscriptions, &home(), SubscriptionId(2), None, |one| one.alert = Alert::Silent).await;
    assert!(matches!(gone, Ok(Edited::Gone)));
}

#[tokio::test]
async fn what_waits_is_counted_from_the_cursor() {
    let mut deliveries = MockDeliveries::new();
    deliveries.expect_progress().returning(|_, _| {
        let last_posted = Some(UnixMillis(9));
        Ok(Some(Progress { cursor: JournalNumber(5), in_flight: None, last_posted, crowd: None }))
    });
    deliveries
        .expect_backlog()
        .withf(|_, cursor| *cursor == JournalNumber(5))
        .returning(|_, _| Ok(Backlogged { count: 14, since: Some(Timestamp(120)) }));
    deliveries.expect_dropped().returning(|_, _| Ok(Leftover { waiting: 3, failed: 1, erased: 0 }));
    deliveries.expect_dead_letters().returning(|_| Ok(Vec::new()));
    let standing = standing(&deliveries, subscription(1, Detail::Full)).await.unwrap();
    assert_eq!(
        (standing.waiting.count, standing.dropped),
        (14, Leftover { waiting: 3, failed: 1, erased: 0 })
    );
    assert_eq!(standing.last_posted, Some(UnixMillis(9)));
}

use super::*;
use crate::access::Access;
use crate::channel::ChannelView;
use crate::event::EventKind;
use crate::ids::SubscriptionId;
use crate::message::Message;
use crate::service::fixture::{MESSAGES, Ports, SALES, notification, stands, still, view, workspace};
use crate::subscription::{PublicChoice, SubscriptionState};

fn one(public: PublicChoice) -> Ports {
    let mut ports = Ports::default();
    let only = Subscription { public, ..notification(1, SALES, SubscriptionState::Active) };
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(vec![only.clone()]));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports
}

fn sample(detail: Detail, alert: Alert) -> Message {
    let (kind, fields) = (EventKind::NewLead, &CardFields::default());
    (MESSAGES.sample)(&SampleOf { kind, detail, alert, mention: None, workspace_name: "Acme", fields })
}

async fn attempt(mut ports: Ports) -> Attempt {
    let target = Target::One(SubscriptionId(1));
    let tried = test(&ports.request(&still()), &workspace(), &CardFields::default(), target)
        .await
        .expect("the store answers");
    tried.into_iter().next().expect("one was meant").attempt
}

#[tokio::test]
async fn nothing_is_posted_for_somebody_who_may_not_post_there() {
    let mut ports = one(PublicChoice::default());
    ports.rights.expect_lacking().returning(|_| Ok(vec![Permission::SendMessages]));
    assert_eq!(attempt(ports).await, Attempt::Forbidden(vec![Permission::SendMessages]));
}

#[tokio::test]
async fn a_sample_shows_a_crowd_no_more_than_a_card_would() {
    let (crowd, team) = (Audience::Crowd(None), Audience::Some);
    for (audience, public, detail) in [
        (crowd, PublicChoice::WithoutPersonalData, Detail::Private),
        (crowd, PublicChoice::Everything, Detail::Full),
        (team, PublicChoice::WithoutPersonalData, Detail::Full),
    ] {
        let expected = sample(detail, Alert::Loud);
        let mut ports = one(public);
        ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
        ports.channels.expect_view().returning(move |_, id| Ok(ChannelView { audience, ..view(id) }));
        let post = ports.outbox.expect_post_once();
        post.withf(move |channel, message| *channel == SALES && *message == expected)
            .once()
            .returning(|_, _| stands());
        ports.deliveries.expect_remember_own_message().once().returning(|_, _, _| Ok(()));
        assert_eq!(attempt(ports).await, Attempt::Sent(stands()));
    }
}

#[tokio::test]
async fn a_sample_rings_as_the_notification_would_and_several_ring_once() {
    let mut ports = Ports::default();
    let alerts = [Alert::Silent, Alert::Loud, Alert::Loud];
    let all: Vec<_> = (1..)
        .zip(alerts)
        .map(|(id, alert)| Subscription { alert, ..notification(id, SALES, SubscriptionState::Active) })
        .collect();
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(all.clone()));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.channels.expect_view().returning(|_, id| Ok(view(id)));
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    let mut order = mockall::Sequence::new();
    for alert in [Alert::Silent, Alert::Loud, Alert::Silent] {
        let expected = sample(Detail::Full, alert);
        let post = ports.outbox.expect_post_once().once().in_sequence(&mut order);
        post.withf(move |_, message| *message == expected).returning(|_, _| stands());
    }
    let tried = test(&ports.request(&still()), &workspace(), &CardFields::default(), Target::All).await;
    let tried = tried.expect("the store answers");
    assert_eq!(tried.len(), 3);
}

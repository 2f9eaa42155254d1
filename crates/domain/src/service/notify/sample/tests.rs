use super::*;
use crate::access::Access;
use crate::channel::ChannelView;
use crate::event::EventKind;
use crate::ids::SubscriptionId;
use crate::mention::Mention;
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
    sample_that(SampleCalls::Nobody, None, detail, alert)
}

fn sample_that(calls: SampleCalls, mention: Option<Mention>, detail: Detail, alert: Alert) -> Message {
    let (kind, fields) = (EventKind::NewLead, &CardFields::default());
    (MESSAGES.sample)(&SampleOf { kind, detail, alert, mention, calls, workspace_name: "Acme", fields })
}

fn tried(samples: Result<Samples, NotDone>) -> Vec<Tried> {
    match samples.expect("the store answers") {
        Samples::Tried(tried) => tried,
        Samples::ToDecide(role) => panic!("{role:?} is asked about"),
    }
}

async fn attempt(mut ports: Ports) -> Attempt {
    let target = Target::One(SubscriptionId(1));
    let samples = test(&ports.request(&still()), &workspace(), &CardFields::default(), target, None).await;
    tried(samples).into_iter().next().expect("one was meant").attempt
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
    let samples =
        test(&ports.request(&still()), &workspace(), &CardFields::default(), Target::All, None).await;
    assert_eq!(tried(samples).len(), 3);
}

/// One that calls nobody, and two that call a role.
fn two_that_call() -> Ports {
    let mut ports = Ports::default();
    let sales = Some(Mention::of(Whom::Role(RoleId(31))));
    let all: Vec<_> = (1..)
        .zip([None, sales, sales])
        .map(|(id, mention)| Subscription { mention, ..notification(id, SALES, SubscriptionState::Active) })
        .collect();
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(all.clone()));
    ports.access.expect_access().returning(|_| Ok(Access::default()));
    ports.rights.expect_lacking().returning(|_| Ok(Vec::new()));
    ports.channels.expect_view().returning(|_, id| Ok(view(id)));
    ports.deliveries.expect_remember_own_message().returning(|_, _, _| Ok(()));
    ports
}

async fn samples_of(ports: &mut Ports, calls: Option<SampleCalls>) -> Samples {
    let fields = CardFields::default();
    test(&ports.request(&still()), &workspace(), &fields, Target::All, calls)
        .await
        .expect("the store answers")
}

#[tokio::test]
async fn where_a_role_can_be_called_somebody_is_asked_whether_a_sample_does() {
    let mut ports = two_that_call();
    let sales = NamedRole { id: RoleId(31), name: "Sales".to_owned(), everybody_may: true, is_bots: false };
    let named = sales.clone();
    ports.channels.expect_role_call().returning(|_, _, _| Ok(RoleCall::Rings));
    ports.channels.expect_named_roles().returning(move |_| Ok(vec![named.clone()]));
    assert_eq!(samples_of(&mut ports, None).await, Samples::ToDecide(Some(sales)));
}

#[tokio::test]
async fn a_role_that_cannot_be_called_is_no_question() {
    let mut ports = two_that_call();
    ports.channels.expect_role_call().returning(|_, _, _| Ok(RoleCall::IsQuiet));
    ports.outbox.expect_post_once().times(3).returning(|_, _| stands());
    assert!(matches!(samples_of(&mut ports, None).await, Samples::Tried(tried) if tried.len() == 3));
}

#[tokio::test]
async fn of_several_samples_one_calls_the_role_and_it_is_the_one_that_rings() {
    let mut ports = two_that_call();
    ports.channels.expect_role_call().returning(|_, _, _| Ok(RoleCall::Rings));
    let sales = Some(Mention::of(Whom::Role(RoleId(31))));
    let mut order = mockall::Sequence::new();
    for (mention, alert, calls) in [
        (None, Alert::Silent, SampleCalls::Nobody),
        (sales, Alert::Loud, SampleCalls::TheRole),
        (sales, Alert::Silent, SampleCalls::Nobody),
    ] {
        let expected = sample_that(calls, mention, Detail::Full, alert);
        let post = ports.outbox.expect_post_once().once().in_sequence(&mut order);
        post.withf(move |_, message| *message == expected).returning(|_, _| stands());
    }
    assert!(matches!(samples_of(&mut ports, Some(SampleCalls::TheRole)).await, Samples::Tried(_)));
}

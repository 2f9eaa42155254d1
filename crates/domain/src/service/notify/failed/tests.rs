use mockall::Sequence;
use mockall::predicate::eq;

use super::*;
use crate::channel::Permission;
use crate::contact::Role;
use crate::event::{Event, EventId, Record};
use crate::ids::{JournalNumber, SubscriptionId};
use crate::service::fixture::{Ports, SALES, SUPPORT, contact, home, notification, still};
use crate::subscription::SubscriptionState;
use crate::time::Timestamp;

fn letter(id: u64, of: u64) -> DeadLetter {
    let lead = contact(Role::Lead, "lead");
    let event_id = EventId::lead_created(&lead.id);
    let record = Record::Lead { contact: Box::new(lead) };
    DeadLetter {
        id: DeadLetterId(id),
        guild: home().guild,
        subscription: SubscriptionId(of),
        number: JournalNumber(id),
        event: Event { id: event_id, at: Timestamp(100), record, actor: None },
        reason: "50035".to_owned(),
        since: Timestamp(100),
        retry: false,
        may_stand: None,
    }
}

/// Of #sales, of #support, and of a notification that is gone.
fn three() -> Ports {
    let mut ports = Ports::default();
    ports.deliveries.expect_dead_letters().returning(|_| Ok(vec![letter(1, 1), letter(2, 2), letter(3, 99)]));
    let both = [SALES, SUPPORT].into_iter().zip([1, 2]);
    let both: Vec<_> =
        both.map(|(channel, id)| notification(id, channel, SubscriptionState::Active)).collect();
    ports.subscriptions.expect_guild_subscriptions().returning(move |_| Ok(both.clone()));
    ports
}

#[tokio::test]
async fn only_what_the_asker_may_post_is_tried_again_and_its_own_channel_woken() {
    let (mut ports, mut order) = (three(), Sequence::new());
    let lacks = |channel| if channel == SALES { vec![Permission::SendMessages] } else { Vec::new() };
    ports.rights.expect_lacking().returning(move |channel| Ok(lacks(channel)));
    let retry = ports.deliveries.expect_retry_dead_letter();
    retry
        .withf(|of, letter, _| *of == home() && *letter == DeadLetterId(2))
        .once()
        .in_sequence(&mut order)
        .returning(|_, _, _| Ok(true));
    ports.outbox.expect_wake().with(eq(SUPPORT)).once().in_sequence(&mut order).return_const(());
    let tried = try_again(&ports.request(&still()), Letters::All).await.expect("the store answers");
    assert_eq!(tried, TriedAgain { asked: 1, orphaned: 1, forbidden: [SALES].into() });
}

#[tokio::test]
async fn one_is_dropped_at_once_and_several_are_asked_about() {
    let mut ports = three();
    let dropped = ports.deliveries.expect_drop_dead_letter();
    dropped
        .withf(|of, letter, _| *of == home() && *letter == DeadLetterId(2))
        .once()
        .returning(|_, _, _| Ok(true));
    let time = still();
    let request = ports.request(&time);
    let answer = drop_letters(&request, Letters::All).await;
    assert!(matches!(answer, Ok(Dropping::ToDecide(3))));
    let answer = drop_letters(&request, Letters::One(DeadLetterId(2))).await;
    assert!(matches!(answer, Ok(Dropping::Dropped(1))));
    let answer = drop_letters(&request, Letters::One(DeadLetterId(99))).await;
    assert!(matches!(answer, Err(NotDone::UnknownFailedEvent)));
}

//! Leads that left an address, which are told by the notifications of new leads.

use deskbell_domain::delivery::{InFlight, Nonce, Phrasing, Settlement, Source, Verdict};
use deskbell_domain::ids::{AmendmentNumber, JournalNumber, MessageId};
use deskbell_domain::layout::Layout;
use deskbell_domain::port::store::{
    Backlogged, Deliveries as _, DeliveryOutcome, Journal as _, SubscriptionAdded, Subscriptions as _,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_store::contract::START;
use deskbell_store_postgres::PostgresStore;

use crate::leads::{append_of, identified, lead, leads_to, workspace};
use crate::server::server;
use crate::store::store;

async fn subscribe(store: &PostgresStore, channel: u64, floor: i64) -> Subscription {
    let mut wish = leads_to(channel);
    wish.subscription.floor = Timestamp(floor);
    match store.add_subscription(wish).await.expect("the database is there") {
        SubscriptionAdded::Added(subscription) => subscription,
        other @ SubscriptionAdded::AlreadyThere(_) => panic!("{other:?}"),
    }
}

async fn post(store: &PostgresStore, subscription: &Subscription, number: u64) {
    let number = JournalNumber(number);
    let in_flight = InFlight {
        subscription: subscription.id,
        channel: subscription.channel,
        numbers: vec![number],
        cursor_after: number,
        source: Source::Journal,
        layout: Layout::Cards,
        private: false,
        backlog: None,
        generation: 0,
        nonce: Nonce::of(subscription.id, number, number, 0),
        first_attempt: START,
        attempts: 1,
        crowd_until: None,
        phrasing: Phrasing::LATEST,
        may_stand: None,
        amended: AmendmentNumber::NONE,
        without_picture: std::collections::BTreeSet::new(),
        ring: None,
        mention: None,
    };
    let home = subscription.home();
    let begun = store.begin(&home, in_flight.clone(), None).await.expect("the database is there");
    assert_eq!(begun, DeliveryOutcome::Done);
    let settlement = Settlement {
        home,
        in_flight,
        verdict: Verdict::Posted(Some(MessageId(5))),
        kind: subscription.kind,
        detail: subscription.detail,
        day: "2026-11-23".to_owned(),
        at: START,
    };
    let settled = store.settle(settlement).await.expect("the database is there");
    assert_eq!(settled, DeliveryOutcome::Done);
}

#[tokio::test]
async fn a_lead_that_is_found_with_its_address_is_told_once() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let store = store(&address, folder.path()).await;
    let subscription = subscribe(&store, 100, 0).await;
    store.append(append_of(vec![identified("a"), lead("a"), lead("b")], START)).await.unwrap();
    post(&store, &subscription, 2).await;
    let look = store.look(&subscription, JournalNumber(0), 9).await.unwrap();
    let waiting: Vec<_> = look.waiting.iter().map(|waiting| waiting.number.0).collect();
    assert_eq!(waiting, [2, 3], "the message of the second shows the address");
    let backlog = store.backlog(&subscription, JournalNumber(0)).await.unwrap();
    assert_eq!(backlog, Backlogged { count: 2, since: Some(Timestamp(10)) });
}

#[tokio::test]
async fn nothing_is_kept_for_a_notification_that_was_never_told_of_the_lead() {
    let (address, folder) = (server().database().await, tempfile::tempdir().unwrap());
    let store = store(&address, folder.path()).await;
    let [from_now, from_ever] = [subscribe(&store, 100, 20).await, subscribe(&store, 101, 0).await];
    store.append(append_of(vec![identified("a")], UnixMillis(0))).await.unwrap();
    assert_eq!(store.prune(&workspace(), START).await.unwrap().entries, 0, "the other waits for it");
    let advanced = store.advance(&from_ever.home(), from_ever.id, JournalNumber(1)).await.unwrap();
    assert_eq!(advanced, DeliveryOutcome::Done);
    assert_eq!(store.prune(&workspace(), START).await.unwrap().entries, 1);
    assert_eq!(store.backlog(&from_now, JournalNumber(0)).await.unwrap(), Backlogged::default());
}

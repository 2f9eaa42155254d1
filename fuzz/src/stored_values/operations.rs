//! Every operation of the store over broken values: done, refused, or told to be unreadable, and never a panic.

use deskbell_domain::delivery::Verdict;
use deskbell_domain::difference::{Difference, StoredSnapshot, UpdateFields};
use deskbell_domain::event::{Entry, EventKind, Record};
use deskbell_domain::ids::{AmendmentNumber, ContactId, JournalNumber, MemberId, MessageId};
use deskbell_domain::port::store::{
    AccessLists as _, Append, Deliveries as _, Journal as _, Look, Naming, NewSubscription,
    RegisteredCommands as _, ShortLived as _, StoreError, StoreHealth as _, Stored, Stream, StreamMove,
    StreamState, Subscriptions as _,
};
use deskbell_domain::subscription::{Detail, Subscription};
use deskbell_domain::time::{Timestamp, UnixMillis};
use deskbell_domain::{delivery::Layout, event::Actor};
use deskbell_store::KvStore;

use super::super::posting;
use super::base::{
    self, ACME, APPLICATION, CHANNEL, DAY, EPOCH, GUILD, KEPT, NOW, home, kept_key, workspace,
};

/// What errors may name; none of it is from a value.
const KINDS: [&str; 18] = [
    "store record",
    "journal head",
    "journal entry",
    "amendment",
    "seen-key",
    "snapshot",
    "baseline",
    "stream state",
    "actor",
    "posted message",
    "subscription",
    "progress",
    "dead letter",
    "day's counters",
    "access list",
    "own messages",
    "hash of the commands",
    "kept text",
];

/// Enough for every entry of the store.
const MOST_PRUNINGS: usize = 8;

/// The value, or nothing where it cannot be read. Nothing else may go wrong.
fn told<T>(read: Stored<T>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(StoreError::Unreadable { key }) => {
            assert!(KINDS.contains(&key.as_str()), "it says too much: {key:?}");
            None
        }
        Err(other) => panic!("a broken value is told as {other:?}"),
    }
}

/// Every operation that only reads.
pub(super) async fn read_everything(store: &KvStore) {
    let acme = workspace(ACME);
    for stream in [Stream::Contacts, Stream::Conversations, Stream::UserUpdates] {
        told(store.stream(&acme, stream).await);
    }
    told(store.baseline(&acme).await).map(|baseline| baseline.map(|baseline| baseline.first_revision()));
    let ids: Vec<_> = base::events().into_iter().map(|event| event.id).collect();
    let seen = store.seen(&acme, &ids).await.expect("that they are there needs no reading");
    assert!(seen.iter().all(|seen| *seen), "what was seen is forgotten");
    told(store.newest(&acme).await);
    told(store.unnamed(&acme, JournalNumber(0), 10).await);
    check_snapshots(store.snapshots(&acme, EPOCH, &base::contacts()).await.expect("they count as absent"));
    check_entries(store).await;
    for contact in base::contacts() {
        told(store.actor(&acme, &contact).await);
        told(store.posted_about(&acme, &contact).await);
    }
    for subscription in told(store.workspace_subscriptions(&acme).await).unwrap_or_default() {
        check_subscription(store, &subscription).await;
    }
    told(store.dead_letters(&home()).await);
    told(store.own_messages(&home(), CHANNEL).await);
    told(store.posted_on(&home(), DAY).await);
    told(store.access(&home()).await);
    told(store.kept(&kept_key(KEPT), UnixMillis(0)).await);
    told(store.registered_commands(APPLICATION).await);
}

fn check_snapshots(snapshots: Vec<Option<StoredSnapshot>>) {
    for (stored, event) in snapshots.into_iter().zip(base::events()) {
        let (Some(stored), Record::User { contact, .. } | Record::Lead { contact }) = (stored, event.record)
        else {
            continue;
        };
        let difference = stored.snapshot.difference(&contact, &UpdateFields::default());
        let stale = contact.updated_at < stored.snapshot.updated_at;
        assert_eq!(difference == Difference::Stale, stale);
    }
}

/// Whatever could be read can be posted.
async fn check_entries(store: &KvStore) {
    let head = told(store.head(&workspace(ACME)).await).unwrap_or(JournalNumber(0));
    let numbers: Vec<_> = (1..=8).chain([head.0, u64::MAX]).map(JournalNumber).collect();
    let entries = store
        .entries(&workspace(ACME), &numbers, AmendmentNumber::LATEST)
        .await
        .expect("what cannot be read is left out");
    for Entry { event, .. } in entries {
        posting::message(std::slice::from_ref(&event), Layout::Cards, Detail::Full);
        posting::message(std::slice::from_ref(&event), Layout::Brief, Detail::Short);
        if event.kind() == EventKind::UserUpdated {
            posting::message(&[event.clone(), event], Layout::Lines, Detail::Full);
        }
    }
}

async fn check_subscription(store: &KvStore, subscription: &Subscription) {
    let progress = told(store.progress(&subscription.home(), subscription.id).await).flatten();
    let cursor = progress.map_or(subscription.after, |progress| progress.cursor);
    let look = told(store.look(subscription, cursor, 100).await);
    let backlog = told(store.backlog(subscription, cursor).await);
    if let (Some(Look { waiting, .. }), Some(backlog)) = (look, backlog) {
        assert_eq!(backlog.count, waiting.len() as u64, "what waits is counted otherwise");
        let after = cursor.max(subscription.after);
        assert!(waiting.iter().all(|one| one.number > after && one.at >= subscription.floor));
    }
    told(store.dropped(&subscription.home(), subscription.id).await);
}

/// Every operation that writes.
pub(super) async fn write_everything(store: &KvStore) {
    append(store).await;
    for subscription in told(store.guild_subscriptions(&home()).await).unwrap_or_default() {
        deliver(store, &subscription).await;
        let wish = Subscription { detail: Detail::Short, guild: GUILD, ..subscription };
        told(store.change_subscription(wish, None).await);
    }
    let add = base::wish(ACME, GUILD, EventKind::NewLead);
    told(store.add_subscription(NewSubscription { subscription: add, head: None, by: None }).await);
    for letter in told(store.dead_letters(&home()).await).unwrap_or_default() {
        told(store.retry_dead_letter(&home(), letter.id, None).await);
        told(store.drop_dead_letter(&home(), letter.id, None).await);
    }
    if let Some(access) = told(store.access(&home()).await) {
        told(store.change_access(&home(), access, None).await);
    }
    told(store.keep(&kept_key(KEPT), "a text", UnixMillis(NOW.0 + 5)).await);
    told(store.remember_own_message(&home(), CHANNEL, MessageId(7)).await);
    told(store.remember_registered_commands(APPLICATION, "new").await);
    told(store.probe().await);
    for subscription in told(store.guild_subscriptions(&home()).await).unwrap_or_default().iter().skip(1) {
        told(store.remove_subscription(&home(), subscription.id, None).await);
    }
}

async fn append(store: &KvStore) {
    let acme = workspace(ACME);
    let expected = told(store.stream(&acme, Stream::Contacts).await).flatten();
    let at = Timestamp(base::AT + 60);
    let next = Some(StreamState { mark: at, hourly_at: at, deep_at: at });
    let mut event = base::events().remove(0);
    event.id = deskbell_domain::event::EventId::lead_created(&ContactId::new("c9"));
    let unnamed = event.id.clone();
    let append = Append {
        workspace: acme.clone(),
        events: vec![event],
        unnamed: std::iter::once(unnamed).collect(),
        aliases: Vec::new(),
        snapshots: vec![base::snapshot("c1")],
        stream: Some(StreamMove { stream: Stream::Contacts, expected, next }),
        baseline: told(store.baseline(&acme).await).flatten(),
        at: NOW,
    };
    told(store.append(append).await);
    let open = told(store.unnamed(&acme, JournalNumber(0), 10).await).unwrap_or_default();
    for Entry { number, .. } in open {
        told(store.amend(&acme, number, &base::learnt("Umbra"), Naming::Done).await);
    }
    let actor = Actor { member: MemberId(1), command: "/lead create".to_owned() };
    told(store.remember_actor(&acme, &ContactId::new("c1"), &actor).await);
}

/// A batch from its beginning to its end; one is posted, one becomes a dead letter.
async fn deliver(store: &KvStore, subscription: &Subscription) {
    let progress = told(store.progress(&home(), subscription.id).await).flatten();
    let cursor = progress.as_ref().map_or(subscription.after, |progress| progress.cursor);
    let waiting =
        told(store.look(subscription, cursor, 2).await).map(|look| look.waiting).unwrap_or_default();
    if let Some(in_flight) = progress.and_then(|progress| progress.in_flight) {
        let verdict = Verdict::Posted(Some(MessageId(77)));
        told(store.settle(base::settlement(subscription, in_flight, verdict)).await);
    }
    for one in waiting {
        let in_flight = base::batch(subscription, one.number);
        told(store.begin(&home(), in_flight.clone(), None).await);
        let event = Box::new(base::events().remove(0));
        let verdict = Verdict::Dead { event, reason: "50035".to_owned() };
        told(store.settle(base::settlement(subscription, in_flight, verdict)).await);
    }
    told(store.advance(&home(), subscription.id, cursor).await);
    let now = told(store.progress(&home(), subscription.id).await).flatten();
    assert!(now.is_none_or(|now| now.cursor >= cursor), "a cursor went back");
}

/// Throws away all that may go.
pub(super) async fn prune(store: &KvStore) {
    for _ in 0..MOST_PRUNINGS {
        let pruned = told(store.prune(&workspace(ACME), UnixMillis(i64::MAX)).await);
        if !pruned.is_some_and(|pruned| pruned.more) {
            break;
        }
    }
    for _ in 0..MOST_PRUNINGS {
        let pruned = told(store.prune_kept(UnixMillis(i64::MAX)).await);
        if !pruned.is_some_and(|pruned| pruned.more) {
            break;
        }
    }
}

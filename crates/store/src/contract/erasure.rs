//! People who are to be forgotten.

use std::collections::BTreeSet;

use deskbell_domain::amendment::Amendment;
use deskbell_domain::contact::Role;
use deskbell_domain::conversation::{Conversation, Now, State};
use deskbell_domain::delivery::{InFlight, Settlement, Verdict};
use deskbell_domain::difference::Change;
use deskbell_domain::event::{Actor, Event, EventId, EventKind, Record};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    AmendmentNumber, ChannelId, ContactId, ConversationId, GuildId, JournalNumber, MemberId, MessageId,
};
use deskbell_domain::port::store::{
    Append, Baseline, DeliveryOutcome, Erased, Extent, Hinted, KeptOf, Learnt, NewSubscription, SnapshotMode,
    SnapshotWrite, Store, SubscriptionAdded, Unwanted,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::{Timestamp, UnixMillis};

use super::{Fixture, batch, lead, settlement, snapshot, user};

fn ada() -> ContactId {
    ContactId::new("ada")
}

fn changed(revision: u64) -> Event {
    let record = match user("ada", 50).record {
        Record::User { contact, .. } => Record::Update { contact, changes: vec![Change::Unspecified] },
        other => other,
    };
    Event { id: EventId::user_updated(&ada(), revision), record, ..user("ada", 50) }
}

fn conversation_of(contact: &ContactId) -> Event {
    conversation("215", contact)
}

fn conversation(id: &str, contact: &ContactId) -> Event {
    let conversation = serde_json::json!({"id": id, "created_at": 12, "contact": contact});
    let conversation: Conversation = serde_json::from_value(conversation).unwrap();
    Event {
        id: EventId::conversation_created(&ConversationId::new(id)),
        at: Timestamp(12),
        record: Record::started(conversation),
        actor: None,
    }
}

async fn kept<S: Store>(fixture: &Fixture<S>) -> KeptOf {
    fixture.store.kept_of(&fixture.workspace, &ada()).await.unwrap()
}

async fn begin<S: Store>(fixture: &Fixture<S>, guild: GuildId, extent: Extent) {
    let home = Home::new(&fixture.workspace, guild);
    fixture.store.begin_erasure(&home, &ada(), extent).await.unwrap();
}

async fn erase<S: Store>(fixture: &Fixture<S>) -> Erased {
    fixture.store.erase_contact(&fixture.workspace, &ada()).await.unwrap()
}

async fn waiting<S: Store>(fixture: &Fixture<S>, subscription: &Subscription) -> Vec<u64> {
    let look = fixture.store.look(subscription, JournalNumber(0), 10).await.unwrap();
    look.waiting.iter().map(|one| one.number.0).collect()
}

/// Posts these numbers as one message.
async fn post<S: Store>(fixture: &Fixture<S>, subscription: &Subscription, numbers: &[u64], message: u64) {
    let batch = batch(subscription, numbers, 0);
    begin_batch(fixture, subscription, &batch).await;
    settle(fixture, settlement(subscription, batch, Verdict::Posted(Some(MessageId(message))))).await;
}

async fn begin_batch<S: Store>(fixture: &Fixture<S>, subscription: &Subscription, batch: &InFlight) {
    let begun = fixture.store.begin(&subscription.home(), batch.clone(), None).await.unwrap();
    assert_eq!(begun, DeliveryOutcome::Done);
}

async fn settle<S: Store>(fixture: &Fixture<S>, settlement: Settlement) {
    assert_eq!(fixture.store.settle(settlement).await.unwrap(), DeliveryOutcome::Done);
}

async fn subscribe_elsewhere<S: Store>(fixture: &Fixture<S>, guild: u64, channel: u64) -> Subscription {
    let wish = Subscription { guild: GuildId(guild), ..fixture.wish(EventKind::NewLead, channel) };
    let wish = NewSubscription { subscription: wish, head: None, by: None };
    match fixture.store.add_subscription(wish).await.unwrap() {
        SubscriptionAdded::Added(made) => made,
        SubscriptionAdded::AlreadyThere(_) => panic!("nothing stands there yet"),
    }
}

fn unwanted(guild: u64, channel: u64, message: u64) -> Unwanted {
    Unwanted { guild: GuildId(guild), channel: ChannelId(channel), message: MessageId(message) }
}

/// Everything that there can be of Ada, and something of Bea.
async fn everything<S: Store>(fixture: &Fixture<S>) -> Subscription {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let leads = fixture.subscribe_to_leads().await;
    fixture.subscribe(fixture.wish(EventKind::NewUser, 100)).await;
    let baseline = Baseline { epoch: 1, started: Timestamp(1), position: Timestamp(1), finished: true };
    let snapshots = vec![
        SnapshotWrite { epoch: 0, snapshot: snapshot("ada", 1, 10), mode: SnapshotMode::Replace },
        SnapshotWrite { epoch: 1, snapshot: snapshot("ada", 1 << 32, 10), mode: SnapshotMode::Replace },
        SnapshotWrite { epoch: 1, snapshot: snapshot("bea", 1 << 32, 10), mode: SnapshotMode::Replace },
    ];
    let events = vec![lead("ada", 10), lead("bea", 10), user("ada", 11), conversation_of(&ada())];
    fixture.append(Append { events, snapshots, baseline: Some(baseline), ..fixture.nothing() }).await;
    post(fixture, &leads, &[1, 2], 77).await;
    let actor = Actor { member: MemberId(4), command: "/lead create".to_owned() };
    store.remember_actor(workspace, &ada(), &actor).await.unwrap();
    store.hint(workspace, &Hinted::Contact(ada())).await.unwrap();
    store.keep(&fixture.buttons("search"), "{\"search\":\"ada\"}", UnixMillis(i64::MAX)).await.unwrap();
    store.keep(&fixture.buttons("other"), "{\"search\":\"bea\"}", UnixMillis(i64::MAX)).await.unwrap();
    leads
}

pub(super) async fn what_is_kept_of_a_person_is_told_whole<S: Store>(fixture: Fixture<S>) {
    everything(&fixture).await;
    let kept = kept(&fixture).await;
    let numbers: Vec<_> = kept.events.iter().map(|entry| entry.number.0).collect();
    assert_eq!(numbers, [1, 3, 4], "the conversation is theirs, too");
    assert_eq!((kept.snapshots.len(), kept.hints, kept.actor.is_some()), (2, 1, true));
    assert_eq!(kept.messages.iter().map(|one| one.message.0).collect::<Vec<_>>(), [77]);
    assert_eq!((kept.with_others, kept.erased), (vec![MessageId(77)], None));
}

pub(super) async fn whoever_is_erased_leaves_no_trace_and_others_stay<S: Store>(fixture: Fixture<S>) {
    let leads = everything(&fixture).await;
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    assert_eq!(erase(&fixture).await, Erased { events: 3, dropped: 1, in_flight: 0 });
    assert_eq!(erase(&fixture).await, Erased::default());
    let left = kept(&fixture).await;
    assert_eq!(left, KeptOf { erased: Some(fixture.now()), ..KeptOf::default() });
    assert_eq!(store.unwanted(None, 10).await.unwrap(), [unwanted(7, 100, 77)]);
    let now = fixture.now();
    assert_eq!(store.kept(&fixture.buttons("search"), now).await.unwrap(), None);
    assert!(store.kept(&fixture.buttons("other"), now).await.unwrap().is_some());
    assert_eq!(waiting(&fixture, &leads).await, [2]);
    let snapshots = store.snapshots(workspace, 1, &[ContactId::new("bea")]).await.unwrap();
    assert!(snapshots[0].is_some());
    assert_eq!(store.head(workspace).await.unwrap(), JournalNumber(4), "numbers go on");
    assert_eq!(fixture.journal(vec![lead("cid", 20)]).await, [5]);
}

pub(super) async fn whoever_was_erased_is_seen_silently_until_it_is_taken_back<S: Store>(
    fixture: Fixture<S>,
) {
    everything(&fixture).await;
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    erase(&fixture).await;
    let again = SnapshotWrite { epoch: 1, snapshot: snapshot("ada", 9, 50), mode: SnapshotMode::Replace };
    let update = changed(1);
    let events = vec![lead("ada", 10), user("ada", 50), conversation_of(&ada()), update.clone()];
    let append = Append { events, snapshots: vec![again.clone()], ..fixture.nothing() };
    fixture.append(append).await;
    store.hint(workspace, &Hinted::Contact(ada())).await.unwrap();
    assert_eq!(kept(&fixture).await, KeptOf { erased: Some(fixture.now()), ..KeptOf::default() });
    let ids = [lead("ada", 1).id, user("ada", 1).id, conversation_of(&ada()).id];
    assert_eq!(store.seen(workspace, &ids).await.unwrap(), [true; 3]);

    assert!(store.take_erasure_back(workspace, &ada(), Some(Role::User)).await.unwrap());
    assert!(!store.take_erasure_back(workspace, &ada(), Some(Role::User)).await.unwrap());
    let before = vec![lead("ada", 10), user("ada", 50), conversation_of(&ada())];
    assert_eq!(fixture.journal(before).await, [0; 0], "what was before stays silent");
    fixture.append(Append { snapshots: vec![again], ..fixture.nothing() }).await;
    assert_eq!(fixture.journal(vec![update]).await, [5], "a change is one again");
    assert_eq!(kept(&fixture).await.snapshots.len(), 1);
}

pub(super) async fn a_lead_that_was_taken_back_can_become_a_user<S: Store>(fixture: Fixture<S>) {
    fixture.journal(vec![lead("ada", 10)]).await;
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    erase(&fixture).await;
    assert!(fixture.store.take_erasure_back(&fixture.workspace, &ada(), Some(Role::Lead)).await.unwrap());
    assert_eq!(fixture.journal(vec![lead("ada", 10)]).await, [0; 0]);
    assert_eq!(fixture.journal(vec![user("ada", 50)]).await, [2]);
}

pub(super) async fn what_is_on_its_way_is_settled_first<S: Store>(fixture: Fixture<S>) {
    let leads = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("ada", 10), lead("bea", 11), user("ada", 12)]).await;
    let both = batch(&leads, &[1, 2], 0);
    begin_batch(&fixture, &leads, &both).await;
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    assert_eq!(erase(&fixture).await, Erased { events: 1, dropped: 0, in_flight: 1 });
    let unfinished = async || fixture.store.unfinished_erasures(&fixture.workspace).await.unwrap();
    assert_eq!(unfinished().await, [ada()]);
    settle(&fixture, settlement(&leads, both, Verdict::Posted(Some(MessageId(78))))).await;
    assert_eq!(erase(&fixture).await, Erased { events: 1, dropped: 0, in_flight: 0 });
    assert_eq!(unfinished().await, []);
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), [unwanted(7, 100, 78)]);
    assert_eq!(kept(&fixture).await.events, []);
}

pub(super) async fn what_a_channel_on_hold_did_not_take_is_never_posted<S: Store>(fixture: Fixture<S>) {
    let leads = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("ada", 10), lead("bea", 11)]).await;
    let both = batch(&leads, &[1, 2], 0);
    begin_batch(&fixture, &leads, &both).await;
    let replaced = both.nonce.clone();
    let unposted = InFlight { attempts: 0, ..both };
    let renew = async |record: &InFlight| {
        let begun = fixture.store.begin(&fixture.home, record.clone(), Some(replaced.clone())).await;
        begun.unwrap()
    };
    assert_eq!(renew(&unposted).await, DeliveryOutcome::Done);
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    assert_eq!(erase(&fixture).await, Erased { events: 1, dropped: 1, in_flight: 0 });
    assert_eq!(renew(&InFlight { attempts: 1, ..unposted }).await, DeliveryOutcome::Conflict);
    assert_eq!(waiting(&fixture, &leads).await, [2], "the others in it are posted");
    assert_eq!(fixture.store.unfinished_erasures(&fixture.workspace).await.unwrap(), []);
}

pub(super) async fn what_waited_or_could_not_be_posted_is_dropped_and_counted<S: Store>(fixture: Fixture<S>) {
    let leads = fixture.subscribe_to_leads().await;
    let again = subscribe_elsewhere(&fixture, 7, 101).await;
    fixture.journal(vec![lead("ada", 10)]).await;
    let first = batch(&leads, &[1], 0);
    begin_batch(&fixture, &leads, &first).await;
    let verdict = Verdict::Dead { event: Box::new(lead("ada", 10)), reason: "50035".to_owned() };
    settle(&fixture, settlement(&leads, first, verdict)).await;
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    assert_eq!(erase(&fixture).await, Erased { events: 1, dropped: 2, in_flight: 0 });
    for subscription in [&leads, &again] {
        let dropped = fixture.store.dropped(&fixture.home, subscription.id).await.unwrap();
        assert_eq!((dropped.erased, dropped.waiting, dropped.failed), (1, 0, 0));
    }
    assert_eq!(fixture.store.dead_letters(&fixture.home).await.unwrap(), []);
    let gone = fixture.store.begin(&fixture.home, batch(&again, &[1], 0), None).await.unwrap();
    assert_eq!(gone, DeliveryOutcome::Conflict, "nobody can post it any more");
}

pub(super) async fn a_server_without_the_right_erases_what_it_has_itself<S: Store>(fixture: Fixture<S>) {
    let (leads, theirs) = (fixture.subscribe_to_leads().await, subscribe_elsewhere(&fixture, 8, 200).await);
    fixture.journal(vec![lead("ada", 10)]).await;
    post(&fixture, &leads, &[1], 77).await;
    post(&fixture, &theirs, &[1], 78).await;
    begin(&fixture, fixture.home.guild, Extent::Server).await;
    assert_eq!(erase(&fixture).await, Erased::default());
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), [unwanted(7, 100, 77)]);
    let kept = kept(&fixture).await;
    assert_eq!((kept.events.len(), kept.messages.len(), kept.erased), (1, 1, None));
    assert_eq!(fixture.journal(vec![user("ada", 50)]).await, [2], "it is announced as before");
}

pub(super) async fn nothing_edits_back_whoever_was_left_out_of_a_message<S: Store>(fixture: Fixture<S>) {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let posts = fixture.subscribe(fixture.wish(EventKind::NewConversation, 100)).await;
    let beas = conversation("216", &ContactId::new("bea"));
    fixture.journal(vec![conversation_of(&ada()), beas.clone(), conversation("217", &ada())]).await;
    // An id that Discord makes at the fixture's time.
    let message = |number| MessageId::earliest_at(super::START).0 + number;
    post(&fixture, &posts, &[1, 2], message(1)).await;
    let wanted = async || store.wanted_edits(workspace, posts.channel, 10).await.unwrap().len();
    let learn = async |state| {
        let learnt = Amendment::of_standing(Now { state, ..Now::default() });
        store.learn(workspace, &beas.id, &learnt).await.unwrap()
    };
    assert_eq!((learn(State::Closed).await, wanted().await), (Learnt::News, 1));
    begin(&fixture, fixture.home.guild, Extent::Server).await;
    assert_eq!(wanted().await, 0, "not even what was to be edited before");
    assert_eq!((learn(State::Open).await, wanted().await), (Learnt::News, 0));
    post(&fixture, &posts, &[3], message(2)).await;
    erase(&fixture).await;
    let learnt = Amendment::of_standing(Now { state: State::Closed, ..Now::default() });
    let of_another = store.learn(workspace, &conversation("217", &ada()).id, &learnt).await.unwrap();
    assert_eq!((of_another, wanted().await), (Learnt::News, 0), "nor what was posted meanwhile");
}

pub(super) async fn a_card_that_somebody_shared_goes_with_its_contact<S: Store>(fixture: Fixture<S>) {
    let share = async |message| {
        let (home, channel) = (&fixture.home, ChannelId(101));
        fixture.store.remember_shared(home, &ada(), channel, MessageId(message)).await.unwrap();
    };
    share(90).await;
    assert_eq!(kept(&fixture).await.messages.len(), 1);
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    erase(&fixture).await;
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), [unwanted(7, 101, 90)]);
    share(91).await;
    let messages = kept(&fixture).await.messages;
    assert!(!messages[0].event.as_str().contains("ada"), "nothing tells who it was: {messages:?}");
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    erase(&fixture).await;
    let all = [unwanted(7, 101, 90), unwanted(7, 101, 91)];
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), all);
}

pub(super) async fn another_server_can_have_its_messages_deleted_later<S: Store>(fixture: Fixture<S>) {
    let (leads, theirs) = (fixture.subscribe_to_leads().await, subscribe_elsewhere(&fixture, 8, 200).await);
    fixture.journal(vec![lead("ada", 10)]).await;
    post(&fixture, &leads, &[1], 77).await;
    post(&fixture, &theirs, &[1], 78).await;
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    erase(&fixture).await;
    let messages = kept(&fixture).await.messages;
    assert_eq!(messages.iter().map(|one| one.message.0).collect::<Vec<_>>(), [78]);
    assert!(messages.iter().all(|one| !one.event.as_str().contains("ada")));
    begin(&fixture, GuildId(8), Extent::Workspace).await;
    erase(&fixture).await;
    assert_eq!(kept(&fixture).await.messages, []);
    let all = [unwanted(7, 100, 77), unwanted(8, 200, 78)];
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), all);
    assert_eq!(fixture.store.unwanted(Some(all[0]), 10).await.unwrap(), all[1..]);
    assert_eq!(fixture.store.unwanted_in(GuildId(8)).await.unwrap(), all[1..]);
    fixture.store.settled_deletion(all[0]).await.unwrap();
    assert_eq!(fixture.store.unwanted(None, 10).await.unwrap(), all[1..]);
}

pub(super) async fn many_entries_of_one_person_go_in_pieces<S: Store>(fixture: Fixture<S>) {
    let updates = subscribe_updates(&fixture).await;
    for first in [0, 100, 200] {
        let others = (first..first + 100).map(|number| lead(&format!("l{number}"), 10));
        let events = (first..first + 100).map(changed).chain(others).collect();
        fixture.journal(events).await;
    }
    begin(&fixture, fixture.home.guild, Extent::Workspace).await;
    assert_eq!(erase(&fixture).await, Erased { events: 300, dropped: 300, in_flight: 0 });
    let numbers: BTreeSet<_> = (101..=200).chain(301..=400).chain(501..=600).map(JournalNumber).collect();
    let all: Vec<_> = (1..=600).map(JournalNumber).collect();
    let amended = AmendmentNumber::LATEST;
    let left = fixture.store.entries(&fixture.workspace, &all, amended).await.unwrap();
    assert_eq!(left.iter().map(|entry| entry.number).collect::<BTreeSet<_>>(), numbers);
    assert_eq!(waiting(&fixture, &updates).await, [0; 0]);
}

async fn subscribe_updates<S: Store>(fixture: &Fixture<S>) -> Subscription {
    fixture.subscribe(fixture.wish(EventKind::UserUpdated, 100)).await
}

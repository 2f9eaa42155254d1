//! Commands' part.

use std::collections::{BTreeMap, BTreeSet};

use deskbell_domain::access::{Access, Export, Grant, Level};
use deskbell_domain::conversation::{Activity, Unanswered};
use deskbell_domain::delivery::Verdict;
use deskbell_domain::event::{Event, EventKind, Record};
use deskbell_domain::home::Home;
use deskbell_domain::ids::{
    ApplicationId, ChannelId, GuildId, JournalNumber, RoleId, SubscriptionId, WorkspaceId,
};
use deskbell_domain::port::store::{
    ChangeOutcome, Leftover, NewSubscription, Store, SubscriptionAdded, SubscriptionRemoved,
};
use deskbell_domain::subscription::{Detail, Subscription, SubscriptionState};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;

use super::{DAY_MS, Fixture, batch, lead, settlement};

pub(super) async fn a_subscription_starts_at_the_head(fixture: Fixture<impl Store>) {
    fixture.journal(vec![lead("a", 10), lead("b", 10)]).await;
    let made = fixture.subscribe_to_leads().await;
    assert_eq!(made.after, JournalNumber(2));
    let progress = fixture.store.progress(&fixture.home, made.id).await.unwrap().unwrap();
    assert_eq!(progress.cursor, JournalNumber(2));
    assert_eq!(fixture.store.guild_subscriptions(&fixture.home).await.unwrap(), std::slice::from_ref(&made));
    assert_eq!(fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap(), [made]);
    assert_eq!(
        fixture.store.guild_subscriptions(&Home::new(&fixture.workspace, GuildId(8))).await.unwrap(),
        []
    );
    assert_eq!(fixture.store.workspace_subscriptions(&WorkspaceId::new("w")).await.unwrap(), []);
}

pub(super) async fn the_same_subscription_twice_is_already_there(fixture: Fixture<impl Store>) {
    let made = fixture.subscribe_to_leads().await;
    let again = NewSubscription { subscription: fixture.wish(EventKind::NewLead, 100), head: None, by: None };
    let outcome = fixture.store.add_subscription(again).await.unwrap();
    assert_eq!(outcome, SubscriptionAdded::AlreadyThere(made));
    fixture.subscribe(fixture.wish(EventKind::NewLead, 101)).await;
    fixture.subscribe(fixture.wish(EventKind::NewUser, 100)).await;
    fixture.subscribe(Subscription { guild: GuildId(8), ..fixture.wish(EventKind::NewLead, 100) }).await;
    let all = fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap();
    assert_eq!(all.len(), 4);
}

fn wait(number: u64, threshold: Threshold) -> Event {
    let conversation = serde_json::from_value(serde_json::json!({"id": number.to_string()})).unwrap();
    let at = Timestamp(10);
    let what = Activity::Unanswered(Unanswered { threshold, since: at, ended: None });
    let id = serde_json::from_value(serde_json::json!(format!("unanswered:{number}:{threshold}"))).unwrap();
    Event { id, at, record: Record::Conversation { conversation: Box::new(conversation), what }, actor: None }
}

pub(super) async fn each_step_of_a_wait_is_a_subscription_with_events_of_its_own(
    fixture: Fixture<impl Store>,
) {
    let hour = Threshold::of_seconds(3600).unwrap();
    let wish = Subscription { floor: Timestamp(0), ..fixture.wish(EventKind::Unanswered, 100) };
    let soon = fixture.subscribe(wish.clone()).await;
    let late = fixture.subscribe(Subscription { waits: Some(hour), ..wish }).await;
    fixture.journal(vec![wait(1, Threshold::USUAL), wait(2, Threshold::USUAL), wait(1, hour)]).await;
    for (subscription, numbers) in [(&soon, vec![1, 2]), (&late, vec![3])] {
        let look = fixture.store.look(subscription, JournalNumber(0), 10).await.unwrap();
        let found: Vec<_> = look.waiting.iter().map(|waiting| waiting.number.0).collect();
        assert_eq!(found, numbers);
        let backlog = fixture.store.backlog(subscription, JournalNumber(0)).await.unwrap();
        assert_eq!(backlog.count, numbers.len() as u64);
    }
}

pub(super) async fn a_subscription_to_another_step_takes_what_comes_from_then_on_and_never_that_of_another(
    fixture: Fixture<impl Store>,
) {
    let hour = Threshold::of_seconds(3600).unwrap();
    let wish = Subscription { floor: Timestamp(0), ..fixture.wish(EventKind::Unanswered, 100) };
    let one = fixture.subscribe(wish.clone()).await;
    fixture.journal(vec![wait(1, Threshold::USUAL), wait(1, hour)]).await;
    let mut later = one.clone();
    later.tell_after(hour, Timestamp(5));
    for _repeated in 0..2 {
        let changed = fixture.store.change_subscription(later.clone(), None).await.unwrap();
        assert_eq!(changed, ChangeOutcome::Changed);
    }
    fixture.journal(vec![wait(2, Threshold::USUAL), wait(2, hour)]).await;
    let changed = fixture.store.guild_subscriptions(&fixture.home).await.unwrap().remove(0);
    assert_eq!((changed.waits, changed.floor), (Some(hour), Timestamp(5)));
    assert_eq!(changed.steps_before, [Threshold::USUAL]);
    let look = fixture.store.look(&changed, JournalNumber(0), 10).await.unwrap();
    assert_eq!(look.waiting.iter().map(|waiting| waiting.number.0).collect::<Vec<_>>(), [4]);
    let other = fixture.subscribe(wish).await;
    let mut same = other.clone();
    same.tell_after(hour, Timestamp(6));
    let refused = fixture.store.change_subscription(same, None).await.unwrap();
    assert_eq!(refused, ChangeOutcome::Conflict, "another one of the channel tells them then");
}

pub(super) async fn ids_ascend_and_are_never_given_again(fixture: Fixture<impl Store>) {
    let mut given = Vec::new();
    // Within one millisecond, by a clock that goes on, and by one that goes back a day.
    for step in [0, 0, 1, 60_000, -DAY_MS, 0] {
        fixture.pass(step);
        let made = fixture.subscribe_to_leads().await;
        let removed = fixture.store.remove_subscription(&fixture.home, made.id, None).await.unwrap();
        assert_eq!(removed, SubscriptionRemoved::Removed(Leftover::default()));
        let other = fixture.subscribe(fixture.wish(EventKind::NewUser, 200 + given.len() as u64)).await;
        let there = fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap();
        assert_eq!(there.last(), Some(&other), "what was made last is above all that are there");
        given.extend([made.id, other.id]);
    }
    let different: BTreeSet<_> = given.iter().collect();
    assert_eq!(different.len(), given.len(), "{given:?}");
}

pub(super) async fn ids_of_two_workspaces_in_a_server_differ(fixture: Fixture<impl Store>) {
    let former = fixture.subscribe_to_leads().await;
    let workspace = WorkspaceId::new("w2");
    let wish = Subscription { workspace, ..fixture.wish(EventKind::NewLead, 101) };
    assert!(fixture.subscribe(wish).await.id > former.id);
}

pub(super) async fn a_removed_subscription_leaves_nothing_behind(fixture: Fixture<impl Store>) {
    let made = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10), lead("b", 11)]).await;
    let first = batch(&made, &[1], 0);
    let _ = fixture.store.begin(&fixture.home, first.clone(), None).await.unwrap();
    let verdict = Verdict::Dead { event: Box::new(lead("a", 10)), reason: String::new() };
    let _ = fixture.store.settle(settlement(&made, first, verdict)).await.unwrap();
    let second = batch(&made, &[2], 0);
    let _ = fixture.store.begin(&fixture.home, second.clone(), None).await.unwrap();
    let removed = fixture.store.remove_subscription(&fixture.home, made.id, None).await.unwrap();
    assert_eq!(removed, SubscriptionRemoved::Removed(Leftover { waiting: 1, failed: 1, erased: 0 }));
    let again = fixture.store.remove_subscription(&fixture.home, made.id, None).await.unwrap();
    assert_eq!(again, SubscriptionRemoved::AlreadyGone);
    assert_eq!(fixture.store.progress(&fixture.home, made.id).await.unwrap(), None);
    assert_eq!(fixture.store.guild_subscriptions(&fixture.home).await.unwrap(), []);
    assert_eq!(fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap(), []);
    assert_eq!(fixture.store.dead_letters(&fixture.home).await.unwrap(), []);
    let late = fixture.store.settle(settlement(&made, second, Verdict::Posted(None))).await.unwrap();
    assert_eq!(late, deskbell_domain::port::store::DeliveryOutcome::Conflict);
}

pub(super) async fn nothing_of_a_notification_stays_after_its_server_moved(fixture: Fixture<impl Store>) {
    let made = fixture.subscribe_to_leads().await;
    fixture.journal(vec![lead("a", 10)]).await;
    let first = batch(&made, &[1], 0);
    let _ = fixture.store.begin(&fixture.home, first.clone(), None).await.unwrap();
    let verdict = Verdict::Dead { event: Box::new(lead("a", 10)), reason: String::new() };
    let _ = fixture.store.settle(settlement(&made, first, verdict)).await.unwrap();
    let moved = Home::new(&WorkspaceId::new("w2"), fixture.home.guild);
    let removed = fixture.store.remove_subscription(&moved, made.id, None).await.unwrap();
    assert_eq!(removed, SubscriptionRemoved::Removed(Leftover { waiting: 0, failed: 1, erased: 0 }));
    assert_eq!(fixture.store.dead_letters(&fixture.home).await.unwrap(), []);
}

pub(super) async fn a_change_names_the_version_it_was_made_from(fixture: Fixture<impl Store>) {
    let made = fixture.subscribe_to_leads().await;
    let paused = SubscriptionState::Paused { by: None, since: Timestamp(9) };
    let change = Subscription { state: paused.clone(), ..made.clone() };
    for _ in 0..2 {
        let outcome = fixture.store.change_subscription(change.clone(), None).await.unwrap();
        assert_eq!(outcome, ChangeOutcome::Changed);
    }
    let stored = fixture.store.guild_subscriptions(&fixture.home).await.unwrap().remove(0);
    assert_eq!((stored.version, stored.state), (made.version + 1, paused));
    let stale = Subscription { detail: Detail::Private, ..made.clone() };
    assert_eq!(fixture.store.change_subscription(stale, None).await.unwrap(), ChangeOutcome::Conflict);
    let gone = Subscription { id: SubscriptionId(99), ..made };
    assert_eq!(fixture.store.change_subscription(gone, None).await.unwrap(), ChangeOutcome::Conflict);
}

pub(super) async fn what_a_subscription_was_made_with_cannot_be_changed(fixture: Fixture<impl Store>) {
    let made = fixture.subscribe_to_leads().await;
    let change = Subscription {
        workspace: WorkspaceId::new("other"),
        kind: EventKind::NewUser,
        floor: Timestamp(99),
        after: JournalNumber(99),
        channel: ChannelId(101),
        ..made.clone()
    };
    let outcome = fixture.store.change_subscription(change, None).await.unwrap();
    assert_eq!(outcome, ChangeOutcome::Changed);
    let stored = fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap().remove(0);
    assert_eq!(stored, Subscription { version: made.version + 1, channel: ChannelId(101), ..made });
}

pub(super) async fn an_access_list_is_changed_by_version(fixture: Fixture<impl Store>) {
    let none = fixture.store.access(&fixture.home).await.unwrap();
    assert_eq!(none, Access::default());
    let roles = BTreeMap::from([(RoleId(4), Grant { level: Level::Act, export: Export::Allowed })]);
    let wish = Access { roles, ..none.clone() };
    for _ in 0..2 {
        let outcome = fixture.store.change_access(&fixture.home, wish.clone(), None).await.unwrap();
        assert_eq!(outcome, ChangeOutcome::Changed);
    }
    let stored = fixture.store.access(&fixture.home).await.unwrap();
    assert_eq!(stored, Access { version: 1, ..wish });
    assert_eq!(
        fixture.store.change_access(&fixture.home, none, None).await.unwrap(),
        ChangeOutcome::Conflict
    );
}

pub(super) async fn the_hash_of_the_commands_is_remembered(fixture: Fixture<impl Store>) {
    let application = ApplicationId(3);
    assert_eq!(fixture.store.registered_commands(application).await.unwrap(), None);
    fixture.store.remember_registered_commands(application, "abc").await.unwrap();
    assert_eq!(fixture.store.registered_commands(application).await.unwrap().as_deref(), Some("abc"));
}

pub(super) async fn what_was_journaled_since_it_was_asked_for_is_for_it(fixture: Fixture<impl Store>) {
    let asked = fixture.store.head(&fixture.workspace).await.unwrap();
    fixture.journal(vec![lead("1", 5)]).await;
    let wish =
        NewSubscription { subscription: fixture.wish(EventKind::NewLead, 100), head: Some(asked), by: None };
    let SubscriptionAdded::Added(made) = fixture.store.add_subscription(wish).await.unwrap() else {
        panic!("nothing stands there yet")
    };
    let waiting = fixture.store.look(&made, made.after, 10).await.unwrap().waiting;
    assert_eq!(waiting.len(), 1);
}

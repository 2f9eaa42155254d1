//! Servers that connect, and go.

use std::collections::BTreeMap;

use deskbell_domain::access::{Access, Grant};
use deskbell_domain::connection::{Connection, Right, Rights, Secret, Standing, TokenOrigin};
use deskbell_domain::delivery::{InFlight, Verdict};
use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, MemberId, MessageId, RoleId, WorkspaceId};
use deskbell_domain::mention::{Call, Called};
use deskbell_domain::port::store::{
    Cards, ChangeOutcome, DeliveryOutcome, Departure, Erasing, NewSubscription, StandingCards, Store, Stream,
    SubscriptionAdded, Unwanted,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::Timestamp;
use deskbell_domain::workspace::{Region, Workspace};

use super::{Fixture, batch, lead, settlement};

pub(super) fn connection(home: &Home) -> Connection {
    let workspace =
        Workspace { id: home.workspace.clone(), name: "Acme".to_owned(), region: None, time_zone: None };
    Connection {
        guild: home.guild,
        workspace,
        region: Region::Eu,
        token: Secret::new("dG9rOnNlY3JldA=="),
        origin: TokenOrigin::Allowed,
        client_secret: Some(Secret::new("signs")),
        made_by: MemberId(5),
        made_at: Timestamp(1),
        rights: Rights::without([Right::WriteContacts]),
        checked_at: Timestamp(2),
        standing: Standing::Accepted,
        version: 0,
    }
}

async fn connect<S: Store>(fixture: &Fixture<S>, home: &Home) -> Connection {
    let made = connection(home);
    assert_eq!(fixture.store.change_connection(made.clone(), None).await.unwrap(), ChangeOutcome::Changed);
    Connection { version: 1, ..made }
}

pub(super) async fn a_connection_is_changed_by_version<S: Store>(fixture: Fixture<S>) {
    let store = &fixture.store;
    assert_eq!(store.connection(fixture.home.guild).await.unwrap(), None);
    let made = connect(&fixture, &fixture.home).await;
    assert_eq!(store.connection(fixture.home.guild).await.unwrap().as_ref(), Some(&made));
    let refused = Connection { standing: Standing::Refused { since: Timestamp(3) }, ..made.clone() };
    for _ in 0..2 {
        assert_eq!(store.change_connection(refused.clone(), None).await.unwrap(), ChangeOutcome::Changed);
    }
    let stored = store.connections().await.unwrap();
    assert_eq!(stored, [Connection { version: 2, ..refused }]);
    let stale = Connection { checked_at: Timestamp(9), ..made };
    assert_eq!(store.change_connection(stale, None).await.unwrap(), ChangeOutcome::Conflict);
}

pub(super) async fn two_managers_at_once_make_one_connection<S: Store>(fixture: Fixture<S>) {
    let first = connect(&fixture, &fixture.home).await;
    let second = Connection { made_by: MemberId(6), ..connection(&fixture.home) };
    assert_eq!(fixture.store.change_connection(second, None).await.unwrap(), ChangeOutcome::Conflict);
    assert_eq!(fixture.store.connections().await.unwrap(), [first]);
}

pub(super) async fn a_server_that_moves_to_another_workspace_has_one_connection<S: Store>(
    fixture: Fixture<S>,
) {
    let made = connect(&fixture, &fixture.home).await;
    let other = Home::new(&WorkspaceId::new("w2"), fixture.home.guild);
    let moved = Connection { version: made.version, ..connection(&other) };
    assert_eq!(fixture.store.change_connection(moved.clone(), None).await.unwrap(), ChangeOutcome::Changed);
    assert_eq!(fixture.store.connections().await.unwrap(), [Connection { version: 2, ..moved }]);
}

/// A journal, a notification, an access list and a server that is connected.
async fn in_use<S: Store>(fixture: &Fixture<S>, home: &Home, channel: u64) -> Subscription {
    connect(fixture, home).await;
    let given = fixture.store.change_access(home, access(), None).await.unwrap();
    assert_eq!(given, ChangeOutcome::Changed);
    let wish = Subscription { guild: home.guild, ..fixture.wish(EventKind::NewLead, channel) };
    let wish = NewSubscription { subscription: wish, head: None, by: None };
    match fixture.store.add_subscription(wish).await.unwrap() {
        SubscriptionAdded::Added(made) => made,
        SubscriptionAdded::AlreadyThere(_) => panic!("nothing stands there yet"),
    }
}

fn access() -> Access {
    Access { roles: BTreeMap::from([(RoleId(4), Grant::default())]), ..Access::default() }
}

pub(super) async fn a_server_that_was_disconnected_leaves_nothing_of_it_behind<S: Store>(
    fixture: Fixture<S>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    in_use(&fixture, home, 100).await;
    fixture.journal((1..=600).map(|number| lead(&number.to_string(), 5)).collect()).await;
    fixture.set_mark(Stream::Contacts, Timestamp(7)).await;
    store.disconnect(home, Cards::Stay, None).await.unwrap();
    assert_eq!(store.connections().await.unwrap(), []);
    assert_eq!(store.unerased().await.unwrap(), std::slice::from_ref(home));
    for _ in 0..2 {
        store.erase(home, Erasing::Workspace).await.unwrap();
    }
    assert_eq!(store.unerased().await.unwrap(), []);
    assert_eq!(store.workspace_subscriptions(&fixture.workspace).await.unwrap(), []);
    assert_eq!(store.access(home).await.unwrap(), Access::default());
    assert_eq!(store.head(&fixture.workspace).await.unwrap().0, 0);
    assert_eq!(store.stream(&fixture.workspace, Stream::Contacts).await.unwrap(), None);
    in_use(&fixture, home, 100).await;
    assert_eq!(fixture.journal(vec![lead("1", 5)]).await, [1], "it begins anew");
}

pub(super) async fn what_another_server_sees_of_the_workspace_stays<S: Store>(fixture: Fixture<S>) {
    let (store, home) = (&fixture.store, &fixture.home);
    let neighbour = Home::new(&fixture.workspace, GuildId(8));
    in_use(&fixture, home, 100).await;
    let theirs = in_use(&fixture, &neighbour, 200).await;
    fixture.journal(vec![lead("1", 5)]).await;
    store.disconnect(home, Cards::Stay, None).await.unwrap();
    store.erase(home, Erasing::Server).await.unwrap();
    assert_eq!(
        store.workspace_subscriptions(&fixture.workspace).await.unwrap(),
        std::slice::from_ref(&theirs)
    );
    assert_eq!(store.access(&neighbour).await.unwrap().roles, access().roles);
    assert_eq!(store.look(&theirs, theirs.after, 10).await.unwrap().waiting.len(), 1);
    assert_eq!(store.connections().await.unwrap().len(), 1);
}

pub(super) async fn a_server_that_moved_keeps_no_notification_of_a_journal_that_is_gone<S: Store>(
    fixture: Fixture<S>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    let neighbour = Home::new(&fixture.workspace, GuildId(8));
    let moved = Home::new(&WorkspaceId::new("w2"), home.guild);
    in_use(&fixture, home, 100).await;
    in_use(&fixture, &neighbour, 200).await;
    fixture.journal(vec![lead("ada", 5)]).await;
    let other = Connection { version: 1, ..connection(&moved) };
    assert_eq!(store.change_connection(other, None).await.unwrap(), ChangeOutcome::Changed);
    let wish = Subscription { workspace: moved.workspace.clone(), ..fixture.wish(EventKind::NewLead, 101) };
    let present = fixture.subscribe(wish).await;
    store.disconnect(&neighbour, Cards::Stay, None).await.unwrap();
    store.erase(&neighbour, Erasing::Workspace).await.unwrap();
    assert_eq!(store.guild_subscriptions(&moved).await.unwrap(), [present]);
    assert_eq!(store.workspaces().await.unwrap(), [moved.workspace]);
}

pub(super) async fn nobody_connects_while_something_is_left_to_be_erased<S: Store>(fixture: Fixture<S>) {
    let (store, home) = (&fixture.store, &fixture.home);
    connect(&fixture, home).await;
    store.disconnect(home, Cards::Stay, None).await.unwrap();
    assert_eq!(store.change_connection(connection(home), None).await.unwrap(), ChangeOutcome::Conflict);
    store.erase(home, Erasing::Workspace).await.unwrap();
    connect(&fixture, home).await;
}

/// A role that is called with each card.
const CALLED: Called = Called::Role(RoleId(5));

/// Ada's card, in one message.
async fn post<S: Store>(fixture: &Fixture<S>, subscription: &Subscription, message: MessageId) {
    let mention = Some(Call { to: CALLED, at: fixture.now() });
    let batch = InFlight { mention, ..batch(subscription, &[1], 0) };
    let begun = fixture.store.begin(&subscription.home(), batch.clone(), None).await.unwrap();
    let settlement = settlement(subscription, batch, Verdict::Posted(Some(message)));
    let settled = fixture.store.settle(settlement).await.unwrap();
    assert_eq!((begun, settled), (DeliveryOutcome::Done, DeliveryOutcome::Done));
}

pub(super) async fn cards_that_are_to_go_are_remembered_when_all_else_is_erased<S: Store>(
    fixture: Fixture<S>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    let neighbour = Home::new(&fixture.workspace, GuildId(8));
    let (ours, theirs) = (in_use(&fixture, home, 100).await, in_use(&fixture, &neighbour, 200).await);
    fixture.journal(vec![lead("ada", 5)]).await;
    let (first, second) = (MessageId(1 << 40), MessageId(2 << 40));
    post(&fixture, &ours, first).await;
    post(&fixture, &theirs, second).await;
    let since = Some(first.made_at());
    assert_eq!(store.standing(home).await.unwrap(), StandingCards { messages: 1, since });
    store.disconnect(home, Cards::Go, None).await.unwrap();
    store.erase(home, Erasing::Server).await.unwrap();
    let card = Unwanted { guild: home.guild, channel: ChannelId(100), message: first };
    assert_eq!(store.unwanted(None, 10).await.unwrap(), [card]);
    assert_eq!(store.standing(home).await.unwrap(), StandingCards::default());
    assert_eq!(store.last_call(home, ours.channel, CALLED).await.unwrap(), None);
    assert_eq!(store.last_call(&neighbour, theirs.channel, CALLED).await.unwrap(), Some(fixture.now()));
    assert_eq!(store.standing(&neighbour).await.unwrap().messages, 1);
    store.disconnect(&neighbour, Cards::Stay, None).await.unwrap();
    store.erase(&neighbour, Erasing::Workspace).await.unwrap();
    assert_eq!(store.unwanted(None, 10).await.unwrap(), [card], "those that were to stay do");
    assert_eq!(store.workspaces().await.unwrap(), []);
}

pub(super) async fn cards_of_a_workspace_that_the_server_had_before_go_with_the_others<S: Store>(
    fixture: Fixture<S>,
) {
    let store = &fixture.store;
    let homes = [7, 8].map(|guild| Home::new(&fixture.workspace, GuildId(guild)));
    let notifications = [in_use(&fixture, &homes[0], 70).await, in_use(&fixture, &homes[1], 80).await];
    fixture.journal(vec![lead("ada", 5)]).await;
    let mut cards = Vec::new();
    for notification in &notifications {
        let message = MessageId(notification.guild.0 << 40);
        post(&fixture, notification, message).await;
        cards.push(Unwanted { guild: notification.guild, channel: notification.channel, message });
    }
    for (index, home) in homes.iter().enumerate() {
        let moved = Home::new(&WorkspaceId::new("w2"), home.guild);
        let other = Connection { version: 1, ..connection(&moved) };
        assert_eq!(store.change_connection(other, None).await.unwrap(), ChangeOutcome::Changed);
        if index == 1 {
            // Nothing is kept of that workspace any more.
            store.erase_workspace(&home.workspace).await.unwrap();
        }
        assert_eq!(store.standing(&moved).await.unwrap().messages, 1);
        store.disconnect(&moved, Cards::Go, None).await.unwrap();
        for _ in 0..2 {
            store.erase(&moved, Erasing::Server).await.unwrap();
        }
        assert_eq!(store.unwanted(None, 10).await.unwrap(), cards[..=index]);
    }
}

pub(super) async fn what_is_left_of_servers_and_workspaces_is_found_and_erased<S: Store>(
    fixture: Fixture<S>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    let moved = Home::new(&WorkspaceId::new("w2"), home.guild);
    in_use(&fixture, home, 100).await;
    fixture.journal((1..=600).map(|number| lead(&number.to_string(), 5)).collect()).await;
    let present = store.connection(home.guild).await.unwrap().unwrap();
    let other = Connection { version: present.version, ..connection(&moved) };
    assert_eq!(store.change_connection(other, None).await.unwrap(), ChangeOutcome::Changed);
    connect(&fixture, &Home::new(&WorkspaceId::new("w3"), GuildId(9))).await;
    let expected = [home.clone(), moved, Home::new(&WorkspaceId::new("w3"), GuildId(9))];
    assert_eq!(store.homes().await.unwrap(), expected);
    let ids = ["w1", "w2", "w3"].map(WorkspaceId::new);
    assert_eq!(store.workspaces().await.unwrap(), ids);
    for _ in 0..2 {
        store.erase_workspace(&home.workspace).await.unwrap();
    }
    assert_eq!(store.workspaces().await.unwrap(), ids[1..]);
    assert_eq!(store.access(home).await.unwrap().roles, access().roles, "the server keeps what is its own");
}

pub(super) async fn when_the_bot_left_a_server_is_remembered_until_it_is_back<S: Store>(fixture: Fixture<S>) {
    let (store, guild) = (&fixture.store, fixture.home.guild);
    let first = Departure { guild, since: fixture.now() };
    store.note_departure(first).await.unwrap();
    fixture.pass(1_000);
    store.note_departure(Departure { since: fixture.now(), ..first }).await.unwrap();
    assert_eq!(store.departures().await.unwrap(), [first]);
    store.forget_departure(guild).await.unwrap();
    assert_eq!(store.departures().await.unwrap(), []);
}

//! Servers that connect, and go.

use std::collections::BTreeMap;

use deskbell_domain::access::{Access, Grant};
use deskbell_domain::connection::{Connection, Right, Rights, Secret, Standing, TokenOrigin};
use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{GuildId, MemberId, RoleId, WorkspaceId};
use deskbell_domain::port::store::{
    ChangeOutcome, Erasing, NewSubscription, Store, Stream, SubscriptionAdded,
};
use deskbell_domain::subscription::Subscription;
use deskbell_domain::time::Timestamp;
use deskbell_domain::workspace::{Region, Workspace};

use super::{Fixture, lead};

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
    store.disconnect(home, None).await.unwrap();
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
    store.disconnect(home, None).await.unwrap();
    store.erase(home, Erasing::Server).await.unwrap();
    assert_eq!(
        store.workspace_subscriptions(&fixture.workspace).await.unwrap(),
        std::slice::from_ref(&theirs)
    );
    assert_eq!(store.access(&neighbour).await.unwrap().roles, access().roles);
    assert_eq!(store.look(&theirs, theirs.after, 10).await.unwrap().waiting.len(), 1);
    assert_eq!(store.connections().await.unwrap().len(), 1);
}

pub(super) async fn nobody_connects_while_something_is_left_to_be_erased<S: Store>(fixture: Fixture<S>) {
    let (store, home) = (&fixture.store, &fixture.home);
    connect(&fixture, home).await;
    store.disconnect(home, None).await.unwrap();
    assert_eq!(store.change_connection(connection(home), None).await.unwrap(), ChangeOutcome::Conflict);
    store.erase(home, Erasing::Workspace).await.unwrap();
    connect(&fixture, home).await;
}

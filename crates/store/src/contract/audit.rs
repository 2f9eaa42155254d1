//! Who did what.

use std::collections::BTreeMap;

use deskbell_domain::access::{Access, Grant};
use deskbell_domain::audit::chain::{Broken, Head, Unbroken, Verifier};
use deskbell_domain::audit::entry::{Anchor, Begun, Entry, Outcome, Unposted};
use deskbell_domain::audit::{Action, Deed, Notification};
use deskbell_domain::channel::Obstacle;
use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, ContactId, GuildId, MemberId, RoleId};
use deskbell_domain::port::store::{
    Cards, ChangeOutcome, Disconnected, Erasing, Extent, NewSubscription, PrunedAudit, Store,
    SubscriptionAdded, SubscriptionRemoved,
};
use deskbell_domain::subscription::{Detail, Subscription};
use deskbell_domain::time::UnixMillis;

use super::connections::connection;
use super::{DAY_MS, Fixture, lead};

const MARK: MemberId = MemberId(9);

fn deed(action: Action) -> Deed {
    Deed::of(MARK, action)
}

fn created(contact: &str) -> Deed {
    Deed::about(MARK, Action::Created, &ContactId::new(contact))
}

impl<S: Store> Fixture<S> {
    async fn entries(&self) -> Vec<Entry> {
        let links = self.store.audit_links(self.home.guild, 1..u64::MAX).await.unwrap();
        links.iter().map(|link| Entry::read(&link.entry).unwrap()).collect()
    }

    async fn outcomes(&self) -> Vec<(Outcome, Option<u64>)> {
        self.entries().await.into_iter().map(|entry| (entry.outcome, entry.began)).collect()
    }

    async fn verified(&self, guild: GuildId) -> Result<Unbroken, Broken> {
        let (book, key) = self.store.audit_book(guild).await.unwrap().unwrap();
        let mut verifier = Verifier::from(book.checkpoint.as_ref(), |seq| key.of_checkpoint(seq))?;
        for link in self.store.audit_links(guild, 1..u64::MAX).await.unwrap() {
            verifier.follow(&link, &key.of_entry(link.seq().unwrap()))?;
        }
        verifier.end(book.head)
    }

    async fn targets(&self) -> BTreeMap<u64, ContactId> {
        self.store.audit_targets(self.home.guild, 1..u64::MAX).await.unwrap()
    }
}

pub(super) async fn what_is_done_is_written_down_once_by_the_write_that_does_it(
    fixture: Fixture<impl Store>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    let wish = fixture.wish(EventKind::NewLead, 100);
    let added = Notification::from(&wish);
    let new = NewSubscription { subscription: wish, head: None, by: Some(deed(Action::Added(added))) };
    let SubscriptionAdded::Added(made) = store.add_subscription(new.clone()).await.unwrap() else {
        panic!("nothing stands there yet")
    };
    assert_eq!(store.add_subscription(new).await.unwrap(), SubscriptionAdded::AlreadyThere(made.clone()));
    fixture.journal(vec![lead("a", 10)]).await;
    let named = Notification::from(&made);
    let short = Subscription { detail: Detail::Short, ..made.clone() };
    let stale = Subscription { detail: Detail::Private, ..made.clone() };
    for wish in [short.clone(), short, stale] {
        let _ = store.change_subscription(wish, Some(deed(Action::Changed(named)))).await.unwrap();
    }
    let removed = Action::Removed { notification: named, events: 0 };
    for _ in 0..2 {
        let _: SubscriptionRemoved =
            store.remove_subscription(home, made.id, Some(deed(removed.clone()))).await.unwrap();
    }
    let done: Vec<_> = fixture.entries().await.into_iter().map(|entry| entry.action).collect();
    let removed = Action::Removed { notification: named, events: 1 };
    assert_eq!(done, [Action::Added(named), Action::Changed(named), removed]);
    assert_eq!(fixture.verified(home.guild).await.map(|held| held.entries), Ok(3));
}

pub(super) async fn a_connection_and_an_access_list_are_changed_by_somebody(fixture: Fixture<impl Store>) {
    let (store, home) = (&fixture.store, &fixture.home);
    let connected = deed(Action::Connected { workspace: home.workspace.clone() });
    let changed = store.change_connection(connection(home), Some(connected.clone())).await.unwrap();
    assert_eq!(changed, ChangeOutcome::Changed);
    let given = deed(Action::AccessGiven { role: RoleId(4), grant: Grant::default() });
    let access = Access { roles: [(RoleId(4), Grant::default())].into(), ..Access::default() };
    for _ in 0..2 {
        let changed = store.change_access(home, access.clone(), Some(given.clone())).await.unwrap();
        assert_eq!(changed, ChangeOutcome::Changed);
    }
    let disconnected = deed(Action::Disconnected { workspace: home.workspace.clone() });
    for outcome in [Disconnected::Now, Disconnected::Before] {
        assert_eq!(store.disconnect(home, Cards::Stay, Some(disconnected.clone())).await.unwrap(), outcome);
    }
    let done: Vec<_> = fixture.entries().await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(done, [connected.action, given.action, disconnected.action]);
}

pub(super) async fn what_begins_is_ended_once_or_nobody_knows(fixture: Fixture<impl Store>) {
    let (store, home) = (&fixture.store, &fixture.home);
    let begun = store.begin_deed(home, deed(Action::Created)).await.unwrap();
    let lost = store.begin_deed(home, created("b")).await.unwrap();
    let ended = begun.clone().turned_out(Action::Created, &ContactId::new("a"));
    for outcome in [Outcome::Done, Outcome::Failed] {
        store.end_deed(home, ended.clone(), outcome).await.unwrap();
    }
    assert_eq!(store.close_deeds().await.unwrap(), 1);
    assert_eq!(store.close_deeds().await.unwrap(), 0);
    let begins = (Outcome::Begun, None);
    let expected = [begins, begins, (Outcome::Done, Some(begun.seq)), (Outcome::Unknown, Some(lost.seq))];
    assert_eq!(fixture.outcomes().await, expected);
    let about = [(2, "b"), (3, "a")].map(|(seq, contact)| (seq, ContactId::new(contact)));
    assert_eq!(fixture.targets().await, about.into());
}

pub(super) async fn whom_an_entry_is_about_is_forgotten_and_the_chain_holds(fixture: Fixture<impl Store>) {
    let (store, home) = (&fixture.store, &fixture.home);
    for contact in ["a", "b", "a"] {
        let begun = store.begin_deed(home, created(contact)).await.unwrap();
        store.end_deed(home, begun, Outcome::Done).await.unwrap();
    }
    let targets = fixture.entries().await.into_iter().map(|entry| entry.target).collect::<Vec<_>>();
    assert!(targets.iter().all(Option::is_some) && targets[0] != targets[4], "each has a salt of its own");
    let elsewhere = Home::new(&fixture.workspace, GuildId(8));
    store.begin_deed(&elsewhere, created("a")).await.unwrap();
    let erase = async |home: &Home, contact: &str, extent| {
        let contact = ContactId::new(contact);
        store.begin_erasure(home, &contact, extent).await.unwrap();
        store.erase_contact(&home.workspace, &contact).await.unwrap();
    };
    erase(home, "a", Extent::Server).await;
    assert_eq!(fixture.targets().await.into_values().collect::<Vec<_>>(), vec![ContactId::new("b"); 2]);
    assert_eq!(fixture.verified(home.guild).await.map(|held| held.entries), Ok(6));
    let known_elsewhere = async || store.audit_targets(elsewhere.guild, 1..9).await.unwrap().len();
    assert_eq!(known_elsewhere().await, 1, "a server without the right erases what it has itself");
    erase(home, "a", Extent::Workspace).await;
    assert_eq!(known_elsewhere().await, 0, "whatever else the other server has of the workspace");
    assert_eq!(fixture.targets().await.len(), 2);
}

pub(super) async fn a_chain_outlives_a_disconnection_without_saying_whom_it_is_about(
    fixture: Fixture<impl Store>,
) {
    let (store, home) = (&fixture.store, &fixture.home);
    let neighbour = Home::new(&fixture.workspace, GuildId(8));
    for server in [home, &neighbour] {
        store.begin_deed(server, created("a")).await.unwrap();
    }
    for (server, erasing) in [(home, Erasing::Server), (&neighbour, Erasing::Workspace)] {
        let made = store.change_connection(connection(server), None).await.unwrap();
        assert_eq!(made, ChangeOutcome::Changed);
        store.disconnect(server, Cards::Stay, None).await.unwrap();
        store.erase(server, erasing).await.unwrap();
        assert!(store.audit_targets(server.guild, 1..9).await.unwrap().is_empty());
        assert_eq!(fixture.verified(server.guild).await.map(|held| held.entries), Ok(1));
    }
    store.note_deed(home.guild, deed(Action::AuditRead)).await.unwrap();
    assert_eq!(fixture.verified(home.guild).await.map(|held| held.entries), Ok(2), "it goes on");
}

pub(super) async fn old_entries_go_and_a_checkpoint_stays(fixture: Fixture<impl Store>) {
    let (store, guild) = (&fixture.store, fixture.home.guild);
    let begun: Begun = store.begin_deed(&fixture.home, created("a")).await.unwrap();
    store.end_deed(&fixture.home, begun, Outcome::Done).await.unwrap();
    fixture.pass(DAY_MS);
    store.note_deed(guild, deed(Action::AuditRead)).await.unwrap();
    store.note_deed(GuildId(8), deed(Action::AuditRead)).await.unwrap();
    let pruned = store.prune_audit(UnixMillis(fixture.now().0 - 1)).await.unwrap();
    assert_eq!(pruned, PrunedAudit { entries: 2, more: false });
    assert_eq!(fixture.verified(guild).await.map(|held| held.entries), Ok(1));
    assert!(fixture.targets().await.is_empty());
    assert_eq!(store.prune_audit(UnixMillis(fixture.now().0 + 1)).await.unwrap().entries, 2);
    assert_eq!(fixture.verified(guild).await.map(|held| held.entries), Ok(0));
    store.note_deed(guild, deed(Action::AuditRead)).await.unwrap();
    assert_eq!(fixture.verified(guild).await.map(|held| (held.entries, held.head.seq)), Ok((1, 4)));
}

pub(super) async fn more_entries_than_go_at_once_go_one_piece_after_the_other(fixture: Fixture<impl Store>) {
    let (store, guild) = (&fixture.store, fixture.home.guild);
    for _ in 0..501 {
        store.note_deed(guild, deed(Action::AuditRead)).await.unwrap();
    }
    let before = UnixMillis(fixture.now().0 + 1);
    let pieces = [store.prune_audit(before).await.unwrap(), store.prune_audit(before).await.unwrap()];
    assert_eq!(pieces.map(|pruned| (pruned.entries, pruned.more)), [(500, true), (1, false)]);
}

pub(super) async fn where_the_head_is_posted_is_remembered(fixture: Fixture<impl Store>) {
    let (store, guild) = (&fixture.store, fixture.home.guild);
    let channel = ChannelId(20);
    store.post_anchors_in(guild, Some(channel), deed(Action::AnchorsGoTo { channel })).await.unwrap();
    for (since, obstacle) in [(5, None), (9, Some(Obstacle::ChannelGone))] {
        let unposted = Unposted { since: UnixMillis(since), obstacle };
        store.anchor_not_posted(guild, unposted).await.unwrap();
    }
    let unposted = store.audit_books().await.unwrap()[&guild].unposted.clone();
    let first = Unposted { since: UnixMillis(5), obstacle: Some(Obstacle::ChannelGone) };
    assert_eq!(unposted, Some(first), "since the first time, for what is in the way now");
    let head = store.audit_books().await.unwrap()[&guild].head;
    let anchor = Anchor { head, at: fixture.now(), channel };
    store.anchor_posted(guild, anchor).await.unwrap();
    let book = store.audit_books().await.unwrap()[&guild].clone();
    assert_eq!((book.channel, book.anchor, book.unposted), (Some(channel), Some(anchor), None));
    assert_ne!(book.head, Head::NONE);
    assert_eq!(store.audit_books().await.unwrap().len(), 1);
    assert_eq!(store.audit_book(GuildId(8)).await.unwrap(), None);
    store.post_anchors_in(guild, None, deed(Action::AnchorsEnd)).await.unwrap();
    assert_eq!(store.audit_books().await.unwrap()[&guild].channel, None);
}

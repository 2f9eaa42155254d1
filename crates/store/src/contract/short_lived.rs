//! Texts that are kept for a while.

use deskbell_domain::event::EventKind;
use deskbell_domain::home::Home;
use deskbell_domain::ids::{ChannelId, GuildId, RoleId, WorkspaceId};
use deskbell_domain::port::store::{OutgoingKey, PrunedKept, ShortLivedKey, Store};
use deskbell_domain::time::UnixMillis;

use super::Fixture;

async fn kept(fixture: &Fixture<impl Store>, key: &ShortLivedKey, now: i64) -> Option<String> {
    fixture.store.kept(key, UnixMillis(now)).await.unwrap()
}

pub(super) async fn a_kept_text_is_there_until_its_time(fixture: Fixture<impl Store>) {
    let key = fixture.buttons("k");
    fixture.store.keep(&key, "ada@old.io", UnixMillis(100)).await.unwrap();
    fixture.store.keep(&key, "ada@acme.io", UnixMillis(200)).await.unwrap();
    assert_eq!(kept(&fixture, &key, 199).await.as_deref(), Some("ada@acme.io"));
    assert_eq!(kept(&fixture, &key, 200).await, None);
    assert_eq!(kept(&fixture, &fixture.buttons("other"), 0).await, None);
}

pub(super) async fn a_text_is_found_only_under_its_own_key(fixture: Fixture<impl Store>) {
    let home = fixture.home.clone();
    let elsewhere = Home::new(&WorkspaceId::new("w2"), GuildId(8));
    let key = || "20".to_owned();
    let keys = [
        ShortLivedKey::Buttons { home: home.clone(), key: key() },
        ShortLivedKey::Buttons { home: elsewhere, key: key() },
        ShortLivedKey::AudienceTold { home: home.clone(), channel: ChannelId(20) },
        ShortLivedKey::AudienceTold { home: home.clone(), channel: ChannelId(21) },
        ShortLivedKey::RemovedNotification {
            home: home.clone(),
            kind: EventKind::NewLead,
            channel: ChannelId(20),
        },
        ShortLivedKey::RemovedNotification {
            home: home.clone(),
            kind: EventKind::NewUser,
            channel: ChannelId(20),
        },
        ShortLivedKey::Outgoing { home: home.clone(), key: key() },
        ShortLivedKey::TakenAccess { home, role: RoleId(20) },
        ShortLivedKey::TokenWorkspace { digest: key() },
        ShortLivedKey::OperatorServer,
    ];
    for (number, key) in keys.iter().enumerate() {
        fixture.store.keep(key, &number.to_string(), UnixMillis(9)).await.unwrap();
    }
    for (number, key) in keys.iter().enumerate() {
        assert_eq!(kept(&fixture, key, 0).await, Some(number.to_string()));
    }
}

pub(super) async fn a_text_that_is_forgotten_is_gone_before_its_time(fixture: Fixture<impl Store>) {
    let (one, other) = (fixture.buttons("one"), fixture.buttons("other"));
    for key in [&one, &other] {
        fixture.store.keep(key, "text", UnixMillis(100)).await.unwrap();
    }
    for _ in 0..2 {
        fixture.store.forget(&one).await.unwrap();
    }
    assert_eq!(kept(&fixture, &one, 0).await, None);
    assert_eq!(kept(&fixture, &other, 0).await.as_deref(), Some("text"));
    let pruned = fixture.store.prune_kept(UnixMillis(100)).await.unwrap();
    assert_eq!(pruned, PrunedKept { texts: 1, more: false }, "nothing is left of the one to be thrown away");
}

pub(super) async fn expired_texts_go_whosever_they_are(fixture: Fixture<impl Store>) {
    let old = ShortLivedKey::Buttons {
        home: Home::new(&WorkspaceId::new("w2"), GuildId(8)),
        key: "old".to_owned(),
    };
    let new = fixture.buttons("new");
    fixture.store.keep(&old, "text", UnixMillis(100)).await.unwrap();
    fixture.store.keep(&new, "text", UnixMillis(100)).await.unwrap();
    fixture.store.keep(&new, "kept longer", UnixMillis(101)).await.unwrap();
    let pruned = fixture.store.prune_kept(UnixMillis(100)).await.unwrap();
    assert_eq!(pruned, PrunedKept { texts: 1, more: false });
    assert_eq!(kept(&fixture, &old, 0).await, None);
    assert_eq!(kept(&fixture, &new, 0).await.as_deref(), Some("kept longer"));
    let pruned = fixture.store.prune_kept(UnixMillis(101)).await.unwrap();
    assert_eq!(pruned, PrunedKept { texts: 1, more: false });
    assert_eq!(fixture.store.prune_kept(UnixMillis(1000)).await.unwrap(), PrunedKept::default());
}

pub(super) async fn words_on_their_way_are_found_whosever_they_are(fixture: Fixture<impl Store>) {
    let elsewhere = Home::new(&WorkspaceId::new("w2"), GuildId(8));
    let words = |home: &Home, key: &str| OutgoingKey { home: home.clone(), key: key.to_owned() };
    let all = [words(&fixture.home, "one"), words(&elsewhere, "two")];
    for key in all.clone() {
        fixture.store.keep(&key.into(), "Hello", UnixMillis(100)).await.unwrap();
    }
    fixture.store.keep(&fixture.buttons("no words"), "text", UnixMillis(100)).await.unwrap();
    let mut found = fixture.store.outgoing().await.unwrap();
    found.sort_by(|a, b| a.key.cmp(&b.key));
    assert_eq!(found, all);
    fixture.store.forget(&all[0].clone().into()).await.unwrap();
    assert_eq!(fixture.store.outgoing().await.unwrap(), all[1..]);
}

pub(super) async fn a_text_is_taken_once<S: Store>(fixture: Fixture<S>) {
    let key = ShortLivedKey::ConnectState { digest: "0f".to_owned() };
    let store = &fixture.store;
    store.keep(&key, "text", UnixMillis(100)).await.unwrap();
    let taken = tokio::join!(store.take(&key, UnixMillis(99)), store.take(&key, UnixMillis(99)));
    let mut both = [taken.0.unwrap(), taken.1.unwrap()];
    both.sort();
    assert_eq!(both, [None, Some("text".to_owned())]);
    store.keep(&key, "text", UnixMillis(100)).await.unwrap();
    assert_eq!(store.take(&key, UnixMillis(100)).await.unwrap(), None, "its time is over");
}

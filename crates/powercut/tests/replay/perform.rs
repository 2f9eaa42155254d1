//! Doing the plan on a store, and writing down what it holds after each operation.

use std::path::Path;
use std::sync::Arc;

use deskbell_domain::event::Actor;
use deskbell_domain::ids::{ApplicationId, ChannelId, MemberId};
use deskbell_domain::port::random::Random;
use deskbell_domain::port::store::{
    AccessLists as _, Append, AppendOutcome, ChangeOutcome, Deliveries as _, DeliveryOutcome, Journal as _,
    NewSubscription, RegisteredCommands as _, ShortLived as _, ShortLivedKey, StreamMove, SubscriptionAdded,
    SubscriptionRemoved, Subscriptions as _,
};
use deskbell_domain::time::{Clock, UnixMillis};
use deskbell_powercut::Recording;
use deskbell_seal::{GivenKeys, KeyFolder};
use deskbell_store::engine::sled::SledEngine;
use deskbell_store::{Keys, KvStore, Settings};

use crate::picture::Picture;
use crate::plan::{NOW, Plan, Step, home, workspace};

pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> UnixMillis {
        NOW
    }
}

impl Random for Still {
    fn number(&self) -> u64 {
        0
    }
}

/// Does the whole plan; answers a picture of the store after each operation, the first of the new store.
pub(crate) async fn perform(plan: &Plan, folder: &Path, recording: &Recording) -> Vec<Picture> {
    let mut pictures = Vec::new();
    let key_folder = KeyFolder::new(folder);
    let keys: Keys =
        Box::new(move || Ok(Arc::new(key_folder.open(&GivenKeys::default(), Arc::new(Still))?.keyring)));
    let settings =
        Settings { folder: folder.to_owned(), clock: Arc::new(Still), random: Arc::new(Still), keys };
    drop(KvStore::open(settings).expect("a new folder can be opened"));
    for session in plan.steps.split_inclusive(|step| matches!(step, Step::Reopen)) {
        let engine = Arc::new(SledEngine::open(folder, NOW).expect("a store that was closed can be opened"));
        let (store, writer) = KvStore::over(Arc::clone(&engine), Arc::new(Still), Arc::new(Still));
        let mut acknowledged = || {
            recording.mark(pictures.len());
            pictures.push(Picture::of(&engine));
        };
        let work = async move {
            // A new session shows what the one before it left.
            acknowledged();
            for step in session {
                take(&store, step).await;
                acknowledged();
            }
        };
        tokio::join!(writer.run(), work);
    }
    pictures
}

async fn take(store: &KvStore, step: &Step) {
    match step {
        Step::Together(steps) => {
            futures::future::join_all(steps.iter().map(|step| one(store, step))).await;
        }
        step => one(store, step).await,
    }
}

/// Asks the store for one operation, which must succeed: the plan has no conflicts.
async fn one(store: &KvStore, step: &Step) {
    match step {
        Step::Append(append, to) => {
            let stream = match to {
                None => None,
                Some((stream, next)) => {
                    let expected = store.stream(&workspace(), *stream).await.unwrap();
                    Some(StreamMove { stream: *stream, expected, next: Some(*next) })
                }
            };
            let append = Append { stream, ..append.as_ref().clone() };
            assert!(matches!(store.append(append).await.unwrap(), AppendOutcome::Appended { .. }));
        }
        Step::Subscribe(wish) => {
            let new = NewSubscription { subscription: wish.clone(), head: None, by: None };
            let made = store.add_subscription(new).await.unwrap();
            assert!(matches!(made, SubscriptionAdded::Added(made) if made.id == wish.id));
        }
        Step::Change(wish) => {
            assert_eq!(store.change_subscription(wish.clone(), None).await.unwrap(), ChangeOutcome::Changed);
        }
        Step::Remove(id) => {
            let outcome = store.remove_subscription(&home(), *id, None).await.unwrap();
            assert!(matches!(outcome, SubscriptionRemoved::Removed(_)));
        }
        Step::Begin(batch) => {
            let outcome = store.begin(&home(), batch.clone(), None).await.unwrap();
            assert_eq!(outcome, DeliveryOutcome::Done);
        }
        Step::Settle(settlement) => {
            let outcome = store.settle(settlement.as_ref().clone()).await.unwrap();
            assert_eq!(outcome, DeliveryOutcome::Done);
        }
        Step::Advance(id, to) => {
            assert_eq!(store.advance(&home(), *id, *to).await.unwrap(), DeliveryOutcome::Done);
        }
        step => small(store, step).await,
    }
}

async fn small(store: &KvStore, step: &Step) {
    match step {
        Step::Amend(number, learnt, naming) => {
            store.amend(&workspace(), *number, learnt, *naming).await.unwrap();
        }
        Step::RetryDeadLetter(id) => {
            store.retry_dead_letter(&home(), *id, None).await.unwrap();
        }
        Step::DropDeadLetter(id) => {
            store.drop_dead_letter(&home(), *id, None).await.unwrap();
        }
        Step::Actor(contact) => {
            let actor = Actor { member: MemberId(5), command: "/lead create".to_owned() };
            store.remember_actor(&workspace(), contact, &actor).await.unwrap();
        }
        Step::Keep(key, until) => store.keep(&buttons(key), "text", *until).await.unwrap(),
        Step::OwnMessage(message) => {
            store.remember_own_message(&home(), ChannelId(101), *message).await.unwrap();
        }
        Step::Access(access) => {
            let outcome = store.change_access(&home(), access.clone(), None).await.unwrap();
            assert_eq!(outcome, ChangeOutcome::Changed);
        }
        Step::Commands(hash) => {
            store.remember_registered_commands(ApplicationId(3), hash).await.unwrap();
        }
        Step::Prune(keep_from) => {
            store.prune(&workspace(), *keep_from).await.unwrap();
        }
        Step::PruneKept(now) => {
            store.prune_kept(*now).await.unwrap();
        }
        _ => {}
    }
}

fn buttons(key: &str) -> ShortLivedKey {
    ShortLivedKey::Buttons { home: home(), key: key.to_owned() }
}

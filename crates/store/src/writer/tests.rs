use std::sync::Arc;

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{AmendmentNumber, ChannelId, JournalNumber, MessageId};
use deskbell_domain::port::store::{
    Append, ChangeOutcome, Deliveries as _, Journal as _, Leftover, NewSubscription, StoreError,
    StoreHealth as _, SubscriptionRemoved, Subscriptions as _,
};
use deskbell_domain::status::UnreadableNotifications;
use deskbell_domain::subscription::Subscription;

use super::*;
use crate::contract::{KvFixture, START, TestClock, lead, on_memory, run};
use crate::engine::memory::{Fault, MemoryEngine};
use crate::engine::{Batch, Direction, KeyRange, Row};
use crate::keys;
use crate::reader::load;

#[tokio::test(start_paused = true)]
async fn what_stands_in_the_queue_is_one_commit() {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        let message = |id| fixture.store.remember_own_message(&fixture.home, ChannelId(1), MessageId(id));
        let (one, two, three) = tokio::join!(message(1), message(2), message(3));
        assert!(one.is_ok() && two.is_ok() && three.is_ok());
        let known = fixture.store.own_messages(&fixture.home, ChannelId(1)).await.unwrap();
        assert_eq!(known, [3, 2, 1].map(MessageId));
    })
    .await;
    assert_eq!(engine.commits(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_commit_is_told_to_everybody_in_the_group_and_changes_nothing() {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        engine.fail(Some(Fault::Commit));
        let message = |id| fixture.store.remember_own_message(&fixture.home, ChannelId(1), MessageId(id));
        let (one, two) = tokio::join!(message(1), message(2));
        for outcome in [one, two] {
            let Err(StoreError::Unwritable(error)) = outcome else { panic!("it was not written") };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
        assert_eq!(fixture.store.own_messages(&fixture.home, ChannelId(1)).await.unwrap(), []);
    })
    .await;
    assert_eq!(engine.rows(), []);
}

#[tokio::test(start_paused = true)]
async fn how_long_the_store_could_not_be_written_is_known_until_it_can_be() {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        let since = fixture.store.clock.now();
        let state = fixture.store.state();
        engine.fail(Some(Fault::SyncLost));
        for _ in 0..2 {
            assert!(fixture.store.probe().await.is_err());
            assert_eq!(*state.borrow(), StoreState::Unwritable { since });
            tokio::time::advance(std::time::Duration::from_secs(30)).await;
        }
        engine.fail(None);
        fixture.store.probe().await.unwrap();
        assert_eq!(*state.borrow(), StoreState::Writable);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_does_not_say_that_the_store_can_be_written() {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        engine.fail(Some(Fault::Commit));
        assert!(fixture.store.probe().await.is_err());
        fixture.store.write(|_| Ok(())).await.unwrap();
        assert_ne!(*fixture.store.state().borrow(), StoreState::Writable);
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn an_operation_that_cannot_be_computed_does_not_harm_its_group() {
    let engine = MemoryEngine::new();
    run(engine.clone(), async |fixture| {
        let failing = fixture.store.write(|writes| {
            writes.put(keys::registered_commands(deskbell_domain::ids::ApplicationId(1)), &"never");
            Err::<(), _>(StoreError::Unreadable { key: "snapshot".to_owned() })
        });
        let (failed, written) = tokio::join!(failing, fixture.store.probe());
        assert!(matches!(failed, Err(StoreError::Unreadable { .. })));
        assert!(written.is_ok());
        assert_eq!(load(&engine, &keys::probe()).unwrap(), Some(START));
    })
    .await;
    assert_eq!(engine.rows().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_store_whose_writer_is_gone_says_that_it_is_closed() {
    let (queue, writer) = writer_over(Arc::new(MemoryEngine::new()), Arc::new(TestClock::at(START)));
    drop(writer);
    assert!(matches!(queue.write(|_| Ok(())).await, Err(StoreError::Closed)));
}

#[tokio::test(start_paused = true)]
async fn a_value_that_cannot_be_read_is_an_error_alone_and_left_out_of_a_list() {
    on_memory(async |fixture| {
        let made = fixture.subscribe_to_leads().await;
        let mut other = fixture.wish(EventKind::NewUser, 100);
        other = fixture.subscribe(other).await;
        let (list, single) =
            (keys::subscription(fixture.home.guild, made.id), keys::progress(fixture.home.guild, made.id));
        let broken = fixture.store.write(|writes| {
            writes.put(list, &"broken");
            writes.put(single, &"broken");
            Ok(())
        });
        broken.await.unwrap();
        assert_eq!(fixture.store.guild_subscriptions(&fixture.home).await.unwrap(), [other.clone()]);
        assert_eq!(fixture.store.workspace_subscriptions(&fixture.workspace).await.unwrap(), [other]);
        let error = fixture.store.progress(&fixture.home, made.id).await.unwrap_err();
        insta::assert_snapshot!(error, @"the stored value progress cannot be read");
        let removed = fixture.store.remove_subscription(&fixture.home, made.id, None).await.unwrap();
        assert_eq!(removed, SubscriptionRemoved::Removed(Leftover::default()));
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn nothing_is_pruned_for_three_days_that_a_subscription_which_cannot_be_read_may_wait_for() {
    for breaks in [
        |fixture: &KvFixture, id| keys::subscription(fixture.home.guild, id),
        |fixture: &KvFixture, id| keys::subscriber(&fixture.workspace, id),
    ] {
        on_memory(async |fixture| {
            let made = fixture.subscribe_to_leads().await;
            fixture.journal(vec![lead("a", 100)]).await;
            let key = breaks(&fixture, made.id);
            fixture
                .store
                .write(move |writes| {
                    writes.put(key, &[1_u8]);
                    Ok(())
                })
                .await
                .unwrap();
            fixture.pass(31 * 86_400_000);
            let pruned = fixture.store.prune(&fixture.workspace, fixture.now()).await.unwrap();
            assert_eq!((pruned.entries, pruned.unreadable), (0, UnreadableNotifications::Awaited(1)));
            let entries = fixture
                .store
                .entries(&fixture.workspace, &[JournalNumber(1)], AmendmentNumber::LATEST)
                .await
                .unwrap();
            assert_eq!(entries.len(), 1);
            fixture.pass(4 * 86_400_000);
            let pruned = fixture.store.prune(&fixture.workspace, fixture.now()).await.unwrap();
            let found = (pruned.entries, pruned.unreadable);
            assert_eq!(found, (1, UnreadableNotifications::SetAside(1)), "it is not kept for ever");
        })
        .await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_counter_at_its_end_gives_nothing_twice() {
    on_memory(async |fixture| {
        let subscription = fixture.subscribe_to_leads().await;
        let (workspace, guild) = (fixture.workspace.clone(), fixture.home.guild);
        let broken = fixture.store.write(move |writes| {
            for key in [
                keys::head(&workspace),
                keys::former_subscription_counter(),
                keys::dead_letter_counter(guild),
            ] {
                writes.put(key, &u64::MAX);
            }
            Ok(())
        });
        broken.await.unwrap();
        let appended =
            fixture.store.append(Append { events: vec![lead("a", 10)], ..fixture.nothing() }).await;
        assert!(matches!(appended, Err(StoreError::Unreadable { .. })));
        let another = fixture.wish(EventKind::NewUser, 100);
        let added = fixture
            .store
            .add_subscription(NewSubscription { subscription: another, head: None, by: None })
            .await;
        assert!(matches!(added, Err(StoreError::Unreadable { .. })));
        let last = Subscription { version: u64::MAX, ..subscription };
        assert_eq!(fixture.store.change_subscription(last, None).await.unwrap(), ChangeOutcome::Conflict);
    })
    .await;
}

/// A disk that fails the first sync.
struct FailingDisk(MemoryEngine);

impl Engine for FailingDisk {
    fn placement(&self) -> Placement {
        Placement::Inline
    }

    fn get(&self, key: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
        self.0.get(key)
    }

    fn range(&self, range: &KeyRange, limit: usize, direction: Direction) -> std::io::Result<Vec<Row>> {
        self.0.range(range, limit, direction)
    }

    fn commit(&self, batch: Batch) -> std::io::Result<()> {
        self.0.commit(batch)
    }

    fn sync(&self) -> std::io::Result<()> {
        Err(std::io::Error::other(LostWrites))
    }
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_fails_a_sync_ends_the_store_and_nothing_is_answered_as_written() {
    let engine = Arc::new(FailingDisk(MemoryEngine::new()));
    let (queue, writer) = writer_over(engine, Arc::new(TestClock::at(START)));
    let write = queue.write(|writes| {
        writes.put(keys::probe(), &START);
        Ok(())
    });
    let (written, ()) = tokio::join!(write, writer.run());
    assert!(matches!(written, Err(StoreError::Unwritable(_))));
    assert!(matches!(queue.write(|_| Ok(())).await, Err(StoreError::Closed)));
}

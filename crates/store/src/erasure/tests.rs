use deskbell_domain::audit::{Action, Deed};
use deskbell_domain::delivery::Verdict;
use deskbell_domain::ids::{MemberId, MessageId};
use deskbell_domain::port::store::{
    Append, Audit as _, Deletions as _, Deliveries as _, DeliveryOutcome, Journal as _, ShortLived as _,
    SnapshotMode, SnapshotWrite,
};

use super::*;
use crate::contract::{KvFixture, batch, lead, run, settlement, snapshot, user};
use crate::engine::memory::{Crash, MemoryEngine};

fn ada() -> ContactId {
    ContactId::new("ada")
}

/// Sixty entries of Ada and as many of others, of which a message shows the first two, a snapshot and a text.
async fn fill(fixture: &KvFixture) {
    let (store, workspace) = (&fixture.store, &fixture.workspace);
    let leads = fixture.subscribe_to_leads().await;
    let snapshot = snapshot("ada", 1, 10);
    let snapshots = vec![SnapshotWrite { epoch: 0, snapshot, mode: SnapshotMode::Replace }];
    let events = vec![lead("ada", 10), lead("bea", 10)];
    fixture.append(Append { events, snapshots, ..fixture.nothing() }).await;
    for revision in 0..60 {
        let change =
            deskbell_domain::event::Event { id: EventId::user_updated(&ada(), revision), ..user("ada", 20) };
        fixture.journal(vec![change, lead(&format!("l{revision}"), 20)]).await;
    }
    let both = batch(&leads, &[1, 2], 0);
    assert_eq!(store.begin(&fixture.home, both.clone(), None).await.unwrap(), DeliveryOutcome::Done);
    let posted = settlement(&leads, both, Verdict::Posted(Some(MessageId(77))));
    assert_eq!(store.settle(posted).await.unwrap(), DeliveryOutcome::Done);
    store.begin_deed(&fixture.home, Deed::about(MemberId(4), Action::Created, &ada())).await.unwrap();
    store.keep(&fixture.buttons("k"), "{\"search\":\"ada\"}", UnixMillis(i64::MAX)).await.unwrap();
    assert!(store.seen(workspace, &[lead("ada", 10).id]).await.unwrap()[0]);
}

async fn erase(fixture: &KvFixture) -> Stored<()> {
    fixture.store.begin_erasure(&fixture.home, &ada(), Extent::Workspace).await?;
    fixture.store.erase_contact(&fixture.workspace, &ada()).await.map(drop)
}

/// As the bot does after a start; and the person presses again who was never told that it is done.
async fn go_on(fixture: &KvFixture) {
    for contact in fixture.store.unfinished_erasures(&fixture.workspace).await.unwrap() {
        fixture.store.erase_contact(&fixture.workspace, &contact).await.unwrap();
    }
    if fixture.store.kept_of(&fixture.workspace, &ada()).await.unwrap().erased.is_none() {
        erase(fixture).await.unwrap();
    }
}

fn names_ada(engine: &MemoryEngine) -> Vec<String> {
    let rows = engine.rows().into_iter();
    let rows = rows.map(|(key, value)| format!("{}: {}", key.escape_ascii(), value.escape_ascii()));
    rows.filter(|row| row.contains("ada")).collect()
}

#[tokio::test(start_paused = true)]
async fn an_erasure_that_is_broken_off_anywhere_leaves_no_trace_in_the_end() {
    for (deaths, crash) in (0..).flat_map(|deaths| [(deaths, Crash::Lose), (deaths, Crash::Keep)]) {
        let engine = MemoryEngine::new();
        run(engine.clone(), async |fixture| fill(&fixture).await).await;
        assert!(!names_ada(&engine).is_empty());
        engine.switch_off_after(deaths);
        let _broken_off = run(engine.clone(), async |fixture| erase(&fixture).await).await;
        let died = engine.is_off();
        engine.crash(crash);
        engine.stay_on();
        run(engine.clone(), async |fixture| {
            go_on(&fixture).await;
            assert_eq!(fixture.store.unwanted(None, 10).await.unwrap().len(), 1, "{deaths} {crash:?}");
            assert_eq!(fixture.store.head(&fixture.workspace).await.unwrap().0, 122);
        })
        .await;
        assert_eq!(names_ada(&engine), Vec::<String>::new(), "{deaths} {crash:?}");
        if !died {
            assert!(deaths > 4, "there is more than one write: {deaths}");
            return;
        }
    }
}

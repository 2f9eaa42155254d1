use deskbell_domain::event::Record;
use deskbell_domain::port::store::{Deliveries as _, Journal as _};
use deskbell_domain::time::UnixMillis;

use super::*;
use crate::contract::{lead, on_memory};
use crate::engine::Engine as _;
use crate::engine::memory::MemoryEngine;

/// Leads whose names are so long.
fn events(lengths: impl IntoIterator<Item = usize>) -> Vec<Event> {
    let named = |(number, length): (usize, usize)| {
        let mut event = lead(&number.to_string(), 1);
        if let Record::Lead { contact } = &mut event.record {
            contact.name = Some("n".repeat(length));
        }
        event
    };
    lengths.into_iter().enumerate().map(named).collect()
}

#[test]
fn pages_are_short_and_a_long_entry_has_its_own() {
    let (engine, workspace) = (MemoryEngine::new(), WorkspaceId::new("w1"));
    let events = events([100, 4000, 100, 30_000, 100, 100]);
    let numbered = (1..).map(JournalNumber).zip(&events);
    let entries: Vec<_> =
        numbered.map(|(number, event)| EntryRecord { number, appended_at: UnixMillis(1), event }).collect();
    let mut writes = WriteBatch::new(&engine);
    write(&mut writes, &workspace, &entries);
    writes.accept();
    engine.commit(writes.into_batch()).unwrap();
    let rows = engine.rows();
    let last: Vec<_> = rows.iter().map(|(key, _)| keys::last_number(key)).collect();
    assert_eq!(last, [3, 4, 6]);
    assert!(rows.iter().all(|(key, value)| keys::last_number(key) == 4 || value.len() <= PAGE_BYTES));
    for expected in entries {
        let found = entry(&engine, &workspace, expected.number, AmendmentNumber::LATEST).unwrap().unwrap();
        assert_eq!((found.number, &found.event), (expected.number, expected.event));
    }
    assert_eq!(entry(&engine, &workspace, JournalNumber(7), AmendmentNumber::LATEST).unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_be_read_is_pruned_and_nobody_waits_for_it() {
    on_memory(async |fixture| {
        let subscription = fixture.subscribe_to_leads().await;
        fixture.journal(vec![lead("a", fixture.now().seconds().0)]).await;
        fixture
            .journal(vec![lead("b", fixture.now().seconds().0), lead("c", fixture.now().seconds().0)])
            .await;
        let page = keys::page(&fixture.workspace, JournalNumber(3));
        let broken = fixture.store.write(move |writes| {
            writes.put(page, &"broken");
            Ok(())
        });
        broken.await.unwrap();
        let numbers = [1, 2, 3].map(JournalNumber);
        assert_eq!(
            fixture.store.entries(&fixture.workspace, &numbers, AmendmentNumber::LATEST).await.unwrap().len(),
            1
        );
        let keep_from = UnixMillis(fixture.now().0 + 1);
        assert_eq!(fixture.store.prune(&fixture.workspace, keep_from).await.unwrap().entries, 1);
        let waiting = fixture.store.look(&subscription, JournalNumber(0), 9).await.unwrap().waiting;
        assert_eq!(waiting.iter().map(|waiting| waiting.number).collect::<Vec<_>>(), [JournalNumber(1)]);
    })
    .await;
}

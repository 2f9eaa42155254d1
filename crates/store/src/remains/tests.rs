use deskbell_domain::port::store::Journal as _;

use super::*;
use crate::contract::{lead, run};
use crate::engine::memory::{Crash, MemoryEngine};

fn rows_of(engine: &MemoryEngine, workspace: &WorkspaceId) -> usize {
    let all = all_of_workspace(workspace);
    engine.rows().into_iter().filter(|(key, _)| key.starts_with(all.as_bytes())).count()
}

#[tokio::test(start_paused = true)]
async fn a_workspace_whose_erasing_was_broken_off_is_found_to_be_left_over_again() {
    for deaths in 0.. {
        let engine = MemoryEngine::new();
        run(engine.clone(), async |fixture| {
            for first in (0..1_000).step_by(50) {
                fixture
                    .journal((first..first + 50).map(|number| lead(&number.to_string(), 10)).collect())
                    .await;
            }
        })
        .await;
        engine.switch_off_after(deaths);
        let (workspace, _broken_off) = run(engine.clone(), async |fixture| {
            (fixture.workspace.clone(), fixture.store.erase_workspace(&fixture.workspace).await)
        })
        .await;
        let died = engine.is_off();
        engine.crash(Crash::Keep);
        engine.stay_on();
        let head = run(engine.clone(), async |fixture| fixture.store.head(&workspace).await.unwrap()).await;
        assert_eq!(rows_of(&engine, &workspace) > 0, head.0 > 0, "after {deaths} writes");
        if !died {
            assert!(deaths > 3, "there is more than one write: {deaths}");
            return;
        }
    }
}

//! The judge: what must have been posted, against what was. Called once, when all is calm and the script is over.

mod calm;
mod channels;
mod journal;
mod names;
mod told;
mod truth;
mod verdict;

use deskbell_domain::port::store::{Deliveries, Subscriptions};

use self::calm::Calm;
use self::channels::{Channel, Left};
pub use self::verdict::{Exceptions, Verdict};
use crate::ledger::Wish;
use crate::process::Process;
use crate::world::workspace;

/// Judges a run.
pub(crate) async fn judge(process: &Process) -> Verdict {
    let world = &process.world;
    world
        .learn_wishes(&process.raw)
        .await
        .expect("the judge reads the engine itself, in which no fault is planned");
    let mut verdict = Verdict::default();
    let wishes: Vec<Wish> = world.ledger().wishes.values().cloned().collect();
    let keys = journal::keys(world, &mut verdict);
    for wish in wishes {
        let left = left_in_store(process, &wish).await;
        let channel = Channel { world, wish: &wish, left };
        channel.check_posts(&mut verdict);
        if wish.removed.is_none() {
            channel.check_missing(&mut verdict);
            let calm = Calm::of(&world.ledger().disturbed, wish.made.kind);
            truth::check(world, &wish, &keys, &calm, &mut verdict);
        }
    }
    names::check(process, &mut verdict).await;
    channels::check_count_of_duplicates(world, &mut verdict);
    truth::check_count_of_unreadable(world, &mut verdict);
    let impossible = world.intercom.truth().impossible_routes();
    let ledger = world.ledger();
    told::check(&ledger, &impossible, &mut verdict);
    verdict.breaches.extend(ledger.breaches.iter().cloned());
    verdict
}

async fn left_in_store(process: &Process, wish: &Wish) -> Left {
    let (home, id, store) = (wish.made.home(), wish.made.id, &process.raw);
    let whole = "the judge reads the engine itself, in which no fault is planned";
    let progress = store.progress(&home, id).await.expect(whole);
    let letters = store.dead_letters(&home).await.expect(whole);
    let letters = letters.into_iter().filter(|letter| letter.subscription == id);
    let stored = store.workspace_subscriptions(&workspace().id).await.expect(whole);
    Left {
        cursor: progress.map_or(0, |progress| progress.cursor.0),
        active: stored.iter().any(|one| one.id == id && one.is_active()),
        letters: letters.map(|letter| letter.number.0).collect(),
        dropped: process.world.dropped(store, &home, id).await,
    }
}

//! The judge: what must have been posted, against what was. Called once, when all is calm and the script is over.

mod calm;
mod cards;
mod channels;
mod desk;
mod happened;
mod journal;
mod names;
mod sealed;
mod told;
mod truth;
mod verdict;
mod waits;
mod words;

use deskbell_domain::port::store::{Deliveries, Subscriptions};

use self::calm::Calm;
use self::channels::{Channel, Left};
pub(crate) use self::sealed::check as check_what_is_stored;
pub use self::verdict::{Exceptions, Verdict};
use crate::aftermath;
use crate::ledger::Wish;
use crate::process::Process;
use crate::tenant::Tenant;
use crate::world::World;

/// Judges a run.
pub(crate) async fn judge(process: &Process) -> Verdict {
    let mut verdict = Verdict::default();
    for world in process.world.worlds() {
        judge_one(process, &world, &mut verdict).await;
    }
    verdict.breaches.extend(sealed::check(&process.world));
    verdict
}

async fn judge_one(process: &Process, world: &World, verdict: &mut Verdict) {
    for closed in world.closed_ledgers() {
        channels::check_closed(world, closed, verdict);
    }
    aftermath::learn_wishes(world, &process.raw)
        .await
        .expect("the judge reads the engine itself, in which no fault is planned");
    let wishes: Vec<Wish> = world.ledger().wishes.values().cloned().collect();
    let keys = journal::keys(world, verdict);
    for wish in wishes {
        let left = left_in_store(process, world, &wish).await;
        let channel = Channel { world, wish: &wish, left };
        channel.check_posts(verdict);
        if wish.removed.is_none() {
            channel.check_missing(verdict);
            let calm = Calm::of(&world.ledger().disturbed, wish.made.kind);
            let calm = if world.has_door { calm.with_rare_polls() } else { calm };
            truth::check(world, &wish, &keys, &calm, verdict);
        }
    }
    cards::check(process, world, verdict).await;
    waits::check_ended(process, world, verdict).await;
    verdict.heard(&world.ledger().rings);
    if world.tenant == Tenant::Acme {
        names::check(process, verdict).await;
        words::check(world, verdict);
        verdict.presses += world.people.count_presses() as u64;
        channels::check_count_of_duplicates(world, verdict);
        truth::check_count_of_unreadable(world, verdict);
        let impossible = world.intercom.truth().impossible_routes();
        let rarely = if world.has_door { calm::RARELY } else { 0 };
        told::check(&world.ledger(), &impossible, rarely, verdict);
    }
    verdict.breaches.extend(world.ledger().breaches.iter().cloned());
}

async fn left_in_store(process: &Process, world: &World, wish: &Wish) -> Left {
    let (home, id, store) = (wish.made.home(), wish.made.id, &process.raw);
    let whole = "the judge reads the engine itself, in which no fault is planned";
    let progress = store.progress(&home, id).await.expect(whole);
    let letters = store.dead_letters(&home).await.expect(whole);
    let letters = letters.into_iter().filter(|letter| letter.subscription == id);
    let stored = store.workspace_subscriptions(&world.workspace().id).await.expect(whole);
    Left {
        cursor: progress.map_or(0, |progress| progress.cursor.0),
        active: stored.iter().any(|one| one.id == id && one.is_active()),
        letters: letters.map(|letter| letter.number.0).collect(),
        dropped: world.dropped(store, &home, id).await,
    }
}

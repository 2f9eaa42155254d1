//! Delivery against a model, under outcomes and kills drawn from a seed: with a readable history every event of
//! every subscription stands in its channel once, in the journal's order. A failing seed is named.

use deskbell_domain::event::EventKind::{NewLead, NewUser, UserUpdated};
use deskbell_domain::port::random::Random;

use super::discord::Fate;
use super::plug::Pull;
use super::seconds;
use super::world::{Seeded, World};

const SEEDS: u64 = 60;

fn fate(random: &Seeded) -> Fate {
    match random.number() % 100 {
        0..50 => Fate::Answered,
        50..70 => Fate::AnswerLost,
        70..85 => Fate::Down,
        85..87 => Fate::LimitedEverywhere(seconds(random.number() % 200)),
        87..94 => Fate::CrashBefore,
        _ => Fate::CrashAfter,
    }
}

#[tokio::test(start_paused = true)]
async fn every_event_is_posted_once_in_order_whatever_happens() {
    for seed in 1..=SEEDS {
        let mut world = World::new();
        let random = Seeded::new(seed);
        world.notify(NewLead, 10).await;
        world.notify(NewUser, 10).await;
        world.notify(UserUpdated, 11).await;
        let fates = Seeded::new(seed + 1000);
        world.discord.goes(move |_| fate(&fates));
        let (mut leads, mut users, mut updates) = (Vec::new(), Vec::new(), 0);
        for _ in 0..12 {
            leads.extend(world.happen(NewLead, random.number() % 14).await);
            users.extend(world.happen(NewUser, random.number() % 4).await);
            updates += world.happen(UserUpdated, random.number() % 3).await.len();
            let writes = world.writes.load(std::sync::atomic::Ordering::Relaxed);
            let pull = writes + 1 + random.number() % 6;
            world.pull.lock().unwrap().push(if random.number().is_multiple_of(2) {
                Pull::BeforeWrite(pull)
            } else {
                Pull::AfterWrite(pull)
            });
            let (time, down) = (random.number() % 90, random.number() % 400);
            world.live_for(seconds(time), seconds(down)).await;
        }
        world.pull.lock().unwrap().clear();
        world.discord.goes(|_| Fate::Answered);
        world.live_for(seconds(3600), seconds(1)).await;
        let posted = world.discord.events(10);
        let of = |wanted: &[u64]| posted.iter().copied().filter(|n| wanted.contains(n)).collect::<Vec<_>>();
        assert_eq!(of(&leads), leads, "leads of seed {seed}");
        assert_eq!(of(&users), users, "users of seed {seed}");
        let mut shown = world.discord.events(11);
        let in_order = shown.is_sorted();
        shown.dedup();
        assert_eq!((shown.len(), in_order), (updates, true), "updates of seed {seed}");
        assert!(posted.len() == leads.len() + users.len(), "doubles with seed {seed}");
    }
}

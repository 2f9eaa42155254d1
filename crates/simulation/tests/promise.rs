//! The promise, over hundreds of simulated days. A seed that breaks it is named, with the story of what happened.

use deskbell_simulation::{Detail, Mischief, Promise, Tally, run, run_many, run_with};

const DAYS: u64 = 540;
const FIRST_WEEK: u64 = 10_001;
const WEEKS: u64 = 10;

fn assert_kept(failures: &[(u64, String)], tally: &Tally) {
    let stories: Vec<_> = failures.iter().take(3).map(|(_, story)| story.as_str()).collect();
    assert!(failures.is_empty(), "{}\n{tally}", stories.join("\n"));
}

#[test]
fn more_than_five_hundred_days_keep_the_promise_wherever_the_process_dies() {
    let outcome = run_many(1, DAYS, 1);
    println!("{}", outcome.tally);
    assert_kept(&outcome.failures, &outcome.tally);
    let [events, deaths, changes, notifications, polls] = outcome.tally.means();
    assert!(events >= 150.0 && deaths >= 5.0 && changes >= 3.0, "{}", outcome.tally);
    assert!(notifications >= 6.0 && polls >= 600.0, "{}", outcome.tally);
    assert_eq!(outcome.tally.spared(), [], "too few died there");
}

#[test]
fn ten_weeks_keep_the_promise() {
    let outcome = run_many(FIRST_WEEK, WEEKS, 7);
    println!("{}", outcome.tally);
    assert_kept(&outcome.failures, &outcome.tally);
}

#[test]
fn the_same_seed_is_the_same_run_to_the_byte() {
    for seed in [3, 77, 20_261_126] {
        let (one, other) = (run(seed, 1, Detail::Everything), run(seed, 1, Detail::Everything));
        assert!(one.trace.lines().count() > 1000, "everything is in the trace");
        assert!(one.trace == other.trace, "seed {seed} ran twice and was not the same");
    }
}

#[test]
fn another_seed_is_another_run() {
    assert_ne!(run(1, 1, Detail::Story).trace, run(2, 1, Detail::Story).trace);
}

fn broken_by(mischief: Mischief) -> Vec<Promise> {
    let reports = (1..=12).map(|seed| run_with(seed, 1, Detail::Story, mischief));
    let breaches = reports.flat_map(|report| report.verdict.breaches);
    let mut broken: Vec<_> = breaches.map(|breach| breach.promise).collect();
    broken.sort_unstable();
    broken.dedup();
    broken
}

#[test]
fn the_judge_sees_what_discord_throws_away() {
    assert!(broken_by(Mischief::SwallowsMessages).contains(&Promise::Lost));
}

#[test]
fn the_judge_sees_what_stands_there_twice() {
    assert!(broken_by(Mischief::ForgetsNonces).contains(&Promise::Doubled));
}

#[test]
fn the_judge_sees_what_stands_in_the_wrong_channel() {
    assert!(broken_by(Mischief::MixesUpChannels).contains(&Promise::WrongPlace));
}

#[test]
fn the_judge_sees_what_the_wrong_people_can_read() {
    assert!(broken_by(Mischief::HidesItsReaders).contains(&Promise::Leaked));
}

#[test]
fn a_broken_promise_is_told_with_its_seed_and_what_happened() {
    let mut reports = (1..=40).map(|seed| run_with(seed, 1, Detail::Story, Mischief::SwallowsMessages));
    let report = reports.find(|report| report.failure().is_some()).expect("messages were thrown away");
    let told = report.failure().expect("it was just seen");
    assert!(told.starts_with(&format!("seed {} of 1 days", report.seed)), "{told}");
    assert!(told.contains("lost: notification") && told.contains("journal "), "{told}");
    assert!(told.contains(&format!("--seed {} --days 1", report.seed)), "{told}");
}

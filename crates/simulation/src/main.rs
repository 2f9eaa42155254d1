//! `cargo run --release -p deskbell-simulation -- --seeds 1000 --days 7`
#![expect(clippy::print_stdout, reason = "the report is what the program is for")]

use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use deskbell_simulation::{Detail, run, run_many};

/// Runs the bot on simulated time and says what it lost, doubled, or showed where it should not.
#[derive(Debug, Parser)]
struct Arguments {
    /// The first seed, or the only one with --story or --trace.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many seeds.
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// How many simulated days each.
    #[arg(long, default_value_t = 1)]
    days: u32,
    /// Tell what happened in the first seed.
    #[arg(long)]
    story: bool,
    /// Tell every operation of the first seed.
    #[arg(long)]
    trace: bool,
    /// How many failing seeds are told in full.
    #[arg(long, default_value_t = 3)]
    show: usize,
}

#[expect(clippy::disallowed_methods, reason = "how long it took is told and nothing else depends on it")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let began = Instant::now();
    if arguments.story || arguments.trace {
        let detail = if arguments.trace { Detail::Everything } else { Detail::Story };
        let report = run(arguments.seed, arguments.days, detail);
        println!("{}", report.trace);
        println!("{}", report.failure().unwrap_or_else(|| "no promise was broken".to_owned()));
        return if report.verdict.breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    let outcome = run_many(arguments.seed, arguments.seeds, arguments.days);
    for (_, failure) in outcome.failures.iter().take(arguments.show) {
        println!("{failure}");
    }
    println!("{}", outcome.tally);
    println!("{:.1} s", began.elapsed().as_secs_f64());
    if outcome.failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

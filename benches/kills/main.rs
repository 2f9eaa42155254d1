//! The kill program: the bot is killed at random under traffic, and at the end every event stands in its channels
//! exactly once.
//!
//! `cargo bench --bench kills` kills 50 times and takes some five minutes; a number after `--` makes it that many
//! kills, `--seed N` draws the same moments again, `--binary PATH` kills another binary than the released one. It runs
//! on loopback in a temporary folder, ends by itself, and with exit code 1 if an event was lost, doubled, or in a wrong
//! channel. What stands below something that happened later is counted, and no failure: the order is the journal's, and
//! the walk over new contacts journals the changes of young users before the walk over changes does the rest.
//!
//! Leads, users, changes of users and conversations come at random while the process runs and while it does not. They
//! are for four channels of two servers, and leads are for one of each. A kill comes up to four seconds after the bot
//! was connected, or, every fourth, while it still starts; it stays down for up to three seconds. So no batch grows
//! older than the time in which Discord recognises it: what happens later, `tests/e2e/faults.rs` shows.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what the program is for")]

mod order;
mod outcome;
mod run;
mod traffic;

use std::process::ExitCode;

use deskbell_stage::released;

use self::order::Order;
use self::outcome::Outcome;

/// Where cargo puts the binary.
const BUILT: &str = env!("CARGO_BIN_EXE_deskbell");

#[tokio::main]
async fn main() -> ExitCode {
    // `cargo test --all-targets` runs this program too, without the argument.
    let (ours, others): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument == "--bench");
    if ours.is_empty() {
        return ExitCode::SUCCESS;
    }
    match kill(&others).await {
        Ok(outcome) if outcome.is_clean() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("it could not be brought to its end: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn kill(arguments: &[String]) -> anyhow::Result<Outcome> {
    let order = Order::read(arguments)?;
    let binary = released(order.binary.as_deref(), BUILT)?;
    println!("{} kills, seed {}", order.kills, order.seed);
    let outcome = run::run(&binary, order.kills, order.seed).await?;
    println!("{outcome}");
    Ok(outcome)
}

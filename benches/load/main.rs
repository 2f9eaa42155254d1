//! The load program: what the bot does under load and at rest, as one Markdown table against the figures to reach of
//! `docs/design.md`.
//!
//! `cargo bench --bench load` measures everything and takes some 80 minutes; `cargo bench --bench load -- PART …`
//! only these parts, each of which may be followed by numbers. Everything is on loopback, in temporary folders, and
//! ends by itself.
//!
//! | part | what | takes |
//! |---|---|---|
//! | `calls` | calls of an idle poll | 30 s |
//! | `freshness` | from Intercom's answer to the post | 35 s |
//! | `answers` | first answers to interactions while nothing happens | 15 s |
//! | `flood 2` | a member who floods pickers while leads come in, polled every so many seconds | 4 min |
//! | `burst 500` | so many leads at once, and first answers meanwhile | 1 min; 18 min for 10,000 |
//! | `close 1000` | posts into a channel in which the conversations of so many cards close within a minute | 4 min |
//! | `waits 5000` | customers who wait too long beside so many who did before anybody asked | 3 min |
//! | `changes 120` | how soon cards are true while ten conversations a second move, for so many seconds | 5 min |
//! | `bodies` | memory while very long messages are read | 30 s |
//! | `end` | SIGTERM in the middle of a burst | 20 s |
//! | `start` | from the start until it can be used | 10 s |
//! | `idle 1000` | memory and processor with one server and with so many | 1.5 min |
//! | `webhooks` | webhooks: the answer, the post, and 200 of them at 20 a second | 1.5 min |
//! | `workspaces 1000 120` | so many workspaces in one process, polled at so many seconds | 7 min |
//! | `told 10000 600` | so many workspaces that webhooks tell of, 30 a second, polled at so many seconds | 12 min |
//! | `store 1000000` | journal appends, sealed and unsealed, and the store after so many events | 1 min |
//! | `size` | the binary | – |
//!
//! It builds the released binary and runs it as a process of its own between the stand-ins. `--binary PATH` measures
//! another one. What the stand-ins take is in the times: they run on the same cores.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what the program is for")]

mod answers;
mod bodies;
mod burst;
mod calls;
mod desk;
mod end;
mod flood;
mod freshness;
mod idle;
mod part;
mod start;
mod store;
mod webhooks;
mod workspaces;

use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::process::ExitCode;

use deskbell_stage::{Table, released};
use futures::FutureExt as _;

use self::part::{Order, Part};

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
    let done = match Order::read(&others) {
        Ok(Order::Measure { parts, binary }) => measure(&parts, binary.as_deref()).await,
        Ok(Order::BeWorkspaces(plan)) => workspaces::be(&plan).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("it could not be measured: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A part that fails is told in the table; the others are measured all the same.
async fn measure(parts: &[Part], binary: Option<&Path>) -> anyhow::Result<()> {
    let binary = released(binary, BUILT)?;
    let mut table = Table::begun_now();
    for part in parts {
        eprintln!("{part} …");
        // What is waited for in vain is a panic, which says by itself what it was.
        let done = AssertUnwindSafe(measure_part(*part, &binary, &mut table)).catch_unwind().await;
        let failure = match done {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => format!("not measured: {error:#}"),
            Err(_) => "not measured".to_owned(),
        };
        table.judge(&part.to_string(), "–", &failure, false);
    }
    println!("{table}");
    Ok(())
}

async fn measure_part(part: Part, binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    match part {
        Part::Calls => calls::measure(binary, table).await,
        Part::Freshness => freshness::measure(binary, table).await,
        Part::Answers => answers::measure(binary, table).await,
        Part::Flood { interval } => flood::measure(binary, interval, table).await,
        Part::Burst { leads } => burst::measure(binary, leads, table).await,
        Part::Close { cards } => desk::close(binary, cards, table).await,
        Part::Waits { open } => desk::waits(binary, open, table).await,
        Part::Changes { seconds } => desk::changes(binary, seconds, table).await,
        Part::Bodies => bodies::measure(binary, table).await,
        Part::End => end::measure(binary, table).await,
        Part::Start => start::measure(binary, table).await,
        Part::Idle { servers } => idle::measure(binary, servers, table).await,
        Part::Webhooks => webhooks::measure(binary, table).await,
        Part::Workspaces { count, interval } => workspaces::measure(count, interval, table).await,
        Part::Told { count, interval } => workspaces::measure_told(count, interval, table).await,
        Part::Store { events } => store::measure(events, table).await,
        Part::Size => size(binary, table),
    }
}

fn size(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let bytes = std::fs::metadata(binary)?.len();
    #[expect(clippy::cast_precision_loss, reason = "a size in megabytes needs no more")]
    let megabytes = bytes as f64 / 1e6;
    table.judge("stripped release binary", "< 25 MB", &format!("{megabytes:.1} MB"), megabytes < 25.0);
    Ok(())
}

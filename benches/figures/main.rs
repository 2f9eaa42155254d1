//! The figures of the design that concern one process, measured on the released binary as a child of this one, between
//! the stand-ins for Intercom and Discord, on loopback only.
//!
//! `cargo bench --bench figures`. It builds the binary, stops by itself in less than four minutes, and prints one
//! Markdown table. `cargo bench --bench figures -- PATH` measures another binary and builds none. What the stand-ins take is in the figures: they run on the same cores. How many events a second the
//! store takes is measured by `cargo bench -p deskbell-store --bench append`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what the program is for")]

mod answers;
mod burst;
mod calls;
mod freshness;
mod life;
mod memory;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use deskbell_stage::{Table, released};

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
    match measure(others.first().map(PathBuf::from)).await {
        Ok(table) => {
            println!("{table}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the figures could not be measured: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(given: Option<PathBuf>) -> anyhow::Result<Table> {
    let binary = released(given.as_deref(), BUILT)?;
    let mut table = Table::begun_now();
    eprintln!("calls of an idle poll …");
    calls::measure(&binary, &mut table).await.context("the calls of an idle poll")?;
    eprintln!("from Intercom's answer to the post …");
    freshness::measure(&binary, &mut table).await.context("from Intercom's answer to the post")?;
    eprintln!("a burst, and answers meanwhile …");
    burst::measure(&binary, &mut table).await.context("a burst")?;
    eprintln!("start and end …");
    life::measure(&binary, &mut table).await.context("start and end")?;
    eprintln!("memory …");
    memory::measure(&binary, &mut table).await.context("memory")?;
    size(&binary, &mut table)?;
    table.add("journal appends", "> 20,000 events/s", "`cargo bench -p deskbell-store --bench append`");
    Ok(table)
}

fn size(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let bytes = std::fs::metadata(binary)?.len();
    #[expect(clippy::cast_precision_loss, reason = "a size in megabytes needs no more")]
    let megabytes = bytes as f64 / 1e6;
    table.judge("stripped release binary", "< 20 MB", &format!("{megabytes:.1} MB"), megabytes < 20.0);
    Ok(())
}

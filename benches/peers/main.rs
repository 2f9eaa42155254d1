//! The released bot beside a plain discord.js bot that does the same job (`benches/peers/discordjs`): the same scenes,
//! between the same stand-ins for Intercom and Discord, in the same run, on loopback only.
//!
//! `cargo bench --bench peers` builds the binary, plays every scene five times for either, and prints one Markdown
//! table with the median and the spread; about eight minutes after the build. `-- 10` plays ten times, `-- PATH`
//! takes another binary. It needs Node.js 20 or later, and npm, which fetches discord.js at the first run.
//!
//! The two are never run at the same time. What the stand-ins take is not in the figures, but they run on the same
//! cores.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the figures are what the program is for")]

mod contestant;
mod report;
mod scenes;
mod world;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use deskbell_stage::released;

use self::contestant::Contestant;
use self::report::Report;

/// Where cargo puts the binary.
const BUILT: &str = env!("CARGO_BIN_EXE_deskbell");
const USUAL_RUNS: usize = 5;
/// The scene that may be played by itself.
const WEBHOOKS: &str = "webhooks";

#[tokio::main]
async fn main() -> ExitCode {
    // `cargo test --all-targets` runs this program too, without the argument.
    let (ours, others): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|argument| argument == "--bench");
    if ours.is_empty() {
        return ExitCode::SUCCESS;
    }
    match measure(&others).await {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the two could not be compared: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(arguments: &[String]) -> anyhow::Result<Report> {
    let runs = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(USUAL_RUNS);
    let (only, given): (Vec<&String>, Vec<&String>) = arguments
        .iter()
        .filter(|argument| argument.parse::<usize>().is_err())
        .partition(|argument| *argument == WEBHOOKS);
    let given = given.first().map(PathBuf::from);
    let contestants = [contestant::plain()?, contestant::deskbell(released(given.as_deref(), BUILT)?)];
    let mut report = Report::begun_now(&contestants);
    for run in 1..=runs {
        for contestant in &contestants {
            eprintln!("run {run} of {runs}, {} …", contestant.name());
            let played = if only.is_empty() {
                play(contestant, &mut report).await
            } else {
                scenes::webhooks(contestant).await.map(|figures| report.take(contestant, figures))
            };
            played.with_context(|| contestant.name())?;
        }
    }
    Ok(report)
}

/// Every scene once. Where only messages are counted the scenes play at the same time, each between its own stand-ins.
async fn play(contestant: &Contestant, report: &mut Report) -> anyhow::Result<()> {
    let weighed = scenes::weigh(contestant).await?;
    let counted = tokio::try_join!(
        scenes::burst(contestant),
        scenes::kills(contestant),
        scenes::lost_answers(contestant),
        scenes::late_search(contestant),
        scenes::webhooks(contestant),
    )?;
    for figures in [weighed, counted.0, counted.1, counted.2, counted.3, counted.4] {
        report.take(contestant, figures);
    }
    Ok(())
}

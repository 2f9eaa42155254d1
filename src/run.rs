//! `deskbell run`: from the configuration to a running bot and its exit code.

use std::process::ExitCode;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::App;
use crate::app::Adapters;
use crate::config::{self, Config, NotificationStart, Variables};
use crate::terminal;

/// Runs the bot until it is asked to end (exit code 0) or something is fatal (exit code 1).
pub async fn run(variables: &Variables, start: NotificationStart) -> ExitCode {
    let config = match config::read(variables, start) {
        Ok(config) => config,
        Err(mistakes) => return terminal::refuse(&sentences(variables, &mistakes)),
    };
    for sentence in config::notes(variables) {
        tracing::warn!("{sentence}");
    }
    let stop = CancellationToken::new();
    let ended = tokio::select! {
        biased;
        ended = run_until(config, &stop) => ended,
        () = ask_to_end(stop.clone()) => Ok(()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(fatal) => fail(&fatal),
    }
}

/// Builds the bot and runs it. Being asked to end is no failure, however far it has come.
async fn run_until(config: Config, stop: &CancellationToken) -> anyhow::Result<()> {
    match App::build_until(config, Adapters::system(), stop).await {
        Ok(app) => Ok(app.run(stop.clone()).await?),
        Err(_) if stop.is_cancelled() => Ok(()),
        Err(error) => Err(error),
    }
}

fn sentences(variables: &Variables, mistakes: &[config::Mistake]) -> String {
    let things =
        if mistakes.len() == 1 { "1 thing".to_owned() } else { format!("{} things", mistakes.len()) };
    let verdict = format!("{things} to mend. Nothing was started. deskbell check tells more.");
    let mut lines: Vec<_> = config::wrong_folder(variables, mistakes).into_iter().collect();
    lines.extend(mistakes.iter().map(|mistake| mistake.sentence.clone()));
    lines.push(verdict);
    lines.join("\n")
}

/// Said once: in the log, or plainly where whoever runs the bot has switched the log off.
fn fail(error: &anyhow::Error) -> ExitCode {
    let why = format!("{error:#}");
    if tracing::enabled!(tracing::Level::ERROR) {
        tracing::error!("Deskbell ends: {why}");
        return ExitCode::FAILURE;
    }
    terminal::refuse(&why)
}

/// Cancels `stop` at the first signal; then never ends, so that the bot's own end is what counts.
async fn ask_to_end(stop: CancellationToken) {
    asked_to_end().await;
    tracing::info!("asked to end");
    stop.cancel();
    std::future::pending::<()>().await;
}

/// Waits for SIGTERM or Ctrl-C.
pub(crate) async fn asked_to_end() {
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // Without signals the process can only be killed: the bot loses nothing by it, the demo leaves its folder behind.
        return std::future::pending().await;
    };
    tokio::select! {
        biased;
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

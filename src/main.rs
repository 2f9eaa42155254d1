//! The binary: reads the command line and the configuration, runs what was asked for, and ends with its exit code.

use std::convert::Infallible;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use clap::Parser;
use deskbell::cli::{Audit, Cli, Command, Key};
use deskbell::config::{self, NotificationStart, StorePlace, Variables};
use deskbell::system::{SystemClock, SystemRandom};
use deskbell::{
    audit, backup, check, cli, health, init, migrate, new_key, private_files, ps, run, telemetry, terminal,
};
use tokio::runtime;

/// How long what still runs is waited for at the end: what spins must not keep the process.
const LAST_PATIENCE: Duration = Duration::from_secs(1);
/// One worker may be lost to a task that spins.
const FEWEST_WORKERS: usize = 2;
const WAKE_EVERY: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let workers = std::thread::available_parallelism().map_or(FEWEST_WORKERS, NonZeroUsize::get);
    let mut builder = runtime::Builder::new_multi_thread();
    match builder.worker_threads(workers.max(FEWEST_WORKERS)).enable_all().build() {
        Ok(runtime) => {
            let code = runtime.block_on(obey());
            runtime.shutdown_timeout(LAST_PATIENCE);
            code
        }
        Err(error) => terminal::refuse(&format!("The system gives no threads to run on: {error}.")),
    }
}

/// Wakes one of the runtime's workers every second until what it returns is dropped.
///
/// Where Discord closes a connection for good with a code such as 4011, serenity's task of that connection spins until
/// the next heartbeat is due, without giving another task its turn. The worker that it runs on may be the one that waited
/// for the network and for timers on behalf of all: then nothing else would happen until another worker is woken, not
/// even what ends the process in words.
fn keep_awake(runtime: runtime::Handle) -> io::Result<mpsc::Sender<Infallible>> {
    let (running, ended) = mpsc::channel();
    std::thread::Builder::new().name("waker".to_owned()).spawn(move || {
        while ended.recv_timeout(WAKE_EVERY) == Err(RecvTimeoutError::Timeout) {
            drop(runtime.spawn(async {}));
        }
    })?;
    Ok(running)
}

async fn obey() -> ExitCode {
    let command = Cli::parse().command.unwrap_or_else(|| Command::Run(deskbell::cli::Run::default()));
    // The demo reads neither environment nor .env: whatever tokens stand there, it cannot use them.
    if let Command::Demo(options) = &command {
        return play(options).await;
    }
    if let Command::Audit(Audit::Verify(options)) = &command {
        return verify(options);
    }
    let variables = Variables::from_environment(Path::new("."));
    match command {
        Command::Run(options) => {
            telemetry::start(&config::read_log(&variables));
            telemetry::log_panics();
            private_files::keep_new_files_private();
            let Ok(_awake) = keep_awake(runtime::Handle::current()) else {
                return terminal::refuse("The system gives no thread more.");
            };
            run::run(
                &variables,
                if options.paused { NotificationStart::Paused } else { NotificationStart::AsTheyWere },
            )
            .await
        }
        Command::Check(options) => {
            let report = check::check(&variables, Arc::new(SystemClock)).await;
            terminal::say(&if options.json { report.to_json() } else { report.to_text() });
            ExitCode::from(u8::from(report.faults() > 0))
        }
        Command::Init => set_up().await,
        Command::Health => match config::read_process_files(&variables) {
            Ok(files) => {
                let health = health::examine(&files.heartbeat, &SystemClock);
                terminal::say(&health.sentence());
                ExitCode::from(u8::from(!health.is_well()))
            }
            Err(mistake) => terminal::refuse(&mistake.sentence),
        },
        Command::Ps(options) => match config::read_process_files(&variables) {
            Ok(files) => {
                let form = if options.json { ps::Form::Json } else { ps::Form::Table };
                ps::run(&files.socket_folder, form).await
            }
            Err(mistake) => terminal::refuse(&mistake.sentence),
        },
        Command::Backup(options) => back_up(&variables, &options).await,
        Command::Migrate(options) => move_store(&variables, &options).await,
        Command::Key(Key::New) => new_key::print(&SystemRandom),
        Command::Demo(_) | Command::Audit(_) => unreachable!("these were run above"),
    }
}

/// Reads neither environment nor .env: the file is all that it needs.
fn verify(options: &cli::Verify) -> ExitCode {
    match audit::verify_file(&options.file, options.head.as_deref()) {
        Ok(told) => {
            terminal::say(&told);
            ExitCode::SUCCESS
        }
        Err(error) => terminal::refuse(&format!("{error:#}")),
    }
}

async fn back_up(variables: &Variables, options: &cli::Backup) -> ExitCode {
    private_files::keep_new_files_private();
    match config::read_store_place(variables) {
        Ok(StorePlace::Folder(folder)) => backup::run(&folder, &options.file, &SystemClock).await,
        Ok(StorePlace::Database(address)) => terminal::refuse(&backup::of_database(&address)),
        Err(mistake) => terminal::refuse(&mistake.sentence),
    }
}

async fn move_store(variables: &Variables, options: &cli::Migrate) -> ExitCode {
    private_files::keep_new_files_private();
    match config::read_keys(variables) {
        Ok(keys) => migrate::run(&options.from, &options.to, keys).await,
        Err(mistake) => terminal::refuse(&mistake.sentence),
    }
}

async fn set_up() -> ExitCode {
    let Some(console) = init::Console::here() else {
        return terminal::refuse(
            "deskbell init asks questions, and this is no terminal. By hand: write DISCORD_TOKEN= and \
             INTERCOM_ACCESS_TOKEN= into a file .env here, and deskbell check tells what comes next.",
        );
    };
    let ended = init::in_console(console).await;
    // Whatever still waits for a line from the keyboard is not waited for.
    std::process::exit(i32::from(ended != init::Ended::Ready))
}

#[cfg(feature = "demo")]
async fn play(options: &cli::Demo) -> ExitCode {
    deskbell::demo::run(options).await
}

#[cfg(not(feature = "demo"))]
#[expect(clippy::unused_async, reason = "called like the one that plays")]
async fn play(_: &cli::Demo) -> ExitCode {
    terminal::refuse_command(cli::NO_DEMO_HERE)
}

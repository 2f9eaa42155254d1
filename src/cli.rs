//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Puts an Intercom workspace into the Discord channels where a sales and support team works.
#[derive(Debug, Parser)]
#[command(name = "deskbell", version, about, long_about = None)]
pub struct Cli {
    /// What to do; `run` where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the binary can do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the bot (this is what happens without a subcommand)
    Run(Run),
    /// Show a minute of a team's day: the whole bot against made-up services, no account needed
    #[cfg_attr(not(feature = "demo"), command(hide = true))]
    Demo(Demo),
    /// Check the configuration, both tokens and the folder, and say how to mend what is wrong
    Check(Check),
    /// Set the bot up in this terminal, step by step: asks for both tokens and writes .env
    Init,
    /// Tell whether the bot that runs with this store is well (exit code 0 or 1)
    Health,
    /// Tell how each workspace of the bot that runs with this store is
    Ps(Ps),
    /// Write the whole store into one file, while the bot runs or not
    Backup(Backup),
    /// Move a store into another folder, or restore a backup, sealed with new keys
    Migrate(Migrate),
    /// Verify on any machine what /audit exported
    #[command(subcommand)]
    Audit(Audit),
    /// Make a key for the store
    #[command(subcommand)]
    Key(Key),
}

/// What can be done with an exported audit.
#[derive(Debug, Clone, Subcommand)]
pub enum Audit {
    /// Tell whether a file is as the bot wrote it (exit code 0 or 1)
    Verify(Verify),
}

/// Options of `audit verify`.
#[derive(Debug, Clone, Args)]
pub struct Verify {
    /// What /audit exported
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What the bot posted in a channel: an entry of the file must have it
    #[arg(long, value_name = "HEAD")]
    pub head: Option<String>,
}

/// What can be done about keys.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Key {
    /// Print a new key, and nothing else
    New,
}

/// Options of `run`.
#[derive(Debug, Clone, Default, Args)]
pub struct Run {
    /// Start with every notification paused; /notify resume goes on
    #[arg(long)]
    pub paused: bool,
}

/// Options of `ps`.
#[derive(Debug, Clone, Args)]
pub struct Ps {
    /// Print JSON for machines
    #[arg(long)]
    pub json: bool,
}

/// Options of `backup`.
#[derive(Debug, Clone, Args)]
pub struct Backup {
    /// A file that is not there yet. The store's key is not in it: keep that apart
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Options of `migrate`.
#[derive(Debug, Clone, Args)]
pub struct Migrate {
    /// The store that is moved, like sled:data, which opens no more afterwards; or a backup, which stays as it is
    #[arg(value_name = "FROM")]
    pub from: String,
    /// The new store, like sled:new: a folder that is empty or not there yet
    #[arg(value_name = "TO")]
    pub to: String,
}

/// What somebody hears who types `demo` where it is not built in.
pub const NO_DEMO_HERE: &str = "This deskbell was built without its demo: in a copy of its repository, \
    `cargo run --release -- demo` builds one that has it.";

/// Options of `demo`.
#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// How long it plays; what is posted and edited takes its time, so less than 50 takes some 50 all the same
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u64).range(10..=3600))]
    pub seconds: u64,
    /// Play as fast as it goes, some 50 seconds, then exit
    #[arg(long)]
    pub once: bool,
    /// Play without webhooks: the bot asks Intercom every few seconds, and is told nothing
    #[arg(long)]
    pub poll: bool,
}

/// Options of `check`.
#[derive(Debug, Clone, Args)]
pub struct Check {
    /// Print JSON for machines
    #[arg(long)]
    pub json: bool,
}

//! Several processes of one bot, each in a folder of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::time::Duration;

use deskbell_stage::{PATIENCE, Stage};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep, timeout};

use crate::program::{Ran, deskbell};

/// How often it is looked whether a process has said something.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How long the end of a process is waited for.
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// A process of the bot, which is killed when this is dropped.
pub(crate) struct Beside {
    child: Child,
    folder: TempDir,
    variables: BTreeMap<String, String>,
}

impl Beside {
    /// Starts one, and waits for nothing.
    pub(crate) fn start(stage: &Stage) -> Self {
        Self::start_with(&stage.variables)
    }

    pub(crate) fn start_with(variables: &BTreeMap<String, String>) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let log = File::create(folder.path().join("log")).expect("the log can be written");
        let mut command = Command::new(env!("CARGO_BIN_EXE_deskbell"));
        command.arg("run").env_clear().envs(variables).current_dir(folder.path());
        let child = command.stderr(log).kill_on_drop(true).spawn().expect("it can be started");
        Self { child, folder, variables: variables.clone() }
    }

    /// Starts one, and waits until people can use the bot.
    pub(crate) async fn serving(stage: &Stage) -> Self {
        let process = Self::start(stage);
        process.serves(stage).await;
        process
    }

    /// Waits until it serves, where no other does.
    pub(crate) async fn serves(&self, stage: &Stage) {
        stage.discord.gateway().wait_connected(PATIENCE).await.expect("the bot connects");
        let is_registered = |discord: &deskbell_sandbox::discord::Discord| {
            !discord.application().global_commands().is_empty()
        };
        let registered = stage.discord.wait_for("the commands", PATIENCE, is_registered).await;
        registered.expect("the commands are registered");
    }

    /// Starts one that stands by.
    pub(crate) async fn standing_by(stage: &Stage) -> Self {
        let process = Self::start(stage);
        process.says("this one stands by", PATIENCE).await;
        process
    }

    /// Waits until its log says that.
    pub(crate) async fn says(&self, what: &str, at_most: Duration) {
        let until = Instant::now() + at_most;
        while !self.log().contains(what) {
            assert!(Instant::now() < until, "it does not say {what:?}: {}", self.log());
            sleep(LOOK_EVERY).await;
        }
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).expect("it logs into a file")
    }

    /// What `deskbell health` says of it.
    pub(crate) async fn health(&self) -> Ran {
        deskbell(&["health"], &self.variables, self.folder.path()).await
    }

    /// Sends it a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.child.id().expect("it still runs").to_string();
        Command::new("kill").args([name, &id]).status().await.expect("kill can be run");
    }

    /// Waits for its end; the exit code.
    pub(crate) async fn ended(&mut self) -> Option<i32> {
        let ended = timeout(ENDS_WITHIN, self.child.wait()).await;
        ended.unwrap_or_else(|_| panic!("it ends: {}", self.log())).expect("it can be waited for").code()
    }
}

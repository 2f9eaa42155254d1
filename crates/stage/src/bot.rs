//! The bot while it runs: in this process, or as one of its own.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use deskbell::App;
use deskbell::app::Adapters;
use deskbell::config::{self, NotificationStart, Variables};
use deskbell::supervisor::Fatal;
use deskbell::system::{SystemClock, SystemRandom};
use deskbell_domain::time::{Clock, UnixMillis};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::process::Process;

/// How long the end may take before it counts as none.
const END_PATIENCE: Duration = Duration::from_secs(60);

/// The wall clock with an offset that can be moved: the bot's own idea of the time.
#[derive(Clone, Default)]
pub struct MovedClock(Arc<AtomicI64>);

impl Clock for MovedClock {
    fn now(&self) -> UnixMillis {
        UnixMillis(SystemClock.now().0 + self.0.load(Ordering::Relaxed))
    }
}

impl MovedClock {
    /// Moves it on.
    pub fn advance(&self, by: Duration) {
        self.0.fetch_add(i64::try_from(by.as_millis()).expect("a jump fits"), Ordering::Relaxed);
    }
}

/// The bot in this process.
pub(crate) struct Here {
    stop: CancellationToken,
    ended: JoinHandle<Result<(), Fatal>>,
}

impl Here {
    pub(crate) async fn start(variables: &BTreeMap<String, String>, clock: MovedClock) -> Self {
        let pairs = variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let config = config::read(&Variables::from_pairs(pairs), NotificationStart::AsTheyWere)
            .expect("the configuration is whole");
        let adapters = Adapters { clock: Arc::new(clock), random: Arc::new(SystemRandom) };
        let app = App::build(config, adapters).await.expect("the bot can be built");
        let stop = CancellationToken::new();
        let ended = TaskTracker::new().spawn(app.run(stop.clone()));
        Self { stop, ended }
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        self.ended.await.expect("the bot does not panic").expect("nothing was fatal");
    }
}

/// The real binary, which is killed when this is dropped.
pub(crate) struct Binary(Child);

impl Binary {
    /// Starts it in this folder, with these variables and no others.
    pub(crate) fn spawn(
        path: &Path,
        variables: &BTreeMap<String, String>,
        folder: &Path,
        log: Stdio,
    ) -> Self {
        let mut command = Command::new(path);
        command.arg("run").env_clear().envs(variables).current_dir(folder).stderr(log).kill_on_drop(true);
        Self(command.spawn().expect("the binary can be started"))
    }

    /// The process; none once it has ended.
    pub(crate) fn process(&self) -> Option<Process> {
        self.0.id().map(Process)
    }

    /// Ends it with SIGKILL.
    pub(crate) async fn kill(mut self) {
        self.0.kill().await.expect("the process can be killed");
    }

    /// Ends it with SIGTERM; tells how long that took and the exit code.
    pub(crate) async fn terminate(mut self) -> (Duration, Option<i32>) {
        let id = self.0.id().expect("it still runs").to_string();
        let asked = Instant::now();
        Command::new("kill").args(["-TERM", &id]).status().await.expect("kill can be run");
        let ended = timeout(END_PATIENCE, self.0.wait()).await.expect("it ends");
        (asked.elapsed(), ended.expect("it can be waited for").code())
    }
}

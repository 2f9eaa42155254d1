//! The real binary, run to its end.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;
use std::time::Duration;

use tokio::process::Command;

/// A busy machine takes its time.
const LONG: Duration = Duration::from_secs(120);

/// How a run ended, and what it wrote.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    /// Standard output.
    pub(crate) out: String,
    /// Standard error.
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
    }
}

/// Runs the binary with these variables and no others, and waits for its end.
pub(crate) async fn deskbell(arguments: &[&str], variables: &BTreeMap<String, String>, folder: &Path) -> Ran {
    let running = Command::new(env!("CARGO_BIN_EXE_deskbell"))
        .args(arguments)
        .env_clear()
        .envs(variables)
        .current_dir(folder)
        .kill_on_drop(true)
        .output();
    tokio::time::timeout(LONG, running).await.expect("it ends").expect("it can be started").into()
}

//! How long a start takes until the bot can be used.

use std::path::Path;
use std::time::Duration;

use deskbell_stage::{Stage, Table, Times, start_timed, subscribe};

const STARTS: usize = 10;

pub(crate) async fn measure(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut stage = Stage::with_servers(binary, 1).await;
    let first = start_timed(&mut stage).await;
    subscribe(&stage.discord, stage.guilds[0], "New lead", "#sales").await;
    let mut later = Vec::new();
    for _ in 0..STARTS {
        stage.terminate_timed().await;
        later.push(start_timed(&mut stage).await);
    }
    stage.terminate_timed().await;
    table.add("first start, until the commands are registered", "–", &millis(first));
    let later = Times::new(later);
    let median = millis(later.percentile(50));
    table.add(
        "later starts, until connected and commands compared",
        "–",
        &format!("{median} (p50 of {STARTS})"),
    );
    Ok(())
}

fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

//! How long the bot takes to start.

use std::time::Duration;

use deskbell_sandbox::recorder::{Exchange, Service};
use tokio::time::{sleep, timeout};

use crate::stage::Stage;

const LONG_PATIENCE: Duration = Duration::from_secs(60);

/// Starts the real binary, and tells after how long it has its commands in place: it is connected and can be used.
pub async fn start_timed(stage: &mut Stage) -> Duration {
    // The first start asks what is registered and then registers; a later one only asks.
    let last = if stage.discord.application().global_commands().is_empty() { "PUT" } else { "GET" };
    let spawned_ms = stage.discord.clock().unix_millis();
    stage.spawn();
    let ready = |exchange: &&Exchange| {
        exchange.received_ms >= spawned_ms
            && exchange.service == Service::Discord
            && exchange.method == last
            && exchange.path.contains("/applications/")
            && exchange.path.ends_with("/commands")
    };
    let found = timeout(LONG_PATIENCE, async {
        loop {
            if let Some(exchange) = stage.discord.recorder().exchanges().iter().find(ready) {
                return exchange.answered_ms - spawned_ms;
            }
            sleep(Duration::from_millis(2)).await;
        }
    });
    let log = || std::fs::read_to_string(stage.folder.path().join("log")).unwrap_or_default();
    let ready_ms = found.await.unwrap_or_else(|_| panic!("it was never ready; its log:\n{}", log()));
    stage.discord.gateway().wait_connected(LONG_PATIENCE).await.expect("the bot connects");
    Duration::from_millis(u64::try_from(ready_ms).expect("it is ready after it was started"))
}

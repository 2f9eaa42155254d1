//! Words that a process sent which ended before Intercom answered: looked for at the start, and until it is known what
//! became of them.

use std::sync::Arc;
use std::time::Duration;

use deskbell_commands::{BotContext, look_after_words};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::supervisor::Pulse;

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);

/// Looks until shutdown, first at once.
pub async fn run(bot: Arc<BotContext>, stop: CancellationToken, pulse: Pulse) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            _ = ticks.tick() => {
                pulse.beat();
                let looking = look_after_words(&bot);
                if stop.run_until_cancelled(looking).await.is_none() {
                    return;
                }
                pulse.rest();
            }
        }
    }
}

//! What stands before Discord turned a call away. That says nothing of the channel, and nothing of the event: both are
//! left as they are, nothing leaves for a while, and people are told once.

use std::time::Duration;

use deskbell_desk::port::messenger::{LimitScope, Passed, PostOutcome};
use deskbell_desk::status::DiscordState;
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::pace::{ChannelPace, Silence};
use super::parts::Shared;

/// The first pause where nothing says how long it shall be; it doubles with each call that is turned away again.
const FIRST_PAUSE: Duration = Duration::from_mins(1);
/// The same where Discord may only be down: then it is back within seconds as a rule.
const FIRST_PAUSE_OF_OUTAGE: Duration = Duration::from_secs(5);
/// Whatever pause is asked for, a message is tried as often as this: a wall may fall early.
const LONGEST_PAUSE: Duration = Duration::from_mins(10);
/// A pause from this length on is no mere pace, and is told.
const TOLD_PAUSE: Duration = Duration::from_mins(1);

/// Keeps calls back after one was turned away.
pub(super) fn turned_away(
    shared: &Shared,
    channel: &mut ChannelPace,
    asked: Option<Duration>,
    passed: Passed,
) {
    let now = Instant::now();
    let first = match passed {
        Passed::No => FIRST_PAUSE,
        Passed::Perhaps => FIRST_PAUSE_OF_OUTAGE,
    };
    let (pause, silence) =
        shared.parts.pace.turned_away(asked.unwrap_or_default(), (first, LONGEST_PAUSE), now);
    if silence == Silence::OfChannel {
        channel.hold(now + pause);
    }
    tell(shared, pause);
}

/// Keeps calls back for as long as Discord asks, but not for ever.
pub(super) fn limited(shared: &Shared, channel: &mut ChannelPace, asked: Duration, scope: LimitScope) {
    let (pause, now) = (asked.min(LONGEST_PAUSE), Instant::now());
    match scope {
        LimitScope::Channel => channel.hold(now + pause),
        LimitScope::Everywhere => {
            shared.parts.pace.pause(now + pause);
            if pause >= TOLD_PAUSE {
                tell(shared, pause);
            }
        }
    }
}

/// Takes note that Discord itself answered, if it did: there is no wall any more.
pub(super) fn answered(shared: &Shared, outcome: &PostOutcome) {
    let by_discord = match outcome {
        PostOutcome::Posted { .. }
        | PostOutcome::Refused { .. }
        | PostOutcome::Closed(_)
        | PostOutcome::RateLimited { scope: LimitScope::Channel, .. } => true,
        PostOutcome::RateLimited { scope: LimitScope::Everywhere, .. }
        | PostOutcome::Walled { .. }
        | PostOutcome::Unknown
        | PostOutcome::Unauthorized => false,
    };
    if !by_discord {
        return;
    }
    shared.parts.pace.reached(Instant::now());
    if shared.parts.status.discord() != DiscordState::Open {
        shared.parts.status.set_discord(DiscordState::Open);
        tracing::info!("Discord takes messages again");
    }
}

/// Once in the log, and in `/status` for as long as it lasts.
fn tell(shared: &Shared, pause: Duration) {
    let now = shared.parts.clock.now();
    let since = match shared.parts.status.discord() {
        DiscordState::TurnsAway { since, .. } => since,
        DiscordState::Open => {
            tracing::error!(
                pause_s = pause.as_secs(),
                "Discord turns messages away before it has seen them; all that waits is posted when it takes them again"
            );
            now
        }
    };
    let next_try = UnixMillis(now.0.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)));
    shared.parts.status.set_discord(DiscordState::TurnsAway { since, next_try });
}

//! Whether Discord can be reached: something before it may turn calls away, it may be out of order, it may ask for a
//! pause. None of it says anything of the channel or of the event: both are left as they are, tried again later, and
//! people are told once while it lasts.

use std::time::Duration;

use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::messenger::{LimitScope, Pace, Passed, PostOutcome, Probed};
use deskbell_domain::status::{DiscordState, Pause};
use deskbell_domain::time::UnixMillis;
use tokio::time::{Instant, timeout};

use super::pace::{ChannelPace, Reach, Reachability};
use super::parts::Shared;
use super::retry::{LONGEST_PAUSE, ONE_CHANNEL, OUTAGE, TURNED_AWAY};

/// What lasts so long is no mere pace, and is told.
const TOLD_FROM: Duration = Duration::from_mins(1);
/// What is said of the next try where it is planned elsewhere: no later than this.
const NEXT_REPEAT: Duration = Duration::from_secs(30);
/// The Messenger ends within 15 s; a worker does not stand still should it not.
const PROBE_PATIENCE: Duration = Duration::from_secs(20);

/// How a message did not get through.
#[derive(Debug, Clone, Copy)]
pub(super) enum Failure {
    /// What stands before Discord turned it away.
    TurnedAway(Option<Duration>, Passed),
    /// No answer, or one that Discord failed.
    Unanswered,
}

/// What is to be done about a message that did not get through.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blocked {
    pub(super) reachability: Reachability,
    /// Nothing is to be tried in this channel for so long; nothing at all where Discord cannot be reached.
    pub(super) pause: Duration,
}

/// Looks whether it is this message alone, keeps calls back, and tells what lasts.
pub(super) async fn failed(
    shared: &Shared,
    channel: ChannelId,
    pace: &mut ChannelPace,
    failure: Failure,
) -> Blocked {
    let reached = reach(shared, channel, failure).await;
    let wall = shared.parts.clock.now();
    let reachability = shared.parts.pace.failed(channel, reached, wall);
    let (since, own_pause) = pace.failed(wall, ONE_CHANNEL);
    let pause = match (failure, reached) {
        (Failure::Unanswered, _) => NEXT_REPEAT,
        (Failure::TurnedAway(asked, _), Reach::Open) => {
            own_pause.max(asked.unwrap_or_default()).min(LONGEST_PAUSE)
        }
        (Failure::TurnedAway(asked, passed), Reach::Blocked) => silence(shared, asked, passed),
    };
    match reached {
        Reach::Open => tell_of_channel(shared, channel, Lasting { since, pause }),
        Reach::Blocked => tell_of_all(shared, failure, Lasting { since: reachability.since, pause }),
    }
    Blocked { reachability, pause }
}

/// A page before Discord may have come up this very moment, so that is always asked for.
async fn reach(shared: &Shared, channel: ChannelId, failure: Failure) -> Reach {
    if matches!(failure, Failure::Unanswered) && shared.parts.pace.is_open(Instant::now()) {
        return Reach::Open;
    }
    match timeout(PROBE_PATIENCE, shared.parts.messenger.probe(channel)).await {
        Ok(Probed::Answered) => Reach::Open,
        Ok(Probed::Unanswered) | Err(_) => Reach::Blocked,
    }
}

fn silence(shared: &Shared, asked: Option<Duration>, passed: Passed) -> Duration {
    let backoff = match passed {
        Passed::No => TURNED_AWAY,
        Passed::Perhaps => OUTAGE,
    };
    shared.parts.pace.turned_away(asked.unwrap_or_default(), backoff, Instant::now())
}

/// Keeps calls back for as long as Discord asks, but not for ever.
pub(super) fn limited(
    shared: &Shared,
    channel: ChannelId,
    pace: &mut ChannelPace,
    asked: Duration,
    scope: LimitScope,
) {
    let (pause, now) = (asked.min(LONGEST_PAUSE), Instant::now());
    let lasting = Lasting { since: shared.parts.clock.now(), pause };
    match scope {
        LimitScope::Channel => {
            pace.hold(now + pause);
            tell_of_channel(shared, channel, lasting);
        }
        LimitScope::Everywhere => {
            shared.parts.pace.pause(now + pause);
            tell_of_all(shared, Failure::TurnedAway(Some(asked), Passed::No), lasting);
        }
    }
}

/// A message was posted, and it may be the last for long: that is told like any other pause.
pub(super) fn slowed(shared: &Shared, channel: ChannelId, pace: Pace) {
    if let Pace::Left { remaining: 0, reset_after, .. } = pace {
        let pause = reset_after.min(LONGEST_PAUSE);
        tell_of_channel(shared, channel, Lasting { since: shared.parts.clock.now(), pause });
    }
}

/// Takes note that Discord itself answered, if it did: the way is open, and the channel's too.
pub(super) fn answered(shared: &Shared, channel: ChannelId, pace: &mut ChannelPace, outcome: &PostOutcome) {
    match outcome {
        PostOutcome::Posted { .. } | PostOutcome::Refused { .. } | PostOutcome::Closed(_) => {
            pace.reached();
            forget_channel(shared, channel);
        }
        PostOutcome::RateLimited { scope: LimitScope::Channel, .. } => {}
        PostOutcome::RateLimited { scope: LimitScope::Everywhere, .. }
        | PostOutcome::TurnedAway { .. }
        // What may speak of the message alone proves no channel open.
        | PostOutcome::Unexplained { .. }
        | PostOutcome::Unknown
        | PostOutcome::Unauthorized => return,
    }
    shared.parts.pace.reached(channel, Instant::now());
    if shared.parts.status.discord() != DiscordState::Open {
        shared.parts.status.set_discord(DiscordState::Open);
        tracing::info!("Discord takes messages again");
    }
}

/// Nothing is tried in this channel any more, or a message got through.
pub(super) fn forget_channel(shared: &Shared, channel: ChannelId) {
    shared.parts.pace.forget(channel);
    if shared.parts.status.set_channel_pause(channel, None).is_some() {
        tracing::info!(
            channel.id = channel.0,
            "a channel takes messages again, or nothing is tried there any more"
        );
    }
}

/// The next try in a channel is later than was told.
pub(super) fn put_off(shared: &Shared, channel: ChannelId, pause: Duration) {
    let (now, status) = (shared.parts.clock.now(), &shared.parts.status);
    if let Some(present) = status.paused_channels(now).get(&channel) {
        let next_try = UnixMillis(now.0.saturating_add(millis(pause)));
        status.set_channel_pause(channel, Some(Pause { next_try, ..*present }));
    }
}

fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

/// Something that goes on.
#[derive(Debug, Clone, Copy)]
struct Lasting {
    since: UnixMillis,
    pause: Duration,
}

impl Lasting {
    /// What is told of it at that moment, if it is worth it.
    fn told(self, now: UnixMillis) -> Option<Pause> {
        let lasts = self.pause >= TOLD_FROM || now.since(self.since) >= millis(TOLD_FROM);
        let next_try = UnixMillis(now.0.saturating_add(millis(self.pause)));
        lasts.then_some(Pause { since: self.since, next_try })
    }
}

/// Once in the log, and for as long as it lasts wherever people look.
fn tell_of_all(shared: &Shared, failure: Failure, lasting: Lasting) {
    let Some(pause) = lasting.told(shared.parts.clock.now()) else { return };
    let present = shared.parts.status.discord().pause();
    if present.is_none() {
        tracing::error!(
            since_unix_ms = pause.since.0,
            pause_s = lasting.pause.as_secs(),
            turned_away = matches!(failure, Failure::TurnedAway(..)),
            "Discord takes no messages; all that waits is posted when it takes them again"
        );
    }
    let since = present.map_or(pause.since, |present| present.since.min(pause.since));
    let pause = Pause { since, ..pause };
    shared.parts.status.set_discord(match failure {
        Failure::TurnedAway(..) => DiscordState::TurnsAway(pause),
        Failure::Unanswered => DiscordState::Silent(pause),
    });
}

fn tell_of_channel(shared: &Shared, channel: ChannelId, lasting: Lasting) {
    let Some(pause) = lasting.told(shared.parts.clock.now()) else { return };
    if shared.parts.status.set_channel_pause(channel, Some(pause)).is_none() {
        tracing::warn!(
            channel.id = channel.0,
            pause_s = lasting.pause.as_secs(),
            "Discord takes no message in a channel; what waits for it is posted when it does"
        );
    }
}

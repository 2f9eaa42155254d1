//! Who tells the play: keeps its time and writes every moment to the terminal.

use std::time::Duration;

use deskbell_domain::time::Clock;
use deskbell_sandbox::discord::ids::MessageId;
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::{Instant, sleep_until};

use super::moment::{Moment, StoryTime};
use super::paint::Palette;
use super::screen::{Screen, Width};
use crate::system::SystemClock;
use crate::terminal;

/// How fast the script is played.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Tempo {
    /// Its seconds last this many seconds.
    Scaled(f64),
    /// It waits for what it needs, and for nothing else.
    AsFastAsItGoes,
}

/// Tells what happens.
pub(super) struct Narrator {
    screen: Screen,
    tempo: Tempo,
    began: Instant,
    began_unix_seconds: i64,
    turn: Mutex<()>,
    newest_told: watch::Sender<Option<MessageId>>,
}

impl Narrator {
    pub(super) fn new(tempo: Tempo) -> Self {
        Self {
            screen: Screen { width: Width::of_terminal(), palette: Palette::of_terminal() },
            tempo,
            began: Instant::now(),
            began_unix_seconds: SystemClock.now().seconds().0,
            turn: Mutex::default(),
            newest_told: watch::Sender::default(),
        }
    }

    /// Writes a moment.
    pub(super) fn tell(&self, moment: &Moment) {
        terminal::say(&self.screen.show(StoryTime(self.began.elapsed().as_secs()), moment));
    }

    /// Keeps others from telling until it is dropped: a command is told before the messages that it makes the bot post.
    pub(super) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The message of this id was told.
    pub(super) fn told(&self, message: MessageId) {
        self.newest_told.send_replace(Some(message));
    }

    /// Waits until this message was told.
    pub(super) async fn has_told(&self, message: Option<MessageId>) {
        let mut newest = self.newest_told.subscribe();
        // It cannot be closed: we hold the sender.
        let _told = newest.wait_for(|told| *told >= message).await;
    }

    /// A moment of the real day within the play's.
    pub(super) fn story_time_of(&self, unix_seconds: i64) -> StoryTime {
        StoryTime(u64::try_from(unix_seconds - self.began_unix_seconds).unwrap_or(0))
    }

    /// Waits for a second of the script.
    pub(super) async fn until(&self, second: f64) {
        if let Tempo::Scaled(scale) = self.tempo {
            sleep_until(self.began + Duration::from_secs_f64(second * scale)).await;
        }
    }

    /// How long so many seconds of the script last, at least so long.
    pub(super) fn lasting(&self, seconds: f64, at_least: Duration) -> Duration {
        match self.tempo {
            Tempo::Scaled(scale) => Duration::from_secs_f64(seconds * scale).max(at_least),
            Tempo::AsFastAsItGoes => at_least,
        }
    }
}

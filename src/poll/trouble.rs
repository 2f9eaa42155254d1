//! What stops polling, and when it is tried again: a refused token, and an Intercom that does not answer.
//!
//! A refusal is told once, and `GET /me` is tried after 30 s, 1, 2, 4 … min up to 1 h. The count starts anew only
//! after a poll that nothing refused: a token that may call `GET /me` but not a search does not ring every 30 s.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deskbell_desk::status::LinkState;
use deskbell_desk::time::UnixMillis;
use tokio::time::Instant;

use super::report::LinkNotice;

const FIRST_PROBE: Duration = Duration::from_secs(30);
const LAST_PROBE: Duration = Duration::from_hours(1);
/// How long Intercom may be silent before people are told.
const PATIENCE: Duration = Duration::from_mins(15);

/// Whether polling may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// It may.
    Open,
    /// It may if `GET /me` succeeds.
    Probe,
    /// It may not yet.
    Closed,
}

/// The state of the link to one workspace.
#[derive(Default)]
pub(super) struct Trouble {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    refusal: Option<Refusal>,
    silence: Option<Silence>,
    answered: bool,
}

#[derive(Clone, Copy)]
struct Refusal {
    since: UnixMillis,
    refused: u32,
    probe_at: Instant,
}

#[derive(Clone, Copy)]
struct Silence {
    since: UnixMillis,
    began: Instant,
    told: bool,
}

impl Trouble {
    /// Whether polling may go on.
    pub(super) fn gate(&self) -> Gate {
        match self.lock().refusal {
            None => Gate::Open,
            Some(refusal) if Instant::now() >= refusal.probe_at => Gate::Probe,
            Some(_) => Gate::Closed,
        }
    }

    /// When the token is tried next, if it is refused.
    pub(super) fn next_probe(&self) -> Option<Instant> {
        self.lock().refusal.map(|refusal| refusal.probe_at)
    }

    /// The token was refused; a notice the first time.
    pub(super) fn refused(&self, now: UnixMillis) -> Option<LinkNotice> {
        let mut state = self.lock();
        let (since, refused) = state.refusal.map_or((now, 0), |known| (known.since, known.refused));
        let first = state.refusal.is_none();
        let probe_at = Instant::now() + probe_delay(refused);
        state.refusal = Some(Refusal { since, refused: refused.saturating_add(1), probe_at });
        first.then_some(LinkNotice::Refused { since })
    }

    /// The token is tried now. Whatever comes of it but a clean poll or a refusal, it is tried again in half a minute.
    pub(super) fn probing(&self) {
        if let Some(refusal) = &mut self.lock().refusal {
            refusal.probe_at = Instant::now() + FIRST_PROBE;
        }
    }

    /// Intercom did not answer; a notice once it has been so for long.
    pub(super) fn silent(&self, now: UnixMillis) -> Option<LinkNotice> {
        let mut state = self.lock();
        let instant = Instant::now();
        let silence = state.silence.get_or_insert(Silence { since: now, began: instant, told: false });
        if silence.told || instant.duration_since(silence.began) < PATIENCE {
            return None;
        }
        silence.told = true;
        Some(LinkNotice::Down { since: silence.since })
    }

    /// A poll went well; a notice if people were told that it does not.
    pub(super) fn well(&self) -> Option<LinkNotice> {
        let mut state = self.lock();
        let (refusal, silence) = (state.refusal.take(), state.silence.take());
        state.answered = true;
        if let Some(refusal) = refusal {
            return Some(LinkNotice::Accepted { since: refusal.since });
        }
        silence.filter(|silence| silence.told).map(|silence| LinkNotice::Back { since: silence.since })
    }

    /// How the link stands, for `/status`.
    pub(super) fn link(&self) -> LinkState {
        let state = self.lock();
        match (&state.refusal, &state.silence) {
            (Some(refusal), _) => LinkState::Refused { since: refusal.since },
            (None, Some(silence)) => LinkState::Down { since: silence.since },
            (None, None) if state.answered => LinkState::Connected,
            (None, None) => LinkState::Starting,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn probe_delay(refused: u32) -> Duration {
    FIRST_PROBE.saturating_mul(2_u32.saturating_pow(refused)).min(LAST_PROBE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_token_is_tried_after_half_a_minute_then_ever_more_rarely_up_to_an_hour() {
        let delays: Vec<_> = (0..9).map(|refused| probe_delay(refused).as_secs()).collect();
        assert_eq!(delays, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_is_told_once_and_its_end_once() {
        let trouble = Trouble::default();
        assert_eq!(trouble.refused(UnixMillis(1)), Some(LinkNotice::Refused { since: UnixMillis(1) }));
        assert_eq!(trouble.gate(), Gate::Closed);
        tokio::time::advance(Duration::from_secs(30)).await;
        assert_eq!(trouble.gate(), Gate::Probe);
        assert_eq!(trouble.refused(UnixMillis(2)), None);
        assert_eq!(trouble.link(), LinkState::Refused { since: UnixMillis(1) });
        assert_eq!(trouble.well(), Some(LinkNotice::Accepted { since: UnixMillis(1) }));
        assert_eq!(trouble.well(), None);
        assert_eq!(trouble.link(), LinkState::Connected);
    }

    #[tokio::test(start_paused = true)]
    async fn an_intercom_that_is_silent_for_a_quarter_of_an_hour_is_told_once() {
        let trouble = Trouble::default();
        assert_eq!(trouble.silent(UnixMillis(1)), None);
        tokio::time::advance(Duration::from_mins(15)).await;
        assert_eq!(trouble.silent(UnixMillis(2)), Some(LinkNotice::Down { since: UnixMillis(1) }));
        assert_eq!(trouble.silent(UnixMillis(3)), None);
        assert_eq!(trouble.well(), Some(LinkNotice::Back { since: UnixMillis(1) }));
    }

    #[tokio::test(start_paused = true)]
    async fn a_short_silence_is_told_to_nobody() {
        let trouble = Trouble::default();
        assert_eq!(trouble.silent(UnixMillis(1)), None);
        assert_eq!(trouble.well(), None);
    }
}

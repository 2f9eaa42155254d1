//! How fast messages may leave: each channel as Discord's headers say, all of them together 40 a second.
//!
//! Nothing here waits: it tells the moment, and the worker waits for it where it can be woken.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::ChannelId;
use deskbell_domain::port::messenger::Pace;
use deskbell_domain::time::UnixMillis;
use tokio::time::Instant;

use super::retry::LONGEST_PAUSE;

/// What is assumed of a channel until its headers say otherwise: 5 messages in 5 s.
const ASSUMED_LIMIT: u32 = 5;
const ASSUMED_WINDOW: Duration = Duration::from_secs(5);
/// Messages of all channels in a second; Discord's own limit for everything is 50.
const GLOBAL_LIMIT: usize = 40;
const GLOBAL_WINDOW: Duration = Duration::from_secs(1);

/// How far apart channels are looked at: after a start all are due at once, and each asks Discord two questions.
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// A call that reached Discord so lately shows that the way is open for others.
const OPEN_FOR: Duration = Duration::from_secs(10);

/// The pace of one channel.
#[derive(Debug)]
pub(super) struct ChannelPace {
    limit: u32,
    left: u32,
    ends: Option<Instant>,
    held_until: Option<Instant>,
    /// How often messages did not get through since one did, and since when.
    failures: u32,
    failing_since: Option<UnixMillis>,
}

impl Default for ChannelPace {
    fn default() -> Self {
        Self {
            limit: ASSUMED_LIMIT,
            left: ASSUMED_LIMIT,
            ends: None,
            held_until: None,
            failures: 0,
            failing_since: None,
        }
    }
}

impl ChannelPace {
    /// When the next message may leave; not after `now` where it may at once.
    pub(super) fn ready_at(&self, now: Instant) -> Instant {
        let window = match self.ends {
            Some(ends) if self.left == 0 => ends,
            _ => now,
        };
        window.max(self.held_until.unwrap_or(now))
    }

    /// A message leaves now.
    pub(super) fn spend(&mut self, now: Instant) {
        if self.ends.is_none_or(|ends| ends <= now) {
            self.left = self.limit;
            self.ends = Some(now + ASSUMED_WINDOW);
        }
        self.left = self.left.saturating_sub(1);
    }

    /// What the headers of an answer said.
    pub(super) fn told(&mut self, pace: Pace, now: Instant) {
        if let Pace::Left { limit, remaining, reset_after } = pace {
            self.limit = limit.max(1);
            self.left = remaining;
            // Whatever is asked for, the channel is tried as often as this.
            self.ends = Some(now + reset_after.min(LONGEST_PAUSE));
        }
    }

    /// Nothing may leave until then.
    pub(super) fn hold(&mut self, until: Instant) {
        self.held_until = Some(self.held_until.map_or(until, |held| held.max(until)));
    }

    /// A message did not get through: since when that is so, and the pause before the next try, which doubles.
    pub(super) fn failed(&mut self, wall: UnixMillis, backoff: Backoff) -> (UnixMillis, Duration) {
        self.failures = self.failures.saturating_add(1);
        let since = *self.failing_since.get_or_insert(wall);
        (since, backoff.after(self.failures))
    }

    /// Discord answered a message, or the next one is another.
    pub(super) fn starts_anew(&mut self) {
        self.failures = 0;
    }

    /// Discord answered a message.
    pub(super) fn reached(&mut self) {
        self.starts_anew();
        self.failing_since = None;
    }
}

/// The pace of all channels together, shared by every delivery of one bot token.
#[derive(Debug, Default)]
pub struct GlobalPace {
    inner: Mutex<Slots>,
}

#[derive(Debug, Default)]
struct Slots {
    given: VecDeque<Instant>,
    /// When the next channel may be looked at.
    next_look: Option<Instant>,
    /// Until when Discord asked for silence.
    paused_until: Option<Instant>,
    /// Until when nothing is tried because nothing gets through.
    blocked_until: Option<Instant>,
    /// How often calls were turned away since one reached Discord.
    turned_away: u32,
    reached: Option<Instant>,
    /// How many messages Discord itself has answered.
    answered: u64,
    /// The channels whose last message it did not, and since when none was answered.
    failing: BTreeSet<ChannelId>,
    failing_since: Option<UnixMillis>,
}

impl Slots {
    fn silent_until(&self) -> Option<Instant> {
        self.paused_until.max(self.blocked_until)
    }
}

/// How far Discord could be reached when a message did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Reachability {
    /// How many messages Discord itself has answered so far.
    pub(super) answered: u64,
    /// How many other channels have a message that does not get through either.
    pub(super) others_failing: u64,
    /// Whether others would get through just now.
    pub(super) reach: Reach,
    /// Since when no message gets through anywhere.
    pub(super) since: UnixMillis,
}

/// Whether calls reach Discord.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// They do, so it may be this very message that does not.
    Open,
    /// Nothing gets through to Discord just now.
    Blocked,
}

impl GlobalPace {
    /// Takes the next free slot and tells when it is.
    pub(super) fn reserve(&self, now: Instant) -> Instant {
        let mut slots = self.lock();
        let paused = slots.silent_until().unwrap_or(now);
        let oldest = slots.given.front().filter(|_| slots.given.len() >= GLOBAL_LIMIT);
        let slot = now.max(paused).max(oldest.map_or(now, |oldest| *oldest + GLOBAL_WINDOW));
        if slots.given.len() >= GLOBAL_LIMIT {
            slots.given.pop_front();
        }
        slots.given.push_back(slot);
        slot
    }

    /// Takes the next turn of looking at a channel's readers and tells when it is.
    pub(super) fn turn_to_look(&self, now: Instant) -> Instant {
        let mut slots = self.lock();
        let turn = slots.next_look.map_or(now, |next| next.max(now));
        slots.next_look = Some(turn + BETWEEN_LOOKS);
        turn
    }

    /// Whether a slot that was taken can still be used: not across a pause, nor long after its time.
    pub(super) fn is_good(&self, slot: Instant, now: Instant) -> bool {
        let paused = self.lock().silent_until();
        now < slot + GLOBAL_WINDOW && paused.is_none_or(|until| until <= slot)
    }

    /// Nothing may leave anywhere for that long.
    pub(super) fn pause(&self, until: Instant) {
        let mut slots = self.lock();
        slots.paused_until = Some(slots.paused_until.map_or(until, |paused| paused.max(until)));
    }

    /// Whether a message reached Discord so lately that others would too.
    pub(super) fn is_open(&self, now: Instant) -> bool {
        self.lock().reached.is_some_and(|reached| now < reached + OPEN_FOR)
    }

    /// A channel's message did not get through.
    pub(super) fn failed(&self, channel: ChannelId, reach: Reach, wall: UnixMillis) -> Reachability {
        let mut slots = self.lock();
        slots.failing.insert(channel);
        let since = *slots.failing_since.get_or_insert(wall);
        let others_failing = slots.failing.len() as u64 - 1;
        Reachability { answered: slots.answered, others_failing, reach, since }
    }

    /// Every call is turned away before Discord: how long nothing may be tried. At least as long as was asked, and ever
    /// longer from the first pause to the longest; what is turned away during a pause does not make it longer.
    pub(super) fn turned_away(&self, asked: Duration, backoff: Backoff, now: Instant) -> Duration {
        let mut slots = self.lock();
        if let Some(until) = slots.silent_until().filter(|until| *until > now) {
            return until - now;
        }
        slots.turned_away = slots.turned_away.saturating_add(1);
        let pause = backoff.after(slots.turned_away).max(asked).min(backoff.longest());
        slots.blocked_until = Some(now + pause);
        pause
    }

    /// A channel's message reached Discord: whatever kept calls back is gone, but not what Discord itself asked for.
    pub(super) fn reached(&self, channel: ChannelId, now: Instant) {
        let mut slots = self.lock();
        slots.turned_away = 0;
        slots.blocked_until = None;
        slots.reached = Some(now);
        slots.answered += 1;
        slots.failing.remove(&channel);
        slots.failing_since = None;
    }

    /// Nothing is tried in a channel any more: it says nothing about the others.
    pub(super) fn forget(&self, channel: ChannelId) {
        self.lock().failing.remove(&channel);
    }

    /// How long nothing may leave anywhere.
    pub(super) fn silent_for(&self, now: Instant) -> Duration {
        self.lock().silent_until().map_or(Duration::ZERO, |until| until.saturating_duration_since(now))
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn a_channel_takes_five_messages_in_five_seconds_until_headers_say_otherwise() {
        let (mut pace, start) = (ChannelPace::default(), Instant::now());
        for _ in 0..5 {
            assert_eq!(pace.ready_at(start), start);
            pace.spend(start);
        }
        assert_eq!(pace.ready_at(start), start + seconds(5));
        pace.told(Pace::Left { limit: 10, remaining: 3, reset_after: seconds(2) }, start);
        assert_eq!(pace.ready_at(start), start);
        pace.told(Pace::Left { limit: 10, remaining: 0, reset_after: seconds(2) }, start);
        assert_eq!(pace.ready_at(start), start + seconds(2));
    }

    #[tokio::test(start_paused = true)]
    async fn all_channels_together_send_forty_a_second() {
        let (pace, start) = (GlobalPace::default(), Instant::now());
        let slots: Vec<Instant> = (0..81).map(|_| pace.reserve(start)).collect();
        assert_eq!((slots[39], slots[40]), (start, start + seconds(1)));
        assert_eq!((slots[79], slots[80]), (start + seconds(1), start + seconds(2)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_global_pause_voids_the_slots_taken_before_it() {
        let (pace, start) = (GlobalPace::default(), Instant::now());
        let slot = pace.reserve(start);
        assert!(pace.is_good(slot, start));
        pace.pause(start + seconds(3));
        assert!(!pace.is_good(slot, start));
        assert_eq!(pace.reserve(start), start + seconds(3));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_turned_away_again_and_again_makes_ever_longer_pauses_until_a_call_gets_through() {
        let (pace, backoff) = (GlobalPace::default(), Backoff::new(seconds(60), seconds(600)));
        let mut now = Instant::now();
        for expected in [60, 120, 240, 480, 600, 600] {
            assert_eq!(pace.turned_away(seconds(0), backoff, now), seconds(expected));
            let half = seconds(expected / 2);
            assert_eq!(pace.turned_away(seconds(0), backoff, now + half), half);
            now += seconds(expected);
        }
        pace.reached(ChannelId(1), now);
        assert_eq!(pace.turned_away(seconds(90), backoff, now), seconds(90));
        now += seconds(90);
        assert_eq!(pace.turned_away(seconds(86_400), backoff, now), seconds(600));
    }

    #[tokio::test(start_paused = true)]
    async fn what_gets_through_ends_the_silence_but_for_what_discord_asked_for() {
        let (pace, now) = (GlobalPace::default(), Instant::now());
        pace.turned_away(seconds(0), Backoff::new(seconds(60), seconds(600)), now);
        pace.pause(now + seconds(7));
        pace.reached(ChannelId(1), now);
        assert_eq!(pace.silent_for(now), seconds(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_channel_is_tried_ever_more_rarely_until_something_gets_through() {
        let (mut pace, backoff) = (ChannelPace::default(), Backoff::new(seconds(5), seconds(600)));
        let pauses = |pace: &mut ChannelPace, since| {
            (0..9).map(|_| pace.failed(UnixMillis(since), backoff)).collect::<Vec<_>>()
        };
        let first = pauses(&mut pace, 1);
        assert!(first.iter().all(|(since, _)| *since == UnixMillis(1)));
        let waits: Vec<u64> = first.iter().map(|(_, pause)| pause.as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        pace.reached();
        assert_eq!(pauses(&mut pace, 2)[0], (UnixMillis(2), seconds(5)));
    }
}

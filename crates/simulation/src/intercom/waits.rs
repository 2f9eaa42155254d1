//! Who waits for an answer, kept by those who do what makes them wait: a wait begins with a customer's words after an
//! answer, lasts until a person answers, and counts while no bot has the conversation and it is open.

use deskbell_domain::conversation::{Closing, Start};
use deskbell_domain::ids::PartId;
use deskbell_domain::office_hours::{Minutes, OpenTime, Schedule};
use deskbell_domain::threshold::Threshold;
use deskbell_domain::time::Timestamp;

use super::desk::{Deed, Doing};
use crate::chance::Chance;

/// The waits of a conversation.
#[derive(Debug)]
pub(crate) struct Waits {
    pub(crate) all: Vec<Waited>,
    closed_at: Option<Timestamp>,
    /// Whether it was closed while somebody waited, who waits on if it is opened again.
    may_go_on: bool,
    /// Whether a part tells that somebody of the team has it.
    is_assigned: bool,
}

/// That a customer waited.
#[derive(Debug)]
pub(crate) struct Waited {
    /// The part with which it began; none where it began with the conversation.
    pub(crate) begun_by: Option<PartId>,
    pub(crate) begun_at: Timestamp,
    /// Whether some readings show another beginning: words that turn up late, or of the second of a close.
    pub(crate) is_blurred: bool,
    /// Whether it went on after the conversation had been closed, which may have been told to be its end.
    pub(crate) was_closed: bool,
    pub(crate) stretches: Vec<Stretch>,
    /// When it was over, and how.
    pub(crate) ended: Option<(Timestamp, Closing)>,
}

/// A time in which a wait counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// Since when it may count, and since when it does for certain.
    pub(crate) from: Timestamp,
    pub(crate) surely_from: Timestamp,
    pub(crate) until: Option<Timestamp>,
}

impl Stretch {
    /// Whether the wait counted at that moment.
    pub(crate) fn has(&self, at: Timestamp) -> bool {
        at >= self.from && self.until.is_none_or(|until| at <= until)
    }
}

impl Waited {
    /// When a step of it was over at the earliest.
    pub(crate) fn may_reach(&self, step: Threshold, open: &OpenTime) -> Option<Timestamp> {
        self.over(|stretch| stretch.from, step, open).map(|(_, over)| over)
    }

    /// When a step of it was over for certain, and in which stretch.
    pub(crate) fn reaches(&self, step: Threshold, open: &OpenTime) -> Option<(&Stretch, Timestamp)> {
        self.over(|stretch| stretch.surely_from, step, open)
    }

    fn over(
        &self,
        from: impl Fn(&Stretch) -> Timestamp,
        step: Threshold,
        open: &OpenTime,
    ) -> Option<(&Stretch, Timestamp)> {
        let mut left = step.seconds();
        for stretch in &self.stretches {
            let counted = stretch.until.map_or(i64::MAX, |until| open.open_seconds(from(stretch), until));
            if counted >= left {
                return Some((stretch, open.over(from(stretch), left)?));
            }
            left -= counted;
        }
        None
    }
}

impl Waits {
    /// Of a conversation that begins now.
    pub(super) fn of(start: Start, at: Timestamp) -> Self {
        let mut waits = Self { all: Vec::new(), closed_at: None, may_go_on: false, is_assigned: false };
        if start == Start::Customer {
            waits.begin(None, at, false);
            waits.count(Deed::CustomerSays, at, true);
        }
        waits
    }

    /// Something was done; from then on the wait counts, or does not.
    pub(super) fn take(&mut self, doing: &Doing<'_>, start: Start, counts: bool) {
        let Doing { deed, at, .. } = *doing;
        match deed {
            Deed::TeammateSays | Deed::AssignWithWords | Deed::Close => {
                self.end(at, Closing::Answered);
                self.may_go_on = false;
            }
            Deed::CloseSilently => self.may_go_on |= self.end(at, Closing::Closed),
            Deed::CustomerSays | Deed::CustomerSaysUnseen(_) if start != Start::Team => {
                let is_blurred = deed != Deed::CustomerSays || self.closed_at == Some(at);
                self.begin(Some(doing.part.clone()), at, is_blurred);
                self.may_go_on = false;
            }
            Deed::Reopen => self.open_again(),
            _ => {}
        }
        if matches!(deed, Deed::Close | Deed::CloseSilently) {
            self.closed_at = Some(at);
        }
        self.count(deed, at, counts);
        match deed {
            Deed::Assign | Deed::AssignWithWords => self.is_assigned = true,
            Deed::BotTakes | Deed::Unassign => self.is_assigned = false,
            _ => {}
        }
    }

    /// Who waited when it was closed without a word waits on, if nobody answers.
    fn open_again(&mut self) {
        let may_go_on = std::mem::take(&mut self.may_go_on);
        let Some(last) = self.all.last_mut() else { return };
        let is_certain = last.stretches.iter().all(|stretch| stretch.from == stretch.surely_from);
        if may_go_on && is_certain {
            (last.ended, last.was_closed) = (None, true);
        } else {
            last.is_blurred |= matches!(last.ended, Some((_, Closing::Closed)));
        }
    }

    fn begin(&mut self, begun_by: Option<PartId>, begun_at: Timestamp, is_blurred: bool) {
        if self.all.last().is_none_or(|last| last.ended.is_some()) {
            self.all.push(Waited {
                begun_by,
                begun_at,
                is_blurred,
                was_closed: false,
                stretches: Vec::new(),
                ended: None,
            });
        }
    }

    /// Answers whether somebody waited.
    fn end(&mut self, at: Timestamp, how: Closing) -> bool {
        let Some(last) = self.all.last_mut().filter(|last| last.ended.is_none()) else { return false };
        last.ended = Some((at, how));
        if let Some(stretch) = last.stretches.last_mut() {
            stretch.until.get_or_insert(at);
        }
        true
    }

    fn count(&mut self, deed: Deed, at: Timestamp, counts: bool) {
        let Some(last) = self.all.last_mut().filter(|last| last.ended.is_none()) else { return };
        let may_move =
            matches!(deed, Deed::BotSays | Deed::BotTakes | Deed::BotAsks | Deed::Assign | Deed::Unassign);
        match (last.stretches.last_mut().filter(|stretch| stretch.until.is_none()), counts) {
            (Some(stretch), false) => {
                stretch.until = Some(at);
                // What nobody had that the parts tell of may have been the bot's from the beginning.
                if !self.is_assigned && deed != Deed::Snooze {
                    stretch.surely_from = at;
                }
            }
            (Some(stretch), true) if may_move => stretch.surely_from = at,
            (None, true) => {
                // A bot that asks for the team has asked with words from before.
                let from = if deed == Deed::BotAsks { last.begun_at } else { at };
                last.stretches.push(Stretch { from, surely_from: at, until: None });
            }
            _ => {}
        }
    }
}

/// When a workspace is open: in half of them always.
pub(super) fn open_time(chance: &Chance) -> OpenTime {
    let zone = *chance.one_of(&["Etc/UTC", "Europe/Berlin", "America/New_York"]).unwrap_or(&"Etc/UTC");
    let minute = |low, high| u32::try_from(chance.between(low, high)).unwrap_or(0);
    let (opens, noon, closes) = (minute(300, 600), minute(660, 780), minute(840, 1300));
    let on_day = |day: u32| {
        [(opens, noon), (noon + 60, closes)]
            .map(|(start, end)| Minutes { start: day * 1440 + start, end: day * 1440 + end })
    };
    let week: Vec<_> = (0..7).flat_map(on_day).collect();
    let schedule = Schedule::new(zone, &week, Vec::new()).filter(|_| chance.per_mille(500));
    schedule.map_or(OpenTime::RoundTheClock, |schedule| OpenTime::Scheduled(Box::new(schedule)))
}

//! When a wait counts: not while a bot has the conversation, which is while it took part and neither a team nor a teammate
//! is assigned, and not while the conversation is put off or closed.

use super::away::times_away;
use super::stretch::Stretch;
use super::{Extent, Holder, Part, Speaker, Thread};
use crate::office_hours::OpenTime;
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// The times in which a wait counts; the last one lasts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    past: Vec<Stretch>,
    last: Timestamp,
}

impl Counted {
    /// Without a pause.
    pub(super) const fn since(moment: Timestamp) -> Self {
        Self { past: Vec::new(), last: moment }
    }

    /// Without these times, which stand in order.
    fn without(mut self, away: &[Stretch]) -> Self {
        for away in away.iter().copied().filter(Stretch::is_some) {
            self.past = self.past.into_iter().flat_map(|counted| counted.without(away)).collect();
            if away.until > self.last {
                let before = Stretch { from: self.last, until: away.from };
                self.past.extend(Some(before).filter(Stretch::is_some));
                self.last = away.until;
            }
        }
        self
    }

    /// From when on it counts.
    pub fn begin(&self) -> Timestamp {
        self.past.first().map_or(self.last, |first| first.from)
    }

    /// The moment at which a step of it is over; none where that is beyond what anybody plans.
    pub fn over(&self, step: Threshold, open: &OpenTime) -> Option<Timestamp> {
        let mut left = step.seconds();
        for Stretch { from, until } in &self.past {
            let counted = open.open_seconds(*from, *until);
            if counted >= left {
                return open.over(*from, left);
            }
            left -= counted;
        }
        open.over(self.last, left)
    }
}

impl Thread {
    /// When a wait counts that began at this moment.
    pub(super) fn counted_since(&self, moment: Timestamp) -> Counted {
        without_bot(self, moment).without(&times_away(self))
    }
}

fn without_bot(thread: &Thread, moment: Timestamp) -> Counted {
    if !thread.bot_took_part {
        return Counted::since(moment);
    }
    let mut held = Held::of(thread, moment);
    for part in &thread.parts {
        held.go_on(part);
    }
    held.counted(moment, thread.asks_for_the_team)
}

/// Who had a conversation, part by part.
struct Held {
    past: Vec<Stretch>,
    /// Since when it counts, if it does, and whether somebody of the team had it meanwhile.
    open: Option<(Timestamp, bool)>,
    is_with_people: bool,
    bot_took_part: bool,
    /// When a bot first spoke in the wait since people last had it.
    words_of_bot: Option<Timestamp>,
    moment: Timestamp,
}

impl Held {
    fn of(thread: &Thread, moment: Timestamp) -> Self {
        let is_with_people = thread.extent == Extent::Cut;
        let bot_took_part = thread.opened_by == Speaker::Bot;
        let open = (is_with_people || !bot_took_part).then_some((moment, is_with_people));
        Self { past: Vec::new(), open, is_with_people, bot_took_part, words_of_bot: None, moment }
    }

    fn go_on(&mut self, part: &Part) {
        let is_said_by_bot = part.is_said_by(Speaker::Bot);
        self.bot_took_part |= is_said_by_bot || part.assigned == Some(Holder::Bot);
        self.is_with_people = part.assigned.map_or(self.is_with_people, |to| to == Holder::People);
        let at = part.at.max(self.moment);
        if self.is_with_people {
            let (from, _) = self.open.unwrap_or((at, true));
            (self.open, self.words_of_bot) = (Some((from, true)), None);
        } else if self.bot_took_part {
            self.close(at);
            if is_said_by_bot && part.at > self.moment {
                self.words_of_bot.get_or_insert(at);
            }
        }
    }

    /// What nobody had before a bot took part is left out: one that has it from the beginning speaks a moment later.
    fn close(&mut self, until: Timestamp) {
        let closed = self.open.take().filter(|(from, was_with_people)| *was_with_people && *from < until);
        self.past.extend(closed.map(|(from, _)| Stretch { from, until }));
    }

    /// Of whoever asked for people nobody knows the moment: it is that of the first words of the bot, which does not move
    /// when it speaks on. Where no part tells who has it, it counts on.
    fn counted(mut self, moment: Timestamp, asks_for_the_team: bool) -> Counted {
        let open = self.open.map(|(from, _)| from);
        let last = open.or(self.words_of_bot.filter(|_| asks_for_the_team));
        let last = last.unwrap_or_else(|| self.past.pop().map_or(moment, |stretch| stretch.from));
        Counted { past: self.past, last }
    }
}

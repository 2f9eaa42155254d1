//! When a wait counts in a conversation of an AI agent, or of a bot that began it: not while the bot has it, which is while it
//! took part and neither a team nor a teammate is assigned.

use super::counted::Stretches;
use super::thread::began_with_people;
use super::{Extent, Holder, Part, Speaker, Thread};
use crate::time::Timestamp;

/// When a wait counts that began at this moment, by these parts.
pub(super) fn counted(thread: &Thread, parts: &[Part], moment: Timestamp) -> Stretches {
    let mut held = Held::of(thread, moment);
    for part in parts {
        held.go_on(part);
    }
    // Of whoever asked for people nobody knows the moment: it is that of the first words of the bot, which does not move
    // when it speaks on.
    held.stretches.or_since(held.words_of_bot.filter(|_| thread.asks_for_the_team))
}

/// Who had a conversation, part by part.
struct Held {
    stretches: Stretches,
    is_with_people: bool,
    bot_took_part: bool,
    /// When a bot first spoke in the wait since people last had it.
    words_of_bot: Option<Timestamp>,
    moment: Timestamp,
}

impl Held {
    fn of(thread: &Thread, moment: Timestamp) -> Self {
        // One that asked for the team had it until then, even where no part tells that people came to have it.
        let is_peoples = began_with_people(thread) && !thread.asks_for_the_team;
        let is_with_people = thread.extent == Extent::Cut || is_peoples;
        let bot_took_part = thread.opened_by == Speaker::Bot;
        let open = (is_with_people || !bot_took_part).then_some(moment);
        let stretches = Stretches::of(open, is_with_people);
        Self { stretches, is_with_people, bot_took_part, words_of_bot: None, moment }
    }

    fn go_on(&mut self, part: &Part) {
        let is_said_by_bot = part.is_said_by(Speaker::Bot);
        self.bot_took_part |= is_said_by_bot || part.assigned == Some(Holder::Bot);
        self.is_with_people = part.assigned.map_or(self.is_with_people, |to| to == Holder::People);
        let at = part.at.max(self.moment);
        if self.is_with_people {
            self.stretches.go_on(at);
            self.words_of_bot = None;
        } else if self.bot_took_part {
            self.stretches.close(at);
            if is_said_by_bot && part.at > self.moment {
                self.words_of_bot.get_or_insert(at);
            }
        }
    }
}

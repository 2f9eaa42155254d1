//! A customer who waits: since when, and how it ended. A wait begins with the first words of a customer after a person's
//! answer, or after it was closed, and is known by their part however much the customer adds. A bot's words neither end it
//! nor begin it anew. What comes after what is told by the order of parts: times are whole seconds, and words that open a
//! conversation again may stand in the very second of its end.

use super::counted::Counted;
use super::told_wait::{Closing, Unanswered, WaitId};
use super::{Extent, Happening, Part, Speaker, Start, State, Thread};
use crate::event::EventId;
use crate::office_hours::OpenTime;
use crate::threshold::Threshold;
use crate::time::Timestamp;

/// A customer waits for an answer of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait {
    /// By what it is known.
    pub id: WaitId,
    /// When it counts: from its first words on, or later from when a bot had it no more; not while it is put off or
    /// closed.
    pub counted: Counted,
    /// Its first words, where they are no beginning of the conversation.
    words: Option<usize>,
}

/// The first words of a wait.
struct Begun {
    id: WaitId,
    at: Timestamp,
    /// None where they are the beginning of the conversation, or cannot be read.
    words: Option<usize>,
}

/// A wait that may have been told, and that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct PastWait {
    /// By what it is known.
    pub id: WaitId,
    /// When it ended.
    pub at: Timestamp,
    /// In which way.
    pub how: Closing,
    /// Who answered, or closed it before the customer wrote on; whoever closed it last is told by how it stands.
    pub by: Option<String>,
}

impl Thread {
    /// The wait that lasts; none where a person answered last, it is closed, snoozed or a bot's, or the team began it.
    pub fn wait(&self) -> Option<Wait> {
        let now = self.conversation.now.as_ref()?;
        let is_of_team = matches!(self.conversation.start, Start::Ticket | Start::Team);
        let is_of_bot = now.is_with_bot && !self.asks_for_the_team;
        if is_of_team || is_of_bot || now.state != State::Open {
            return None;
        }
        let begun = self.first_words_of_wait().or_else(|| self.wait_since(now.waiting_since?))?;
        let Begun { id, at, words } = begun;
        Some(Wait { id, counted: self.counted_since(at), words })
    }

    /// Who had written when it was closed by mistake waits on when somebody of the team opens it again.
    fn first_words_of_wait(&self) -> Option<Begun> {
        let answered = last_answer(&self.parts);
        let is_ended = |place: &usize| ends_by_close(&self.parts, *place);
        self.first_words_after((0..self.parts.len()).rfind(is_ended).max(answered))
    }

    /// The wait that a customer's words after this part began, or those that began the conversation.
    fn first_words_after(&self, end: Option<usize>) -> Option<Begun> {
        if end.is_none() && self.extent == Extent::Cut {
            return None;
        }
        if end.is_none() && self.opened_by == Speaker::Customer {
            let (id, at) = (WaitId::source(&self.conversation.id), self.conversation.created_at);
            return Some(Begun { id, at, words: None });
        }
        let mut later = self.parts.iter().enumerate().skip(end.map_or(0, |place| place + 1));
        let (place, part) = later.find(|(_, part)| part.is_said_by(Speaker::Customer))?;
        Some(Begun { id: WaitId::part(&part.id), at: part.at, words: Some(place) })
    }

    /// One whose first words are not among those that can be read.
    fn wait_since(&self, since: Timestamp) -> Option<Begun> {
        let is_answered = last_answer(&self.parts).is_some_and(|place| self.parts[place].at >= since);
        let id = WaitId::since(&self.conversation.id, since);
        (!is_answered).then_some(Begun { id, at: since, words: None })
    }

    /// That it has been told for so long that somebody waits, as an event.
    pub fn unanswered(&self, wait: &Wait, threshold: Threshold, at: Timestamp) -> Happening {
        let words = wait.words.map(|place| &self.parts[place]);
        let conversation = self.conversation_as_said(words);
        let unanswered = Unanswered { threshold, since: wait.counted.begin(), ended: None };
        let (id, activity) =
            (EventId::unanswered(&wait.id, threshold), super::Activity::Unanswered(unanswered));
        Happening { id, at, conversation, activity, twins: Vec::new() }
    }

    /// The waits that are over of what can be read, by all that they may be known by.
    pub fn past_waits(&self) -> Vec<PastWait> {
        let source = (self.opened_by == Speaker::Customer).then(|| WaitId::source(&self.conversation.id));
        let mut open: Vec<_> = source.into_iter().collect();
        let mut past = Vec::new();
        for (place, part) in self.parts.iter().enumerate() {
            if part.is_said_by(Speaker::Customer) {
                open.push(WaitId::part(&part.id));
            }
            let how = match part {
                part if part.is_said_by(Speaker::Teammate) => Closing::Answered,
                _ if ends_by_close(&self.parts, place) => Closing::Closed,
                _ => continue,
            };
            past.extend(open.drain(..).map(|id| ended(id, how, part)));
        }
        if let Some(at) = closed_at(self) {
            let closed = |id| PastWait { id, at, how: Closing::Closed, by: None };
            past.extend(open.into_iter().map(closed));
        }
        past
    }
}

fn last_answer(parts: &[Part]) -> Option<usize> {
    parts.iter().rposition(|part| part.is_said_by(Speaker::Teammate))
}

/// Whether a wait ends there because it is closed: only where the customer writes on, or it may have been by mistake.
fn ends_by_close(parts: &[Part], place: usize) -> bool {
    parts[place].closes() && parts[place + 1..].iter().any(|part| part.is_said_by(Speaker::Customer))
}

/// When it was closed, if it is: Intercom does not always tell, and not every part can be read.
fn closed_at(thread: &Thread) -> Option<Timestamp> {
    let now = thread.conversation.now.as_ref().filter(|now| now.state == State::Closed)?;
    let part = || thread.parts.iter().rfind(|part| part.closes()).map(|part| part.at);
    now.closed_at.or_else(part)
}

fn ended(id: WaitId, how: Closing, by: &Part) -> PastWait {
    PastWait { id, at: by.at, how, by: by.author.name.clone() }
}

/// When a wait is to be told, and when it is to be looked at next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The steps that are over, and when each was.
    pub over: Vec<(Threshold, Timestamp)>,
    /// When the next one is.
    pub next: Option<Timestamp>,
}

impl Due {
    /// Of a wait that counts then.
    pub fn of(
        counted: &Counted,
        steps: impl IntoIterator<Item = Threshold>,
        open: &OpenTime,
        now: Timestamp,
    ) -> Self {
        let ends = steps.into_iter().filter_map(|step| Some((step, counted.over(step, open)?)));
        let (over, later): (Vec<_>, Vec<_>) = ends.partition(|(_, at)| *at <= now);
        Self { over, next: later.into_iter().map(|(_, at)| at).min() }
    }
}

#[cfg(test)]
mod tests;

//! What happened in a thread. Everything is found anew at each reading, by the ids of parts: whoever knows which of it was
//! told already needs no time to compare, and loses nothing that turns up late.

use super::{Activity, Answer, Conversation, Extent, Holder, Now, Part, Speaker, Start, Thread};
use crate::bounds::DEEPEST_WALK;
use crate::event::EventId;
use crate::ids::PartId;
use crate::time::Timestamp;

/// By so many seconds the time of the first answer may differ from that of its part.
const SAME_MOMENT: u64 = 60;

/// Something that happened in a conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// The key under which it is known.
    pub id: EventId,
    /// When.
    pub at: Timestamp,
    /// The conversation as the message about it shows it.
    pub conversation: Conversation,
    /// What it was.
    pub activity: Activity,
    /// Where one of these is known, it is known: the same, found when less could be read of it.
    pub twins: Vec<EventId>,
}

impl Thread {
    /// What happened in it after its beginning, in order.
    pub fn happenings(&self) -> Vec<Happening> {
        if matches!(self.conversation.start, Start::Ticket) {
            return Vec::new();
        }
        let mut all: Vec<_> = self.replies().chain(self.handovers()).collect();
        all.extend(self.conversation.rated());
        all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        all
    }

    fn replies(&self) -> impl Iterator<Item = Happening> {
        let first = self.first_words();
        let said = self
            .parts
            .iter()
            .filter(move |part| part.is_said_by(Speaker::Customer) && Some(&part.id) != first);
        said.map(|part| self.happening(EventId::customer_replied(&part.id), part, part, Activity::Replied))
    }

    /// The words that are the beginning of what a bot began, where they are among the parts.
    fn first_words(&self) -> Option<&PartId> {
        let Start::Bot(Answer::At(at)) = self.conversation.start else { return None };
        let first = self.parts.iter().find(|part| part.is_said_by(Speaker::Customer))?;
        (first.at.0.abs_diff(at.0) <= SAME_MOMENT).then_some(&first.id)
    }

    /// Each time that people came to have it, or were asked for, after a bot had it.
    fn handovers(&self) -> Vec<Happening> {
        let (mut found, held) = self.assignments_to_people();
        if held.asks_for_people(self) && self.is_a_customers(&self.parts) {
            let last = held.words_of_bot.split_last();
            found.extend(last.map(|(last, former)| self.handover(*last, former)));
        }
        found
    }

    /// Each time that people came to have what a bot had, and who has it by now. A person who speaks has it, too.
    fn assignments_to_people(&self) -> (Vec<Happening>, Held) {
        let mut held = Held { holder: self.first_holder(), words_of_bot: Vec::new() };
        let mut found = Vec::new();
        for (place, part) in self.parts.iter().enumerate() {
            let falls_to_people = held.holder == Holder::Bot && part.assigned == Some(Holder::People);
            if falls_to_people && self.is_a_customers(&self.parts[..=place]) {
                found.push(self.handover(place, &held.words_of_bot));
            }
            held.holder = holder_after(part, held.holder);
            match held.holder {
                Holder::Bot if part.is_said_by(Speaker::Bot) => held.words_of_bot.push(place),
                Holder::People => held.words_of_bot.clear(),
                Holder::Bot | Holder::Nobody => {}
            }
        }
        (found, held)
    }

    /// Whether a customer has written by the end of these first parts: what a bot sent to many and nobody answered
    /// needs no person, whoever it is assigned to.
    fn is_a_customers(&self, parts: &[Part]) -> bool {
        self.conversation.start == Start::Customer
            || self.extent == Extent::Cut
            || parts.iter().any(|part| part.is_said_by(Speaker::Customer))
    }

    /// Who had it before its parts. Where the oldest are missing nobody knows, and nothing is made of it.
    fn first_holder(&self) -> Holder {
        match (self.extent, self.opened_by) {
            (Extent::Cut, _) => Holder::People,
            (Extent::Whole, Speaker::Bot) => Holder::Bot,
            (Extent::Whole, _) => Holder::Nobody,
        }
    }

    /// One that no assignment tells yet stands where the bot last spoke, and is the same one later: when the bot has
    /// spoken on, and when people have it.
    fn handover(&self, place: usize, words_of_bot: &[usize]) -> Happening {
        let part = &self.parts[place];
        let twins = recent(&self.parts, place, words_of_bot)
            .map(|place| EventId::handed_over(&self.parts[place].id))
            .collect();
        let asked = self.parts[..=place].iter().rev().find(|part| part.is_said_by(Speaker::Customer));
        let (id, activity) = (EventId::handed_over(&part.id), Activity::HandedOver);
        if let Some(words) = asked {
            return Happening { twins, ..self.happening(id, part, words, activity) };
        }
        let conversation = self.conversation.without_standing();
        Happening { id, at: part.at, conversation, activity, twins }
    }

    fn happening(&self, id: EventId, part: &Part, words: &Part, activity: Activity) -> Happening {
        let conversation = self.conversation_as_said(Some(words));
        Happening { id, at: part.at, conversation, activity, twins: Vec::new() }
    }

    /// The conversation with these words; without any, with those that began it.
    pub(super) fn conversation_as_said(&self, words: Option<&Part>) -> Conversation {
        let mut conversation = self.conversation.without_standing();
        if let Some(words) = words {
            conversation.text.clone_from(&words.text);
            conversation.attachments.clone_from(&words.attachments);
            conversation.author.clone_from(&words.author);
        }
        conversation
    }
}

/// Who has a conversation after its parts.
struct Held {
    holder: Holder,
    /// Where a bot spoke since people last had it.
    words_of_bot: Vec<usize>,
}

impl Held {
    fn asks_for_people(&self, thread: &Thread) -> bool {
        thread.asks_for_the_team && self.holder == Holder::Bot
    }
}

/// The words of a bot that belong together with what stands at this place. What it said before it fell silent for as long
/// as the deepest walk looks back belongs to another handover: by then nobody knows any more whether that one was told.
fn recent<'a>(
    parts: &'a [Part],
    place: usize,
    words_of_bot: &'a [usize],
) -> impl Iterator<Item = usize> + 'a {
    let mut later = parts[place].at;
    words_of_bot.iter().rev().copied().take_while(move |place| {
        let silent = later.0 - parts[*place].at.0;
        later = parts[*place].at;
        silent <= DEEPEST_WALK
    })
}

fn holder_after(part: &Part, before: Holder) -> Holder {
    let assigned = part.assigned.unwrap_or(before);
    if part.is_said_by(Speaker::Teammate) {
        Holder::People
    } else if assigned == Holder::Nobody && part.is_said_by(Speaker::Bot) {
        Holder::Bot
    } else {
        assigned
    }
}

impl Conversation {
    /// That a customer rated it, if one did.
    pub fn rated(&self) -> Option<Happening> {
        let rating = self.now.as_ref()?.rating.clone()?;
        let id = EventId::rated(&self.id, rating.at);
        let mut conversation = self.without_standing();
        (conversation.text, conversation.attachments) = Default::default();
        let (at, activity) = (rating.at, Activity::Rated(rating));
        Some(Happening { id, at, conversation, activity, twins: Vec::new() })
    }

    /// As a message shows it that tells of a moment: how it stands later is for the card of the conversation itself. That a
    /// bot has it stays, for that is why nobody is rung.
    fn without_standing(&self) -> Self {
        let is_with_bot = self.now.as_ref().is_some_and(|now| now.is_with_bot);
        let now = is_with_bot.then(|| Box::new(Now { is_with_bot, ..Now::default() }));
        Self { now, ..self.clone() }
    }
}

#[cfg(test)]
mod tests;

//! A conversation read by itself, with what was said and done in it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Author, Conversation, Start, State};
use crate::ids::{PartId, TagId};
use crate::rich_text::RichText;
use crate::time::Timestamp;

/// A conversation with its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// Its parts, by time and id: the 500 latest at most.
    pub parts: Vec<Part>,
    /// Whether these are all of them.
    pub extent: Extent,
    /// Who wrote its first message.
    pub opened_by: Speaker,
    /// The tags on it.
    pub tags: Vec<TagId>,
    /// Whether an AI agent took part in it, or a bot began it.
    pub bot_took_part: bool,
    /// How the customer is reached.
    pub reached: Reached,
    /// Whether its bot says that the team is asked for (`ai_agent.resolution_state`).
    pub asks_for_the_team: bool,
}

impl Thread {
    /// All that was said in a conversation, whose own start tells who began it.
    pub fn whole(conversation: Conversation, parts: Vec<Part>) -> Self {
        let opened_by = match conversation.start {
            Start::Customer | Start::Ticket => Speaker::Customer,
            Start::Team => Speaker::Teammate,
            Start::Bot(_) => Speaker::Bot,
        };
        Self {
            bot_took_part: opened_by == Speaker::Bot,
            conversation,
            parts,
            extent: Extent::Whole,
            opened_by,
            tags: Vec::new(),
            reached: Reached::Otherwise,
            asks_for_the_team: false,
        }
    }
}

impl Thread {
    /// Since when people have it, as far as its parts tell.
    pub fn held_since(&self) -> Option<Timestamp> {
        let assigned = self.parts.iter().filter(|part| part.assigned == Some(Holder::People));
        assigned.map(|part| part.at).max()
    }

    /// Whether the last words are a customer's. What a bot said to them is no answer.
    pub fn is_unanswered(&self) -> bool {
        let said = |part: &&Part| part.is_said_by(Speaker::Customer) || part.is_said_by(Speaker::Teammate);
        match self.parts.iter().filter(said).max_by_key(|part| part.at) {
            Some(last) => last.speaker == Speaker::Customer,
            None => self.opened_by == Speaker::Customer,
        }
    }
}

/// Who the customer of a conversation is, by what they wrote; none where only the team or a bot wrote so far.
pub fn customer_of(thread: &Thread) -> Option<&Author> {
    let began = (thread.opened_by == Speaker::Customer).then_some(&thread.conversation.author);
    let said = thread.parts.iter().rev().filter(|part| part.is_said_by(Speaker::Customer));
    let all: Vec<_> = said.map(|part| &part.author).chain(began).collect();
    let is_named = |author: &&Author| author.name.is_some() || author.email.is_some();
    all.iter().copied().find(is_named).or(all.first().copied())
}

/// How what the team says in a conversation reaches its customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reached {
    /// By e-mail: it began with one.
    ByEmail,
    /// In the messenger, or in another way.
    #[default]
    Otherwise,
}

impl Reached {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
    pub(crate) fn is_otherwise(&self) -> bool {
        *self == Self::Otherwise
    }
}

/// Whether a thread holds everything that was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// It does.
    Whole,
    /// The oldest parts are missing.
    Cut,
}

/// Something that was said or done in a conversation. What it is tells what it holds: words ride on parts of any type.
#[derive(Clone, PartialEq)]
pub struct Part {
    /// Intercom's id, by which it is known for ever.
    pub id: PartId,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub author: Author,
    /// What they are.
    pub speaker: Speaker,
    /// Who reads it.
    pub readers: Readers,
    /// What was said, at most 600 visible code points.
    pub text: RichText,
    /// Names of what is attached.
    pub attachments: Vec<String>,
    /// Who has the conversation from then on, where the part changed that.
    pub assigned: Option<Holder>,
    /// How the conversation stands from then on, where the part says that it changed that. A customer's words open it
    /// without saying so.
    pub stands: Option<State>,
}

/// Message bodies never reach a log line, so only the id shows.
impl fmt::Debug for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Part").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Part {
    /// Whether the customer and the team both read words in it.
    pub fn is_message(&self) -> bool {
        self.readers == Readers::Everybody && (!self.text.is_blank() || !self.attachments.is_empty())
    }

    /// Whether the conversation is closed from then on.
    pub fn closes(&self) -> bool {
        self.stands == Some(State::Closed)
    }

    /// Whether it is words of this side.
    pub fn is_said_by(&self, speaker: Speaker) -> bool {
        self.speaker == speaker && self.is_message()
    }
}

/// Who speaks in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// A lead, a user or a visitor.
    Customer,
    /// A person of the team.
    Teammate,
    /// A bot, an AI agent, or Operator.
    Bot,
    /// A rule, or nobody.
    Nobody,
}

/// Who reads a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// The customer too.
    Everybody,
    /// The team alone: a note.
    Team,
}

/// Who has a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A teammate or a team.
    People,
    /// A bot.
    Bot,
    /// Nobody.
    Nobody,
}

//! Conversations, as far as the notification and its cards need them.

mod activity;
mod away;
mod counted;
mod happenings;
mod now;
mod stretch;
mod thread;
mod told_wait;
mod wait;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::{ContactId, ConversationId};
use crate::rich_text::RichText;
use crate::time::Timestamp;

pub use self::activity::{Activity, Rating};
pub use self::counted::Counted;
pub use self::happenings::Happening;
pub use self::now::{Assignee, Now, State};
pub use self::thread::{Extent, Holder, Part, Reached, Readers, Speaker, Thread, customer_of};
pub use self::told_wait::{Closing, Ended, Unanswered, WaitId};
pub use self::wait::{Due, PastWait, Wait};

/// What the person who speaks in a conversation said first, and who that is. Text is as Intercom gave it: nothing here
/// is escaped.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    /// Intercom's id.
    pub id: ConversationId,
    /// When it was started.
    #[serde(default)]
    pub created_at: Timestamp,
    /// When it last moved.
    #[serde(default)]
    pub updated_at: Timestamp,
    /// `source.subject`, else `title`, as plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The first message, read from HTML, at most 600 visible code points: `source.body`, or the customer's answer to a
    /// bot.
    #[serde(default)]
    pub text: RichText,
    /// Names of the attachments of that message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// `source.url`: the page on which it was started, without query and fragment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_url: Option<String>,
    /// Who wrote that message.
    #[serde(default)]
    pub author: Author,
    /// The customer who wrote; where none has, the first contact that takes part. User Id and User Type on cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<ContactId>,
    /// The teammate it is assigned to, by Intercom's id: Admin Id on cards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_id: Option<String>,
    /// That teammate's name, where it could be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub admin_name: Option<String>,
    /// The team it is assigned to, by Intercom's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_id: Option<String>,
    /// That team's name, where it could be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team_name: Option<String>,
    /// The contact's companies by name, where they could be found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub company_names: Vec<String>,
    /// How it came about.
    #[serde(default)]
    pub start: Start,
    /// How it stands; none in a record that an earlier version kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<Box<Now>>,
}

/// Message bodies never reach a log line, so only the id shows.
impl fmt::Debug for Conversation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Conversation").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Who wrote a message.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// `user`, `lead`, `admin`, `bot`, …: an open list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Intercom's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Conversation {
    /// It stands so by now.
    pub fn stands(&mut self, now: &Now) {
        let told = |who: &Option<Assignee>| who.clone().map_or((None, None), |who| (Some(who.id), who.name));
        (self.admin_id, self.admin_name) = told(&now.admin);
        (self.team_id, self.team_name) = told(&now.team);
        self.now = Some(Box::new(now.clone()));
    }

    /// When a customer first spoke in it, which is what is announced; none where no customer has, as far as is known, or
    /// the team began it.
    pub fn customer_spoke_at(&self) -> Option<Timestamp> {
        match self.start {
            Start::Customer => Some(self.created_at),
            Start::Bot(Answer::At(time)) => Some(time),
            Start::Bot(Answer::None | Answer::Untold) | Start::Team | Start::Ticket => None,
        }
    }
}

/// Who started a conversation: those are announced in which a customer wrote first, or answered a bot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// A lead or user wrote first.
    #[default]
    Customer,
    /// A teammate wrote first.
    Team,
    /// It is a ticket.
    Ticket,
    /// A bot, a rule or a campaign wrote first.
    Bot(Answer),
}

/// Whether a customer has answered a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Nobody has.
    None,
    /// The record does not tell.
    Untold,
    /// First at this time.
    At(Timestamp),
}

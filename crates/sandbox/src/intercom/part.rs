//! The parts of a conversation: what was said and done in it, and by whom.
//!
//! The first message is no part. What a part does to its conversation stands in `deed`.

use std::time::Duration;

use super::ids::{AdminId, ContactId, PartId, TeamId};

/// The bot that greets, asks for addresses and routes.
const OPERATOR: &str = "Operator";
/// The id under which every bot speaks.
pub(super) const BOT: AdminId = AdminId(278);
/// The address of every bot.
pub(super) const BOT_EMAIL: &str = "operator@bot.example";
/// The AI agent, which answers.
const FIN: &str = "Fin";

/// Who wrote or did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// A lead or user.
    Contact(ContactId),
    /// A teammate.
    Admin(AdminId),
    /// A bot, by its name.
    Bot(String),
    /// A team, as rules of assignment act.
    Team(TeamId),
}

impl Author {
    /// The bot that greets, asks for addresses and routes.
    pub fn operator() -> Self {
        Self::Bot(OPERATOR.to_owned())
    }

    /// The AI agent, which speaks under the id of the other bot.
    pub fn fin() -> Self {
        Self::Bot(FIN.to_owned())
    }

    /// Whether it is a person of the team, or a rule that acts for one. The bots have a teammate's record of their own.
    pub(super) fn is_of_team(&self) -> bool {
        match self {
            Self::Admin(id) => *id != BOT,
            Self::Team(_) => true,
            Self::Contact(_) | Self::Bot(_) => false,
        }
    }

    pub(super) fn is_ai_agent(&self) -> bool {
        matches!(self, Self::Bot(name) if name == FIN)
    }
}

/// Whether a conversation waits for the team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConversationState {
    /// Waits for the team.
    Open,
    /// Done.
    Closed,
    /// Put off.
    Snoozed,
}

impl ConversationState {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Snoozed => "snoozed",
        }
    }
}

/// Who is put in charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// A teammate; the team stays.
    Admin(AdminId),
    /// A team; no teammate has it any more.
    Team(TeamId),
    /// A bot; neither a teammate nor a team has it any more.
    Bot,
    /// Nobody.
    Nobody,
}

/// A file at a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    pub name: String,
    /// Where it is kept.
    pub url: String,
    /// Such as `image/png`.
    pub content_type: String,
    /// How many bytes it has.
    pub size: u64,
}

/// What is done in a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Words that everybody reads.
    Comment,
    /// Words that only the team reads.
    Note,
    /// Somebody is put in charge.
    Assign(Assignee),
    /// It is closed.
    Close,
    /// It is opened again.
    Open,
    /// It is put off until a unix second.
    Snooze(i64),
    /// A teammate no longer puts it off.
    Unsnooze,
    /// The time is over for which it was put off.
    TimerUnsnooze,
    /// A part that changes nothing, under any `part_type`.
    Other(String),
}

/// Something that was said or done. All times are unix seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub id: PartId,
    /// What Intercom calls it, such as `comment` or `assign_and_reopen`.
    pub part_type: String,
    pub author: Author,
    /// The HTML.
    pub body: Option<String>,
    /// Who was put in charge, where that changed.
    pub assigned_to: Option<Assignee>,
    pub attachments: Vec<Attachment>,
    /// How the conversation stood after it.
    pub state: ConversationState,
    /// Whether its words were taken out.
    pub redacted: bool,
    /// The app by which it was made, if any.
    pub app_package_code: Option<String>,
    /// What changed, for parts of a changed attribute.
    pub event_details: Option<serde_json::Value>,
    pub created_at: i64,
    /// When it was changed last.
    pub updated_at: i64,
    /// The moment, in milliseconds, from which on a look-up shows it.
    pub(super) shown_ms: i64,
}

impl Part {
    /// Whether the AI agent made it. Attributes that an app changes are told under its name, too.
    pub(super) fn is_by_ai_agent(&self) -> bool {
        self.author.is_ai_agent() && self.event_details.is_none()
    }

    /// Whether it says something that the customer reads, whatever else it does.
    pub(super) fn is_message(&self) -> bool {
        let says = self.body.as_deref().is_some_and(|body| !body.is_empty()) || !self.attachments.is_empty();
        says && !self.part_type.starts_with("note")
    }
}

/// A part to be made.
#[derive(Clone, Debug)]
#[must_use = "a part does not exist before it is given to `ConversationsHandle::add`"]
pub struct NewPart {
    pub(super) act: Act,
    pub(super) author: Author,
    pub(super) body: Option<String>,
    pub(super) attachments: Vec<Attachment>,
    pub(super) created_at: Option<i64>,
    pub(super) app_package_code: Option<String>,
    pub(super) event_details: Option<serde_json::Value>,
    pub(super) shown_after: Duration,
}

impl NewPart {
    /// Somebody does something without a word.
    pub fn by(author: Author, act: Act) -> Self {
        Self {
            act,
            author,
            body: None,
            attachments: Vec::new(),
            created_at: None,
            app_package_code: None,
            event_details: None,
            shown_after: Duration::ZERO,
        }
    }

    /// Sets what is said, as HTML. It rides on whatever is done.
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Adds a file.
    pub fn attachment(mut self, attachment: Attachment) -> Self {
        self.attachments.push(attachment);
        self
    }

    /// Sets the time at which it was made, in unix seconds, instead of the present.
    pub fn created_at(mut self, unix_seconds: i64) -> Self {
        self.created_at = Some(unix_seconds);
        self
    }

    /// Names the app by which it is made.
    pub fn from_app(mut self, app_package_code: &str) -> Self {
        self.app_package_code = Some(app_package_code.to_owned());
        self
    }

    /// Lets a look-up show it only after this span, though everything else of it holds at once.
    pub fn shown_after(mut self, span: Duration) -> Self {
        self.shown_after = span;
        self
    }

    pub(super) fn event_details(mut self, details: serde_json::Value) -> Self {
        self.event_details = Some(details);
        self
    }
}

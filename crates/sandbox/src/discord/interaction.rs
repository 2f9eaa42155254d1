//! One use of a command, button, select or form, and what the bot answered.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    existence::Existence,
    ids::{ChannelId, GuildId, InteractionId, MessageId, UserId},
};

/// Discord waits so long for the first answer.
pub(crate) const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(3);
/// A token can be used so long for edits and further messages.
pub(crate) const TOKEN_LIFE: Duration = Duration::from_mins(15);

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    Command = 2,
    Component = 3,
    Autocomplete = 4,
    ModalSubmit = 5,
}

/// The bot's first answer, with Discord's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckKind {
    /// A message.
    Message = 4,
    /// "The bot is thinking"; a message follows.
    DeferredMessage = 5,
    /// Nothing to see; the message with the button may be edited later.
    DeferredUpdate = 6,
    /// The message with the button was changed.
    Update = 7,
    /// The choices of an autocomplete.
    Choices = 8,
    /// A form to fill in.
    Modal = 9,
}

impl AckKind {
    pub(crate) fn from_number(number: u64) -> Option<Self> {
        [Self::Message, Self::DeferredMessage, Self::DeferredUpdate, Self::Update, Self::Choices, Self::Modal]
            .into_iter()
            .find(|kind| *kind as u64 == number)
    }

    /// Whether Discord takes this answer to that deed.
    pub(crate) fn answers(self, deed: Deed) -> bool {
        match self {
            Self::Message | Self::DeferredMessage => deed != Deed::Autocomplete,
            Self::DeferredUpdate | Self::Update => matches!(deed, Deed::Component | Deed::ModalSubmit),
            Self::Choices => deed == Deed::Autocomplete,
            Self::Modal => matches!(deed, Deed::Command | Deed::Component),
        }
    }
}

/// The first answer and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ack {
    /// What the bot answered.
    pub kind: AckKind,
    /// From the moment the interaction was sent out to the moment the answer arrived.
    pub latency: Duration,
}

/// One of the suggestions under an option that is being typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// What a person reads.
    pub name: String,
    /// What the command gets.
    pub value: Value,
}

#[derive(Clone, Debug)]
pub(crate) struct Interaction {
    pub(crate) id: InteractionId,
    pub(crate) token: String,
    pub(crate) deed: Deed,
    pub(crate) guild: GuildId,
    pub(crate) channel: ChannelId,
    pub(crate) user: UserId,
    /// The message with the button, and its revision when the button was pressed.
    pub(crate) source: Option<(MessageId, u32)>,
    /// What opened the form that was filled in.
    pub(crate) opener: Option<InteractionId>,
    pub(crate) sent: Instant,
    pub(crate) sent_at: Timestamp,
    /// Whether a connected session took it; without one it is lost, as at Discord.
    pub(crate) delivery: Existence,
    pub(crate) ack: Option<Ack>,
    /// The message that `@original` means.
    pub(crate) original: Option<MessageId>,
    pub(crate) followups: Vec<MessageId>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) modal: Option<Value>,
}

impl Interaction {
    /// The object that Discord writes into the messages that answer an interaction.
    pub(crate) fn metadata(&self, user: &Value) -> Value {
        let mut metadata = json!({
            "id": self.id,
            "type": self.deed as u8,
            "user": user,
            "authorizing_integration_owners": {"0": self.guild},
        });
        if let (Deed::Component, Some((message, _))) = (self.deed, self.source) {
            metadata["interacted_message_id"] = json!(message);
        }
        metadata
    }
}

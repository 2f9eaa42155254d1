//! Answers to commands and presses over Discord's REST API: the first within three seconds, the rest, and edits of it,
//! within fifteen minutes.
//!
//! Of Discord's answers only the status and the error's code are read: the message that it sends back may hold parts
//! that serenity does not know, and an answer that was given has been given all the same.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::message::{Form, Message};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use crate::form::form;
use crate::message::{EPHEMERAL, new_message, replacement};
use crate::rest::{Answer, Reply, Rest, wait_of};

/// What an answer is addressed to. Whoever has the token can answer in the bot's name.
#[derive(Debug, Clone)]
pub struct Interaction {
    /// The bot's application.
    pub application: ApplicationId,
    /// Discord's id of the command or press.
    pub id: u64,
    /// What proves that the answer is ours.
    pub token: SecretString,
}

/// The first answer to an interaction, which must come within three seconds.
#[derive(Debug, Clone, PartialEq)]
pub enum First {
    /// "Is thinking…", for the one who asked; an edit says the rest.
    Later,
    /// Nothing to be seen; an edit replaces the message that was pressed.
    LaterInPlace,
    /// A message that answers at once.
    Message(Message),
    /// In place of the message that was pressed.
    InPlace(Message),
    /// A form to fill in: what is sent with it comes as an interaction of its own.
    Form(Form),
}

/// What Discord said to an answer: its code and status, never its address, which holds the interaction's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code {code}, status {status}")]
pub struct DiscordFailure {
    /// Discord's code; 0 where it gave none.
    pub code: u64,
    /// The HTTP status; 0 where no answer came.
    pub status: u16,
    /// How long Discord asks to wait, if it does.
    pub retry_after: Option<Duration>,
}

/// The same of a call that serenity made.
impl From<serenity::Error> for DiscordFailure {
    fn from(error: serenity::Error) -> Self {
        match error {
            serenity::Error::Http(serenity::http::HttpError::UnsuccessfulRequest(answer)) => Self {
                code: u64::try_from(answer.error.code).unwrap_or_default(),
                status: answer.status_code.as_u16(),
                retry_after: None,
            },
            _ => Self::NO_ANSWER,
        }
    }
}

impl DiscordFailure {
    /// Nobody knows whether the call arrived.
    pub const NO_ANSWER: Self = Self { code: 0, status: 0, retry_after: None };
}

/// Who takes answers: Discord, or what stands in its place in a simulation, whose time is not the machine's.
#[async_trait]
pub trait Answers: Send + Sync {
    /// Takes the first answer.
    async fn respond(&self, to: &Interaction, first: &First) -> Result<(), DiscordFailure>;

    /// Takes what replaces the first answer.
    async fn edit(&self, of: &Interaction, message: &Message) -> Result<(), DiscordFailure>;

    /// Takes something more, in a message of its own.
    async fn follow_up(&self, to: &Interaction, message: &Message) -> Result<(), DiscordFailure>;
}

/// Answers interactions.
#[derive(Clone)]
pub struct Interactions {
    answers: Arc<dyn Answers>,
}

impl Interactions {
    /// Answers the interactions of the bot whose token the connection has.
    pub fn new(rest: Rest) -> Self {
        Self::taken_by(Arc::new(OverRest(rest)))
    }

    /// The same, where these take the answers.
    pub fn taken_by(answers: Arc<dyn Answers>) -> Self {
        Self { answers }
    }

    /// Gives the first answer.
    pub async fn respond(&self, to: &Interaction, first: &First) -> Result<(), DiscordFailure> {
        self.answers.respond(to, first).await
    }

    /// Replaces the first answer.
    pub async fn edit(&self, of: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        self.answers.edit(of, message).await
    }

    /// Says something more, in a message of its own.
    pub async fn follow_up(&self, to: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        self.answers.follow_up(to, message).await
    }
}

/// Discord itself.
struct OverRest(Rest);

#[async_trait]
impl Answers for OverRest {
    async fn respond(&self, to: &Interaction, first: &First) -> Result<(), DiscordFailure> {
        let path = format!("/interactions/{}/{}/callback", to.id, to.token.expose_secret());
        let (body, files) = match first {
            First::Later => (json!({"type": 5, "data": {"flags": EPHEMERAL}}), &[][..]),
            First::LaterInPlace => (json!({"type": 6}), &[][..]),
            First::Message(message) => (json!({"type": 4, "data": new_message(message)}), &message.files[..]),
            First::InPlace(message) => (json!({"type": 7, "data": replacement(message)}), &message.files[..]),
            First::Form(wanted) => (json!({"type": 9, "data": form(wanted)}), &[][..]),
        };
        outcome(self.0.post_with_files(&path, &body, files).await)
    }

    async fn edit(&self, of: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        let path = format!("{}/messages/@original", webhook(of));
        outcome(self.0.patch_with_files(&path, &replacement(message), &message.files).await)
    }

    async fn follow_up(&self, to: &Interaction, message: &Message) -> Result<(), DiscordFailure> {
        outcome(self.0.post_with_files(&webhook(to), &new_message(message), &message.files).await)
    }
}

fn webhook(of: &Interaction) -> String {
    format!("/webhooks/{}/{}", of.application, of.token.expose_secret())
}

fn outcome(answer: Answer) -> Result<(), DiscordFailure> {
    match answer {
        Answer::Status(reply) if reply.is_success() => Ok(()),
        Answer::Status(reply) => Err(failure(&reply)),
        Answer::None(_) => Err(DiscordFailure::NO_ANSWER),
    }
}

fn failure(reply: &Reply) -> DiscordFailure {
    let in_body = reply.body.as_ref().and_then(|body: &Value| body["retry_after"].as_f64()).and_then(wait_of);
    let retry_after = reply.limits.retry_after.max(in_body);
    DiscordFailure { code: reply.code(), status: reply.status, retry_after }
}

#[cfg(test)]
mod tests;

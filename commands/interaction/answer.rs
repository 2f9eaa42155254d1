//! Brings replies to Discord: the first within three seconds, the rest as edits of it.
//!
//! What is quick is said at once; everything that waits for somebody else is begun ([`Answer::begin`]) and said
//! later. An acknowledgement whose answer was lost is known by Discord's 40060 and becomes an edit; a token that is
//! too old (10062, 10015, 50027) is given up. Every answer is for the asker's eyes only.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_discord::interaction::{DiscordFailure, First, Interaction, Interactions};
use deskbell_domain::backoff::Backoff;
use deskbell_domain::ids::ApplicationId;
use deskbell_domain::message::{Form, Message};
use deskbell_text as text;
use poise::serenity_prelude as serenity;
use secrecy::SecretString;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::interaction::bot::BotContext;
use crate::interaction::context::Ctx;
use crate::interaction::error::CommandError;
use crate::press::place::AnswerPlace;

/// After this long a person is told that Intercom is slow.
const SLOW_AFTER: Duration = Duration::from_secs(10);
/// How often an edit is tried: repeating one does no harm.
const EDIT_TRIES: u32 = 3;
const BETWEEN_EDITS: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(4));
/// However long Discord asks to wait before an edit: nobody reads an answer that comes later.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const ALREADY_ACKNOWLEDGED: u64 = 40060;

/// The way back to the one who asked.
pub(crate) struct Answer<'a> {
    interactions: Interactions,
    interaction: Interaction,
    acknowledged: &'a AtomicBool,
    place: AnswerPlace,
    /// What was typed into the form that is answered, to be given back where nothing comes of it.
    typed: Option<String>,
    /// Keeps the shutdown waiting while the answer is being worked on.
    _in_progress: TaskTrackerToken,
}

/// What an answer to a slash command is addressed to.
pub(crate) fn address_of_command(command: &serenity::CommandInteraction) -> Interaction {
    address(command.application_id, command.id, &command.token)
}

/// What an answer to a press is addressed to.
pub(crate) fn address_of_press(press: &serenity::ComponentInteraction) -> Interaction {
    address(press.application_id, press.id, &press.token)
}

/// What an answer to a form is addressed to.
pub(crate) fn address_of_form(form: &serenity::ModalInteraction) -> Interaction {
    address(form.application_id, form.id, &form.token)
}

fn address(application: serenity::ApplicationId, id: serenity::InteractionId, token: &str) -> Interaction {
    Interaction {
        application: ApplicationId(application.get()),
        id: id.get(),
        token: SecretString::from(token.to_owned()),
    }
}

impl<'a> Answer<'a> {
    pub(crate) fn new(
        bot: &BotContext,
        interaction: Interaction,
        acknowledged: &'a AtomicBool,
        place: AnswerPlace,
    ) -> Self {
        Self {
            interactions: bot.dependencies.interactions.clone(),
            interaction,
            acknowledged,
            place,
            typed: None,
            _in_progress: bot.in_progress.token(),
        }
    }

    /// Whoever is told no has again what they typed.
    pub(crate) fn giving_back(self, typed: Option<&str>) -> Self {
        Self { typed: typed.map(str::to_owned), ..self }
    }

    /// The way back from a slash command.
    pub(crate) fn of_command(ctx: Ctx<'a>) -> Self {
        let address = address_of_command(ctx.interaction);
        Self::new(ctx.framework.user_data, address, ctx.has_sent_initial_response, AnswerPlace::New)
    }

    /// What the answer is addressed to.
    pub(crate) fn address(&self) -> &Interaction {
        &self.interaction
    }

    /// Acknowledges; what follows may take up to fifteen minutes.
    pub(crate) async fn begin(&self) -> Result<(), CommandError> {
        if self.acknowledged.load(Ordering::SeqCst) {
            return Ok(());
        }
        let first = match self.place {
            AnswerPlace::New => First::Later,
            AnswerPlace::Same | AnswerPlace::Again => First::LaterInPlace,
        };
        match self.respond(first).await {
            Err(failure) if failure.code != ALREADY_ACKNOWLEDGED => Err(CommandError::Discord(failure)),
            _ => Ok(()),
        }
    }

    /// Says something: at once, or in place of what was said before.
    pub(crate) async fn give(&self, reply: Message) -> Result<(), CommandError> {
        self.say(reply).await.map_err(CommandError::Discord)
    }

    /// Opens a form; possible only as the first answer, and not to a form.
    pub(crate) async fn open(&self, form: Form) -> Result<(), CommandError> {
        self.respond(First::Form(form)).await.map_err(CommandError::Discord)
    }

    async fn say(&self, reply: Message) -> Result<(), DiscordFailure> {
        if self.acknowledged.load(Ordering::SeqCst) {
            return self.edit(&reply).await;
        }
        let first = match self.place {
            AnswerPlace::New => First::Message(reply.clone().ephemeral()),
            AnswerPlace::Same | AnswerPlace::Again => First::InPlace(reply.clone()),
        };
        match self.respond(first).await {
            Err(failure) if failure.code == ALREADY_ACKNOWLEDGED => self.edit(&reply).await,
            result => result,
        }
    }

    /// Says something better in place of what was said before; a failure leaves what is there, and is nobody's loss.
    pub(crate) async fn improve(&self, reply: Message) {
        if let Err(failure) = self.interactions.edit(&self.interaction, &reply).await {
            tracing::debug!(%failure, "an answer could not be bettered");
        }
    }

    /// Says something in answer to a form of which nothing came.
    pub(crate) async fn give_back(&self, reply: Message) -> Result<(), CommandError> {
        self.give(self.with_typed(reply)).await
    }

    fn with_typed(&self, reply: Message) -> Message {
        match &self.typed {
            Some(typed) => text::desk::words::giving_back(reply, typed),
            None => reply,
        }
    }

    /// Says no: never in place of a message that shows something.
    pub(crate) async fn refuse(&self, reply: Message) -> Result<(), DiscordFailure> {
        let reply = self.with_typed(reply);
        match (self.acknowledged.load(Ordering::SeqCst), self.place) {
            (true, AnswerPlace::New | AnswerPlace::Again) => self.edit(&reply).await,
            (true, AnswerPlace::Same) => self.add(reply).await,
            (false, _) => match self.respond(First::Message(reply.clone().ephemeral())).await {
                Err(failure) if failure.code == ALREADY_ACKNOWLEDGED => self.edit(&reply).await,
                result => result,
            },
        }
    }

    /// Says something more, in a message of its own.
    pub(crate) async fn add(&self, reply: Message) -> Result<(), DiscordFailure> {
        self.interactions.follow_up(&self.interaction, &reply.ephemeral()).await
    }

    /// Waits for work, and tells the one who asked if it takes long.
    pub(crate) async fn patiently<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        tokio::select! {
            biased;
            result = &mut work => result,
            () = tokio::time::sleep(SLOW_AFTER) => {
                if self.place != AnswerPlace::Same && let Err(failure) = self.edit(&text::failure::slow()).await {
                    tracing::debug!(%failure, "the slowness could not be told");
                }
                work.await
            }
        }
    }

    async fn respond(&self, first: First) -> Result<(), DiscordFailure> {
        let mut result = self.interactions.respond(&self.interaction, &first).await;
        if result.is_err_and(|failure| !is_final(failure)) {
            // Perhaps only the answer was lost: then Discord says that it is acknowledged already.
            result = self.interactions.respond(&self.interaction, &first).await;
        }
        if result.is_ok() || result.is_err_and(|failure| failure.code == ALREADY_ACKNOWLEDGED) {
            self.acknowledged.store(true, Ordering::SeqCst);
        }
        result
    }

    async fn edit(&self, reply: &Message) -> Result<(), DiscordFailure> {
        let mut tries = 1;
        loop {
            match self.interactions.edit(&self.interaction, reply).await {
                Ok(()) => return Ok(()),
                Err(failure) if tries == EDIT_TRIES || is_final(failure) => return Err(failure),
                Err(failure) => {
                    let pause = BETWEEN_EDITS.after(tries).max(failure.retry_after.unwrap_or_default());
                    tokio::time::sleep(pause.min(LONGEST_PAUSE)).await;
                }
            }
            tries += 1;
        }
    }
}

/// Whether repeating cannot help: Discord understood and said no.
fn is_final(failure: DiscordFailure) -> bool {
    (400..500).contains(&failure.status) && failure.status != 429
}

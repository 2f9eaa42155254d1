//! Brings replies to Discord: the first within three seconds, the rest as edits of it.
//!
//! What is quick is said at once; everything that waits for somebody else is begun ([`Answer::begin`]) and said
//! later. An acknowledgement whose answer was lost is known by Discord's 40060 and becomes an edit; a token that is
//! too old (10062, 10015, 50027) is given up. Every answer is for the asker's eyes only.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deskbell_domain::backoff::Backoff;
use poise::serenity_prelude as serenity;
use serenity::Builder as _;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, DiscordFailure};
use crate::interaction::render;
use crate::press::place::Place;
use crate::reply::{self, Reply};

/// After this long a person is told that Intercom is slow.
const SLOW_AFTER: Duration = Duration::from_secs(10);
/// How long one call to Discord may take.
const CALL_WITHIN: Duration = Duration::from_secs(10);
/// How often an edit is tried: repeating one does no harm.
const EDIT_TRIES: u32 = 3;
const BETWEEN_EDITS: Backoff = Backoff::new(Duration::from_secs(2), Duration::from_secs(4));
const ALREADY_ACKNOWLEDGED: isize = 40060;

/// The way back to the one who asked.
pub(crate) struct Answer<'a> {
    http: &'a serenity::Http,
    id: serenity::InteractionId,
    token: &'a str,
    acknowledged: &'a AtomicBool,
    place: Place,
    /// Keeps the shutdown waiting while the answer is being worked on.
    _in_progress: TaskTrackerToken,
}

impl<'a> Answer<'a> {
    pub(crate) fn new(
        http: &'a serenity::Http,
        id: serenity::InteractionId,
        token: &'a str,
        acknowledged: &'a AtomicBool,
        place: Place,
        in_progress: TaskTrackerToken,
    ) -> Self {
        Self { http, id, token, acknowledged, place, _in_progress: in_progress }
    }

    /// The way back from a slash command.
    pub(crate) fn of_command(ctx: Ctx<'a>) -> Self {
        Self::new(
            &ctx.framework.serenity_context.http,
            ctx.interaction.id,
            &ctx.interaction.token,
            ctx.has_sent_initial_response,
            Place::New,
            ctx.framework.user_data.in_progress.token(),
        )
    }

    /// Acknowledges; what follows may take up to fifteen minutes.
    pub(crate) async fn begin(&self) -> Result<(), CommandError> {
        if self.acknowledged.load(Ordering::SeqCst) {
            return Ok(());
        }
        let first = match self.place {
            Place::New => serenity::CreateInteractionResponse::Defer(
                serenity::CreateInteractionResponseMessage::new().ephemeral(true),
            ),
            Place::Same | Place::Again => serenity::CreateInteractionResponse::Acknowledge,
        };
        match self.respond(first).await {
            Err(failure) if failure.code != ALREADY_ACKNOWLEDGED => Err(CommandError::Discord(failure)),
            _ => Ok(()),
        }
    }

    /// Says something: at once, or in place of what was said before.
    pub(crate) async fn give(&self, reply: Reply) -> Result<(), CommandError> {
        self.say(reply).await.map_err(CommandError::Discord)
    }

    async fn say(&self, reply: Reply) -> Result<(), DiscordFailure> {
        if self.acknowledged.load(Ordering::SeqCst) {
            return self.edit(reply).await;
        }
        let message = render::response(&reply);
        let first = match self.place {
            Place::New => serenity::CreateInteractionResponse::Message(message.ephemeral(true)),
            Place::Same | Place::Again => serenity::CreateInteractionResponse::UpdateMessage(message),
        };
        match self.respond(first).await {
            Err(failure) if failure.code == ALREADY_ACKNOWLEDGED => {
                self.acknowledged.store(true, Ordering::SeqCst);
                self.edit(reply).await
            }
            result => result,
        }
    }

    /// Says something better in place of what was said before; a failure leaves what is there, and is nobody's loss.
    pub(crate) async fn improve(&self, reply: Reply) {
        let (body, files) = render::edit(&reply);
        let edit = self.http.edit_original_interaction_response(self.token, &body, files);
        if let Err(failure) = within(edit).await {
            tracing::debug!(%failure, "an answer could not be bettered");
        }
    }

    /// Says no: never in place of a message that shows something.
    pub(crate) async fn refuse(&self, reply: Reply) -> Result<(), DiscordFailure> {
        match (self.acknowledged.load(Ordering::SeqCst), self.place) {
            (true, Place::New | Place::Again) => self.edit(reply).await,
            (true, Place::Same) => self.add(reply).await,
            (false, _) => {
                let message = render::response(&reply).ephemeral(true);
                match self.respond(serenity::CreateInteractionResponse::Message(message)).await {
                    Err(failure) if failure.code == ALREADY_ACKNOWLEDGED => self.edit(reply).await,
                    result => result,
                }
            }
        }
    }

    /// Says something more, in a message of its own.
    pub(crate) async fn add(&self, reply: Reply) -> Result<(), DiscordFailure> {
        let message = render::follow_up(&reply).ephemeral(true);
        within(async {
            let id: Option<serenity::MessageId> = None;
            message.execute(self.http, (id, self.token)).await.map(drop)
        })
        .await
    }

    /// Waits for work, and tells the one who asked if it takes long.
    pub(crate) async fn patiently<T>(&self, work: impl Future<Output = T>) -> T {
        tokio::pin!(work);
        tokio::select! {
            biased;
            result = &mut work => result,
            () = tokio::time::sleep(SLOW_AFTER) => {
                if self.place != Place::Same && let Err(failure) = self.edit(reply::slow()).await {
                    tracing::debug!(%failure, "the slowness could not be told");
                }
                work.await
            }
        }
    }

    async fn respond(&self, response: serenity::CreateInteractionResponse) -> Result<(), DiscordFailure> {
        let mut result = within(response.clone().execute(self.http, (self.id, self.token))).await;
        if result.is_err_and(|failure| !is_final(failure)) {
            // Perhaps only the answer was lost: then Discord says that it is acknowledged already.
            result = within(response.execute(self.http, (self.id, self.token))).await;
        }
        match result {
            Ok(()) => self.acknowledged.store(true, Ordering::SeqCst),
            Err(failure) if failure.code == ALREADY_ACKNOWLEDGED => {
                self.acknowledged.store(true, Ordering::SeqCst);
            }
            Err(_) => {}
        }
        result
    }

    async fn edit(&self, reply: Reply) -> Result<(), DiscordFailure> {
        let mut tries = 1;
        loop {
            let (body, files) = render::edit(&reply);
            let edit = self.http.edit_original_interaction_response(self.token, &body, files);
            match within(edit).await {
                Ok(()) => return Ok(()),
                Err(failure) if tries == EDIT_TRIES || is_final(failure) => return Err(failure),
                Err(_) => tokio::time::sleep(BETWEEN_EDITS.after(tries)).await,
            }
            tries += 1;
        }
    }
}

/// Whether repeating cannot help: Discord understood and said no.
fn is_final(failure: DiscordFailure) -> bool {
    (400..500).contains(&failure.status) && failure.status != 429
}

/// One call to Discord. An answer that cannot be read still means that the call was done.
async fn within<T>(call: impl Future<Output = serenity::Result<T>>) -> Result<(), DiscordFailure> {
    match tokio::time::timeout(CALL_WITHIN, call).await {
        Ok(Ok(_) | Err(serenity::Error::Json(_))) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(_) => Err(DiscordFailure { code: 0, status: 0 }),
    }
}

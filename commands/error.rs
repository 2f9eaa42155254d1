//! What can go wrong in a command, and the one place where it is logged and told.
//!
//! A refusal is an answer like any other; everything else is logged once, with the reference that the person sees.
//! poise's own texts are never shown: every variant of its error has a sentence of ours.

use std::sync::Arc;
use std::time::Duration;

use deskbell_desk::access::ManageServer;
use deskbell_desk::channel::{ChannelKind, Permission};
use deskbell_desk::contact::Role;
use deskbell_desk::delivery::Reference;
use deskbell_desk::ids::{ChannelId, ContactId, GuildId, RoleId};
use deskbell_desk::port::intercom::IntercomError;
use deskbell_desk::port::store::StoreError;
use poise::FrameworkError;
use poise::serenity_prelude as serenity;
use tracing::{error, info, warn};

use crate::answer::Answer;
use crate::desk::Desk;
use crate::reply::{self, Reply};
use crate::session::Session;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// An answer that says no: nothing is wrong with the bot.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// Intercom.
    #[error(transparent)]
    Intercom(#[from] IntercomError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The answer could not be brought to Discord.
    #[error("discord did not take the answer: {0}")]
    Discord(DiscordFailure),
}

/// What Discord said to an answer: its code and status, never its address, which holds the interaction's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("code {code}, status {status}")]
pub struct DiscordFailure {
    /// Discord's code; 0 where it gave none.
    pub code: isize,
    /// The HTTP status; 0 where no answer came.
    pub status: u16,
}

impl From<serenity::Error> for DiscordFailure {
    fn from(error: serenity::Error) -> Self {
        match error {
            serenity::Error::Http(serenity::HttpError::UnsuccessfulRequest(answer)) => {
                Self { code: answer.error.code, status: answer.status_code.as_u16() }
            }
            _ => Self { code: 0, status: 0 },
        }
    }
}

/// The answers that say no (ux, U6).
#[derive(thiserror::Error)]
pub enum Refusal {
    /// Outside of a server.
    #[error("not in a server")]
    NotInServer,
    /// The server is not in `DISCORD_GUILD_ID`.
    #[error("server not linked")]
    NotLinked {
        /// Which.
        guild: GuildId,
        /// Whether the asker is told what to do.
        manage: ManageServer,
    },
    /// The asker may not see (or export) customers.
    #[error("no access")]
    NoAccess {
        /// What for: "see customers".
        purpose: &'static str,
        /// Which roles have it.
        roles: Vec<RoleId>,
    },
    /// The asker may not set up.
    #[error("not a manager")]
    NotManager,
    /// Not an e-mail address.
    #[error("not an e-mail address")]
    Email(String),
    /// Not a phone number.
    #[error("not a phone number")]
    Phone(String),
    /// Not an address of a picture.
    #[error("not an https address")]
    ImageUrl(String),
    /// Nobody is known by that.
    #[error("unknown contact")]
    Unknown {
        /// What was looked for.
        role: Role,
        /// By which words.
        text: String,
    },
    /// It is the other kind.
    #[error("wrong role")]
    WrongRole {
        /// What it is.
        found: Role,
        /// Which.
        id: ContactId,
    },
    /// The user to be changed is a lead.
    #[error("a lead has this e-mail")]
    IsLead(ContactId),
    /// No company is known by that.
    #[error("unknown company")]
    UnknownCompany(String),
    /// Nobody knows whether the lead was made.
    #[error("lead creation unclear")]
    LeadUnclear,
    /// The state behind a button is gone.
    #[error("list expired")]
    ListExpired {
        /// Which list can be shown again.
        role: Role,
    },
    /// The state behind a choice is gone.
    #[error("choice expired")]
    ChoiceExpired {
        /// The command that offers it anew.
        command: &'static str,
    },
    /// Intercom says that a contact like the new lead exists.
    #[error("lead exists")]
    LeadExists(ContactId),
    /// Discord keeps an older form of a command.
    #[error("older form of a command")]
    OldCommand,
    /// A button of an older version, or one that was never ours.
    #[error("unknown control")]
    OldButton,
    /// Nothing can be posted in the channel.
    #[error("cannot post in the channel")]
    Channel(Box<Obstacle>),
    /// Everyone can read the channel, and the asker may not decide that.
    #[error("everyone can read the channel")]
    PublicChannel(ChannelId),
    /// Discord did not take a message.
    #[error("not posted")]
    NotPosted(NotPosted),
    /// A message is on its way just now.
    #[error("busy")]
    Busy,
    /// Another export runs in this server.
    #[error("an export runs already")]
    ExportRuns,
    /// A sentence that a group of commands makes itself.
    #[error("{kind}")]
    Said {
        /// For the log: a word or two without anybody's data.
        kind: &'static str,
        /// The sentence, without sign and reference.
        reply: Box<Reply>,
    },
}

/// What a person typed never reaches a log line.
impl std::fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Refusal({self})")
    }
}

/// Why nothing can be posted in a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// Which channel.
    pub channel: ChannelId,
    /// What is in the way.
    pub reason: ObstacleReason,
    /// The command to try again with, such as `notify add`.
    pub again: &'static str,
}

/// What is in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObstacleReason {
    /// These permissions lack; empty where Discord does not say which.
    Lacking(Vec<Permission>),
    /// It is of a kind that takes no messages.
    Kind(ChannelKind),
    /// It is gone, or of another server.
    Gone,
    /// It cannot be seen.
    Hidden,
    /// The bot itself is not in the server.
    NotInGuild,
    /// Discord did not answer.
    Unavailable,
}

/// Why a message does not stand in a channel for certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPosted {
    /// Nobody knows whether it does.
    Unknown,
    /// Discord takes no more just now.
    RateLimited(Duration),
    /// Discord does not take this message.
    Refused,
    /// The bot's token is refused.
    Unauthorized,
}

/// What was asked when it failed: decides whether it may simply be tried again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Something would have changed.
    Write,
    /// Nothing would; the `custom_id` of [Try again], where there is one.
    Read {
        /// What the button carries.
        again: Option<String>,
    },
}

/// Tells a failure to the one who asked and logs it once.
pub(crate) async fn tell(session: &Session<'_>, command: &str, failure: &CommandError, effect: &Effect) {
    let reference = log(session.desk, command, failure);
    let reply = reply::failure(session.desk, failure, effect, &reference);
    deliver(&session.answer, reply).await;
}

async fn deliver(answer: &Answer<'_>, reply: Reply) {
    if let Err(failure) = answer.refuse(reply).await {
        warn!(%failure, "an error could not be told");
    }
}

/// Logs a failure without anybody's data and gives it a reference.
pub(crate) fn log(desk: &Desk, command: &str, failure: &CommandError) -> Reference {
    let reference = Reference::of_error(desk.ports.random.number());
    match failure {
        CommandError::Refused(refusal) => {
            info!(command, %reference, reason = %refusal, "a command was refused");
        }
        CommandError::Intercom(cause) => {
            warn!(command, %reference, %cause, "intercom did not do what a command asked");
        }
        CommandError::Store(cause) => {
            error!(command, %reference, %cause, "the store did not do what a command asked");
        }
        CommandError::Discord(cause) => warn!(command, %reference, %cause, "an answer could not be given"),
    }
    reference
}

/// poise's errors. Nothing that poise would say itself is said.
pub(crate) async fn handle(error: FrameworkError<'_, Arc<Desk>, CommandError>) {
    match error {
        FrameworkError::Command { error, ctx, .. } => in_command(ctx, error).await,
        FrameworkError::CommandPanic { ctx, .. } => {
            error!(command = %ctx.command().qualified_name, "a command panicked");
            bug(ctx).await;
        }
        FrameworkError::ArgumentParse { ctx, .. } => bug(ctx).await,
        FrameworkError::CommandStructureMismatch { ctx, description, .. } => {
            warn!(command = %ctx.command().qualified_name, description, "Discord keeps an older form of a command");
            in_command(ctx.into(), Refusal::OldCommand.into()).await;
        }
        FrameworkError::MissingUserPermissions { ctx, .. }
        | FrameworkError::PermissionFetchFailed { ctx, .. } => {
            in_command(ctx, Refusal::NotManager.into()).await;
        }
        FrameworkError::GuildOnly { ctx, .. } => in_command(ctx, Refusal::NotInServer.into()).await,
        FrameworkError::CommandCheckFailed { ctx, error, .. } => match error {
            Some(error) => in_command(ctx, error).await,
            None => in_command(ctx, Refusal::NotManager.into()).await,
        },
        FrameworkError::UnknownInteraction { framework, interaction, .. } => {
            warn!(command = %interaction.data.name, "Discord sent a command that we do not have");
            unknown_command(framework, interaction).await;
        }
        FrameworkError::EventHandler { error, .. } => error!(cause = %error, "an event could not be handled"),
        FrameworkError::Setup { error, .. } => error!(cause = %error, "the set-up of the framework failed"),
        // The rest belongs to features that we do not use: prefix commands, cooldowns, owners, NSFW and DM commands,
        // poise's own checks of the bot's permissions.
        other => warn!(error = %other, "poise reported something unexpected"),
    }
}

async fn in_command(ctx: poise::Context<'_, Arc<Desk>, CommandError>, failure: CommandError) {
    let poise::Context::Application(ctx) = ctx else { return };
    if ctx.interaction_type == poise::CommandInteractionType::Autocomplete {
        return crate::render::no_choices(ctx).await;
    }
    let reference = log(ctx.framework.user_data, &ctx.command().qualified_name, &failure);
    let reply = reply::failure(ctx.framework.user_data, &failure, &Effect::Write, &reference);
    deliver(&Answer::of_command(ctx), reply).await;
}

async fn bug(ctx: poise::Context<'_, Arc<Desk>, CommandError>) {
    let poise::Context::Application(ctx) = ctx else { return };
    if ctx.interaction_type == poise::CommandInteractionType::Autocomplete {
        return crate::render::no_choices(ctx).await;
    }
    let reference = Reference::of_error(ctx.framework.user_data.ports.random.number());
    error!(command = %ctx.command().qualified_name, %reference, "a command failed by a fault of ours");
    deliver(&Answer::of_command(ctx), reply::bug(&reference)).await;
}

async fn unknown_command(
    framework: poise::FrameworkContext<'_, Arc<Desk>, CommandError>,
    interaction: &serenity::CommandInteraction,
) {
    let desk = framework.user_data;
    let acknowledged = std::sync::atomic::AtomicBool::new(false);
    let answer = Answer::new(
        &framework.serenity_context.http,
        interaction.id,
        &interaction.token,
        &acknowledged,
        crate::answer::Place::New,
        desk.in_progress.token(),
    );
    let reference = Reference::of_error(desk.ports.random.number());
    let failure = CommandError::from(Refusal::OldCommand);
    deliver(&answer, reply::failure(desk, &failure, &Effect::Write, &reference)).await;
}

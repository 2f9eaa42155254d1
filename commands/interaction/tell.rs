//! The one place where what went wrong is logged and told. poise's own texts are never shown: every variant of its
//! error has a sentence of ours.

use std::sync::Arc;

use deskbell_domain::delivery::Reference;
use deskbell_domain::message::Message;
use deskbell_text as text;
use deskbell_text::failure::Effect;
use poise::FrameworkError;
use poise::serenity_prelude as serenity;
use tracing::{debug, error, info, warn};

use crate::interaction::answer::{Answer, address_of_command};
use crate::interaction::bot::BotContext;
use crate::interaction::complete;
use crate::interaction::effect;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::interaction::words;
use crate::press::place::AnswerPlace;

/// Tells a failure to the one who asked and logs it once.
pub(crate) async fn tell(session: &Session<'_>, command: &str, failure: &CommandError, effect: &Effect) {
    refuse(&session.context.bot, &session.answer, command, failure, effect).await;
}

/// The same where there is no more of an interaction than a way to answer it.
pub(crate) async fn refuse(
    bot: &BotContext,
    answer: &Answer<'_>,
    command: &str,
    failure: &CommandError,
    effect: &Effect,
) {
    let reference = log(bot, command, failure);
    deliver(answer, words::failure(bot.around(), failure, effect, &reference)).await;
}

/// Tells that a press failed by a fault of ours.
pub(crate) async fn tell_bug(bot: &BotContext, answer: &Answer<'_>, command: &str) {
    let reference = Reference::of_error(bot.dependencies.random.number());
    error!(command, %reference, "a press failed by a fault of ours");
    deliver(answer, text::failure::bug(&reference)).await;
}

async fn deliver(answer: &Answer<'_>, reply: Message) {
    if let Err(failure) = answer.refuse(reply).await {
        warn!(%failure, "an error could not be told");
    }
}

/// Logs a failure without anybody's data and gives it a reference.
pub(crate) fn log(bot: &BotContext, command: &str, failure: &CommandError) -> Reference {
    let reference = Reference::of_error(bot.dependencies.random.number());
    match failure {
        slip if !slip.is_for_the_log() => debug!(command, reason = %slip, "a command was refused"),
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
pub(crate) async fn handle(error: FrameworkError<'_, Arc<BotContext>, CommandError>) {
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
            not_manager(ctx).await;
        }
        FrameworkError::GuildOnly { ctx, .. } => in_command(ctx, Refusal::NotInServer.into()).await,
        FrameworkError::CommandCheckFailed { ctx, error, .. } => match error {
            Some(error) => in_command(ctx, error).await,
            None => not_manager(ctx).await,
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

async fn not_manager(ctx: poise::Context<'_, Arc<BotContext>, CommandError>) {
    let what = guard::settings_of(&ctx.command().qualified_name);
    in_command(ctx, Refusal::NotManager { what }.into()).await;
}

async fn in_command(ctx: poise::Context<'_, Arc<BotContext>, CommandError>, failure: CommandError) {
    let poise::Context::Application(ctx) = ctx else { return };
    if ctx.interaction_type == poise::CommandInteractionType::Autocomplete {
        return complete::no_choices(ctx).await;
    }
    let command = &ctx.command().qualified_name;
    let reference = log(ctx.framework.user_data, command, &failure);
    let effect = effect::of_command(command);
    let reply = words::failure(ctx.framework.user_data.around(), &failure, &effect, &reference);
    deliver(&Answer::of_command(ctx), reply).await;
}

async fn bug(ctx: poise::Context<'_, Arc<BotContext>, CommandError>) {
    let poise::Context::Application(ctx) = ctx else { return };
    if ctx.interaction_type == poise::CommandInteractionType::Autocomplete {
        return complete::no_choices(ctx).await;
    }
    let reference = Reference::of_error(ctx.framework.user_data.dependencies.random.number());
    error!(command = %ctx.command().qualified_name, %reference, "a command failed by a fault of ours");
    deliver(&Answer::of_command(ctx), text::failure::bug(&reference)).await;
}

async fn unknown_command(
    framework: poise::FrameworkContext<'_, Arc<BotContext>, CommandError>,
    interaction: &serenity::CommandInteraction,
) {
    let bot = framework.user_data;
    let acknowledged = std::sync::atomic::AtomicBool::new(false);
    let answer = Answer::new(bot, address_of_command(interaction), &acknowledged, AnswerPlace::New);
    let reference = Reference::of_error(bot.dependencies.random.number());
    let failure = CommandError::from(Refusal::OldCommand);
    deliver(&answer, words::failure(bot.around(), &failure, &Effect::Write, &reference)).await;
}

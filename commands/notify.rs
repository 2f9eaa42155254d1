//! `/notify`: add, list, remove, pause, resume and test notifications, and look at what could not be posted.

pub(crate) mod add;
pub(crate) mod audience;
pub(crate) mod failed;
pub(crate) mod mention;
pub(crate) mod panel;
pub(crate) mod run;

use deskbell_domain::event::EventKind;
use deskbell_domain::ids::{ChannelId, SubscriptionId};
use deskbell_domain::mention::Whom;
use deskbell_domain::service::notify::add::{PublicDecision, Wish};
use deskbell_domain::service::notify::run::{Missed, Target};
use deskbell_domain::subscription::{Alert, Detail};
use deskbell_domain::threshold::Threshold;
use deskbell_text::notify as sentences;
use deskbell_text::notify::mention::WHOEVER_HAS_IT;
use poise::serenity_prelude as serenity;

use crate::interaction::complete::{complete_subscription, complete_whom, subscription_label};
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::refusal::Said;
use crate::interaction::request::subscribe_point;
use crate::interaction::session::Session;
use crate::notify::add as notify_add;
use crate::notify::add::gone;
use crate::notify::failed as notify_failed;
use crate::notify::mention as notify_mention;
use crate::notify::run as notify_run;

/// What is announced; append only, Discord keeps the index.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum EventChoice {
    #[name = "New lead"]
    NewLead,
    #[name = "New user"]
    NewUser,
    #[name = "User updated"]
    UserUpdated,
    #[name = "New conversation"]
    NewConversation,
    #[name = "Customer replied"]
    CustomerReplied,
    #[name = "Needs a person"]
    HandedOver,
    #[name = "Rated"]
    Rated,
    #[name = "Unanswered"]
    Unanswered,
}

/// How much a card shows; append only.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum DetailChoice {
    #[name = "Full"]
    Full,
    #[name = "Short"]
    Short,
    #[name = "Private"]
    Private,
    #[name = "Card"]
    Card,
}

/// Whether it rings; append only.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum AlertChoice {
    #[name = "Loud"]
    Loud,
    #[name = "Silent"]
    Silent,
    #[name = "Smart"]
    Smart,
}

/// What becomes of what came during the pause; append only.
#[derive(Debug, Clone, Copy, poise::ChoiceParameter)]
enum MissedChoice {
    #[name = "Post them"]
    Post,
    #[name = "Skip them"]
    Skip,
}

impl From<EventChoice> for EventKind {
    fn from(choice: EventChoice) -> Self {
        match choice {
            EventChoice::NewLead => Self::NewLead,
            EventChoice::NewUser => Self::NewUser,
            EventChoice::UserUpdated => Self::UserUpdated,
            EventChoice::NewConversation => Self::NewConversation,
            EventChoice::CustomerReplied => Self::CustomerReplied,
            EventChoice::HandedOver => Self::HandedOver,
            EventChoice::Rated => Self::Rated,
            EventChoice::Unanswered => Self::Unanswered,
        }
    }
}

impl From<DetailChoice> for Detail {
    fn from(choice: DetailChoice) -> Self {
        match choice {
            DetailChoice::Full => Self::Full,
            DetailChoice::Short => Self::Short,
            DetailChoice::Private => Self::Private,
            DetailChoice::Card => Self::Card,
        }
    }
}

impl From<AlertChoice> for Alert {
    fn from(choice: AlertChoice) -> Self {
        match choice {
            AlertChoice::Loud => Self::Loud,
            AlertChoice::Silent => Self::Silent,
            AlertChoice::Smart => Self::Smart,
        }
    }
}

impl From<MissedChoice> for Missed {
    fn from(choice: MissedChoice) -> Self {
        match choice {
            MissedChoice::Post => Self::Post,
            MissedChoice::Skip => Self::Skip,
        }
    }
}

/// Choose what is posted in which channel
// poise's own check of permissions is not used: it panics where Discord leaves out the bot's permissions, and `guard`
// asks the same of the same member, in our words.
#[poise::command(
    slash_command,
    guild_only,
    default_member_permissions = "MANAGE_GUILD",
    subcommands("add", "list", "remove", "pause", "resume", "test", "failed")
)]
#[expect(clippy::unused_async, reason = "poise asks for it; the body of a parent never runs")]
pub(crate) async fn notify(_: Ctx<'_>) -> Result<(), CommandError> {
    Ok(())
}

/// Post one kind of event in a channel
#[poise::command(slash_command, guild_only)]
#[expect(clippy::too_many_arguments, reason = "each option of the command is an argument")]
async fn add(
    ctx: Ctx<'_>,
    #[description = "What is posted"] event: EventChoice,
    #[description = "Where it is posted: a text or announcement channel, or a thread"]
    channel: serenity::ChannelId,
    #[description = "How much a card shows; Card is the default"] detail: Option<DetailChoice>,
    #[description = "Whether it rings; Smart, the default, rings where somebody is needed"] alert: Option<
        AlertChoice,
    >,
    #[description = "Of Unanswered: after how long, such as 15m, 4h or 2d; 15m is the default"]
    #[max_length = 40]
    after: Option<String>,
    #[description = "Whom it mentions where it rings: a role, or whoever has the conversation"]
    #[autocomplete = "complete_mention"]
    #[max_length = 100]
    mention: Option<String>,
    #[description = "With mention: in which time at most once, from 1m to 24h; 15m is the default"]
    #[max_length = 40]
    every: Option<String>,
) -> Result<(), CommandError> {
    let session = allowed(ctx)?;
    let point = subscribe_point(&session.context, &session.asker).await?;
    session.answer.begin().await?;
    let kind = event.into();
    let waits = threshold(kind, after.as_deref())?;
    let typed = (mention.as_deref(), every.as_deref());
    let mention = notify_mention::typed(&session.context, session.asker.guild, kind, typed).await?;
    let (detail, alert) = (detail.map(Detail::from), alert.map(Alert::from));
    let wish = Wish { kind, detail, alert, waits, mention };
    let (channel, decision) = (ChannelId(channel.get()), PublicDecision::Open);
    let reply = notify_add::add(&session.context, &session.asker, wish, channel, decision, point).await?;
    session.answer.give(reply).await
}

/// Whom a notification can mention; whoever has it, where the event is of conversations or not chosen yet.
async fn complete_mention(ctx: Ctx<'_>, typed: &str) -> serenity::CreateAutocompleteResponse {
    let chosen = ctx.args.iter().find(|option| option.name == "event").map(|option| &option.value);
    let kind = match chosen {
        Some(serenity::ResolvedValue::Integer(index)) => {
            usize::try_from(*index).ok().and_then(<EventChoice as poise::ChoiceParameter>::from_index)
        }
        _ => None,
    };
    let has_holder = kind.is_none_or(|kind| Whom::WhoeverHasIt.fits(kind.into()));
    complete_whom(ctx, typed, has_holder.then_some(WHOEVER_HAS_IT)).await
}

/// After how long a wait is told, as somebody typed it.
fn threshold(kind: EventKind, typed: Option<&str>) -> Result<Option<Threshold>, CommandError> {
    let Some(typed) = typed else { return Ok(None) };
    let said = |reply| Refusal::Said { kind: Said::NoThreshold, reply: Box::new(reply) };
    if !kind.has_thresholds() {
        return Err(said(sentences::no_threshold_for(kind)).into());
    }
    let threshold = Threshold::parse(typed).ok_or_else(|| said(sentences::no_threshold(typed)))?;
    Ok(Some(threshold))
}

/// Show what is posted where, and how it goes
#[poise::command(slash_command, guild_only)]
async fn list(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let reply = notify_run::list(&session.context, &session.asker, 1).await?;
    session.answer.give(reply).await
}

/// Stop posting for ever
#[poise::command(slash_command, guild_only)]
async fn remove(
    ctx: Ctx<'_>,
    #[description = "Which notification: pick one while typing"]
    #[autocomplete = "complete_subscription"]
    #[max_length = 100]
    notification: String,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let Target::One(id) = target(&session, Some(&notification)).await? else {
        return Err(gone(&session.context));
    };
    let reply = notify_run::ask_before_removing(&session.context, &session.asker, id).await?;
    session.answer.give(reply).await
}

/// Hold back what comes, until you resume
#[poise::command(slash_command, guild_only)]
async fn pause(
    ctx: Ctx<'_>,
    #[description = "Which notification: pick one while typing; all of them if left out"]
    #[autocomplete = "complete_subscription"]
    #[max_length = 100]
    notification: Option<String>,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let target = target(&session, notification.as_deref()).await?;
    let reply = notify_run::pause(&session.context, &session.asker, target).await?;
    session.answer.give(reply).await
}

/// Post again after a pause
#[poise::command(slash_command, guild_only)]
async fn resume(
    ctx: Ctx<'_>,
    #[description = "Which notification: pick one while typing; all of them if left out"]
    #[autocomplete = "complete_subscription"]
    #[max_length = 100]
    notification: Option<String>,
    #[description = "What becomes of what came during the pause"] missed: Option<MissedChoice>,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let target = target(&session, notification.as_deref()).await?;
    let missed = missed.map(Missed::from);
    let reply = notify_run::resume(&session.context, &session.asker, target, missed).await?;
    session.answer.give(reply).await
}

/// Post a sample: an invented person, never a real record
#[poise::command(slash_command, guild_only)]
async fn test(
    ctx: Ctx<'_>,
    #[description = "Which notification: pick one while typing; all of them if left out"]
    #[autocomplete = "complete_subscription"]
    #[max_length = 100]
    notification: Option<String>,
) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let target = target(&session, notification.as_deref()).await?;
    let reply = notify_run::test(&session.context, &session.asker, target, None).await?;
    session.answer.give(reply).await
}

/// Show what could not be posted, try it again or drop it
#[poise::command(slash_command, guild_only)]
async fn failed(ctx: Ctx<'_>) -> Result<(), CommandError> {
    let session = begun(ctx).await?;
    let reply = notify_failed::list(&session.context, &session.asker, 1).await?;
    session.answer.give(reply).await
}

/// A session of somebody who may set up, acknowledged.
pub(crate) async fn begun(ctx: Ctx<'_>) -> Result<Session<'_>, CommandError> {
    let session = allowed(ctx)?;
    session.answer.begin().await?;
    Ok(session)
}

fn allowed(ctx: Ctx<'_>) -> Result<Session<'_>, CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_set_up(&session.asker, guard::settings_of(&ctx.command().qualified_name))?;
    Ok(session)
}

/// The notification that was picked (its id) or typed (its label); every one where nothing was given.
async fn target(session: &Session<'_>, text: Option<&str>) -> Result<Target, CommandError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(Target::All) };
    if let Ok(id) = text.parse() {
        return Ok(Target::One(SubscriptionId(id)));
    }
    let home = session.context.home(session.asker.guild);
    for subscription in session.context.store().guild_subscriptions(&home).await? {
        let label = subscription_label(&session.context, &subscription).await;
        if label.eq_ignore_ascii_case(text) {
            return Ok(Target::One(subscription.id));
        }
    }
    Err(gone(&session.context))
}

//! What became of words whose answer was lost: they are looked for in the conversation, by the press that sent them while
//! it lasts, and after a death by [`look_after_words`]. Nothing here sends anything.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use deskbell_discord::interaction::Interaction;
use deskbell_domain::audit::entry::{Begun, Outcome};
use deskbell_domain::conversation::Part;
use deskbell_domain::ids::{ApplicationId, MemberId, PartId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::{LOOKS_AFTER, Outgoing, Stage, Telling};
use deskbell_domain::port::intercom::{Intercom, OnBehalfOf};
use deskbell_domain::port::messenger::PostOutcome;
use deskbell_domain::port::store::OutgoingKey;
use deskbell_domain::time::UnixMillis;
use deskbell_text as text;
use secrecy::SecretString;

use super::identity::moved;
use crate::interaction::audit;
use crate::interaction::bot::BotContext;
use crate::interaction::error::CommandError;
use crate::interaction::session::Session;
use crate::interaction::workspace::{Connected, WorkspaceContext};

/// How long words are kept, whatever became of them.
pub(crate) const KEPT_MS: i64 = 24 * 60 * 60 * 1000;
/// How often it is looked again where Intercom did not show the conversation at the last look.
const AGAIN: Duration = Duration::from_secs(60);
/// How long nothing is tried where a channel is closed: each try is a call that Discord refuses.
const CLOSED_MS: i64 = 10 * 60 * 1000;
/// How often, until it is left to [`look_after_words`].
const MOST_AGAIN: usize = 8;

/// Keeps words as they are by now, for a day from then on.
pub(crate) async fn save(
    bot: &BotContext,
    place: &OutgoingKey,
    outgoing: &Outgoing,
) -> Result<(), CommandError> {
    let text = serde_json::to_string(outgoing).unwrap_or_default();
    let until = UnixMillis(bot.now().0 + KEPT_MS);
    Ok(bot.dependencies.store.keep(&place.clone().into(), &text, until).await?)
}

/// Of one person so much is kept that can be done without, and no more: the oldest goes.
pub(crate) async fn make_room(
    bot: &BotContext,
    place: &OutgoingKey,
    member: MemberId,
) -> Result<(), CommandError> {
    let until = UnixMillis(bot.now().0 + KEPT_MS);
    if let Some(oldest) = bot.kept.note(member, &place.clone().into(), bot.now(), until) {
        bot.dependencies.store.forget(&oldest).await?;
    }
    Ok(())
}

/// Words as they were kept.
pub(crate) async fn load(bot: &BotContext, place: &OutgoingKey) -> Result<Option<Outgoing>, CommandError> {
    let kept = bot.dependencies.store.kept(&place.clone().into(), bot.now()).await?;
    Ok(kept.and_then(|text| serde_json::from_str(&text).ok()))
}

/// It is known what became of them, and the member is to be told. Where that cannot be kept it is found out again.
pub(crate) async fn settle(bot: &BotContext, place: &OutgoingKey, outgoing: &mut Outgoing, stage: Stage) {
    (outgoing.stage, outgoing.telling) = (stage, Telling::Owed);
    if let Err(cause) = save(bot, place, outgoing).await {
        tracing::warn!(%cause, "it could not be kept what became of words, and it is looked for again");
    }
}

/// The member was told. Where that cannot be kept they are told once more. To be called in the conversation's turn.
///
/// Of what was sent only that is kept from then on: nobody sends it again, others may not take its part for theirs, and
/// it is not counted among what is kept for one person.
pub(crate) async fn is_told(bot: &BotContext, place: &OutgoingKey, outgoing: &mut Outgoing) {
    outgoing.telling = Telling::Done;
    if matches!(outgoing.stage, Stage::Sent(_)) {
        outgoing.text.clear();
        outgoing.known.clear();
    }
    if let Err(cause) = save(bot, place, outgoing).await {
        tracing::debug!(%cause, "whoever typed words is told once more what became of them");
    }
    if outgoing.stage == Stage::NotSent
        && let Err(cause) = make_room(bot, place, outgoing.member).await
    {
        tracing::debug!(%cause, "what somebody can do without stays until its day is over");
    }
}

/// The same outside of its turn, unless something else became of the words since.
async fn was_told(bot: &BotContext, workspace: &WorkspaceContext, place: &OutgoingKey, known: &Outgoing) {
    let _turn = bot.turns.of(workspace.id(), &known.conversation).await;
    if let Ok(Some(mut outgoing)) = load(bot, place).await
        && outgoing.stage == known.stage
    {
        is_told(bot, place, &mut outgoing).await;
    }
}

/// Tells that nobody knows, looks until somebody does, and tells that.
pub(crate) async fn until_known(
    session: &Session<'_>,
    begun: Begun,
    place: &OutgoingKey,
    outgoing: &Outgoing,
) -> Result<(), CommandError> {
    let (context, bot) = (&session.context, &session.context.bot);
    let last = LOOKS_AFTER[LOOKS_AFTER.len() - 1];
    let until = bot.now().seconds().plus(last);
    session.answer.give(text::desk::words::unknown(outgoing.to, until)).await?;
    session.at_work.release();
    let mut looked = 0;
    let pauses = LOOKS_AFTER.map(|after| {
        let pause = after - std::mem::replace(&mut looked, after);
        Duration::from_secs(pause.unsigned_abs())
    });
    for pause in pauses.into_iter().chain([AGAIN; MOST_AGAIN]) {
        if bot.stopping.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
            return Ok(());
        }
        let Ok(Some(known)) = look(bot, &context.workspace, &*session.looks, place).await else {
            continue;
        };
        let (outcome, reply) = match known.stage {
            Stage::Sent(_) => (Outcome::Done, text::desk::words::found(known.to)),
            _ => (Outcome::Failed, text::desk::words::not_sent(&known, &place.key)),
        };
        audit::end(session, begun, outcome).await;
        moved(session, &known.conversation).await;
        session.answer.give(reply).await?;
        was_told(bot, &context.workspace, place, &known).await;
        return Ok(());
    }
    Ok(())
}

/// Looks once; answers with the words where it is known what became of them.
async fn look(
    bot: &BotContext,
    workspace: &WorkspaceContext,
    intercom: &dyn Intercom,
    place: &OutgoingKey,
) -> Result<Option<Outgoing>, CommandError> {
    let Some(outgoing) = load(bot, place).await? else { return Ok(None) };
    let _turn = bot.turns.of(workspace.id(), &outgoing.conversation).await;
    let Some(mut outgoing) = load(bot, place).await? else { return Ok(None) };
    if !matches!(outgoing.stage, Stage::Sending(_)) {
        return Ok(Some(outgoing));
    }
    let thread = intercom.conversation(&outgoing.conversation).await?;
    let parts = thread.map(|thread| thread.parts).unwrap_or_default();
    match find(bot, intercom, place, &outgoing, &parts).await? {
        Some(part) => outgoing.stage = Stage::Sent(Some(part)),
        None if outgoing.is_over(workspace.ports.time.now().seconds()) => outgoing.was_not_found(),
        None => return Ok(None),
    }
    outgoing.telling = Telling::Owed;
    save(bot, place, &outgoing).await?;
    Ok(Some(outgoing))
}

/// Which of these parts the words are.
pub(crate) async fn find(
    bot: &BotContext,
    intercom: &dyn Intercom,
    place: &OutgoingKey,
    outgoing: &Outgoing,
    parts: &[Part],
) -> Result<Option<PartId>, CommandError> {
    let claimed = claimed(bot, place, outgoing).await?;
    Ok(outgoing.found_in(&intercom.read_again(&outgoing.text), parts, &claimed))
}

/// The parts that other words are known to be.
async fn claimed(
    bot: &BotContext,
    place: &OutgoingKey,
    outgoing: &Outgoing,
) -> Result<BTreeSet<PartId>, CommandError> {
    let mut claimed = BTreeSet::new();
    for other in bot.dependencies.store.outgoing().await? {
        if other == *place || other.home.workspace != place.home.workspace {
            continue;
        }
        if let Some(other) = load(bot, &other).await?
            && other.conversation == outgoing.conversation
        {
            claimed.extend(other.part().cloned());
        }
    }
    Ok(claimed)
}

/// Looks once for all words that a process sent which has ended since, and tells whoever typed them. To be called at the
/// start and every few seconds. What the store or Intercom does not give now is looked for the next time.
pub async fn look_after_words(bot: &Arc<BotContext>) {
    let all = bot.dependencies.store.outgoing().await.unwrap_or_default();
    let now = bot.now();
    for place in all.into_iter().filter(|place| bot.under_way.is_free(&place.key, now)) {
        if let Err(cause) = look_after(bot, &place).await {
            tracing::debug!(%cause, "words whose answer was lost are looked for again");
        }
    }
}

async fn look_after(bot: &Arc<BotContext>, place: &OutgoingKey) -> Result<(), CommandError> {
    let Some(outgoing) = load(bot, place).await? else { return Ok(()) };
    let Connected::To(workspace) = bot.dependencies.workspaces.of(place.home.guild) else { return Ok(()) };
    let is_open = matches!(outgoing.stage, Stage::Sending(_)) || outgoing.telling == Telling::Owed;
    if !is_open || *workspace.id() != place.home.workspace {
        return Ok(());
    }
    let _looked_after = bot.under_way.begin(&place.key);
    let intercom = workspace.intercom_for(OnBehalfOf::Look(place.home.guild, outgoing.member));
    let Some(known) = look(bot, &workspace, &*intercom, place).await? else { return Ok(()) };
    let reply = match known.stage {
        Stage::Sent(_) => text::desk::words::found(known.to),
        _ => text::desk::words::not_sent(&known, &place.key),
    };
    if tell(bot, &workspace, place, (&known, reply)).await == Telling::Done {
        was_told(bot, &workspace, place, &known).await;
    }
    Ok(())
}

/// In place of what the member was told last, for as long as Discord lets us; else in the channel, without a word of it.
/// Where nothing can be posted there just now it is tried again for as long as the words are kept, but not at every look.
/// Where Discord does not take the message itself, nobody can be told.
async fn tell(
    bot: &BotContext,
    workspace: &WorkspaceContext,
    place: &OutgoingKey,
    (outgoing, reply): (&Outgoing, Message),
) -> Telling {
    let address = Interaction {
        application: ApplicationId(outgoing.answer.application),
        id: outgoing.answer.interaction,
        token: SecretString::from(outgoing.answer.token.clone()),
    };
    if bot.dependencies.interactions.edit(&address, &reply).await.is_ok() {
        return Telling::Done;
    }
    let late = text::desk::words::settled_late(outgoing, &place.key);
    match workspace.ports.outbox.post_once(outgoing.channel, late).await {
        PostOutcome::Posted { .. } | PostOutcome::Refused { .. } => Telling::Done,
        PostOutcome::Closed(_) => {
            bot.under_way.rest(&place.key, UnixMillis(bot.now().0 + CLOSED_MS));
            Telling::Owed
        }
        _ => Telling::Owed,
    }
}

#[cfg(test)]
mod tests;

//! Replies and notes: typed into a form, shown once more, kept, and sent once. What is typed in a channel never goes to a
//! customer. How it is found out what became of words whose answer was lost stands in `looking.rs`.

use std::collections::BTreeMap;

use deskbell_domain::audit::Action;
use deskbell_domain::audit::entry::Outcome;
use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::{AnswerAddress, Outgoing, Stage, Telling, WordsFor};
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::OutgoingKey;
use deskbell_domain::press::desk::WordsAct;
use deskbell_domain::time::UnixMillis;
use deskbell_text as text;
use secrecy::ExposeSecret as _;

use super::identity::{acts_as, ask_who, moved, name_of};
use super::looking::{self, save};
use crate::interaction::audit;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::new_key;
use crate::interaction::session::Session;

/// `[Reply]` and `[Note]`: opens the form, once it is known in whose name.
pub(crate) async fn begin(
    session: &Session<'_>,
    to: WordsFor,
    id: &ConversationId,
) -> Result<(), CommandError> {
    if acts_as(session).await?.is_some() {
        return session.answer.open(text::desk::words::form(to, id)).await;
    }
    session.answer.begin().await?;
    ask_who(session, 0, to.into(), id).await
}

/// The form was sent. A note goes to Intercom at once; a reply is shown once more.
pub(crate) async fn written(
    session: &Session<'_>,
    to: WordsFor,
    id: &ConversationId,
    filled: &BTreeMap<String, String>,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let text = typed(filled)?;
    let Some(admin) = acts_as(session).await? else { return ask_who(session, 0, to.into(), id).await };
    let thread = session.answer.patiently(session.intercom.conversation(id)).await?;
    let thread = thread.ok_or(Refusal::UnknownConversation)?;
    let outgoing = Outgoing {
        to,
        conversation: id.clone(),
        customer: text::conversation::customer(&thread.conversation),
        member: session.asker.member,
        admin,
        text,
        known: thread.parts.iter().map(|part| part.id.clone()).collect(),
        channel: session.asker.channel,
        answer: AnswerAddress::default(),
        stage: Stage::Written,
        telling: Telling::Done,
    };
    let key = new_key(&session.context);
    save(&session.context.bot, &of(session, &key), &outgoing).await?;
    make_room(session, &key).await?;
    match to {
        WordsFor::Customer => show(session, &outgoing, &key).await,
        WordsFor::Team => send(session, outgoing, &key).await,
    }
}

/// Of one person so much is kept and no more: the oldest goes.
async fn make_room(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    let (bot, now) = (&session.context.bot, session.context.now());
    let until = UnixMillis(now.0 + looking::KEPT_MS);
    if let Some(oldest) = bot.kept.note(session.asker.member, &of(session, key).into(), now, until) {
        session.context.store().forget(&oldest).await?;
    }
    Ok(())
}

fn typed(filled: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let text = filled.get(text::desk::words::FIELD).map(|text| text.trim()).unwrap_or_default();
    if text.is_empty() { Err(Refusal::OldButton) } else { Ok(text.to_owned()) }
}

fn of(session: &Session<'_>, key: &str) -> OutgoingKey {
    OutgoingKey { home: session.context.home(session.asker.guild), key: key.to_owned() }
}

async fn show(session: &Session<'_>, outgoing: &Outgoing, key: &str) -> Result<(), CommandError> {
    let me = name_of(session, outgoing.admin.as_str()).await;
    session.answer.give(text::desk::words::preview(outgoing, &me, key)).await
}

/// Answers a press below words that were typed before. Only whoever typed them can do anything with them.
pub(crate) async fn pressed(
    session: &Session<'_>,
    act: WordsAct,
    key: &str,
    filled: &BTreeMap<String, String>,
) -> Result<(), CommandError> {
    let place = of(session, key);
    let kept = looking::load(&session.context.bot, &place).await?;
    let Some(outgoing) = kept.filter(|words| words.member == session.asker.member) else {
        return session.answer.give(text::desk::words::gone()).await;
    };
    match act {
        _ if !is_open(&outgoing) || act == WordsAct::Show => {
            session.answer.give(stands(&outgoing, key)).await
        }
        WordsAct::Edit => session.answer.open(text::desk::words::form_again(&outgoing, key)).await,
        WordsAct::Discard | WordsAct::Edited => {
            session.answer.begin().await?;
            change(session, act, &outgoing, (key, filled)).await
        }
        WordsAct::Send | WordsAct::Show => {
            session.answer.begin().await?;
            send(session, outgoing, key).await
        }
    }
}

/// Whether they may still be changed.
fn is_open(outgoing: &Outgoing) -> bool {
    matches!(outgoing.stage, Stage::Written | Stage::NotSent)
}

/// Changes words or throws them away, in their turn: of two presses at once one may send them.
async fn change(
    session: &Session<'_>,
    act: WordsAct,
    before: &Outgoing,
    (key, filled): (&str, &BTreeMap<String, String>),
) -> Result<(), CommandError> {
    let (bot, place) = (&session.context.bot, of(session, key));
    let turn = bot.turns.of(session.context.workspace.id(), &before.conversation);
    let _turn = session.answer.patiently(turn).await;
    let Some(mut outgoing) = looking::load(bot, &place).await? else {
        return session.answer.give(text::desk::words::gone()).await;
    };
    if !is_open(&outgoing) {
        return session.answer.give(stands(&outgoing, key)).await;
    }
    if act == WordsAct::Discard {
        session.context.store().forget(&place.into()).await?;
        return session.answer.give(text::desk::words::discarded()).await;
    }
    outgoing.text = typed(filled)?;
    (outgoing.stage, outgoing.telling) = (Stage::Written, Telling::Done);
    save(bot, &place, &outgoing).await?;
    show(session, &outgoing, key).await
}

/// What is known of words.
fn stands(outgoing: &Outgoing, key: &str) -> Message {
    match outgoing.stage {
        Stage::Sending(_) => text::desk::words::on_their_way(),
        Stage::Sent(_) => text::desk::words::found(outgoing.to),
        Stage::Written | Stage::NotSent => text::desk::words::not_sent(outgoing, key),
    }
}

/// Sends words once. That they are being sent is kept before, so that whatever becomes of this process somebody looks for
/// them, and of two presses the second finds them on their way.
async fn send(session: &Session<'_>, before: Outgoing, key: &str) -> Result<(), CommandError> {
    let (bot, place) = (&session.context.bot, of(session, key));
    let turn =
        session.answer.patiently(bot.turns.of(session.context.workspace.id(), &before.conversation)).await;
    let Some(mut outgoing) = looking::load(bot, &place).await? else {
        return session.answer.give(text::desk::words::gone()).await;
    };
    if matches!(outgoing.stage, Stage::Sending(_) | Stage::Sent(_)) {
        return session.answer.give(stands(&outgoing, key)).await;
    }
    let begun = audit::begin(session, action(&outgoing)).await?;
    let _looked_after = bot.under_way.begin(key);
    let now = session.context.workspace.ports.time.now().seconds();
    (outgoing.stage, outgoing.telling) = (Stage::Sending(now), Telling::Done);
    outgoing.answer = address(session);
    if let Err(failure) = save(bot, &place, &outgoing).await {
        audit::end(session, begun, Outcome::Failed).await;
        return Err(failure);
    }
    let (id, by) = (outgoing.conversation.clone(), AdminId::new(outgoing.admin.as_str()));
    let saying = session.intercom.say(&id, &by, outgoing.to, &outgoing.text);
    match session.answer.patiently(saying).await {
        Ok(parts) => {
            let part = outgoing.found_in(&parts, &[].into());
            looking::settle(bot, &place, &mut outgoing, Stage::Sent(part)).await;
            audit::end(session, begun, Outcome::Done).await;
            moved(session, &id).await;
            session.answer.give(text::desk::words::sent(outgoing.to)).await?;
            looking::is_told(bot, &place, &mut outgoing).await;
            Ok(())
        }
        Err(IntercomError::OutcomeUnknown) => {
            drop(turn);
            looking::until_known(session, begun, &place, &outgoing).await
        }
        Err(error) => {
            looking::settle(bot, &place, &mut outgoing, Stage::NotSent).await;
            audit::end(session, begun, Outcome::Failed).await;
            let why = text::failure::cause(&error);
            session.answer.give(text::desk::words::refused(&outgoing, why, key)).await?;
            looking::is_told(bot, &place, &mut outgoing).await;
            Ok(())
        }
    }
}

fn action(outgoing: &Outgoing) -> Action {
    let conversation = outgoing.conversation.clone();
    match outgoing.to {
        WordsFor::Customer => Action::Replied { conversation },
        WordsFor::Team => Action::Noted { conversation },
    }
}

fn address(session: &Session<'_>) -> AnswerAddress {
    let address = session.answer.address();
    AnswerAddress {
        application: address.application.0,
        interaction: address.id,
        token: address.token.expose_secret().to_owned(),
    }
}

#[cfg(test)]
mod tests;

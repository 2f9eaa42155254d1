//! Replies and notes: typed into a form, shown once more, kept, and sent once. What is typed in a channel never goes to a
//! customer. How it is found out what became of words whose answer was lost stands in `looking.rs`.

use std::collections::BTreeMap;

use deskbell_domain::ids::ConversationId;
use deskbell_domain::outgoing::{Outgoing, Stage, WordsFor};
use deskbell_domain::press::desk::{Then, WordsAct};
use deskbell_text as text;

use super::identity::{self, acts_as, ask_who};
use super::looking::{self, make_room, save};
use super::sending::{address, in_turn, is_open, named, of, send, show, stands};
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
    ask_who(session, 0, &Then::Do(to.into(), id.clone())).await
}

/// The form was sent. A note goes to Intercom at once; a reply is shown once more. The words are kept before anything is
/// asked of Intercom: whatever fails then, whoever typed them can go on with them. What fails before gives them back.
pub(crate) async fn written(
    session: &Session<'_>,
    to: WordsFor,
    id: &ConversationId,
    filled: &BTreeMap<String, String>,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let (bot, asker, key) = (&session.context.bot, &session.asker, new_key(&session.context));
    let at = (asker.channel, address(session));
    let outgoing = Outgoing::typed(to, id.clone(), asker.member, at, typed(filled)?);
    let _looked_after = bot.under_way.begin(&key);
    save(bot, &of(session, &key), &outgoing).await?;
    make_room(bot, &of(session, &key), asker.member).await?;
    send(session, outgoing, &key).await
}

pub(super) fn typed(filled: &BTreeMap<String, String>) -> Result<String, Refusal> {
    let text = filled.get(text::desk::words::FIELD).map(|text| text.trim()).unwrap_or_default();
    if text.is_empty() { Err(Refusal::OldButton) } else { Ok(text.to_owned()) }
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
        return session.answer.give_back(text::desk::words::gone()).await;
    };
    match act {
        _ if !is_open(&outgoing) || act == WordsAct::Show => {
            session.answer.give_back(stands(&outgoing, key)).await
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

/// Changes words or throws them away, in their turn: of two presses at once one may send them. Where that is so, or cannot
/// be found out, what was typed in their place is given back.
async fn change(
    session: &Session<'_>,
    act: WordsAct,
    before: &Outgoing,
    (key, filled): (&str, &BTreeMap<String, String>),
) -> Result<(), CommandError> {
    let Some((turn, mut outgoing)) = in_turn(session, before, key).await? else { return Ok(()) };
    if act == WordsAct::Discard {
        session.context.store().forget(&of(session, key).into()).await?;
        return session.answer.give(text::desk::words::discarded()).await;
    }
    outgoing.text = typed(filled)?;
    outgoing.are_written_anew();
    save(&session.context.bot, &of(session, key), &outgoing).await?;
    if outgoing.stage == Stage::Typed {
        drop(turn);
        return send(session, outgoing, key).await;
    }
    show(session, &outgoing, key).await
}

/// Who their writer is was chosen below words.
pub(crate) async fn chosen_by(
    session: &Session<'_>,
    key: &str,
    chosen: &[String],
) -> Result<(), CommandError> {
    let kept = looking::load(&session.context.bot, &of(session, key)).await?;
    let Some(outgoing) = kept.filter(|words| words.member == session.asker.member) else {
        return session.answer.give(text::desk::words::gone()).await;
    };
    match identity::chosen(session, chosen).await? {
        Some(admin) => named(session, outgoing, admin, key).await,
        None => ask_who(session, 0, &Then::Words(key.to_owned())).await,
    }
}

#[cfg(test)]
mod tests;

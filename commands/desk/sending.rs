//! Sending words once: in the name of whoever their writer is by then, and only where it is sure that they are not there
//! already.

use deskbell_domain::audit::Action;
use deskbell_domain::audit::entry::Outcome;
use deskbell_domain::conversation::{Part, Readers, Speaker, Thread};
use deskbell_domain::ids::AdminId;
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::{AnswerAddress, Outgoing, Stage, Telling, WordsFor};
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::port::store::OutgoingKey;
use deskbell_domain::press::desk::Then;
use deskbell_text as text;
use secrecy::ExposeSecret as _;
use tokio::sync::OwnedMutexGuard;

use super::customer;
use super::identity::{acts_as, ask_again, ask_who, has_no_seat, moved, name_of};
use super::looking::{self, save};
use crate::interaction::audit;
use crate::interaction::error::CommandError;
use crate::interaction::session::Session;

/// Where the words of a key are kept.
pub(super) fn of(session: &Session<'_>, key: &str) -> OutgoingKey {
    OutgoingKey { home: session.context.home(session.asker.guild), key: key.to_owned() }
}

/// Whether they may still be changed.
pub(super) fn is_open(outgoing: &Outgoing) -> bool {
    matches!(outgoing.stage, Stage::Typed | Stage::Written | Stage::NotSent)
}

/// What is known of words.
pub(super) fn stands(outgoing: &Outgoing, key: &str) -> Message {
    match outgoing.stage {
        Stage::Sending(_) => text::desk::words::on_their_way(),
        Stage::Sent(_) => text::desk::words::found(outgoing.to),
        Stage::Typed | Stage::Written | Stage::NotSent => text::desk::words::not_sent(outgoing, key),
    }
}

/// Shows words once more, with who gets them and in whose name.
pub(super) async fn show(session: &Session<'_>, outgoing: &Outgoing, key: &str) -> Result<(), CommandError> {
    let me = name_of(session, outgoing.admin.as_str()).await;
    session.answer.give(text::desk::words::preview(outgoing, &me, key)).await
}

/// Sends words once. That they are being sent is kept before, so that whatever becomes of this process somebody looks for
/// them, and of two presses the second finds them on their way. A reply that was just typed is shown once more instead.
pub(super) async fn send(session: &Session<'_>, before: Outgoing, key: &str) -> Result<(), CommandError> {
    let Some((turn, mut outgoing)) = in_turn(session, &before, key).await? else { return Ok(()) };
    match acts_as(session).await? {
        Some(admin) if admin == outgoing.admin => match answered_meanwhile(session, &outgoing).await {
            Some(thread) => warn(session, &mut outgoing, &thread, key).await,
            None => post(session, turn, outgoing, key).await,
        },
        Some(admin) if outgoing.stage == Stage::Typed && outgoing.to == WordsFor::Team => {
            outgoing.admin = admin;
            match read(session, &mut outgoing).await {
                Ok(()) => post(session, turn, outgoing, key).await,
                Err(error) => give_back(session, &mut outgoing, &error, key).await,
            }
        }
        Some(admin) => in_name_of(session, &mut outgoing, admin, key).await,
        None => ask_whose(session, &mut outgoing, key).await,
    }
}

/// A conversation in which another teammate answered the customer since these words were typed. Where it cannot be read the
/// words are sent as they are: the press said so.
async fn answered_meanwhile(session: &Session<'_>, outgoing: &Outgoing) -> Option<Thread> {
    if outgoing.to == WordsFor::Team || outgoing.stage != Stage::Written {
        return None;
    }
    let thread = session.intercom.conversation(&outgoing.conversation);
    let thread = session.answer.patiently(thread).await.ok().flatten()?;
    others_answer(outgoing, &thread).is_some().then_some(thread)
}

fn others_answer<'a>(outgoing: &Outgoing, thread: &'a Thread) -> Option<&'a Part> {
    let is_answer = |part: &&Part| part.is_said_by(Speaker::Teammate) && part.readers == Readers::Everybody;
    let is_others = |part: &&Part| part.author.id.as_deref() != Some(outgoing.admin.as_str());
    let mut answers = thread.parts.iter().rev().filter(is_answer).filter(is_others);
    answers.find(|part| !outgoing.known.contains(&part.id))
}

/// Shows the words once more, below what somebody else answered. Pressed again they are sent.
async fn warn(
    session: &Session<'_>,
    outgoing: &mut Outgoing,
    thread: &Thread,
    key: &str,
) -> Result<(), CommandError> {
    let Some(answer) = others_answer(outgoing, thread).cloned() else { return Ok(()) };
    outgoing.known = thread.parts.iter().map(|part| part.id.clone()).collect();
    save(&session.context.bot, &of(session, key), outgoing).await?;
    let me = name_of(session, outgoing.admin.as_str()).await;
    session.answer.give(text::desk::words::answered_meanwhile(outgoing, &me, &answer, key)).await
}

/// Who the writer is was said: the words are shown once more in that name.
pub(super) async fn named(
    session: &Session<'_>,
    before: Outgoing,
    admin: AdminId,
    key: &str,
) -> Result<(), CommandError> {
    let Some((_turn, mut outgoing)) = in_turn(session, &before, key).await? else { return Ok(()) };
    in_name_of(session, &mut outgoing, admin, key).await
}

async fn in_name_of(
    session: &Session<'_>,
    outgoing: &mut Outgoing,
    admin: AdminId,
    key: &str,
) -> Result<(), CommandError> {
    if outgoing.stage == Stage::Typed
        && let Err(error) = read(session, outgoing).await
    {
        return give_back(session, outgoing, &error, key).await;
    }
    outgoing.admin = admin;
    outgoing.are_written_anew();
    save(&session.context.bot, &of(session, key), outgoing).await?;
    show(session, outgoing, key).await
}

/// Looks whom words reach that were just typed.
async fn read(session: &Session<'_>, outgoing: &mut Outgoing) -> Result<(), IntercomError> {
    let thread = session.answer.patiently(session.intercom.conversation(&outgoing.conversation)).await?;
    let thread = thread.ok_or(IntercomError::Missing)?;
    outgoing.are_for(customer::name(session, &thread).await, &thread);
    Ok(())
}

/// Asks in whose name words go.
async fn ask_whose(session: &Session<'_>, outgoing: &mut Outgoing, key: &str) -> Result<(), CommandError> {
    match ask_who(session, 0, &Then::Words(key.to_owned())).await {
        Err(CommandError::Intercom(error)) => give_back(session, outgoing, &error, key).await,
        Err(other) => Err(other),
        Ok(()) => {
            looking::is_told(&session.context.bot, &of(session, key), outgoing).await;
            Ok(())
        }
    }
}

/// Intercom did not tell what had to be known before they could be sent: whoever typed them has them again. To be called
/// in the conversation's turn.
async fn give_back(
    session: &Session<'_>,
    outgoing: &mut Outgoing,
    error: &IntercomError,
    key: &str,
) -> Result<(), CommandError> {
    let why = text::failure::cause(error);
    session.answer.give(text::desk::words::refused(outgoing, why, key)).await?;
    looking::is_told(&session.context.bot, &of(session, key), outgoing).await;
    Ok(())
}

/// The words as they are in their turn; none where nothing is to be done with them any more, which was told. What was not
/// found at the last look may have arrived since, so it is looked for once more before anything else is done.
pub(super) async fn in_turn(
    session: &Session<'_>,
    before: &Outgoing,
    key: &str,
) -> Result<Option<(OwnedMutexGuard<()>, Outgoing)>, CommandError> {
    let (bot, place) = (&session.context.bot, of(session, key));
    let turn = bot.turns.of(session.context.workspace.id(), &before.conversation);
    let turn = session.answer.patiently(turn).await;
    let Some(mut outgoing) = looking::load(bot, &place).await? else {
        session.answer.give_back(text::desk::words::gone()).await?;
        return Ok(None);
    };
    if !is_open(&outgoing) {
        session.answer.give_back(stands(&outgoing, key)).await?;
        return Ok(None);
    }
    if came_late(session, &place, &mut outgoing).await? {
        moved(session, &outgoing.conversation).await;
        session.answer.give_back(text::desk::words::found(outgoing.to)).await?;
        looking::is_told(bot, &place, &mut outgoing).await;
        return Ok(None);
    }
    Ok(Some((turn, outgoing)))
}

async fn came_late(
    session: &Session<'_>,
    place: &OutgoingKey,
    outgoing: &mut Outgoing,
) -> Result<bool, CommandError> {
    if outgoing.tried.is_none() {
        return Ok(false);
    }
    let (bot, intercom) = (&session.context.bot, &*session.intercom);
    let thread = session.answer.patiently(intercom.conversation(&outgoing.conversation)).await?;
    let parts = thread.map(|thread| thread.parts).unwrap_or_default();
    let Some(part) = looking::find(bot, intercom, place, outgoing, &parts).await? else { return Ok(false) };
    let begun = audit::begin(session, action(outgoing)).await?;
    looking::settle(bot, place, outgoing, Stage::Sent(Some(part))).await;
    audit::end(session, begun, Outcome::Done).await;
    Ok(true)
}

async fn post(
    session: &Session<'_>,
    turn: OwnedMutexGuard<()>,
    mut outgoing: Outgoing,
    key: &str,
) -> Result<(), CommandError> {
    let (bot, place) = (&session.context.bot, of(session, key));
    bot.kept.spare(outgoing.member, &place.clone().into());
    let begun = audit::begin(session, action(&outgoing)).await?;
    let _looked_after = bot.under_way.begin(key);
    let now = session.context.workspace.ports.time.now().seconds();
    (outgoing.stage, outgoing.telling) = (Stage::Sending(now), Telling::Done);
    outgoing.answer = address(session);
    if let Err(failure) = save(bot, &place, &outgoing).await {
        audit::end(session, begun, Outcome::Failed).await;
        return Err(failure);
    }
    let (id, by) = (&outgoing.conversation, &outgoing.admin);
    let saying = session.intercom.say(id, by, outgoing.to, &outgoing.text);
    match session.answer.patiently(saying).await {
        Ok(parts) => {
            // Perhaps it shows more than the new part, and so an equal one that is another's.
            let part = looking::find(bot, &*session.intercom, &place, &outgoing, &parts).await;
            looking::settle(bot, &place, &mut outgoing, Stage::Sent(part.unwrap_or_default())).await;
            audit::end(session, begun, Outcome::Done).await;
            moved(session, &outgoing.conversation).await;
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
            if has_no_seat(session, &error, &outgoing.admin).await {
                ask_again(session, &Then::Words(key.to_owned())).await?;
                looking::is_told(bot, &place, &mut outgoing).await;
                return Ok(());
            }
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

/// How whoever pressed is answered.
pub(super) fn address(session: &Session<'_>) -> AnswerAddress {
    let address = session.answer.address();
    AnswerAddress {
        application: address.application.0,
        interaction: address.id,
        token: address.token.expose_secret().to_owned(),
    }
}

//! What members do with leads and users from their cards: owning, notes and tags. A note is written once: where nobody
//! knows whether it is there, what was typed is given back.

use std::collections::BTreeMap;

use deskbell_domain::contact::Contact;
use deskbell_domain::ids::{AdminId, ContactId, MemberId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::Tagging;
use deskbell_domain::press::desk::{TagsOf, Then};
use deskbell_domain::press::person::{PersonAct, PersonPress};
use deskbell_domain::service::desk::{Desk, DeskError, Noted, OfPerson, Owned, Taking};
use deskbell_text as text;
use serde::{Deserialize, Serialize};

use super::identity::{self, acts_as, ask_who, has_no_seat, name_of};
use super::more::{self, failed};
use super::moves::{Chosen, in_turn};
use super::words::typed;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::keep::{keep, kept, new_key};
use crate::interaction::refusal::Said;
use crate::interaction::session::Session;
use crate::press::given::Given;
use crate::press::place::AnswerPlace;

/// A note as it was typed, for whoever typed it.
#[derive(Serialize, Deserialize)]
struct TypedNote {
    member: MemberId,
    contact: ContactId,
    text: String,
}

/// Whether the answer replaces the message that was pressed: never a card.
pub(super) fn place(press: &PersonPress) -> AnswerPlace {
    match press {
        PersonPress::Do(PersonAct::OwnOver, _)
        | PersonPress::ActAs(..)
        | PersonPress::Teammates(..)
        | PersonPress::NoteAs(_)
        | PersonPress::NoteBy(..)
        | PersonPress::TagOne(_)
        | PersonPress::Tags(..) => AnswerPlace::Same,
        PersonPress::Do(..) | PersonPress::Noted(_) | PersonPress::NoteAgain(_) => AnswerPlace::New,
    }
}

/// Answers such a press. The asker was checked already.
pub(super) async fn pressed(
    session: &Session<'_>,
    press: PersonPress,
    given: &Given,
) -> Result<(), CommandError> {
    match press {
        // A form can only be the first answer.
        PersonPress::Do(PersonAct::NoteOn, id) => begin_note(session, &id).await,
        PersonPress::NoteAgain(key) => begin_again(session, &key).await,
        other => {
            session.answer.begin().await?;
            acts(session, other, given).await
        }
    }
}

/// What needs no form.
async fn acts(session: &Session<'_>, press: PersonPress, given: &Given) -> Result<(), CommandError> {
    match press {
        PersonPress::Do(act, id) => as_whom(session, act, &id, acts_as(session).await?).await,
        PersonPress::ActAs(act, id) => {
            as_whom(session, act, &id, identity::chosen(session, &given.chosen).await?).await
        }
        PersonPress::Teammates(page, act, id) => ask_who(session, page, &Then::DoWithPerson(act, id)).await,
        PersonPress::Noted(id) => noted(session, &id, &given.filled).await,
        PersonPress::NoteAs(key) => note_as(session, key, &given.chosen).await,
        PersonPress::NoteBy(page, key) => ask_who(session, page, &Then::NoteAgain(key)).await,
        PersonPress::Tags(page, id) => chose(session, Chosen::TagPage(page), &id).await,
        PersonPress::TagOne(id) => {
            let code = given.chosen.first().and_then(|code| Tagging::of_code(code));
            let (tagging, tag) = code.ok_or(Refusal::OldButton)?;
            chose(session, Chosen::Tag(tagging, tag), &id).await
        }
        PersonPress::NoteAgain(_) => Err(Refusal::OldButton.into()),
    }
}

/// Does it in that name, or asks for one.
async fn as_whom(
    session: &Session<'_>,
    act: PersonAct,
    id: &ContactId,
    admin: Option<AdminId>,
) -> Result<(), CommandError> {
    let then = Then::DoWithPerson(act, id.clone());
    let Some(admin) = admin else { return ask_who(session, 0, &then).await };
    in_turn(session, id, admin, then, async |desk| match act {
        PersonAct::Own => own(session, desk, id, Taking::IfFree).await,
        PersonAct::OwnOver => own(session, desk, id, Taking::Over).await,
        PersonAct::TagOn => offer_tags(session, desk, id, 0).await,
        PersonAct::NoteOn => {
            Ok(text::desk::person::now_you_are(&name_of(session, desk.admin.as_str()).await, id))
        }
    })
    .await
}

/// Goes on with the tag that was chosen, or asks in whose name: then it begins again.
async fn chose(session: &Session<'_>, chosen: Chosen, id: &ContactId) -> Result<(), CommandError> {
    let then = Then::DoWithPerson(PersonAct::TagOn, id.clone());
    let Some(admin) = acts_as(session).await? else { return ask_who(session, 0, &then).await };
    in_turn(session, id, admin, then, async |desk| match &chosen {
        Chosen::TagPage(page) => offer_tags(session, desk, id, *page).await,
        Chosen::Tag(tagging, tag) => {
            let (_, tagged) = here(desk.tag_person(id, tag, *tagging).await.map_err(failed)?)?;
            more::told_of_tag(session, tagged, tag, &TagsOf::Person(id.clone())).await
        }
        Chosen::RecipientPage(_) | Chosen::Recipient(_) => Err(Refusal::OldButton.into()),
    })
    .await
}

/// Somebody with whom something was done, and how it ended.
fn here<T>(done: OfPerson<T>) -> Result<(Box<Contact>, T), Refusal> {
    match done {
        OfPerson::Here(contact, ended) => Ok((contact, ended)),
        OfPerson::Merged(into) => {
            let reply = Box::new(text::desk::person::merged(&into));
            Err(Refusal::Said { kind: Said::Merged, reply })
        }
        OfPerson::Gone => Err(Refusal::Gone),
    }
}

async fn own(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ContactId,
    taking: Taking,
) -> Result<Message, CommandError> {
    let (contact, owned) = here(desk.own(id, taking).await.map_err(failed)?)?;
    let me = async || name_of(session, desk.admin.as_str()).await;
    Ok(match owned {
        Owned::Now => text::desk::person::owned(&me().await, &contact),
        Owned::Before => text::desk::person::owned_before(&me().await, &contact),
        Owned::Nobody => text::desk::person::nobodys(&contact),
        Owned::Unread => text::desk::person::unread(&me().await, &contact),
        Owned::By(other) => text::desk::person::held(&name_of(session, other.as_str()).await, &contact),
    })
}

async fn offer_tags(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ContactId,
    page: u8,
) -> Result<Message, CommandError> {
    let (_, on) = here(desk.tags_of_person(id).await.map_err(failed)?)?;
    let tags = more::tags(session).await?;
    Ok(text::desk::more::which_tag(&tags, &on, page, &TagsOf::Person(id.clone())))
}

/// `[Note]`: opens the form, once it is known in whose name.
async fn begin_note(session: &Session<'_>, id: &ContactId) -> Result<(), CommandError> {
    if acts_as(session).await?.is_some() {
        return session.answer.open(text::desk::person::form(id)).await;
    }
    session.answer.begin().await?;
    ask_who(session, 0, &Then::DoWithPerson(PersonAct::NoteOn, id.clone())).await
}

/// [Write it again…]: opens the form with what was typed.
async fn begin_again(session: &Session<'_>, key: &str) -> Result<(), CommandError> {
    let kept = kept::<TypedNote>(&session.context, session.asker.guild, key).await?;
    match kept.filter(|note| note.member == session.asker.member) {
        Some(note) => session.answer.open(text::desk::person::form_again(&note.contact, &note.text)).await,
        None => session.answer.give(text::desk::person::note_gone()).await,
    }
}

/// The form was sent.
async fn noted(
    session: &Session<'_>,
    id: &ContactId,
    filled: &BTreeMap<String, String>,
) -> Result<(), CommandError> {
    let (text, key) = (typed(filled)?, new_key(&session.context));
    let note = TypedNote { member: session.asker.member, contact: id.clone(), text };
    let then = Then::NoteAgain(key.clone());
    let Some(admin) = acts_as(session).await? else {
        keep(&session.context, &session.asker, &key, &note).await?;
        return ask_who(session, 0, &then).await;
    };
    in_turn(session, id, admin, then, async |desk| write(session, desk, &note, &key).await).await
}

/// Writes it once. Where it may not be there it is kept, so that it need not be typed again.
async fn write(
    session: &Session<'_>,
    desk: &Desk<'_>,
    note: &TypedNote,
    key: &str,
) -> Result<Message, CommandError> {
    let now = session.context.workspace.ports.time.now().seconds();
    let written = desk.note_on(&note.contact, &note.text, now).await;
    if let Ok(OfPerson::Here(_, Noted::Now)) = written {
        return Ok(text::desk::words::sent(WordsFor::Team));
    }
    // Whoever was merged is known by another id from then on.
    let contact = if let Ok(OfPerson::Merged(into)) = &written { &into.id } else { &note.contact };
    let kept = TypedNote { contact: contact.clone(), text: note.text.clone(), ..*note };
    let again = keep(&session.context, &session.asker, key, &kept).await.ok().map(|()| key);
    match written {
        Ok(OfPerson::Here(contact, _)) => {
            let open = session.context.workspace.links.contact(&contact.id);
            Ok(text::desk::person::note_unknown(&contact, open, &note.text, again))
        }
        Ok(OfPerson::Merged(into)) => Ok(text::desk::person::note_on_merged(&into, &note.text, again)),
        Ok(OfPerson::Gone) => Err(Refusal::Gone.into()),
        Err(DeskError::Intercom(error)) if !has_no_seat(session, &error, &desk.admin).await => {
            let why = text::failure::cause(&error);
            Ok(text::desk::person::note_refused(why, &note.text, again))
        }
        Err(error) => Err(failed(error)),
    }
}

/// Who the writer of a note is was chosen below it.
async fn note_as(session: &Session<'_>, key: String, chosen: &[String]) -> Result<(), CommandError> {
    match identity::chosen(session, chosen).await? {
        Some(admin) => {
            let me = name_of(session, admin.as_str()).await;
            session.answer.give(text::desk::person::now_you_are_again(&me, &key)).await
        }
        None => ask_who(session, 0, &Then::NoteAgain(key)).await,
    }
}

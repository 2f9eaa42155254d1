//! What members do with conversations and people from their cards. Each press is authorised again, and done in the name of the
//! teammate that the member said to be.

mod customer;
pub(crate) mod identity;
pub(crate) mod looking;
mod more;
mod moves;
mod person;
mod sending;
mod words;

use deskbell_domain::access::Needed;
use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::{Recipient, Tagging};
use deskbell_domain::press::desk::{DeskAct, DeskPress, Then, WordsAct};
use deskbell_text::refusal::Forbidden;

use self::moves::Chosen;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::press::given::Given;
use crate::press::place::AnswerPlace;

/// Whether the answer replaces the message that was pressed: never a card in a channel.
pub(crate) fn place(press: &DeskPress) -> AnswerPlace {
    match press {
        DeskPress::Do(DeskAct::TakeOver | DeskAct::CloseNow, _)
        | DeskPress::ActAs(..)
        | DeskPress::Teammates(..)
        | DeskPress::TagOne(_)
        | DeskPress::Tags(..)
        | DeskPress::GiveTo(_)
        | DeskPress::Recipients(..)
        | DeskPress::WordsAs(_)
        | DeskPress::WordsBy(..)
        | DeskPress::Words(WordsAct::Send | WordsAct::Edit | WordsAct::Edited | WordsAct::Discard, _) => {
            AnswerPlace::Same
        }
        DeskPress::Do(..)
        | DeskPress::More(_)
        | DeskPress::Written(..)
        | DeskPress::Words(WordsAct::Show, _) => AnswerPlace::New,
        DeskPress::Person(press) => person::place(press),
    }
}

/// Answers such a press.
pub(crate) async fn pressed(
    session: &Session<'_>,
    press: DeskPress,
    given: &Given,
) -> Result<(), CommandError> {
    if let DeskPress::Person(press) = press {
        may_act(session, Forbidden::Handle).await?;
        return person::pressed(session, press, given).await;
    }
    may_act(session, Forbidden::Answer).await?;
    match press {
        // A form can only be the first answer.
        DeskPress::Do(DeskAct::Reply, id) => words::begin(session, WordsFor::Customer, &id).await,
        DeskPress::Do(DeskAct::Note, id) => words::begin(session, WordsFor::Team, &id).await,
        DeskPress::Words(act, key) => words::pressed(session, act, &key, &given.filled).await,
        DeskPress::Written(to, id) => words::written(session, to, &id, &given.filled).await,
        other => {
            session.answer.begin().await?;
            without_form(session, other, &given.chosen).await
        }
    }
}

/// What needs no form.
async fn without_form(
    session: &Session<'_>,
    press: DeskPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    match press {
        DeskPress::Do(act, id) => as_whom(session, act, &id, identity::acts_as(session).await?).await,
        DeskPress::ActAs(act, id) => {
            as_whom(session, act, &id, identity::chosen(session, chosen).await?).await
        }
        DeskPress::Teammates(page, act, id) => identity::ask_who(session, page, &Then::Do(act, id)).await,
        DeskPress::WordsAs(key) => words::chosen_by(session, &key, chosen).await,
        DeskPress::WordsBy(page, key) => identity::ask_who(session, page, &Then::Words(key)).await,
        DeskPress::More(id) => {
            let act = chosen.first().and_then(|code| DeskAct::of_more(code)).ok_or(Refusal::OldButton)?;
            as_whom(session, act, &id, identity::acts_as(session).await?).await
        }
        DeskPress::Tags(page, id) => chose(session, Chosen::TagPage(page), DeskAct::Tag, &id).await,
        DeskPress::TagOne(id) => {
            let code = chosen.first().and_then(|code| Tagging::of_code(code));
            let (tagging, tag) = code.ok_or(Refusal::OldButton)?;
            chose(session, Chosen::Tag(tagging, tag), DeskAct::Tag, &id).await
        }
        DeskPress::Recipients(page, id) => {
            chose(session, Chosen::RecipientPage(page), DeskAct::Give, &id).await
        }
        DeskPress::GiveTo(id) => {
            let to = chosen.first().and_then(|code| Recipient::of_code(code)).ok_or(Refusal::OldButton)?;
            chose(session, Chosen::Recipient(to), DeskAct::Give, &id).await
        }
        DeskPress::Written(..) | DeskPress::Words(..) | DeskPress::Person(_) => {
            Err(Refusal::OldButton.into())
        }
    }
}

/// Goes on with what was chosen, or asks in whose name: then it begins again.
async fn chose(
    session: &Session<'_>,
    chosen: Chosen,
    act: DeskAct,
    id: &ConversationId,
) -> Result<(), CommandError> {
    match identity::acts_as(session).await? {
        Some(admin) => moves::chosen_as(session, chosen, id, admin).await,
        None => identity::ask_who(session, 0, &Then::Do(act, id.clone())).await,
    }
}

/// Does it in that name, or asks for one.
async fn as_whom(
    session: &Session<'_>,
    act: DeskAct,
    id: &ConversationId,
    admin: Option<AdminId>,
) -> Result<(), CommandError> {
    match admin {
        Some(admin) => moves::act_as(session, act, id, admin).await,
        None => identity::ask_who(session, 0, &Then::Do(act, id.clone())).await,
    }
}

/// The same rule as for commands that change somebody, in the words of the buttons below cards. These are there for
/// everybody who sees a card: whoever may only look hears which role it takes, and who gives it.
async fn may_act(session: &Session<'_>, what: Forbidden) -> Result<(), CommandError> {
    guard::may(&session.context, &session.asker, Needed::Act).await.map_err(|failure| match failure {
        CommandError::Refused(Refusal::NoAccess { team, .. }) => Refusal::NoAccess { what, team }.into(),
        other => other,
    })
}

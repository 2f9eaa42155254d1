//! "Show in Intercom" on a member of the server: the lead or user whose attribute names them, and [Link to a contact…].

use std::collections::BTreeMap;

use deskbell_domain::access::Needed;
use deskbell_domain::contact::{Contact, Role};
use deskbell_domain::ids::{ContactId, MemberId};
use deskbell_domain::member_field::MemberField;
use deskbell_domain::message::Message;
use deskbell_domain::port::intercom::IntercomError;
use deskbell_domain::press::member::MemberPress;
use deskbell_domain::press::parse_contact;
use deskbell_domain::service::look_up::LookUp;
use deskbell_domain::service::member::{Linking, Readiness, linked_to, ready};
use deskbell_domain::service::privacy::meant;
use deskbell_text as text;
use poise::serenity_prelude as serenity;

use crate::contact::retry::{self, Asked};
use crate::contact::{present, shown};
use crate::interaction::audit::{self, Action, Outcome};
use crate::interaction::context::Ctx;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::guard;
use crate::interaction::refusal::Said;
use crate::interaction::session::Session;
use crate::interaction::tell::tell;
use crate::press::given::Given;
use crate::press::place::AnswerPlace;

/// Shows who a member of the server is in Intercom.
#[poise::command(context_menu_command = "Show in Intercom", guild_only)]
pub(crate) async fn show_member(ctx: Ctx<'_>, user: serenity::User) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may(&session.context, &session.asker, Needed::Look).await?;
    show(&session, MemberId(user.id.get())).await
}

/// Shows who a member is in Intercom. The asker was checked already.
pub(crate) async fn show(session: &Session<'_>, member: MemberId) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let Err(failure) = shown_now(session, member).await else { return Ok(()) };
    let effect = retry::effect(session, &Asked::Member { member }, &failure).await;
    tell(session, "member", &failure, &effect).await;
    Ok(())
}

async fn shown_now(session: &Session<'_>, member: MemberId) -> Result<(), CommandError> {
    let looking = linked_to(&*session.intercom, field(session), member);
    let found = match session.answer.patiently(looking).await {
        // A workspace that lacks the attribute knows nobody by it.
        Err(IntercomError::Invalid { .. }) => LookUp::Unknown,
        found => found?,
    };
    match found {
        LookUp::Unknown => {
            let may_link = guard::may(&session.context, &session.asker, Needed::Act).await.is_ok();
            let say = if may_link { text::member::to_be_linked } else { text::member::unlinked };
            session.answer.give(say(member)).await
        }
        found => present(session, Role::Lead, "", found).await,
    }
}

fn field<'a>(session: &'a Session<'_>) -> &'a MemberField {
    &session.context.bot.facts.member_field
}

/// Whether the answer replaces the message that was pressed.
pub(crate) fn place(press: &MemberPress) -> AnswerPlace {
    match press {
        MemberPress::Ask(_) => AnswerPlace::New,
        _ => AnswerPlace::Same,
    }
}

/// Answers a press below it.
pub(crate) async fn pressed(
    session: &Session<'_>,
    press: MemberPress,
    given: &Given,
) -> Result<(), CommandError> {
    guard::may(&session.context, &session.asker, Needed::Act).await?;
    if let MemberPress::Ask(member) = press {
        return session.answer.open(text::member::form(member)).await;
    }
    session.answer.begin().await?;
    let reply = match press {
        MemberPress::Ask(_) => return Err(Refusal::OldButton.into()),
        MemberPress::Typed(member) => typed(session, member, &given.filled).await?,
        MemberPress::One(member) => {
            let contact = given.chosen.first().and_then(|id| parse_contact(id)).ok_or(Refusal::OldButton)?;
            link(session, (member, &contact), Linking::IfFree).await?
        }
        MemberPress::To(member, contact) => link(session, (member, &contact), Linking::IfFree).await?,
        MemberPress::Over(member, contact) => link(session, (member, &contact), Linking::Over).await?,
    };
    session.answer.give(reply).await
}

/// Who was meant by what was typed: asked once more before anything is written.
async fn typed(
    session: &Session<'_>,
    member: MemberId,
    filled: &BTreeMap<String, String>,
) -> Result<Message, CommandError> {
    let typed = filled.get(text::member::FIELD).map(|text| text.trim()).unwrap_or_default();
    if typed.is_empty() {
        return Err(Refusal::NothingTyped.into());
    }
    let found = session.answer.patiently(meant(&session.places(), typed)).await?;
    Ok(match found.as_slice() {
        [] => text::member::nobody(member),
        [only] => text::member::is_it(shown(&session.context), member, only),
        several => text::member::which(member, several),
    })
}

async fn link(
    session: &Session<'_>,
    (member, contact): (MemberId, &ContactId),
    linking: Linking,
) -> Result<Message, CommandError> {
    let reading = ready(&*session.intercom, field(session), (member, contact), linking);
    Ok(match session.answer.patiently(reading).await? {
        Readiness::Gone => return Err(Refusal::Gone.into()),
        Readiness::Linked(contact) => text::member::was_linked(member, &contact),
        Readiness::SomebodyElse(contact, other) => text::member::somebody_else(member, &contact, &other),
        Readiness::Ready(contact) => {
            write(session, member, &contact).await?;
            text::member::linked(member, &contact)
        }
    })
}

/// Writes it into Intercom, and down.
async fn write(session: &Session<'_>, member: MemberId, contact: &Contact) -> Result<(), CommandError> {
    let field = field(session);
    let begun = audit::begin_about(session, Action::Linked { to: member }, &contact.id).await?;
    let value = member.to_string();
    let writing = session.intercom.set_attribute(&contact.id, field.attribute(), &value);
    let written = session.answer.patiently(writing).await;
    let outcome = match &written {
        Ok(_) => Outcome::Done,
        Err(IntercomError::OutcomeUnknown) => Outcome::Unknown,
        Err(_) => Outcome::Failed,
    };
    audit::end(session, begun, outcome).await;
    match written {
        Err(IntercomError::Invalid { .. }) => {
            let reply = Box::new(text::member::no_attribute(field));
            Err(Refusal::Said { kind: Said::NoSuchAttribute, reply }.into())
        }
        written => Ok(written.map(drop)?),
    }
}

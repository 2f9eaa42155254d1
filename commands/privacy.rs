//! `/privacy`: what is kept of a lead or user, and how it is erased.

use deskbell_domain::ids::ContactId;
use deskbell_domain::message::Message;
use deskbell_domain::press::parse_contact;
use deskbell_domain::press::privacy::PrivacyPress;
use deskbell_domain::service::look_up::{LookUp, by_id};
use deskbell_domain::service::privacy::{Request, TakenBack, meant};
use deskbell_text as text;
use deskbell_text::failure::Effect;
use deskbell_text::refusal::Settings;

use crate::interaction::complete::complete_anybody;
use crate::interaction::context::Ctx;
use crate::interaction::error::CommandError;
use crate::interaction::guard;
use crate::interaction::session::Session;
use crate::press::contact_components::one;
use crate::press::place::AnswerPlace;

/// Show what I keep of a lead or user, and erase it
#[poise::command(slash_command, guild_only, default_member_permissions = "MANAGE_GUILD")]
pub(crate) async fn privacy(
    ctx: Ctx<'_>,
    #[description = "Pick one while typing, or give a name, an e-mail, a phone number or an id"]
    #[max_length = 255]
    #[autocomplete = "complete_anybody"]
    contact: String,
) -> Result<(), CommandError> {
    let session = Session::of_command(ctx)?;
    guard::may_set_up(&session.asker, Settings::All)?;
    session.answer.begin().await?;
    let reply = session.answer.patiently(look(&session, contact.trim())).await?;
    session.answer.give(reply).await
}

/// Whether the answer replaces the message that was pressed.
pub(crate) fn place(press: &PrivacyPress) -> AnswerPlace {
    match press {
        PrivacyPress::Export(_) => AnswerPlace::New,
        _ => AnswerPlace::Same,
    }
}

/// Whether it would change something.
pub(crate) fn effect(press: &PrivacyPress) -> Effect {
    match press {
        PrivacyPress::EraseNow(_) | PrivacyPress::TakeBack(_) => Effect::Write,
        PrivacyPress::One | PrivacyPress::Erase(_) | PrivacyPress::Export(_) | PrivacyPress::Cancel => {
            Effect::Read { again: None }
        }
    }
}

/// Answers a press below it.
pub(crate) async fn pressed(
    session: &Session<'_>,
    press: PrivacyPress,
    chosen: &[String],
) -> Result<(), CommandError> {
    guard::may_set_up(&session.asker, Settings::All)?;
    session.answer.begin().await?;
    let reply = session.answer.patiently(answered(session, press, chosen)).await?;
    session.answer.give(reply).await
}

async fn answered(
    session: &Session<'_>,
    press: PrivacyPress,
    chosen: &[String],
) -> Result<Message, CommandError> {
    let request = request(session);
    Ok(match press {
        PrivacyPress::One => show(session, &one(chosen)?).await?,
        PrivacyPress::Erase(id) => text::privacy::ask(&request.look(&id, name(session, &id).await).await?),
        PrivacyPress::EraseNow(id) => text::privacy::erased(&request.erase(&id).await?),
        PrivacyPress::Export(id) => {
            text::privacy::exported(&request.look(&id, None).await?, request.export(&id).await?)
        }
        PrivacyPress::TakeBack(id) => take_back(session, &id).await?,
        PrivacyPress::Cancel => text::privacy::cancelled(),
    })
}

/// What is typed may be an id of somebody whom Intercom does not know any more, or cannot be asked for.
async fn look(session: &Session<'_>, typed: &str) -> Result<Message, CommandError> {
    let (found, failed) = match meant(&session.places(), typed).await {
        Ok(found) => (found, None),
        Err(error) if parse_contact(typed).is_none() => return Err(error.into()),
        Err(error) => (Vec::new(), Some(error)),
    };
    match (found.as_slice(), parse_contact(typed)) {
        ([], None) => Ok(text::privacy::nobody(typed)),
        ([], Some(id)) => {
            let picture = request(session).look(&id, None).await?;
            let is_unknown = picture.is_empty() && picture.kept.erased.is_none();
            // Any single word may be an id. Whether somebody is called so, only Intercom knows.
            match failed.filter(|_| is_unknown) {
                Some(error) => Err(error.into()),
                None if is_unknown => Ok(text::privacy::nobody(typed)),
                None => Ok(text::privacy::shown(&picture)),
            }
        }
        ([only], _) => {
            let picture = request(session).look(&only.id, Some(only.display_name())).await?;
            Ok(text::privacy::shown(&picture))
        }
        (several, _) => Ok(text::privacy::pick(several)),
    }
}

async fn show(session: &Session<'_>, id: &ContactId) -> Result<Message, CommandError> {
    Ok(text::privacy::shown(&request(session).look(id, name(session, id).await).await?))
}

/// What somebody is called; none where Intercom does not know them any more, or does not answer.
async fn name(session: &Session<'_>, id: &ContactId) -> Option<String> {
    match by_id(&*session.intercom, id).await {
        Ok(LookUp::Found(contact)) => Some(contact.display_name()),
        _ => None,
    }
}

/// Whether it is a lead, which may still become a user, only Intercom knows.
async fn take_back(session: &Session<'_>, id: &ContactId) -> Result<Message, CommandError> {
    let request = request(session);
    let contact = match by_id(&*session.intercom, id).await? {
        LookUp::Found(contact) => Some(contact),
        _ => None,
    };
    Ok(match request.take_back(id, contact.as_ref().map(|contact| contact.role)).await? {
        TakenBack::Done => {
            let name = contact.map(|contact| contact.display_name());
            text::privacy::taken_back(&request.look(id, name).await?)
        }
        TakenBack::NotErased => text::privacy::not_erased(),
        TakenBack::NotTheirs { others } => text::privacy::not_theirs_to_take_back(others),
    })
}

fn request<'a>(session: &'a Session<'_>) -> Request<'a> {
    let ports = &session.context.bot.dependencies;
    Request {
        home: session.context.home(session.asker.guild),
        member: session.asker.member,
        erasure: &*ports.store,
        audit: &*ports.store,
        deletions: &*ports.store,
        connections: &*ports.store,
        subscriptions: &*ports.store,
        remover: &*ports.remover,
        outbox: &*session.context.workspace.ports.outbox,
        notice: text::privacy::elsewhere,
        note: text::privacy::LEFT_OUT,
    }
}

//! [Share here]: a card from a reply, shown to everyone in the channel.

use deskbell_desk::access::ManageServer;
use deskbell_desk::ids::ContactId;
use deskbell_desk::service::companies::resolve_names;
use deskbell_desk::service::look_up::{LookUp, by_id};
use deskbell_desk::service::posting::{fit_channel, may_post, posted};

use crate::audit::{self, Action};
use crate::contact::shown;
use crate::error::{CommandError, Refusal};
use crate::session::Session;
use crate::{reply, request};

/// The command that errors name.
const AGAIN: &str = "lead get";

/// What a person decided about a channel that everyone can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nothing yet.
    Open,
    /// To show the card all the same.
    Anyway,
}

/// Posts a contact's card in the channel of the press. The asker was checked already.
pub(crate) async fn share(
    session: &Session<'_>,
    id: &ContactId,
    decision: Decision,
) -> Result<(), CommandError> {
    session.answer.begin().await?;
    let channel = session.asker.channel;
    let request = request::of(session.desk, &session.asker);
    let refused = |not_done| request::refused(session.desk, AGAIN, not_done);
    let view = fit_channel(&request, channel).await.map_err(refused)?;
    may_post(&request, channel).await.map_err(refused)?;
    if view.audience.is_public() {
        match (session.asker.manage, decision) {
            (ManageServer::Lacks, _) => return Err(Refusal::PublicChannel(channel, view.audience).into()),
            (ManageServer::Holds, Decision::Open) => {
                let question = reply::ask_before_public_share(channel, view.audience, id);
                return session.answer.give(question).await;
            }
            (ManageServer::Holds, Decision::Anyway) => {}
        }
    }
    let ports = &session.desk.ports;
    let mut contact = match session.answer.patiently(by_id(&*session.intercom, id)).await? {
        LookUp::Found(contact) | LookUp::Merged(contact) => *contact,
        _ => {
            let role = deskbell_desk::contact::Role::Lead;
            return Err(Refusal::Unknown { role, text: id.to_string() }.into());
        }
    };
    resolve_names(&*session.intercom, &ports.names, &mut contact).await;
    let message = reply::shared_card(shown(session.desk)?, &contact, session.asker.member);
    posted(ports.courier.hand_over(channel, message).await, channel).map_err(refused)?;
    audit::log(&session.asker, Action::Shared(id, channel));
    session.answer.give(reply::shared(channel)).await
}

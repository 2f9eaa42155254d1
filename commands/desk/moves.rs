//! Taking, closing and opening conversations.

use deskbell_domain::conversation::Assignee;
use deskbell_domain::ids::{AdminId, ConversationId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::press::desk::DeskAct;
use deskbell_domain::service::desk::{Closed, Closing, Desk, DeskError, Reopened, Taken, Taking};
use deskbell_text as text;

use super::identity::name_of;
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::session::Session;

/// Does it, and tells how it stands then.
pub(crate) async fn act_as(
    session: &Session<'_>,
    act: DeskAct,
    id: &ConversationId,
    admin: AdminId,
) -> Result<(), CommandError> {
    let context = &session.context;
    let desk = Desk {
        intercom: &*session.intercom,
        audit: context.store(),
        inbox: context.store(),
        home: context.home(session.asker.guild),
        member: session.asker.member,
        admin,
    };
    let done = {
        let _turn = session.answer.patiently(context.bot.turns.of(context.workspace.id(), id)).await;
        session.answer.patiently(done(session, &desk, act, id)).await
    };
    context.workspace.ports.outbox.look_at_hints();
    session.answer.give(done?).await
}

async fn done(
    session: &Session<'_>,
    desk: &Desk<'_>,
    act: DeskAct,
    id: &ConversationId,
) -> Result<Message, CommandError> {
    let me = async || name_of(session, desk.admin.as_str()).await;
    Ok(match act {
        DeskAct::Take | DeskAct::TakeOver => {
            let taking = if act == DeskAct::Take { Taking::IfFree } else { Taking::Over };
            match desk.take(id, taking).await.map_err(failed)? {
                Taken::Now { reopened } => text::desk::taken(&me().await, reopened, id),
                Taken::Nobody => text::desk::nobodys(id),
                Taken::Before => text::desk::had_it(&me().await, id),
                Taken::By(Assignee { id: other, .. }, since) => {
                    text::desk::held(&name_of(session, &other).await, since, id)
                }
                Taken::Gone => return Err(Refusal::UnknownConversation.into()),
            }
        }
        DeskAct::Close | DeskAct::CloseNow => {
            let closing = if act == DeskAct::Close { Closing::IfAnswered } else { Closing::Anyway };
            match desk.close(id, closing).await.map_err(failed)? {
                Closed::Now => text::desk::closed(&me().await, id),
                Closed::Before => text::desk::was_closed(id),
                Closed::Unanswered => text::desk::unanswered(id),
                Closed::Gone => return Err(Refusal::UnknownConversation.into()),
            }
        }
        DeskAct::Reopen => match desk.reopen(id).await.map_err(failed)? {
            Reopened::Now => text::desk::reopened(&me().await),
            Reopened::Before => text::desk::was_open(),
            Reopened::Gone => return Err(Refusal::UnknownConversation.into()),
        },
        DeskAct::Reply => text::desk::words::now_you_are(&me().await, WordsFor::Customer, id),
        DeskAct::Note => text::desk::words::now_you_are(&me().await, WordsFor::Team, id),
    })
}

fn failed(error: DeskError) -> CommandError {
    match error {
        DeskError::Intercom(error) => error.into(),
        DeskError::Store(error) => error.into(),
    }
}

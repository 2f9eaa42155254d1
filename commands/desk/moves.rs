//! Taking, closing and opening conversations.

use deskbell_domain::conversation::Assignee;
use deskbell_domain::ids::{AdminId, ConversationId, TagId};
use deskbell_domain::message::Message;
use deskbell_domain::outgoing::WordsFor;
use deskbell_domain::port::intercom::{Recipient, Tagging};
use deskbell_domain::press::desk::{DeskAct, Then};
use deskbell_domain::service::desk::{Closed, Closing, Desk, Reopened, Taken, Taking};
use deskbell_text as text;

use super::identity::{self, name_of};
use super::more::{self, failed};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::session::Session;
use crate::interaction::turns::TurnOf;

const HOUR: i64 = 60 * 60;
const DAY: i64 = 24 * HOUR;

/// What was chosen from a select that an act showed.
pub(super) enum Chosen {
    TagPage(u8),
    Tag(Tagging, TagId),
    RecipientPage(u8),
    Recipient(Recipient),
}

/// Does it, and tells how it stands then.
pub(super) async fn act_as(
    session: &Session<'_>,
    act: DeskAct,
    id: &ConversationId,
    admin: AdminId,
) -> Result<(), CommandError> {
    let then = Then::Do(act, id.clone());
    in_turn(session, id, admin, then, async |desk| done(session, desk, act, id).await).await
}

/// The same with what was chosen.
pub(super) async fn chosen_as(
    session: &Session<'_>,
    chosen: Chosen,
    id: &ConversationId,
    admin: AdminId,
) -> Result<(), CommandError> {
    let act = match &chosen {
        Chosen::TagPage(_) | Chosen::Tag(..) => DeskAct::Tag,
        Chosen::RecipientPage(_) | Chosen::Recipient(_) => DeskAct::Give,
    };
    in_turn(session, id, admin, Then::Do(act, id.clone()), async |desk| match &chosen {
        Chosen::TagPage(page) => more::offer_tags(session, desk, id, *page).await,
        Chosen::Tag(tagging, tag) => more::tag(session, desk, id, (*tagging, tag)).await,
        Chosen::RecipientPage(page) => more::offer_recipients(session, id, *page).await,
        Chosen::Recipient(to) => more::give(session, desk, id, to).await,
    })
    .await
}

/// One at a time does something with a conversation or a person.
pub(super) async fn in_turn(
    session: &Session<'_>,
    with: impl Into<TurnOf>,
    admin: AdminId,
    then: Then,
    act: impl AsyncFnOnce(&Desk<'_>) -> Result<Message, CommandError>,
) -> Result<(), CommandError> {
    let context = &session.context;
    let desk = Desk {
        intercom: &*session.intercom,
        looks: &*session.looks,
        audit: context.store(),
        inbox: context.store(),
        home: context.home(session.asker.guild),
        member: session.asker.member,
        admin,
    };
    let done = {
        let _turn = session.answer.patiently(context.bot.turns.of(context.workspace.id(), with)).await;
        session.answer.patiently(act(&desk)).await
    };
    context.workspace.ports.outbox.look_at_hints();
    match done {
        Err(CommandError::Intercom(error)) if identity::has_no_seat(session, &error, &desk.admin).await => {
            identity::ask_again(session, &then).await
        }
        done => session.answer.give(done?).await,
    }
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
                Taken::Unread => text::desk::unread(&me().await),
                Taken::Closed => text::desk::is_closed(id),
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
                Closed::OpenedMeanwhile => text::desk::opened_while_closed(id),
                Closed::Unread => text::desk::unread(&me().await),
                Closed::Unanswered => text::desk::unanswered(id),
                Closed::Gone => return Err(Refusal::UnknownConversation.into()),
            }
        }
        DeskAct::Reopen => match desk.reopen(id).await.map_err(failed)? {
            Reopened::Now => text::desk::reopened(&me().await),
            Reopened::Before => text::desk::was_open(),
            Reopened::UndoneMeanwhile => text::desk::not_open(id),
            Reopened::Unread => text::desk::unread(&me().await),
            Reopened::Gone => return Err(Refusal::UnknownConversation.into()),
        },
        DeskAct::SnoozeHour => more::snooze(session, desk, id, HOUR).await?,
        DeskAct::SnoozeFourHours => more::snooze(session, desk, id, 4 * HOUR).await?,
        DeskAct::SnoozeDay => more::snooze(session, desk, id, DAY).await?,
        DeskAct::SnoozeWeek => more::snooze(session, desk, id, 7 * DAY).await?,
        DeskAct::Tag => more::offer_tags(session, desk, id, 0).await?,
        DeskAct::Give => more::offer_recipients(session, id, 0).await?,
        DeskAct::Reply => text::desk::words::now_you_are(&me().await, WordsFor::Customer, id),
        DeskAct::Note => text::desk::words::now_you_are(&me().await, WordsFor::Team, id),
    })
}

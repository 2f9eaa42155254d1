//! Putting a conversation off, its tags, and giving it to somebody.

use deskbell_domain::contact::Tag;
use deskbell_domain::ids::{AdminId, ConversationId, TagId};
use deskbell_domain::message::Message;
use deskbell_domain::nameable::Nameable;
use deskbell_domain::port::intercom::{InboxSeat, IntercomError, Recipient, Tagging};
use deskbell_domain::press::desk::TagsOf;
use deskbell_domain::service::desk::{Desk, DeskError, Given, Snoozed, Tagged};
use deskbell_text as text;
use deskbell_text::desk::more::Named;

use super::identity::{has_no_seat, name_of};
use crate::interaction::error::{CommandError, Refusal};
use crate::interaction::session::Session;

/// Puts it off for so many seconds.
pub(super) async fn snooze(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ConversationId,
    seconds: i64,
) -> Result<Message, CommandError> {
    let until = session.context.workspace.ports.time.now().seconds().plus(seconds);
    match desk.snooze(id, until).await.map_err(failed)? {
        Snoozed::Until(until) => {
            Ok(text::desk::more::snoozed(&name_of(session, desk.admin.as_str()).await, until, id))
        }
        Snoozed::Unread => Ok(text::desk::unread(&name_of(session, desk.admin.as_str()).await)),
        Snoozed::OpenedMeanwhile => Ok(text::desk::more::opened_meanwhile()),
        Snoozed::Gone => Err(Refusal::UnknownConversation.into()),
    }
}

/// Offers the tags of the workspace.
pub(super) async fn offer_tags(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ConversationId,
    page: u8,
) -> Result<Message, CommandError> {
    let on = desk.tags(id).await.map_err(failed)?.ok_or(Refusal::UnknownConversation)?;
    let tags = tags(session).await?;
    Ok(text::desk::more::which_tag(&tags, &on, page, &TagsOf::Conversation(id.clone())))
}

/// By name. What they are called is kept, so that what is chosen costs no further call.
pub(super) async fn tags(session: &Session<'_>) -> Result<Vec<Tag>, CommandError> {
    let mut tags = session.intercom.tags().await?;
    session.context.workspace.ports.names.learn_tags(&tags);
    tags.sort_by_cached_key(|tag| (tag.name.to_lowercase(), tag.id.clone()));
    Ok(tags)
}

async fn named(session: &Session<'_>, of: Nameable) -> Option<String> {
    match session.context.workspace.ports.names.name(&of) {
        Some(known) => Some(known),
        None => session.intercom.name(&of).await.ok().flatten(),
    }
}

/// Puts a tag on, or takes it off.
pub(super) async fn tag(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ConversationId,
    (tagging, tag): (Tagging, &TagId),
) -> Result<Message, CommandError> {
    match desk.tag(id, tag, tagging).await.map_err(failed)? {
        // What is missing may be the teammate, too.
        Tagged::NoSuchTag if has_no_seat(session, &IntercomError::Missing, &desk.admin).await => {
            Err(IntercomError::Missing.into())
        }
        tagged => told_of_tag(session, tagged, tag, &TagsOf::Conversation(id.clone())).await,
    }
}

/// What is told of a tag that was to be put on or taken off.
pub(super) async fn told_of_tag(
    session: &Session<'_>,
    tagged: Tagged,
    tag: &TagId,
    of: &TagsOf,
) -> Result<Message, CommandError> {
    let name = async || {
        let known = named(session, Nameable::Tag(tag.clone())).await;
        known.unwrap_or_else(|| tag.to_string())
    };
    match (tagged, of) {
        (Tagged::Now(tagging), of) => Ok(text::desk::more::tagged(&name().await, tagging, of)),
        (Tagged::Before(tagging), of) => Ok(text::desk::more::tagged_before(&name().await, tagging, of)),
        (Tagged::NoSuchTag, _) => Ok(text::desk::more::no_such_tag()),
        (Tagged::Gone, TagsOf::Conversation(_)) => Err(Refusal::UnknownConversation.into()),
        (Tagged::Gone, TagsOf::Person(_)) => Err(Refusal::Gone.into()),
    }
}

/// Offers the teammates who can answer, and the teams.
pub(super) async fn offer_recipients(
    session: &Session<'_>,
    id: &ConversationId,
    page: u8,
) -> Result<Message, CommandError> {
    Ok(text::desk::more::to_whom(&recipients(session).await?, page, id))
}

async fn recipients(session: &Session<'_>) -> Result<Vec<Named>, CommandError> {
    let named = |id: &str, name: &Option<String>| name.clone().unwrap_or_else(|| id.to_owned());
    let (mut admins, teams) = (session.intercom.admins().await?, session.intercom.teams().await?);
    admins.retain(|admin| admin.seat == InboxSeat::Has);
    let mut people: Vec<Named> = admins
        .iter()
        .map(|admin| (Recipient::Admin(AdminId::new(&*admin.id)), named(&admin.id, &admin.name)))
        .collect();
    let mut groups: Vec<Named> =
        teams.iter().map(|team| (Recipient::Team(team.id.clone()), named(&team.id, &team.name))).collect();
    people.sort_by(|(_, one), (_, other)| one.cmp(other));
    groups.sort_by(|(_, one), (_, other)| one.cmp(other));
    let all = [people, groups].concat();
    let learnt = all.iter().map(|(to, name)| (nameable(to), name.clone()));
    session.context.workspace.ports.names.learn(learnt);
    Ok(all)
}

fn nameable(to: &Recipient) -> Nameable {
    match to {
        Recipient::Admin(id) => Nameable::Admin(id.to_string()),
        Recipient::Team(id) => Nameable::Team(id.clone()),
    }
}

/// Gives it to whoever was chosen.
pub(super) async fn give(
    session: &Session<'_>,
    desk: &Desk<'_>,
    id: &ConversationId,
    to: &Recipient,
) -> Result<Message, CommandError> {
    let given = desk.give(id, to).await.map_err(failed)?;
    let name = async || {
        let known = named(session, nameable(to)).await;
        known.unwrap_or_else(|| text::desk::nameless().to_owned())
    };
    match given {
        Given::Now { reopened } => Ok(text::desk::more::given(&name().await, reopened)),
        Given::UndoneMeanwhile => Ok(text::desk::more::undone_meanwhile(&name().await)),
        Given::Unread => Ok(text::desk::unread(&name_of(session, desk.admin.as_str()).await)),
        Given::Before => Ok(text::desk::more::had_it(&name().await)),
        Given::By(other, since) => Ok(text::desk::held(&name_of(session, &other.id).await, since, id)),
        Given::Gone => Err(Refusal::UnknownConversation.into()),
    }
}

/// What is told where it was not done.
pub(super) fn failed(error: DeskError) -> CommandError {
    match error {
        DeskError::Intercom(error) => error.into(),
        DeskError::Store(error) => error.into(),
    }
}
